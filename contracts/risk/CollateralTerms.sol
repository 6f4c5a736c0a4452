// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {BILLIONTH_WAD, MILLIONTH_WAD} from "./RiskUnits.sol";

/// @notice Risk of a collateral in one word. From the low end: underlying (16 bits), ratio asset (16), haircut floor
/// (24, 1e-6), haircut exponent per sigma (32, 1e-9), concentration gain (32, 1e-6), free share (24, 1e-6), cap
/// (112, WAD of tokens). 0 = not configured.
type CollateralTerms is uint256;

using {
    underlying,
    ratioAsset,
    haircutFloorWad,
    exponentPerSigmaWad,
    concentrationGainWad,
    concentrationFreeWad,
    capWad,
    isConfigured
} for CollateralTerms global;

/// @notice Packs fields that are in their own units already and fit.
/// @param f In the order of the word, from the low end.
function packCollateralTerms(uint256[7] memory f) pure returns (CollateralTerms) {
    uint256 word = f[0] | (f[1] << 16) | (f[2] << 32) | (f[3] << 56) | (f[4] << 88) | (f[5] << 120);
    return CollateralTerms.wrap(word | (f[6] << 144));
}

function underlying(CollateralTerms terms) pure returns (AssetId) {
    return AssetId.wrap(uint16(CollateralTerms.unwrap(terms)));
}

function ratioAsset(CollateralTerms terms) pure returns (AssetId) {
    return AssetId.wrap(uint16(CollateralTerms.unwrap(terms) >> 16));
}

function haircutFloorWad(CollateralTerms terms) pure returns (uint256) {
    return uint256(uint24(CollateralTerms.unwrap(terms) >> 32)) * MILLIONTH_WAD;
}

function exponentPerSigmaWad(CollateralTerms terms) pure returns (uint256) {
    return uint256(uint32(CollateralTerms.unwrap(terms) >> 56)) * BILLIONTH_WAD;
}

function concentrationGainWad(CollateralTerms terms) pure returns (uint256) {
    return uint256(uint32(CollateralTerms.unwrap(terms) >> 88)) * MILLIONTH_WAD;
}

function concentrationFreeWad(CollateralTerms terms) pure returns (uint256) {
    return uint256(uint24(CollateralTerms.unwrap(terms) >> 120)) * MILLIONTH_WAD;
}

function capWad(CollateralTerms terms) pure returns (uint256) {
    return CollateralTerms.unwrap(terms) >> 144;
}

/// @dev The underlying is never zero.
function isConfigured(CollateralTerms terms) pure returns (bool) {
    return CollateralTerms.unwrap(terms) != 0;
}
