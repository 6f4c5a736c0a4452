// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AssetId} from "./AssetId.sol";
import {OptionWord} from "./OptionWord.sol";

/// @notice One listed expiry of one underlying, in one word. Bits, from the lowest: uint16 underlying (2 bytes) | uint40
/// expiry, unix seconds (5) | uint56 lowest strike, 1e-8 USD (7) | uint48 step between strikes, 1e-8 USD (6) | uint8
/// number of strikes (1) | uint48 lot size, 1e-9 of the underlying (6) | 40 bits of the markets' own (5).
/// 2 + 5 + 7 + 6 + 1 + 6 + 5 = 32 bytes. The zero word is no expiry.
type ExpiryWord is uint256;

using {
    underlyingOf,
    expiryOf,
    strikeCountOf,
    lotSizeWadOf,
    strikeWadOf,
    strikeIndexOf,
    payoffPerLotWad,
    payoffWad,
    seriesOf
} for ExpiryWord global;

uint256 constant EXPIRY_OFFSET = 16;
uint256 constant FIRST_STRIKE_OFFSET = 56;
uint256 constant STRIKE_STEP_OFFSET = 112;
uint256 constant STRIKE_COUNT_OFFSET = 160;
uint256 constant LOT_SIZE_OFFSET = 168;
/// @dev From here on the bits are the markets' own.
uint256 constant OWN_OFFSET = 216;

/// @dev Underlying and expiry: what no other expiry ever has, for none is listed less than a day ahead or retired before it
/// is over.
uint256 constant IDENTITY_BITS = 56;

/// @dev WAD per unit of a strike, and per unit of a lot size.
uint256 constant STRIKE_UNIT_WAD = 1e10;
uint256 constant LOT_UNIT_WAD = 1e9;

function underlyingOf(ExpiryWord word) pure returns (AssetId) {
    return AssetId.wrap(uint16(ExpiryWord.unwrap(word)));
}

/// @notice Unix seconds.
function expiryOf(ExpiryWord word) pure returns (uint40) {
    return uint40(ExpiryWord.unwrap(word) >> EXPIRY_OFFSET);
}

/// @notice Strikes in the grid, 1..128.
function strikeCountOf(ExpiryWord word) pure returns (uint8) {
    return uint8(ExpiryWord.unwrap(word) >> STRIKE_COUNT_OFFSET);
}

/// @notice Underlying per lot, WAD.
function lotSizeWadOf(ExpiryWord word) pure returns (uint256) {
    return uint48(ExpiryWord.unwrap(word) >> LOT_SIZE_OFFSET) * LOT_UNIT_WAD;
}

/// @notice Strike at `index` of the grid, WAD of USD; the index is not checked against the number of strikes.
function strikeWadOf(ExpiryWord word, uint256 index) pure returns (uint256) {
    uint256 raw = ExpiryWord.unwrap(word);
    uint256 first = uint56(raw >> FIRST_STRIKE_OFFSET);
    // Indices are below 2^128.
    unchecked {
        return (first + uint256(uint128(index)) * uint48(raw >> STRIKE_STEP_OFFSET)) * STRIKE_UNIT_WAD;
    }
}

/// @notice Index of a strike in the grid.
/// @return found Whether `strikeWad` is one of the strikes.
function strikeIndexOf(ExpiryWord word, uint256 strikeWad) pure returns (bool found, uint8 index) {
    uint256 raw = ExpiryWord.unwrap(word);
    uint256 firstWad = uint256(uint56(raw >> FIRST_STRIKE_OFFSET)) * STRIKE_UNIT_WAD;
    uint256 stepWad = uint256(uint48(raw >> STRIKE_STEP_OFFSET)) * STRIKE_UNIT_WAD;
    if (stepWad == 0 || strikeWad < firstWad) return (false, 0);
    uint256 steps = (strikeWad - firstWad) / stepWad;
    if (steps >= word.strikeCountOf() || firstWad + steps * stepWad != strikeWad) return (false, 0);
    return (true, uint8(steps));
}

/// @notice What tells a series from all others, for good: the low 56 bits of the word, then the leg's key.
/// @param key As in `OptionWord`: strike index, and 1 in the lowest bit for a put.
function seriesOf(ExpiryWord word, uint8 key) pure returns (uint256) {
    return (ExpiryWord.unwrap(word) & ((1 << IDENTITY_BITS) - 1)) | (uint256(key) << IDENTITY_BITS);
}

/// @notice What one lot of a series pays at settlement, WAD of USD, rounded down. One integer for both sides: lots of a
/// series cancel, and so does what they are paid, to the wei.
/// @param priceWad Settlement price, WAD of USD per unit of the underlying.
function payoffPerLotWad(ExpiryWord word, uint256 strikeIndex, bool isPut, uint256 priceWad) pure returns (uint256) {
    uint256 strikeWad = word.strikeWadOf(strikeIndex);
    uint256 intrinsicWad =
        isPut
            ? FixedPointMathLib.zeroFloorSub(strikeWad, priceWad)
            : FixedPointMathLib.zeroFloorSub(priceWad, strikeWad);
    return FixedPointMathLib.fullMulDiv(intrinsicWad, word.lotSizeWadOf(), 1e18);
}

/// @notice What legs of the expiry are paid at settlement, WAD of cash, signed; exact: the payoffs of a series cancel.
/// @param priceWad Settlement price, WAD of USD per unit of the underlying.
function payoffWad(ExpiryWord word, OptionWord legs, uint256 priceWad) pure returns (int256 cashWad) {
    uint256 count = legs.legCount();
    for (uint256 i = 0; i < count; ++i) {
        (int24 lots, uint8 strikeIndex, bool isPut) = legs.legAt(i);
        cashWad += lots * int256(word.payoffPerLotWad(strikeIndex, isPut, priceWad));
    }
}
