// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {PriceViews} from "../types/Price.sol";
import {Valuation} from "./Book.sol";

/// @title PriceHull
/// @notice At which prices a valuation looks.
library PriceHull {
    using FixedPointMathLib for uint256;

    /// @dev Up to this spread, as a share of the mid, the mid decides liquidation instead of the whole interval.
    uint256 private constant NARROW_SPREAD_WAD = 0.01e18;

    /// @notice The interval of prices that a valuation considers.
    function hull(
        PriceViews memory views,
        Valuation valuation
    ) internal pure returns (uint256 lowWad, uint256 highWad) {
        if (valuation > Valuation.Intersection) return (views.midWad, views.midWad);
        (lowWad, highWad) = (views.lowWad, views.highWad);
        if (valuation == Valuation.Intersection && highWad - lowWad <= views.midWad.mulWad(NARROW_SPREAD_WAD)) {
            (lowWad, highWad) = (views.midWad, views.midWad);
        }
        // A mean of 0 says that there is no history yet.
        uint256 meanWad = views.shortTwapWad;
        if (meanWad > highWad) highWad = meanWad;
        else if (meanWad < lowWad && meanWad != 0) lowWad = meanWad;
        if (valuation == Valuation.Intersection) return (lowWad, highWad);
        meanWad = views.longTwapWad;
        if (meanWad > highWad) highWad = meanWad;
        else if (meanWad < lowWad && meanWad != 0) lowWad = meanWad;
    }

    /// @notice Whether a valuation belongs to initial margin.
    function isInitial(Valuation valuation) internal pure returns (bool) {
        return valuation == Valuation.Union || valuation == Valuation.MarkInitial;
    }
}
