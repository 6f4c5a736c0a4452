// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {PriceViews} from "../types/Price.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {DynamicMargin} from "./DynamicMargin.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {CollateralEntry, ParameterStore, UnderlyingEntry} from "./ParameterStore.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {MILLIONTH_WAD} from "./RiskUnits.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";
import {ViewsReader} from "./ViewsReader.sol";

/// @title ParameterDesk
/// @notice What is done rarely: setters and some views of the risk engine, linked into it and run on its storage. Who may call is the
/// engine's to say.
library ParameterDesk {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;
    using ViewsReader for IPriceOracle;

    /// @notice See `IPortfolioMargin.setUnderlying`.
    function setUnderlying(
        ParameterStore storage store,
        IPriceOracle oracle,
        AssetId asset,
        IPortfolioMargin.UnderlyingConfig calldata config
    ) external {
        if (!asset.isUnderlying()) revert IPortfolioMargin.Risk_NotAnUnderlying(asset);
        _requirePriced(oracle, asset);
        UnderlyingEntry storage entry = store.underlyings[asset];
        entry.terms = RiskParameters.packUnderlying(config, oracle.configOf(asset).shortWindowSeconds);
        entry.zInitialWad = config.zInitialWad.toUint64();
        entry.zMaintenanceWad = config.zMaintenanceWad.toUint64();
        entry.mporInitialSeconds = config.mporInitialSeconds.toUint32();
        entry.mporMaintenanceSeconds = config.mporMaintenanceSeconds.toUint32();
        entry.leverage = config.leverage;
        emit IPortfolioMargin.UnderlyingSet(asset, config);
    }

    /// @notice See `IPortfolioMargin.shocksOf`.
    function shocksOf(
        ParameterStore storage store,
        IPriceOracle oracle,
        AssetId asset,
        uint256 stressWad
    )
        external
        view
        returns (uint256 rhoInitialWad, uint256 rhoMaintenanceWad, uint256 sigmaInitialWad, uint256 sigmaMaintenanceWad)
    {
        RiskParameters.requireStress(stressWad);
        if (!asset.isUnderlying()) revert IPortfolioMargin.Risk_NotAnUnderlying(asset);
        UnderlyingTerms terms = _termsOf(store, asset);
        AssetId[] memory assets = new AssetId[](1);
        assets[0] = asset;
        PriceViews memory views = oracle.read(assets)[0];
        sigmaInitialWad = DynamicMargin.sigmaInitial(terms, views);
        sigmaMaintenanceWad = views.sigmaGlideWad;
        rhoInitialWad = DynamicMargin.rhoInitial(terms, sigmaInitialWad, stressWad);
        rhoMaintenanceWad = DynamicMargin.rhoMaintenance(terms, sigmaMaintenanceWad);
    }

    /// @notice See `IPortfolioMargin.collateralValue`.
    function collateralValue(
        ParameterStore storage store,
        IPriceOracle oracle,
        uint8 index,
        uint256 amountWad
    ) external view returns (uint256 valueWad) {
        if (amountWad == 0) return 0;
        CollateralTerms terms = _collateralTermsOf(store, index);
        bool hasRatio = terms.ratioAsset() != NO_ASSET;
        AssetId[] memory assets = new AssetId[](hasRatio ? 2 : 1);
        assets[0] = terms.underlying();
        if (hasRatio) assets[1] = terms.ratioAsset();
        PriceViews[] memory views = oracle.read(assets);
        valueWad = hasRatio ? amountWad.mulWad(views[1].midWad) : amountWad;
        return valueWad.mulWad(views[0].midWad);
    }

    /// @notice See `IPortfolioMargin.raiseInitialShock`.
    function raiseInitialShock(ParameterStore storage store, AssetId asset, uint256 rhoMinInitialWad) external {
        UnderlyingTerms terms = _termsOf(store, asset);
        uint256 oldWad = terms.rhoMinInitialWad();
        if (rhoMinInitialWad <= oldWad) revert IPortfolioMargin.Risk_ShockNotHigher(rhoMinInitialWad, oldWad);
        RiskParameters.requireWithin(rhoMinInitialWad, RiskParameters.MIN_SHOCK_WAD, RiskParameters.MAX_SHOCK_WAD);
        uint256 least = RiskParameters.toUnits(rhoMinInitialWad, MILLIONTH_WAD);
        uint256 most = least.max(terms.rhoMaxInitialWad() / MILLIONTH_WAD);
        store.underlyings[asset].terms = terms.withInitialShock(least, most);
        emit IPortfolioMargin.InitialShockRaised(asset, oldWad, rhoMinInitialWad);
    }

    /// @notice See `IPortfolioMargin.setCollateral`.
    function setCollateral(
        ParameterStore storage store,
        IPriceOracle oracle,
        uint8 index,
        IPortfolioMargin.CollateralConfig calldata config
    ) external {
        _termsOf(store, config.underlying);
        if (config.ratioAsset != NO_ASSET) {
            if (config.ratioAsset.isUnderlying()) revert IPortfolioMargin.Risk_NotARatio(config.ratioAsset);
            _requirePriced(oracle, config.ratioAsset);
        }
        CollateralEntry storage entry = store.collaterals[index];
        entry.terms = RiskParameters.packCollateral(config);
        entry.zWad = config.zWad.toUint64();
        entry.liquidationSeconds = config.liquidationSeconds.toUint32();
        emit IPortfolioMargin.CollateralSet(index, config);
    }

    /// @notice See `IPortfolioMargin.setOptions`.
    function setOptions(
        ParameterStore storage store,
        AssetId asset,
        IPortfolioMargin.OptionConfig calldata config
    ) external {
        _termsOf(store, asset);
        store.options[asset] = RiskParameters.packOptions(config);
        emit IPortfolioMargin.OptionsSet(asset, config);
    }

    /// @notice See `IPortfolioMargin.setCorrelation`.
    function setCorrelation(
        ParameterStore storage store,
        uint8 group,
        IPortfolioMargin.CorrelationConfig calldata config
    ) external {
        if (group == 0) revert IPortfolioMargin.Risk_NoSuchGroup(group);
        RiskParameters.checkCorrelation(config);
        store.correlations[group] = config;
        emit IPortfolioMargin.CorrelationSet(group, config);
    }

    /// @notice See `IPortfolioMargin.setAddOns`.
    function setAddOns(ParameterStore storage store, IPortfolioMargin.AddOnConfig calldata config) external {
        RiskParameters.checkAddOns(config);
        store.addOns = config;
        emit IPortfolioMargin.AddOnsSet(config);
    }

    function _termsOf(ParameterStore storage store, AssetId asset) private view returns (UnderlyingTerms terms) {
        terms = store.underlyings[asset].terms;
        if (!terms.isConfigured()) revert IPortfolioMargin.Risk_UnderlyingNotConfigured(asset);
    }

    function _collateralTermsOf(
        ParameterStore storage store,
        uint8 index
    ) private view returns (CollateralTerms terms) {
        terms = store.collaterals[index].terms;
        if (!terms.isConfigured()) revert IPortfolioMargin.Risk_CollateralNotConfigured(index);
    }

    function _requirePriced(IPriceOracle oracle, AssetId asset) private view {
        if (!oracle.isListed(asset)) revert IPortfolioMargin.Risk_AssetWithoutPrice(asset);
    }
}
