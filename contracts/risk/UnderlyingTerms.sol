// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BASIS_POINT_WAD, BILLIONTH_WAD, MILLIONTH_WAD} from "./RiskUnits.sol";

/// @notice Risk of an underlying in one word, as every assessment reads it. From the low end: shock per sigma, initial
/// and maintenance (2 x 32 bits, 1e-9); least and most shock, initial, then maintenance (4 x 24, 1e-6); sigma floor and
/// stressed sigma (2 x 24, 1e-6); stress weight and fast gain (2 x 16, 1e-4); correlation group (8). 0 = not configured.
type UnderlyingTerms is uint256;

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
    isConfigured,
    withInitialShock
} for UnderlyingTerms global;

/// @notice Packs fields that are in their own units already and fit.
/// @param f In the order of the word, from the low end.
function packUnderlyingTerms(uint256[11] memory f) pure returns (UnderlyingTerms) {
    uint256 word = f[0] | (f[1] << 32) | (f[2] << 64) | (f[3] << 88) | (f[4] << 112) | (f[5] << 136);
    word |= (f[6] << 160) | (f[7] << 184) | (f[8] << 208) | (f[9] << 224) | (f[10] << 240);
    return UnderlyingTerms.wrap(word);
}

function shockPerSigmaInitialWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint32(UnderlyingTerms.unwrap(terms))) * BILLIONTH_WAD;
}

function shockPerSigmaMaintenanceWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint32(UnderlyingTerms.unwrap(terms) >> 32)) * BILLIONTH_WAD;
}

function rhoMinInitialWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 64)) * MILLIONTH_WAD;
}

function rhoMaxInitialWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 88)) * MILLIONTH_WAD;
}

function rhoMinMaintenanceWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 112)) * MILLIONTH_WAD;
}

function rhoMaxMaintenanceWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 136)) * MILLIONTH_WAD;
}

function sigmaFloorWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 160)) * MILLIONTH_WAD;
}

function stressSigmaWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint24(UnderlyingTerms.unwrap(terms) >> 184)) * MILLIONTH_WAD;
}

function stressWeightWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint16(UnderlyingTerms.unwrap(terms) >> 208)) * BASIS_POINT_WAD;
}

function fastGainWad(UnderlyingTerms terms) pure returns (uint256) {
    return uint256(uint16(UnderlyingTerms.unwrap(terms) >> 224)) * BASIS_POINT_WAD;
}

function correlationGroup(UnderlyingTerms terms) pure returns (uint8) {
    return uint8(UnderlyingTerms.unwrap(terms) >> 240);
}

/// @dev The least maintenance shock is never zero.
function isConfigured(UnderlyingTerms terms) pure returns (bool) {
    return UnderlyingTerms.unwrap(terms) != 0;
}

/// @notice The same terms with another least and most initial shock, in millionths.
function withInitialShock(
    UnderlyingTerms terms,
    uint24 rhoMinMillionths,
    uint24 rhoMaxMillionths
) pure returns (UnderlyingTerms) {
    uint256 mask = uint256(type(uint48).max) << 64;
    uint256 fields = (uint256(rhoMinMillionths) << 64) | (uint256(rhoMaxMillionths) << 88);
    return UnderlyingTerms.wrap((UnderlyingTerms.unwrap(terms) & ~mask) | fields);
}
