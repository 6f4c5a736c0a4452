// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {AssetId, NO_ASSET, UNDERLYING_LIMIT} from "../types/AssetId.sol";
import {CollateralHolding, OptionHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {Book, Sheet} from "./Book.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {LiquidityTerms} from "./LiquidityTerms.sol";
import {ParameterStore} from "./ParameterStore.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";
import {ViewsReader} from "./ViewsReader.sol";

/// @title BookEntry
/// @notice Enters portfolios into the books of a sheet, with the parameters and prices that they need.
/// @dev Errors: `Risk_NotAnUnderlying`, `Risk_UnderlyingNotConfigured`, `Risk_CollateralNotConfigured`, `Risk_NoPrice`,
/// `Risk_OracleFailed`.
library BookEntry {
    using FixedPointMathLib for uint256;
    using LibBit for uint256;
    using ViewsReader for IPriceOracle;

    /// @notice One book.
    function open(
        Sheet memory sheet,
        Book memory book,
        ParameterStore storage store,
        Portfolio calldata portfolio
    ) internal view {
        provide(sheet, _mostLegs(portfolio));
        _enter(sheet, book, store, portfolio);
        fetch(sheet, store);
    }

    /// @notice Several books of one sheet.
    function openMany(
        Sheet memory sheet,
        ParameterStore storage store,
        Portfolio[] calldata portfolios
    ) internal view returns (Book[] memory books) {
        uint256 most = 0;
        for (uint256 i = 0; i < portfolios.length; ++i) {
            most += _mostLegs(portfolios[i]);
        }
        provide(sheet, most);
        books = new Book[](portfolios.length);
        for (uint256 i = 0; i < portfolios.length; ++i) _enter(sheet, books[i], store, portfolios[i]);
        fetch(sheet, store);
    }

    /// @notice One book with a leg for `underlying`, whether or not the portfolio has one.
    /// @return leg Its number.
    function openOn(
        Sheet memory sheet,
        Book memory book,
        ParameterStore storage store,
        Portfolio calldata portfolio,
        AssetId underlying
    ) internal view returns (uint256 leg) {
        provide(sheet, _mostLegs(portfolio) + 1);
        _enter(sheet, book, store, portfolio);
        leg = legOf(sheet, store, underlying);
        fetch(sheet, store);
    }

    /// @notice Makes room.
    /// @param most Most legs that will be entered, repeated ones included.
    function provide(Sheet memory sheet, uint256 most) internal pure {
        uint256 size = most.min(UNDERLYING_LIMIT);
        sheet.assets = new AssetId[](size);
        sheet.terms = new UnderlyingTerms[](size);
    }

    /// @notice Finds or makes the leg of an underlying.
    function legOf(
        Sheet memory sheet,
        ParameterStore storage store,
        AssetId asset
    ) internal view returns (uint256 leg) {
        if (!asset.isUnderlying()) revert IPortfolioMargin.Risk_NotAnUnderlying(asset);
        uint256 shift = uint256(AssetId.unwrap(asset)) << 3;
        leg = uint8(sheet.index >> shift);
        if (leg != 0) return leg - 1;
        leg = sheet.count;
        sheet.count = leg + 1;
        sheet.index |= (leg + 1) << shift;
        sheet.assets[leg] = asset;
        sheet.terms[leg] = store.termsOf(asset);
    }

    /// @notice One call to the oracle, then what only an account with legs needs.
    function fetch(Sheet memory sheet, ParameterStore storage store) internal view {
        uint256 count = sheet.count;
        if (count == 0) return;
        AssetId[] memory assets = sheet.assets;
        if (assets.length != count || sheet.ratioCount != 0) {
            assets = new AssetId[](count + sheet.ratioCount);
            for (uint256 i = 0; i < count; ++i) assets[i] = sheet.assets[i];
            for (uint256 i = 0; i < sheet.ratioCount; ++i) assets[count + i] = sheet.ratios[i];
        }
        sheet.priced = assets;
        sheet.nowSeconds = block.timestamp;
        sheet.views = sheet.rooms.oracle.read(assets);
        IPortfolioMargin.AddOnConfig storage costs = store.addOns;
        (sheet.liquidationCostBps, sheet.flatCostWad) = (costs.liquidationCostBps, costs.flatCostWad);
        _fetchLiquidity(sheet, store);
        uint256 bitmap = sheet.offsetGroups;
        if (bitmap == 0) return;
        uint256[] memory groups = new uint256[](bitmap.popCount());
        for (uint256 g = 0; bitmap != 0; ++g) {
            uint8 group = uint8(bitmap.ffs());
            bitmap &= bitmap - 1;
            IPortfolioMargin.CorrelationConfig storage offsets = store.correlations[group];
            groups[g] = group | (uint256(offsets.kappa) << 8) | (uint256(offsets.thetaWad) << 16);
        }
        sheet.groups = groups;
    }

    // ---------------------------------------------------------------------------------------------- private

    /// @dev The one place that depths come from. What is only collateral is charged by its haircut.
    function _fetchLiquidity(Sheet memory sheet, ParameterStore storage store) private view {
        uint256 bitmap = sheet.positionLegs;
        if (bitmap == 0) return;
        LiquidityTerms[] memory liquidity = new LiquidityTerms[](sheet.count);
        for (; bitmap != 0; bitmap &= bitmap - 1) {
            uint256 leg = bitmap.ffs();
            liquidity[leg] = store.liquidity[sheet.assets[leg]];
        }
        sheet.liquidity = liquidity;
    }

    /// @dev Legs of size zero never enter; without a leg neither the oracle nor the add-ons are touched.
    function _enter(
        Sheet memory sheet,
        Book memory book,
        ParameterStore storage store,
        Portfolio calldata portfolio
    ) private view {
        book.cashWad = portfolio.cashWad;
        PerpHolding[] calldata perps = portfolio.perps;
        CollateralHolding[] calldata holdings = portfolio.collateral;
        if (_mostLegs(portfolio) == 0) return;
        int256[] memory sizeWad = new int256[](sheet.assets.length);
        book.sizeWad = sizeWad;
        for (uint256 i = 0; i < perps.length; ++i) {
            int256 legWad = perps[i].sizeWad;
            if (legWad == 0) continue;
            uint256 leg = legOf(sheet, store, perps[i].asset);
            sizeWad[leg] += legWad;
            sheet.positionLegs |= 1 << leg;
        }
        _enterOptions(sheet, book, store, portfolio.options);
        sheet.positionLegs |= book.optionLegs;
        uint256 held = holdings.length == 0 ? 0 : _enterCollateral(sheet, book, store, holdings);
        if (sheet.count > 1) _noteGroups(sheet, book, held);
    }

    function _enterOptions(
        Sheet memory sheet,
        Book memory book,
        ParameterStore storage store,
        OptionHolding[] calldata holdings
    ) private view {
        for (uint256 i = 0; i < holdings.length; ++i) {
            book.optionLegs |= 1 << legOf(sheet, store, holdings[i].expiry.underlyingOf());
        }
    }

    /// @return held Bitmap of the legs that have collateral.
    function _enterCollateral(
        Sheet memory sheet,
        Book memory book,
        ParameterStore storage store,
        CollateralHolding[] calldata holdings
    ) private view returns (uint256 held) {
        book.holdingTerms = new CollateralTerms[](holdings.length);
        book.holdingAmountWad = new uint256[](holdings.length);
        book.holdingLeg = new uint256[](holdings.length);
        book.holdingRatio = new uint256[](holdings.length);
        for (uint256 i = 0; i < holdings.length; ++i) {
            if (holdings[i].amountWad == 0) continue;
            CollateralTerms terms = store.collateralTermsOf(holdings[i].index);
            uint256 leg = legOf(sheet, store, terms.underlying());
            held |= 1 << leg;
            uint256 h = book.holdingCount++;
            book.holdingTerms[h] = terms;
            book.holdingAmountWad[h] = holdings[i].amountWad;
            book.holdingLeg[h] = leg;
            if (terms.ratioAsset() != NO_ASSET) book.holdingRatio[h] = _ratioOf(sheet, terms.ratioAsset());
        }
    }

    /// @dev Finds or makes the number + 1 of a ratio. There are few: no more than collaterals.
    function _ratioOf(Sheet memory sheet, AssetId asset) private pure returns (uint256 number) {
        uint256 count = sheet.ratioCount;
        for (uint256 i = 0; i < count; ++i) {
            if (sheet.ratios[i] == asset) return i + 1;
        }
        AssetId[] memory ratios = new AssetId[](count + 1);
        for (uint256 i = 0; i < count; ++i) ratios[i] = sheet.ratios[i];
        ratios[count] = asset;
        sheet.ratios = ratios;
        sheet.ratioCount = count + 1;
        return count + 1;
    }

    /// @dev Offsets need a leg that may be long and another of its group that may be short: others are not looked up.
    /// @param held Bitmap of the legs that have collateral: it only ever makes a leg longer.
    function _noteGroups(Sheet memory sheet, Book memory book, uint256 held) private pure {
        int256[] memory sizeWad = book.sizeWad;
        UnderlyingTerms[] memory terms = sheet.terms;
        uint256 long = 0;
        uint256 short = 0;
        for (uint256 i = sheet.count; i != 0;) {
            --i;
            int256 legWad = sizeWad[i];
            if (legWad < 0) short |= 1 << terms[i].correlationGroup();
            else if (legWad > 0) long |= 1 << terms[i].correlationGroup();
            if ((held >> i) & 1 != 0) long |= 1 << terms[i].correlationGroup();
        }
        // Group 0 has no offsets.
        book.offsetGroups = long & short & ~uint256(1);
        sheet.offsetGroups |= book.offsetGroups;
    }

    function _mostLegs(Portfolio calldata portfolio) private pure returns (uint256) {
        return portfolio.perps.length + portfolio.collateral.length + portfolio.options.length;
    }
}
