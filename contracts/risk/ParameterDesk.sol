// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {CollateralEntry, ParameterStore, UnderlyingEntry} from "./ParameterStore.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {MILLIONTH_WAD} from "./RiskUnits.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title ParameterDesk
/// @notice What is done rarely: setters of the risk engine, linked into it and run on its storage. Who may call is the
/// engine's to say.
library ParameterDesk {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

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

    /// @notice See `IPortfolioMargin.raiseInitialShock`.
    function raiseInitialShock(ParameterStore storage store, AssetId asset, uint256 rhoMinInitialWad) external {
        UnderlyingTerms terms = store.termsOf(asset);
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
        store.termsOf(config.underlying);
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
        store.termsOf(asset);
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

    /// @notice See `IPortfolioMargin.setLiquidity`.
    function setLiquidity(
        ParameterStore storage store,
        AssetId asset,
        IPortfolioMargin.LiquidityConfig calldata config
    ) external {
        store.termsOf(asset);
        store.liquidity[asset] = RiskParameters.packLiquidity(config);
        emit IPortfolioMargin.LiquiditySet(asset, config);
    }

    function _requirePriced(IPriceOracle oracle, AssetId asset) private view {
        if (!oracle.isListed(asset)) revert IPortfolioMargin.Risk_AssetWithoutPrice(asset);
    }
}
