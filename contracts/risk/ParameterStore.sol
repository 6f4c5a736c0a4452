// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {LeverageTerms} from "./LeverageTerms.sol";
import {LiquidityTerms} from "./LiquidityTerms.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

using {termsOf, collateralTermsOf} for ParameterStore global;

/// @dev Three slots: the word that assessments read, and what it was made from (8 + 8 + 4 + 4 and 24 bytes).
struct UnderlyingEntry {
    UnderlyingTerms terms;
    uint64 zInitialWad;
    uint64 zMaintenanceWad;
    uint32 mporInitialSeconds;
    uint32 mporMaintenanceSeconds;
    LeverageTerms leverage;
}

/// @dev Two slots: the word that assessments read, and what it was made from (8 + 4 bytes).
struct CollateralEntry {
    CollateralTerms terms;
    uint64 zWad;
    uint32 liquidationSeconds;
}

/// @dev All storage of the risk room.
struct ParameterStore {
    mapping(AssetId asset => UnderlyingEntry) underlyings;
    mapping(uint8 index => CollateralEntry) collaterals;
    mapping(AssetId asset => OptionTerms) options;
    mapping(uint8 group => IPortfolioMargin.CorrelationConfig) correlations;
    IPortfolioMargin.AddOnConfig addOns;
    mapping(AssetId asset => LiquidityTerms) liquidity;
}

/// @notice Terms of an underlying. Errors: `Risk_UnderlyingNotConfigured`.
function termsOf(ParameterStore storage store, AssetId asset) view returns (UnderlyingTerms terms) {
    terms = store.underlyings[asset].terms;
    if (!terms.isConfigured()) revert IPortfolioMargin.Risk_UnderlyingNotConfigured(asset);
}

/// @notice Terms of a collateral. Errors: `Risk_CollateralNotConfigured`.
function collateralTermsOf(ParameterStore storage store, uint8 index) view returns (CollateralTerms terms) {
    terms = store.collaterals[index].terms;
    if (!terms.isConfigured()) revert IPortfolioMargin.Risk_CollateralNotConfigured(index);
}
