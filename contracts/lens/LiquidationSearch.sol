// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AssetId} from "../types/AssetId.sol";
import {OptionHolding, Portfolio} from "../types/Portfolio.sol";

/// @title LiquidationSearch
/// @notice Finds the prices nearest to the mid at which an account becomes liquidatable, by asking the risk engine.
/// @dev Without options on the underlying an account's surplus is concave in its price: what passes at the mid and fails
/// somewhere fails at the end as well, so that the end is looked at alone. With options it may fail in a zone and pass beyond it:
/// there a ladder of prices is walked from the mid outwards, and the first that fails is taken.
library LiquidationSearch {
    uint256 internal constant WAD = 1e18;

    /// @dev Highest multiple of the mid that is looked at; an eighth is the lowest rung, and 0 the end below.
    uint256 internal constant HIGHEST_FACTOR_WAD = 8e18;
    int256 internal constant LN_HIGHEST_WAD = 2.079441541679835928e18;

    /// @dev Rungs on each side: number k lies ln(8) * (k / 24)^2 away, so that they stand closest where it matters most.
    uint256 internal constant RUNGS = 24;

    /// @dev To what a crossing is narrowed down: 2^-20.
    uint256 internal constant RESOLUTION_WAD = 953_674_316_406;

    struct Book {
        IPortfolioMargin risk;
        AssetId asset;
        Portfolio portfolio;
    }

    /// @notice Whether the account is liquidatable at `factorWad` times the price.
    function fails(Book memory book, uint256 factorWad) internal view returns (bool) {
        return book.risk.liquidationSurplusAt(book.portfolio, book.asset, factorWad) < 0;
    }

    /// @notice Highest factor below 1 at which the account is found to fail, WAD; 0 = none. The account passes at 1.
    function below(Book memory book) internal view returns (uint256 factorWad) {
        return _first(book, -1);
    }

    /// @notice Lowest factor above 1 at which the account is found to fail, WAD; 0 = none. The account passes at 1.
    function above(Book memory book) internal view returns (uint256 factorWad) {
        return _first(book, 1);
    }

    /// @notice Factor of a rung, WAD.
    /// @param side 1 above the mid, -1 below; one rung more below, at 0.
    function rungWad(int256 side, uint256 k) internal pure returns (uint256) {
        if (k > RUNGS) return 0;
        int256 distanceWad = (LN_HIGHEST_WAD * int256(k * k)) / int256(RUNGS * RUNGS);
        return uint256(FixedPointMathLib.expWad(side * distanceWad));
    }

    function _first(Book memory book, int256 side) private view returns (uint256) {
        uint256 passing = WAD;
        // The last rung is the end.
        uint256 last = side < 0 ? RUNGS + 1 : RUNGS;
        for (uint256 k = _hasOptions(book) ? 1 : last; k <= last; ++k) {
            uint256 factorWad = rungWad(side, k);
            if (fails(book, factorWad)) return _bisect(book, factorWad, passing);
            passing = factorWad;
        }
        return 0;
    }

    /// @dev Returns the failing end of the last bracket.
    function _bisect(Book memory book, uint256 failing, uint256 passing) private view returns (uint256) {
        while (FixedPointMathLib.dist(failing, passing) > RESOLUTION_WAD) {
            uint256 middle = FixedPointMathLib.avg(failing, passing);
            if (fails(book, middle)) failing = middle;
            else passing = middle;
        }
        return failing;
    }

    function _hasOptions(Book memory book) private pure returns (bool) {
        OptionHolding[] memory options = book.portfolio.options;
        for (uint256 i; i < options.length; ++i) {
            if (options[i].expiry.underlyingOf() == book.asset) return true;
        }
        return false;
    }
}
