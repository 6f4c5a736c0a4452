// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BASIS_POINT_WAD, HUNDRED_MILLIONTH_WAD, MILLIONTH_WAD} from "./RiskUnits.sol";

/// @notice Risk of an underlying in one word, as every assessment reads it. From the low end: shock per sigma, initial
/// and maintenance (2 x 28 bits, 1e-8); least and most shock, initial, then maintenance (4 x 22, 1e-6); sigma floor and
/// stressed sigma (2 x 24, 1e-6); stress weight (14) and fast gain (16), 1e-4; correlation group (8); leverage bound:
/// shock per sigma and what jumps take (2 x 13, 1e-4). 256 bits. 0 = not configured.
type UnderlyingTerms is uint256;

uint256 constant MASK_13 = (1 << 13) - 1;
uint256 constant MASK_14 = (1 << 14) - 1;
uint256 constant MASK_22 = (1 << 22) - 1;
uint256 constant MASK_28 = (1 << 28) - 1;

using {
    shockPerSigmaInitialWad,
    shockPerSigmaMaintenanceWad,
    rhoMinInitialWad,
    rhoMaxInitialWad,
    rhoMinMaintenanceWad,
    rhoMaxMaintenanceWad,
    sigmaFloorWad,
    stressSigmaWad,
    stressWeightWad,
    fastGainWad,
    correlationGroup,
    boundPerSigmaWad,
    boundForJumpsWad,
    isConfigured,
    withInitialShock
} for UnderlyingTerms global;

/// @notice Packs fields that are in their own units already and fit.
/// @param f In the order of the word, from the low end.
function packUnderlyingTerms(uint256[13] memory f) pure returns (UnderlyingTerms) {
    uint256 word = f[0] | (f[1] << 28) | (f[2] << 56) | (f[3] << 78) | (f[4] << 100) | (f[5] << 122);
    word |= (f[6] << 144) | (f[7] << 168) | (f[8] << 192) | (f[9] << 206) | (f[10] << 222);
    word |= (f[11] << 230) | (f[12] << 243);
    return UnderlyingTerms.wrap(word);
}

function shockPerSigmaInitialWad(UnderlyingTerms terms) pure returns (uint256) {
    return (UnderlyingTerms.unwrap(terms) & MASK_28) * HUNDRED_MILLIONTH_WAD;
}

function shockPerSigmaMaintenanceWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 28) & MASK_28) * HUNDRED_MILLIONTH_WAD;
}

function rhoMinInitialWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 56) & MASK_22) * MILLIONTH_WAD;
}

function rhoMaxInitialWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 78) & MASK_22) * MILLIONTH_WAD;
}

function rhoMinMaintenanceWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 100) & MASK_22) * MILLIONTH_WAD;
}

function rhoMaxMaintenanceWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 122) & MASK_22) * MILLIONTH_WAD;
}

function sigmaFloorWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 144)) * MILLIONTH_WAD;
}

function stressSigmaWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 168)) * MILLIONTH_WAD;
}

function stressWeightWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 192) & MASK_14) * BASIS_POINT_WAD;
}

function fastGainWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint16(UnderlyingTerms.unwrap(terms) >> 206)) * BASIS_POINT_WAD;
}

function correlationGroup(UnderlyingTerms terms) pure returns (uint8) {
    return uint8(UnderlyingTerms.unwrap(terms) >> 222);
}

/// @notice Shock per sigma of the leverage bound, WAD.
function boundPerSigmaWad(UnderlyingTerms terms) pure returns (uint256) {
    return ((UnderlyingTerms.unwrap(terms) >> 230) & MASK_13) * BASIS_POINT_WAD;
}

/// @notice What the leverage bound keeps for jumps, whatever sigma is, WAD.
function boundForJumpsWad(UnderlyingTerms terms) pure returns (uint256) {
    return (UnderlyingTerms.unwrap(terms) >> 243) * BASIS_POINT_WAD;
}

/// @dev The least maintenance shock is never zero.
function isConfigured(UnderlyingTerms terms) pure returns (bool) {
    return UnderlyingTerms.unwrap(terms) != 0;
}

/// @notice The same terms with another least and most initial shock, in millionths below 2^22.
function withInitialShock(
    UnderlyingTerms terms,
    uint256 rhoMinMillionths,
    uint256 rhoMaxMillionths
) pure returns (UnderlyingTerms) {
    uint256 mask = ((1 << 44) - 1) << 56;
    uint256 fields = (rhoMinMillionths << 56) | (rhoMaxMillionths << 78);
    return UnderlyingTerms.wrap((UnderlyingTerms.unwrap(terms) & ~mask) | fields);
}
