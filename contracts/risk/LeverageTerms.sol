// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BILLIONTH_WAD, MILLIONTH_WAD} from "./RiskUnits.sol";

/// @notice What bounds the leverage on an underlying, in one word of six fields of 32 bits. From the low end: length of a
/// liquidation auction in seconds; by how much congestion may lengthen a closure, bps; expected jumps against a position
/// per year, 1e-6; mean size of a jump in logarithms, 1e-6; its standard deviation, 1e-6; largest probability of
/// bankruptcy within the time that a closure takes, 1e-9. The rest is zero.
type LeverageTerms is uint256;

using {
    auctionSeconds,
    congestionBps,
    jumpsPerYearWad,
    jumpMeanWad,
    jumpDeviationWad,
    targetWad,
    closeOutSeconds
} for LeverageTerms global;

/// @notice Packs fields that are in their own units already and fit.
/// @param f In the order of the word, from the low end.
function packLeverageTerms(uint32[6] memory f) pure returns (LeverageTerms) {
    uint256 word = 0;
    for (uint256 i = 0; i < f.length; ++i) word |= uint256(f[i]) << (32 * i);
    return LeverageTerms.wrap(word);
}

function auctionSeconds(LeverageTerms terms) pure returns (uint256) {
    return uint32(LeverageTerms.unwrap(terms));
}

function congestionBps(LeverageTerms terms) pure returns (uint256) {
    return uint32(LeverageTerms.unwrap(terms) >> 32);
}

function jumpsPerYearWad(LeverageTerms terms) pure returns (uint256) {
    return uint256(uint32(LeverageTerms.unwrap(terms) >> 64)) * MILLIONTH_WAD;
}

function jumpMeanWad(LeverageTerms terms) pure returns (uint256) {
    return uint256(uint32(LeverageTerms.unwrap(terms) >> 96)) * MILLIONTH_WAD;
}

function jumpDeviationWad(LeverageTerms terms) pure returns (uint256) {
    return uint256(uint32(LeverageTerms.unwrap(terms) >> 128)) * MILLIONTH_WAD;
}

function targetWad(LeverageTerms terms) pure returns (uint256) {
    return uint256(uint32(LeverageTerms.unwrap(terms) >> 160)) * BILLIONTH_WAD;
}

/// @notice The composed margin period: what prices lag behind and the auction, lengthened by congestion; seconds, rounded
/// up.
/// @param twapSeconds Window of the mean without which nobody is liquidated.
function closeOutSeconds(LeverageTerms terms, uint256 twapSeconds) pure returns (uint256) {
    return ((twapSeconds + terms.auctionSeconds()) * terms.congestionBps() + 9_999) / 10_000;
}
