// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {CollateralHolding, PerpHolding, Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {Book, Valuation} from "./Book.sol";
import {BookValue} from "./BookValue.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {DynamicMargin} from "./DynamicMargin.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {MarginParameters} from "./MarginParameters.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {ScenarioGrid} from "./ScenarioGrid.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title PortfolioMargin
/// @notice Loads a portfolio with its parameters and prices into a book, and asks the book's value.
/// @dev Owns: nothing beyond the parameters. Trusts: the oracle to keep low <= mid <= high. Keeps: invariants 5, 7, 9,
/// 15.
contract PortfolioMargin is IPortfolioMargin, MarginParameters {
    using BookValue for Book;
    using FixedPointMathLib for uint256;
    using LibBit for uint256;

    uint256 private constant WAD = 1e18;
    uint256 private constant MAX_STRESS_WAD = 20e18;

    constructor(address authority, IPriceOracle oracle) MarginParameters(authority, oracle) {}

    // ------------------------------------------------------------------------------------------ assessments

    /// @inheritdoc IPortfolioMargin
    function initialSurplus(Portfolio calldata portfolio, uint256 stressWad) external view returns (int256 surplusWad) {
        _requireStress(stressWad);
        return _open(portfolio).surplus(Valuation.Union, stressWad);
    }

    /// @inheritdoc IPortfolioMargin
    function initialSurpluses(
        Portfolio[] calldata portfolios,
        uint256[] calldata stressesWad
    ) external view returns (int256[] memory surplusesWad) {
        if (portfolios.length != stressesWad.length) {
            revert Risk_LengthsDiffer(portfolios.length, stressesWad.length);
        }
        surplusesWad = new int256[](portfolios.length);
        for (uint256 i = 0; i < portfolios.length; ++i) {
            _requireStress(stressesWad[i]);
            surplusesWad[i] = _open(portfolios[i]).surplus(Valuation.Union, stressesWad[i]);
        }
    }

    /// @inheritdoc IPortfolioMargin
    function liquidationSurplus(Portfolio calldata portfolio) external view returns (int256 surplusWad) {
        return _open(portfolio).surplus(Valuation.Intersection, WAD);
    }

    /// @inheritdoc IPortfolioMargin
    function report(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (MarginReport memory margin) {
        _requireStress(stressWad);
        Book memory book = _open(portfolio);
        margin.equityWad = book.equity(Valuation.MarkInitial);
        margin.favourableEquityWad = book.equity(Valuation.Intersection);
        margin.initialWad = _shortfall(margin.equityWad, book.surplus(Valuation.MarkInitial, stressWad));
        margin.maintenanceWad = _shortfall(margin.equityWad, book.surplus(Valuation.MarkMaintenance, WAD));
        margin.initialSurplusWad = book.surplus(Valuation.Union, stressWad);
        margin.liquidationSurplusWad = book.surplus(Valuation.Intersection, WAD);
        (margin.netPositionWad, margin.grossNotionalWad) = book.positionsAtMid();
        margin.haircutCollateralWad = book.haircutCollateral();
    }

    /// @inheritdoc IPortfolioMargin
    function matrix(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad) {
        UnderlyingTerms terms = _termsOf(underlying);
        PriceViews memory views = _oracle.read(underlying);
        if (views.midWad == 0) revert Risk_NoPrice(underlying);
        (uint256 lowWad, uint256 highWad) = BookValue.hull(views, Valuation.Union);
        uint256 sigmaWad = DynamicMargin.sigmaInitial(terms, views);
        spotWad = ScenarioGrid.spots(lowWad, highWad, DynamicMargin.rhoInitial(terms, sigmaWad, WAD));
        valueWad = new int256[](spotWad.length);
        Book memory book = _open(portfolio);
        int256[] memory unitsWad = book.netUnits(Valuation.Union);
        for (uint256 i = 0; i < book.legCount; ++i) {
            if (book.legAssets[i] != underlying) continue;
            for (uint256 k = 0; k < spotWad.length; ++k) {
                valueWad[k] = SignedWad.mulFloor(unitsWad[i], spotWad[k]);
            }
        }
    }

    /// @inheritdoc IPortfolioMargin
    function exposure(Portfolio calldata portfolio) external view returns (uint256 assetBitmap) {
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            PerpHolding calldata perp = portfolio.perps[i];
            if (perp.sizeWad == 0) continue;
            if (!perp.asset.isUnderlying()) revert Risk_NotAnUnderlying(perp.asset);
            assetBitmap |= 1 << AssetId.unwrap(perp.asset);
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            CollateralHolding calldata holding = portfolio.collateral[i];
            if (holding.amountWad == 0) continue;
            assetBitmap |= 1 << AssetId.unwrap(_collateralTermsOf(holding.index).underlying());
        }
    }

    /// @inheritdoc IPortfolioMargin
    function collateralValue(uint8 index, uint256 amountWad) external view returns (uint256 valueWad) {
        if (amountWad == 0) return 0;
        CollateralTerms terms = _collateralTermsOf(index);
        bool hasRatio = terms.ratioAsset() != NO_ASSET;
        AssetId[] memory assets = new AssetId[](hasRatio ? 2 : 1);
        assets[0] = terms.underlying();
        if (hasRatio) assets[1] = terms.ratioAsset();
        PriceViews[] memory views = _read(assets);
        valueWad = hasRatio ? amountWad.mulWad(views[1].midWad) : amountWad;
        return valueWad.mulWad(views[0].midWad);
    }

    /// @inheritdoc IPortfolioMargin
    function shocksOf(
        AssetId asset,
        uint256 stressWad
    )
        external
        view
        returns (uint256 rhoInitialWad, uint256 rhoMaintenanceWad, uint256 sigmaInitialWad, uint256 sigmaMaintenanceWad)
    {
        _requireStress(stressWad);
        UnderlyingTerms terms = _termsOf(asset);
        PriceViews memory views = _oracle.read(asset);
        sigmaInitialWad = BookValue.sigmaOf(terms, views, true);
        sigmaMaintenanceWad = BookValue.sigmaOf(terms, views, false);
        rhoInitialWad = DynamicMargin.rhoInitial(terms, sigmaInitialWad, stressWad);
        rhoMaintenanceWad = DynamicMargin.rhoMaintenance(terms, sigmaMaintenanceWad);
    }

    // ---------------------------------------------------------------------------------------------- private

    /// @dev Legs of size zero never enter; without a leg neither the oracle nor the add-ons are touched.
    function _open(Portfolio calldata portfolio) private view returns (Book memory book) {
        book.cashWad = portfolio.cashWad;
        uint256 most = portfolio.perps.length + portfolio.collateral.length;
        if (most == 0) return book;
        book.legAssets = new AssetId[](most);
        book.sizeWad = new int256[](most);
        book.terms = new UnderlyingTerms[](most);
        for (uint256 i = 0; i < portfolio.perps.length; ++i) {
            PerpHolding calldata perp = portfolio.perps[i];
            if (perp.sizeWad != 0) book.sizeWad[_legOf(book, perp.asset)] += perp.sizeWad;
        }
        uint256 ratios = _openCollateral(book, portfolio.collateral);
        if (book.legCount == 0) return book;
        _openPrices(book, ratios);
        if (book.legCount > 1) _openGroups(book);
        AddOnConfig storage costs = _addOns;
        (book.liquidationCostBps, book.flatCostWad) = (costs.liquidationCostBps, costs.flatCostWad);
    }

    function _openCollateral(
        Book memory book,
        CollateralHolding[] calldata holdings
    ) private view returns (uint256 ratios) {
        book.holdingTerms = new CollateralTerms[](holdings.length);
        book.holdingAmountWad = new uint256[](holdings.length);
        book.holdingLeg = new uint256[](holdings.length);
        book.holdingRatio = new uint256[](holdings.length);
        for (uint256 i = 0; i < holdings.length; ++i) {
            if (holdings[i].amountWad == 0) continue;
            CollateralTerms terms = _collateralTermsOf(holdings[i].index);
            uint256 held = book.holdingCount++;
            book.holdingTerms[held] = terms;
            book.holdingAmountWad[held] = holdings[i].amountWad;
            book.holdingLeg[held] = _legOf(book, terms.underlying());
            if (terms.ratioAsset() != NO_ASSET) ++ratios;
        }
    }

    /// @dev Finds or makes the leg of an underlying. `legIndex` keeps, 8 bits per id, its number + 1.
    function _legOf(Book memory book, AssetId asset) private view returns (uint256 leg) {
        if (!asset.isUnderlying()) revert Risk_NotAnUnderlying(asset);
        uint256 shift = uint256(AssetId.unwrap(asset)) << 3;
        leg = uint8(book.legIndex >> shift);
        if (leg != 0) return leg - 1;
        leg = book.legCount++;
        book.legIndex |= (leg + 1) << shift;
        book.legAssets[leg] = asset;
        book.terms[leg] = _termsOf(asset);
    }

    /// @dev One call to the oracle: the legs, then the ratios.
    function _openPrices(Book memory book, uint256 ratios) private view {
        uint256 count = book.legCount;
        AssetId[] memory assets = new AssetId[](count + ratios);
        for (uint256 i = 0; i < count; ++i) assets[i] = book.legAssets[i];
        for (uint256 h = 0; h < book.holdingCount; ++h) {
            AssetId ratio = book.holdingTerms[h].ratioAsset();
            if (ratio == NO_ASSET) continue;
            book.holdingRatio[h] = count;
            assets[count++] = ratio;
        }
        book.views = _read(assets);
    }

    function _read(AssetId[] memory assets) private view returns (PriceViews[] memory views) {
        views = _oracle.readMany(assets);
        for (uint256 i = 0; i < assets.length; ++i) {
            if (views[i].midWad == 0) revert Risk_NoPrice(assets[i]);
        }
    }

    /// @dev Offsets need two legs of a group: others are not even looked up.
    function _openGroups(Book memory book) private view {
        uint256 seen = 0;
        uint256 shared = 0;
        for (uint256 i = 0; i < book.legCount; ++i) {
            uint256 bit = 1 << book.terms[i].correlationGroup();
            shared |= seen & bit;
            seen |= bit;
        }
        // Group 0 has no offsets.
        shared &= ~uint256(1);
        if (shared == 0) return;
        book.groups = new uint256[](book.legCount / 2);
        for (uint256 g = 0; shared != 0; ++g) {
            uint8 group = uint8(shared.ffs());
            shared &= shared - 1;
            CorrelationConfig storage offsets = _correlations[group];
            book.groups[g] = group | (uint256(offsets.kappa) << 8) | (uint256(offsets.thetaWad) << 16);
        }
    }

    function _shortfall(int256 equityWad, int256 surplusWad) private pure returns (uint256) {
        return equityWad > surplusWad ? uint256(equityWad - surplusWad) : 0;
    }

    function _requireStress(uint256 stressWad) private pure {
        RiskParameters.requireWithin(stressWad, WAD, MAX_STRESS_WAD);
    }
}
