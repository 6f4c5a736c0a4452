// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @notice How options on one underlying are stressed, in one word. From the low end, 16 bits each, in bps: volatility up |
/// volatility down | power below 30 days | power beyond | short-option minimum | far-move share. The zero word is none.
type OptionTerms is uint256;

using {
    volUpBps,
    volDownBps,
    nearPowerBps,
    farPowerBps,
    shortMinimumBps,
    farShareBps,
    volFactors
} for OptionTerms global;

uint256 constant OPTION_WAD = 1e18;
uint256 constant OPTION_WAD_PER_BPS = 1e14;

/// @dev The shocks of volatility are stated for this time to expiry, and grow no further below the shorter one.
uint256 constant REFERENCE_SECONDS = 30 days;
uint256 constant SHORTEST_SECONDS = 1 days;

/// @dev However short the time, a volatility falls to no less than a tenth.
uint256 constant LEAST_VOL_FACTOR_WAD = 0.1e18;

function volUpBps(OptionTerms terms) pure returns (uint256) {
    return uint16(OptionTerms.unwrap(terms));
}

function volDownBps(OptionTerms terms) pure returns (uint256) {
    return uint16(OptionTerms.unwrap(terms) >> 16);
}

function nearPowerBps(OptionTerms terms) pure returns (uint256) {
    return uint16(OptionTerms.unwrap(terms) >> 32);
}

function farPowerBps(OptionTerms terms) pure returns (uint256) {
    return uint16(OptionTerms.unwrap(terms) >> 48);
}

/// @notice Least initial margin of a naked short option, bps of the underlying's price.
function shortMinimumBps(OptionTerms terms) pure returns (uint256) {
    return uint16(OptionTerms.unwrap(terms) >> 64);
}

/// @notice Loss of a linear position that a far move may cost, bps of the initial shock.
function farShareBps(OptionTerms terms) pure returns (uint256) {
    return uint16(OptionTerms.unwrap(terms) >> 80);
}

/// @notice Factors on a volatility in the scenarios up and down: 1 + up * s and max(0.1, 1 - down * s) with
/// s = (30 days / max(time, 1 day))^power. Up rounds up, down rounds down.
/// @dev Volatilities of short expiries move more: the exponents are those of margin models in use, see docs/risk.md.
function volFactors(OptionTerms terms, uint256 secondsLeft) pure returns (uint256 upWad, uint256 downWad) {
    if (secondsLeft < SHORTEST_SECONDS) secondsLeft = SHORTEST_SECONDS;
    uint256 powerBps = secondsLeft <= REFERENCE_SECONDS ? terms.nearPowerBps() : terms.farPowerBps();
    uint256 ratioWad = (REFERENCE_SECONDS * OPTION_WAD) / secondsLeft;
    // Seconds of 40 bits: the ratio is above 0, and both arguments are far within the domain of powWad.
    uint256 scaleWad = uint256(FixedPointMathLib.powWad(int256(ratioWad), int256(powerBps * OPTION_WAD_PER_BPS)));
    upWad = OPTION_WAD + (terms.volUpBps() * scaleWad) / 1e4 + 1;
    uint256 fallWad = (terms.volDownBps() * scaleWad) / 1e4 + 1;
    uint256 leftWad = fallWad < OPTION_WAD ? OPTION_WAD - fallWad : 0;
    downWad = leftWad < LEAST_VOL_FACTOR_WAD ? LEAST_VOL_FACTOR_WAD : leftWad;
}
