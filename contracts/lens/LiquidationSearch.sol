// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AssetId} from "../types/AssetId.sol";
import {CollateralHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";

/// @title LiquidationSearch
/// @notice Finds the prices at which an account becomes liquidatable, by asking the risk engine.
/// @dev The engine takes its prices from the oracle, so the price is moved by moving the amounts: what is worth
/// amount x price x shock is worth the same at f x amount as at f x price, in every scenario.
library LiquidationSearch {
    uint256 internal constant WAD = 1e18;

    /// @dev Highest multiple of the mid that is looked at.
    uint256 internal constant HIGHEST_FACTOR_WAD = 8e18;

    /// @dev Halvings of the bracket [0, 1] or [1, 8].
    uint256 internal constant HALVINGS = 23;

    /// @param linked Whether the collateral at the same position moves with the underlying.
    struct Book {
        IPortfolioMargin risk;
        AssetId asset;
        Portfolio portfolio;
        bool[] linked;
    }

    /// @notice The account's book as seen from one underlying.
    function open(
        IPortfolioMargin risk,
        Portfolio memory portfolio,
        AssetId asset
    ) internal view returns (Book memory book) {
        uint256 count = portfolio.collateral.length;
        book = Book({risk: risk, asset: asset, portfolio: portfolio, linked: new bool[](count)});
        uint256 bit = uint256(1) << AssetId.unwrap(asset);
        for (uint256 i; i < count; ++i) {
            CollateralHolding[] memory one = new CollateralHolding[](1);
            one[0] = portfolio.collateral[i];
            Portfolio memory only = Portfolio({cashWad: 0, collateral: one, perps: new PerpHolding[](0)});
            book.linked[i] = risk.exposure(only) & bit != 0;
        }
    }

    /// @notice Whether the account is liquidatable at `factorWad` times the price.
    function fails(Book memory book, uint256 factorWad) internal view returns (bool) {
        return book.risk.liquidationSurplus(_scaled(book, factorWad)) < 0;
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

    function _scaled(Book memory book, uint256 factorWad) private pure returns (Portfolio memory scaled) {
        Portfolio memory source = book.portfolio;
        scaled.cashWad = source.cashWad;
        scaled.collateral = new CollateralHolding[](source.collateral.length);
        for (uint256 i; i < source.collateral.length; ++i) {
            CollateralHolding memory holding = source.collateral[i];
            uint256 amount =
                book.linked[i] ? FixedPointMathLib.fullMulDiv(holding.amountWad, factorWad, WAD) : holding.amountWad;
            scaled.collateral[i] = CollateralHolding({index: holding.index, amountWad: amount});
        }
        scaled.perps = new PerpHolding[](source.perps.length);
        for (uint256 i; i < source.perps.length; ++i) {
            PerpHolding memory perp = source.perps[i];
            int256 size =
                perp.asset == book.asset ? FixedPointMathLib.sMulWad(perp.sizeWad, int256(factorWad)) : perp.sizeWad;
            scaled.perps[i] = PerpHolding({asset: perp.asset, sizeWad: size});
        }
    }
}
