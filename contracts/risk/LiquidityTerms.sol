// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MILLIONTH_WAD} from "./RiskUnits.sol";

/// @notice What trading an underlying and its options costs, in one word. From the low end: depth (64 bits, USD) | volatility
/// at which that is so (24, 1e-6) | least share of the depth (16, bps) | half spread (24, 1e-6) | impact (16, bps) | depth of
/// vega (64, USD) | half spread of volatility (16, bps) | impact on volatility (16, bps). The zero word is no charge.
type LiquidityTerms is uint256;

using {
    depthUsd,
    depthSigmaWad,
    leastDepthBps,
    halfSpreadWad,
    impactBps,
    vegaDepthUsd,
    volHalfSpreadBps,
    volImpactBps
} for LiquidityTerms global;

/// @notice Packs fields that are in their own units already and fit.
/// @param f In the order of the word, from the low end.
function packLiquidityTerms(uint256[8] memory f) pure returns (LiquidityTerms) {
    uint256 word = f[0] | (f[1] << 64) | (f[2] << 88) | (f[3] << 104) | (f[4] << 128);
    return LiquidityTerms.wrap(word | (f[5] << 144) | (f[6] << 208) | (f[7] << 224));
}

function depthUsd(LiquidityTerms terms) pure returns (uint256) {
    return uint64(LiquidityTerms.unwrap(terms));
}

function depthSigmaWad(LiquidityTerms terms) pure returns (uint256) {
    return uint256(uint24(LiquidityTerms.unwrap(terms) >> 64)) * MILLIONTH_WAD;
}

function leastDepthBps(LiquidityTerms terms) pure returns (uint256) {
    return uint16(LiquidityTerms.unwrap(terms) >> 88);
}

function halfSpreadWad(LiquidityTerms terms) pure returns (uint256) {
    return uint256(uint24(LiquidityTerms.unwrap(terms) >> 104)) * MILLIONTH_WAD;
}

function impactBps(LiquidityTerms terms) pure returns (uint256) {
    return uint16(LiquidityTerms.unwrap(terms) >> 128);
}

function vegaDepthUsd(LiquidityTerms terms) pure returns (uint256) {
    return uint64(LiquidityTerms.unwrap(terms) >> 144);
}

function volHalfSpreadBps(LiquidityTerms terms) pure returns (uint256) {
    return uint16(LiquidityTerms.unwrap(terms) >> 208);
}

function volImpactBps(LiquidityTerms terms) pure returns (uint256) {
    return uint16(LiquidityTerms.unwrap(terms) >> 224);
}
