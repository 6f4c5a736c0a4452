// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {AssetId, NO_ASSET} from "../types/AssetId.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {RiskParameters} from "./RiskParameters.sol";
import {MILLIONTH_WAD} from "./RiskUnits.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title MarginParameters
/// @notice The risk parameters of a domain and who may set them.
/// @dev Owns: all storage of the risk room.
abstract contract MarginParameters is IPortfolioMargin, AccessManaged {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    // ------------------------------------------------------------------------------------------------ types

    /// @dev Two slots: the word that assessments read, and what it was made from (8 + 8 + 4 + 4 bytes).
    struct UnderlyingEntry {
        UnderlyingTerms terms;
        uint64 zInitialWad;
        uint64 zMaintenanceWad;
        uint32 mporInitialSeconds;
        uint32 mporMaintenanceSeconds;
    }

    /// @dev Two slots: the word that assessments read, and what it was made from (8 + 4 bytes).
    struct CollateralEntry {
        CollateralTerms terms;
        uint64 zWad;
        uint32 liquidationSeconds;
    }

    // ---------------------------------------------------------------------------------------------- storage

    IPriceOracle internal immutable _oracle;

    mapping(AssetId asset => UnderlyingEntry) private _underlyings;
    mapping(uint8 index => CollateralEntry) private _collaterals;
    mapping(uint8 group => CorrelationConfig) internal _correlations;
    AddOnConfig internal _addOns;

    constructor(address authority, IPriceOracle oracle) AccessManaged(authority) {
        if (address(oracle) == address(0)) revert Risk_ZeroAddress();
        _oracle = oracle;
    }

    // ---------------------------------------------------------------------------------------- configuration

    /// @inheritdoc IPortfolioMargin
    function setUnderlying(AssetId asset, UnderlyingConfig calldata config) external restricted {
        if (!asset.isUnderlying()) revert Risk_NotAnUnderlying(asset);
        _requirePriced(asset);
        UnderlyingEntry storage entry = _underlyings[asset];
        entry.terms = RiskParameters.packUnderlying(config);
        entry.zInitialWad = config.zInitialWad.toUint64();
        entry.zMaintenanceWad = config.zMaintenanceWad.toUint64();
        entry.mporInitialSeconds = config.mporInitialSeconds.toUint32();
        entry.mporMaintenanceSeconds = config.mporMaintenanceSeconds.toUint32();
        emit UnderlyingSet(asset, config);
    }

    /// @inheritdoc IPortfolioMargin
    function raiseInitialShock(AssetId asset, uint256 rhoMinInitialWad) external restricted {
        UnderlyingTerms terms = _termsOf(asset);
        uint256 oldWad = terms.rhoMinInitialWad();
        if (rhoMinInitialWad <= oldWad) revert Risk_ShockNotHigher(rhoMinInitialWad, oldWad);
        RiskParameters.requireWithin(rhoMinInitialWad, RiskParameters.MIN_SHOCK_WAD, RiskParameters.MAX_SHOCK_WAD);
        uint256 least = RiskParameters.toUnits(rhoMinInitialWad, MILLIONTH_WAD);
        uint256 most = least.max(terms.rhoMaxInitialWad() / MILLIONTH_WAD);
        _underlyings[asset].terms = terms.withInitialShock(least.toUint24(), most.toUint24());
        emit InitialShockRaised(asset, oldWad, rhoMinInitialWad);
    }

    /// @inheritdoc IPortfolioMargin
    function setCollateral(uint8 index, CollateralConfig calldata config) external restricted {
        _termsOf(config.underlying);
        if (config.ratioAsset != NO_ASSET) {
            if (config.ratioAsset.isUnderlying()) revert Risk_NotARatio(config.ratioAsset);
            _requirePriced(config.ratioAsset);
        }
        CollateralEntry storage entry = _collaterals[index];
        entry.terms = RiskParameters.packCollateral(config);
        entry.zWad = config.zWad.toUint64();
        entry.liquidationSeconds = config.liquidationSeconds.toUint32();
        emit CollateralSet(index, config);
    }

    /// @inheritdoc IPortfolioMargin
    function setCorrelation(uint8 group, CorrelationConfig calldata config) external restricted {
        if (group == 0) revert Risk_NoSuchGroup(group);
        RiskParameters.checkCorrelation(config);
        _correlations[group] = config;
        emit CorrelationSet(group, config);
    }

    /// @inheritdoc IPortfolioMargin
    function setAddOns(AddOnConfig calldata config) external restricted {
        RiskParameters.checkAddOns(config);
        _addOns = config;
        emit AddOnsSet(config);
    }

    // ------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IPortfolioMargin
    function underlyingOf(AssetId asset) external view returns (UnderlyingConfig memory config) {
        UnderlyingTerms terms = _termsOf(asset);
        UnderlyingEntry storage entry = _underlyings[asset];
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
    }

    /// @inheritdoc IPortfolioMargin
    function collateralOf(uint8 index) external view returns (CollateralConfig memory config) {
        CollateralTerms terms = _collateralTermsOf(index);
        config.underlying = terms.underlying();
        config.ratioAsset = terms.ratioAsset();
        config.haircutFloorWad = terms.haircutFloorWad();
        config.zWad = _collaterals[index].zWad;
        config.liquidationSeconds = _collaterals[index].liquidationSeconds;
        config.concentrationGainWad = terms.concentrationGainWad();
        config.concentrationFreeWad = terms.concentrationFreeWad();
        config.capWad = terms.capWad();
    }

    /// @inheritdoc IPortfolioMargin
    function correlationOf(uint8 group) external view returns (CorrelationConfig memory config) {
        return _correlations[group];
    }

    /// @inheritdoc IPortfolioMargin
    function addOns() external view returns (AddOnConfig memory config) {
        return _addOns;
    }

    // --------------------------------------------------------------------------------------------- internal

    function _termsOf(AssetId asset) internal view returns (UnderlyingTerms terms) {
        terms = _underlyings[asset].terms;
        if (!terms.isConfigured()) revert Risk_UnderlyingNotConfigured(asset);
    }

    function _collateralTermsOf(uint8 index) internal view returns (CollateralTerms terms) {
        terms = _collaterals[index].terms;
        if (!terms.isConfigured()) revert Risk_CollateralNotConfigured(index);
    }

    function _requirePriced(AssetId asset) private view {
        if (!_oracle.isListed(asset)) revert Risk_AssetWithoutPrice(asset);
    }
}
