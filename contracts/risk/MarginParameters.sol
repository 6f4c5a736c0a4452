// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AssetId} from "../types/AssetId.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {ParameterDesk} from "./ParameterDesk.sol";
import {ParameterStore, UnderlyingEntry} from "./ParameterStore.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title MarginParameters
/// @notice The risk parameters of a domain and who may set them.
/// @dev Owns: all storage of the risk room.
abstract contract MarginParameters is IPortfolioMargin, AccessManaged {
    // ---------------------------------------------------------------------------------------------- storage

    IPriceOracle internal immutable _oracle;
    IVolSurface internal immutable _surface;

    ParameterStore private _store;

    constructor(address authority, IPriceOracle oracle, IVolSurface surface) AccessManaged(authority) {
        if (address(oracle) == address(0) || address(surface) == address(0)) revert Risk_ZeroAddress();
        _oracle = oracle;
        _surface = surface;
    }

    // ---------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IPortfolioMargin
    function setUnderlying(AssetId asset, UnderlyingConfig calldata config) external restricted {
        ParameterDesk.setUnderlying(_store, _oracle, asset, config);
    }

    /// @inheritdoc IPortfolioMargin
    function raiseInitialShock(AssetId asset, uint256 rhoMinInitialWad) external restricted {
        ParameterDesk.raiseInitialShock(_store, asset, rhoMinInitialWad);
    }

    /// @inheritdoc IPortfolioMargin
    function setCollateral(uint8 index, CollateralConfig calldata config) external restricted {
        ParameterDesk.setCollateral(_store, _oracle, index, config);
    }

    /// @inheritdoc IPortfolioMargin
    function setOptions(AssetId asset, OptionConfig calldata config) external restricted {
        ParameterDesk.setOptions(_store, asset, config);
    }

    /// @inheritdoc IPortfolioMargin
    function setCorrelation(uint8 group, CorrelationConfig calldata config) external restricted {
        ParameterDesk.setCorrelation(_store, group, config);
    }

    /// @inheritdoc IPortfolioMargin
    function setAddOns(AddOnConfig calldata config) external restricted {
        ParameterDesk.setAddOns(_store, config);
    }

    // ------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IPortfolioMargin
    function underlyingOf(AssetId asset) external view returns (UnderlyingConfig memory config) {
        UnderlyingTerms terms = _termsOf(asset);
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

    /// @inheritdoc IPortfolioMargin
    function collateralOf(uint8 index) external view returns (CollateralConfig memory config) {
        CollateralTerms terms = _collateralTermsOf(index);
        config.underlying = terms.underlying();
        config.ratioAsset = terms.ratioAsset();
        config.haircutFloorWad = terms.haircutFloorWad();
        config.zWad = _store.collaterals[index].zWad;
        config.liquidationSeconds = _store.collaterals[index].liquidationSeconds;
        config.concentrationGainWad = terms.concentrationGainWad();
        config.concentrationFreeWad = terms.concentrationFreeWad();
        config.capWad = terms.capWad();
    }

    /// @inheritdoc IPortfolioMargin
    function optionsOf(AssetId asset) external view returns (OptionTerms terms) {
        terms = _optionTermsOf(asset);
        if (OptionTerms.unwrap(terms) == 0) revert Risk_OptionsNotConfigured(asset);
    }

    /// @inheritdoc IPortfolioMargin
    function correlationOf(uint8 group) external view returns (CorrelationConfig memory config) {
        return _store.correlations[group];
    }

    /// @inheritdoc IPortfolioMargin
    function addOns() external view returns (AddOnConfig memory config) {
        return _store.addOns;
    }

    // --------------------------------------------------------------------------------------------- internal

    function _termsOf(AssetId asset) internal view returns (UnderlyingTerms terms) {
        terms = _store.underlyings[asset].terms;
        if (!terms.isConfigured()) revert Risk_UnderlyingNotConfigured(asset);
    }

    /// @dev The zero word where there are none.
    function _optionTermsOf(AssetId asset) internal view returns (OptionTerms terms) {
        return _store.options[asset];
    }

    function _collateralTermsOf(uint8 index) internal view returns (CollateralTerms terms) {
        terms = _store.collaterals[index].terms;
        if (!terms.isConfigured()) revert Risk_CollateralNotConfigured(index);
    }

    function _correlationOf(uint8 group) internal view returns (CorrelationConfig storage) {
        return _store.correlations[group];
    }

    function _parameters() internal view returns (ParameterStore storage) {
        return _store;
    }

    function _costs() internal view returns (AddOnConfig storage) {
        return _store.addOns;
    }
}
