// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {STRIKE_UNIT_WAD} from "../../types/ExpiryWord.sol";

/// @title StrikeGrid
/// @notice The strikes of a new expiry: evenly spaced around the mid, by rule, so that whoever lists it chooses nothing.
/// @dev The step is the number 1, 2, 2.5 or 5 x 10^k nearest to 1 % of the mid x the square root of the days left, at most
/// 5 % of it. 24 strikes below the middle, as far as they are positive, and 48 above: prices are nearer to lognormal than
/// to normal. Strikes are in units of 1e-8 USD.
library StrikeGrid {
    using FixedPointMathLib for uint256;

    uint256 private constant DAILY_SHARE_WAD = 0.01e18;
    uint256 private constant MAX_SHARE_WAD = 0.05e18;
    uint256 private constant STRIKES_BELOW = 24;
    uint256 private constant STRIKES_ABOVE = 48;

    /// @param first Lowest strike, 1e-8 USD. @param step Between strikes, 1e-8 USD. @param count Strikes, at most 73.
    struct Grid {
        uint256 first;
        uint256 step;
        uint256 count;
    }

    /// @notice The grid for a mid (WAD) and the time left.
    /// @return grid All zero where strikes of 56 and steps of 48 bits cannot hold it: somewhere below 1e-6 and above
    /// 4e7 USD.
    function around(uint256 midWad, uint256 secondsLeft) internal pure returns (Grid memory grid) {
        uint256 shareWad = (DAILY_SHARE_WAD * FixedPointMathLib.sqrt((secondsLeft * 1e36) / 1 days)) / 1e18;
        uint256 target = midWad.mulWad(shareWad.min(MAX_SHARE_WAD)) / STRIKE_UNIT_WAD;
        if (target == 0) return grid;
        uint256 step = niceNear(target);
        uint256 middle = (midWad / STRIKE_UNIT_WAD + step / 2) / step;
        uint256 lowest = middle > STRIKES_BELOW ? middle - STRIKES_BELOW : 1;
        if (step > type(uint48).max || lowest * step > type(uint56).max) return grid;
        return Grid(lowest * step, step, middle + STRIKES_ABOVE + 1 - lowest);
    }

    /// @notice The integer of the form 1, 2, 2.5 or 5 x 10^k nearest to `target`, the lower of two equally near.
    /// @param target Positive, below 2^200.
    function niceNear(uint256 target) internal pure returns (uint256 nice) {
        uint256 decade = 10 ** FixedPointMathLib.log10(target);
        nice = nearer(target, decade, 2 * decade);
        // A quarter of ten units is no integer, a quarter of a hundred is.
        if (decade > 1) nice = nearer(target, nice, (10 * decade) / 4);
        nice = nearer(target, nice, 5 * decade);
        nice = nearer(target, nice, 10 * decade);
    }

    function nearer(uint256 target, uint256 lower, uint256 upper) private pure returns (uint256) {
        return upper.dist(target) < lower.dist(target) ? upper : lower;
    }
}
