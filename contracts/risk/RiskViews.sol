// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {NormalTable} from "../math/NormalTable.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {PriceViews} from "../types/Price.sol";
import {Book, Sheet, Valuation} from "./Book.sol";
import {BookEntry} from "./BookEntry.sol";
import {BookOptions} from "./BookOptions.sol";
import {BookValue} from "./BookValue.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {LiquidityTerms} from "./LiquidityTerms.sol";
import {OptionDesk} from "./OptionDesk.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {UnderlyingEntry} from "./ParameterStore.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {RiskStorage} from "./RiskStorage.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";
import {ViewsReader} from "./ViewsReader.sol";

/// @title RiskViews
/// @notice What the risk engine is asked rarely: it runs this code on its own storage. Views only; by itself it knows nothing.
contract RiskViews is RiskStorage {
    using BookEntry for Sheet;
    using BookOptions for Book;
    using BookValue for Book;
    using BookValue for Sheet;
    using FixedPointMathLib for uint256;
    using ViewsReader for IPriceOracle;

    uint256 private constant WAD = 1e18;

    constructor(
        address authority,
        IPriceOracle oracle_,
        IVolSurface surface_
    ) RiskStorage(authority, oracle_, surface_, address(new NormalTable())) {}

    /// @notice Where prices come from.
    function oracle() external view returns (IPriceOracle) {
        return _oracle;
    }

    /// @notice Where smiles come from.
    function surface() external view returns (IVolSurface) {
        return _surface;
    }

    /// @notice The table that options are priced with.
    function normalTable() external view returns (address) {
        return _normalTable;
    }

    // ------------------------------------------------------------------------------------------ assessments

    /// @notice See `IPortfolioMargin.report`.
    function report(
        Portfolio calldata portfolio,
        uint256 stressWad
    ) external view returns (IPortfolioMargin.MarginReport memory margin) {
        RiskParameters.requireStress(stressWad);
        Sheet memory sheet = _sheet();
        Book memory book;
        sheet.open(book, _store, portfolio);
        sheet.measureInitial(stressWad);
        sheet.measureMaintenance();
        book.ask(sheet, _store, portfolio.options, OptionDesk.UNION | OptionDesk.LIQUIDATION);
        IPortfolioMargin.LiquidationReport memory part = book.liquidationNumbers(sheet);
        margin.equityWad = part.equityWad;
        margin.favourableEquityWad = part.favourableEquityWad;
        margin.initialWad = part.initialWad;
        margin.maintenanceWad = part.maintenanceWad;
        margin.initialSurplusWad = book.surplus(sheet, Valuation.Union);
        margin.liquidationSurplusWad = part.liquidationSurplusWad;
        margin.netPositionWad = part.netPositionWad;
        margin.grossNotionalWad = part.grossNotionalWad;
        margin.haircutCollateralWad = book.haircutCollateral(sheet);
    }

    /// @notice See `IPortfolioMargin.liquidationSurplusAt`.
    function liquidationSurplusAt(
        Portfolio calldata portfolio,
        AssetId underlying,
        uint256 factorWad
    ) external view returns (int256 surplusWad) {
        Sheet memory sheet = _sheet();
        Book memory book;
        sheet.open(book, _store, portfolio);
        sheet.scalePrices(underlying, factorWad);
        sheet.measureMaintenance();
        book.ask(sheet, _store, portfolio.options, OptionDesk.INTERSECTION);
        return book.surplus(sheet, Valuation.Intersection);
    }

    /// @notice See `IPortfolioMargin.matrix`.
    function matrix(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (uint256[] memory spotWad, int256[] memory valueWad) {
        Sheet memory sheet = _sheet();
        Book memory book;
        uint256 leg = sheet.openOn(book, _store, portfolio, underlying);
        sheet.measureInitial(WAD);
        OptionDesk.Question memory question = BookOptions.questionOf(sheet, _store, leg);
        int256[] memory unitsWad = book.netUnits(sheet, Valuation.Union);
        if (unitsWad.length != 0) question.unitsWad[uint256(Valuation.Union)] = unitsWad[leg];
        return OptionDesk.matrix(question, portfolio.options);
    }

    /// @notice See `IPortfolioMargin.optionMarks`.
    function optionMarks(
        Portfolio calldata portfolio,
        AssetId underlying
    ) external view returns (int256[] memory markWad) {
        Sheet memory sheet = _sheet();
        Book memory book;
        uint256 leg = sheet.openOn(book, _store, portfolio, underlying);
        return OptionDesk.marks(BookOptions.questionOf(sheet, _store, leg), portfolio.options);
    }

    /// @notice See `IPortfolioMargin.shocksOf`.
    function shocksOf(
        AssetId asset,
        uint256 stressWad
    )
        external
        view
        returns (uint256 rhoInitialWad, uint256 rhoMaintenanceWad, uint256 sigmaInitialWad, uint256 sigmaMaintenanceWad)
    {
        RiskParameters.requireStress(stressWad);
        Sheet memory sheet = _sheet();
        sheet.provide(1);
        sheet.legOf(_store, asset);
        sheet.fetch(_store);
        sheet.measureInitial(stressWad);
        sheet.measureMaintenance();
        return (
            sheet.rhoInitialWad[0],
            sheet.rhoMaintenanceWad[0],
            sheet.sigmaInitialWad[0],
            sheet.views[0].sigmaGlideWad
        );
    }

    /// @notice See `IPortfolioMargin.collateralValue`.
    function collateralValue(uint8 index, uint256 amountWad) external view returns (uint256 valueWad) {
        if (amountWad == 0) return 0;
        CollateralTerms terms = _store.collateralTermsOf(index);
        bool hasRatio = terms.ratioAsset() != NO_ASSET;
        AssetId[] memory assets = new AssetId[](hasRatio ? 2 : 1);
        assets[0] = terms.underlying();
        if (hasRatio) assets[1] = terms.ratioAsset();
        PriceViews[] memory views = _oracle.read(assets);
        valueWad = hasRatio ? amountWad.mulWad(views[1].midWad) : amountWad;
        return valueWad.mulWad(views[0].midWad);
    }

    /// @notice See `IPortfolioMargin.underlyingOf`.
    function underlyingOf(AssetId asset) external view returns (IPortfolioMargin.UnderlyingConfig memory config) {
        UnderlyingTerms terms = _store.termsOf(asset);
        UnderlyingEntry storage entry = _store.underlyings[asset];
        config.zInitialWad = entry.zInitialWad;
        config.zMaintenanceWad = entry.zMaintenanceWad;
        config.mporInitialSeconds = entry.mporInitialSeconds;
        config.mporMaintenanceSeconds = entry.mporMaintenanceSeconds;
        config.rhoMinInitialWad = terms.rhoMinInitialWad();
        config.rhoMaxInitialWad = terms.rhoMaxInitialWad();
        config.rhoMinMaintenanceWad = terms.rhoMinMaintenanceWad();
        config.rhoMaxMaintenanceWad = terms.rhoMaxMaintenanceWad();
        config.sigmaFloorWad = terms.sigmaFloorWad();
        config.stressSigmaWad = terms.stressSigmaWad();
        config.stressWeightWad = terms.stressWeightWad();
        config.fastGainWad = terms.fastGainWad();
        config.correlationGroup = terms.correlationGroup();
        config.leverage = entry.leverage;
    }

    /// @notice See `IPortfolioMargin.collateralOf`.
    function collateralOf(uint8 index) external view returns (IPortfolioMargin.CollateralConfig memory config) {
        CollateralTerms terms = _store.collateralTermsOf(index);
        config.underlying = terms.underlying();
        config.ratioAsset = terms.ratioAsset();
        config.haircutFloorWad = terms.haircutFloorWad();
        config.zWad = _store.collaterals[index].zWad;
        config.liquidationSeconds = _store.collaterals[index].liquidationSeconds;
        config.concentrationGainWad = terms.concentrationGainWad();
        config.concentrationFreeWad = terms.concentrationFreeWad();
        config.capWad = terms.capWad();
    }

    /// @notice See `IPortfolioMargin.optionsOf`.
    function optionsOf(AssetId asset) external view returns (OptionTerms terms) {
        terms = _store.options[asset];
        if (OptionTerms.unwrap(terms) == 0) revert IPortfolioMargin.Risk_OptionsNotConfigured(asset);
    }

    /// @notice See `IPortfolioMargin.correlationOf`.
    function correlationOf(uint8 group) external view returns (IPortfolioMargin.CorrelationConfig memory config) {
        return _store.correlations[group];
    }

    /// @notice See `IPortfolioMargin.addOns`.
    function addOns() external view returns (IPortfolioMargin.AddOnConfig memory config) {
        return _store.addOns;
    }

    /// @notice See `IPortfolioMargin.liquidityOf`.
    function liquidityOf(AssetId asset) external view returns (IPortfolioMargin.LiquidityConfig memory config) {
        LiquidityTerms terms = _store.liquidity[asset];
        config.depthUsd = terms.depthUsd();
        config.depthSigmaWad = terms.depthSigmaWad();
        config.leastDepthBps = terms.leastDepthBps();
        config.halfSpreadWad = terms.halfSpreadWad();
        config.impactBps = terms.impactBps();
        config.vegaDepthUsd = terms.vegaDepthUsd();
        config.volHalfSpreadBps = terms.volHalfSpreadBps();
        config.volImpactBps = terms.volImpactBps();
    }
}
