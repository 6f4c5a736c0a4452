// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../IPriceOracle.sol";

/// @notice What one source said, in one word, so that sorting words sorts by group, then price:
/// group (8) ++ price (96) ++ confidence (96) ++ age (32) ++ 16 zero bits ++ fault (8).
/// @dev Values that count fit by their bounds; what does not fit is a fault and saturates, for the report only.
type Reading is uint256;

using {groupOf, priceOf, confidenceOf, ageOf, faultOf, isValid, withFault} for Reading global;

/// @notice Packs a reading; prices, confidences and ages too large for their field saturate.
function toReading(
    uint256 group,
    uint256 priceWad,
    uint256 confidenceWad,
    uint256 ageSeconds,
    IPriceOracle.SourceFault fault
) pure returns (Reading) {
    if (priceWad > type(uint96).max) priceWad = type(uint96).max;
    if (confidenceWad > type(uint96).max) confidenceWad = type(uint96).max;
    if (ageSeconds > type(uint32).max) ageSeconds = type(uint32).max;
    return
        Reading.wrap((group << 248) | (priceWad << 152) | (confidenceWad << 56) | (ageSeconds << 24) | uint256(fault));
}

/// @notice Packs a reading without fault; all fields must fit.
function validReading(
    uint256 group,
    uint256 priceWad,
    uint256 confidenceWad,
    uint256 ageSeconds
) pure returns (Reading) {
    return Reading.wrap((group << 248) | (priceWad << 152) | (confidenceWad << 56) | (ageSeconds << 24));
}

/// @notice Independence group of the source.
function groupOf(Reading reading) pure returns (uint256) {
    return Reading.unwrap(reading) >> 248;
}

/// @notice Its value, WAD.
function priceOf(Reading reading) pure returns (uint256) {
    return uint96(Reading.unwrap(reading) >> 152);
}

/// @notice Its own half-width, WAD.
function confidenceOf(Reading reading) pure returns (uint256) {
    return uint96(Reading.unwrap(reading) >> 56);
}

/// @notice Age of its value in seconds.
function ageOf(Reading reading) pure returns (uint256) {
    return uint32(Reading.unwrap(reading) >> 24);
}

/// @notice Why it does not count.
function faultOf(Reading reading) pure returns (IPriceOracle.SourceFault) {
    return IPriceOracle.SourceFault(uint8(Reading.unwrap(reading)));
}

/// @notice Whether it has no fault.
function isValid(Reading reading) pure returns (bool) {
    return uint8(Reading.unwrap(reading)) == 0;
}

/// @notice The same reading with a fault; it must have none.
function withFault(Reading reading, IPriceOracle.SourceFault fault) pure returns (Reading) {
    return Reading.wrap(Reading.unwrap(reading) | uint256(fault));
}
