// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AssetId} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";

/// @title LiquidationSearch
/// @notice Finds the prices at which an account becomes liquidatable, by asking the risk engine.
library LiquidationSearch {
    uint256 internal constant WAD = 1e18;

    /// @dev Highest multiple of the mid that is looked at.
    uint256 internal constant HIGHEST_FACTOR_WAD = 8e18;

    /// @dev Halvings of the bracket [0, 1] or [1, 8].
    uint256 internal constant HALVINGS = 23;

    struct Book {
        IPortfolioMargin risk;
        AssetId asset;
        Portfolio portfolio;
    }

    /// @notice Whether the account is liquidatable at `factorWad` times the price.
    function fails(Book memory book, uint256 factorWad) internal view returns (bool) {
        return book.risk.liquidationSurplusAt(book.portfolio, book.asset, factorWad) < 0;
    }

    /// @notice Highest factor below 1 at which the account fails, WAD; 0 = none. The account passes at 1.
    function below(Book memory book) internal view returns (uint256 factorWad) {
        return fails(book, 0) ? _bisect(book, 0, WAD) : 0;
    }

    /// @notice Lowest factor above 1 at which the account fails, WAD; 0 = none. The account passes at 1.
    function above(Book memory book) internal view returns (uint256 factorWad) {
        return fails(book, HIGHEST_FACTOR_WAD) ? _bisect(book, HIGHEST_FACTOR_WAD, WAD) : 0;
    }

    /// @dev Returns the failing end of the last bracket.
    function _bisect(Book memory book, uint256 failing, uint256 passing) private view returns (uint256) {
        for (uint256 i; i < HALVINGS; ++i) {
            uint256 middle = FixedPointMathLib.avg(failing, passing);
            if (fails(book, middle)) failing = middle;
            else passing = middle;
        }
        return failing;
    }
}
