// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Up to eight option legs of one account in one expiry, in one word: 8 x 4 = 32 bytes. A leg is int24 lots
/// (bits 8..31) | strike index in the expiry's grid, 7 bits (1..7) | 1 for a put (0). Legs stand in rising order of
/// their low byte (strike, then call before put), from the lowest bits up, without gaps; a leg without lots is absent.
type OptionWord is uint256;

using {legAt, legCount, lotsOf, withLots} for OptionWord global;

/// @dev Legs in one word, and bits in one leg.
uint256 constant LEGS_PER_WORD = 8;
uint256 constant LEG_BITS = 32;

/// @dev Largest strike index: seven bits.
uint8 constant MAX_STRIKE_INDEX = 127;

/// @notice The word already holds eight other legs.
error OptionWord_Full(uint256 legs, uint256 limit);

/// @notice The strike index needs more than seven bits.
error OptionWord_StrikeIndexTooLarge(uint8 strikeIndex, uint8 limit);

/// @notice The leg at `position`, counted from the lowest strike. All zero when there is none.
/// @return signedLots Lots; positive = long.
/// @return strikeIndex Index in the strike grid of the expiry.
/// @return isPut Whether it is a put.
function legAt(OptionWord word, uint256 position) pure returns (int24 signedLots, uint8 strikeIndex, bool isPut) {
    uint32 leg = rawLeg(word, position);
    return (int24(uint24(leg >> 8)), uint8(leg) >> 1, leg & 1 == 1);
}

/// @notice Number of legs held.
function legCount(OptionWord word) pure returns (uint256 count) {
    while (count < LEGS_PER_WORD && rawLeg(word, count) != 0) ++count;
}

/// @notice Lots held of one series; 0 when none.
function lotsOf(OptionWord word, uint8 strikeIndex, bool isPut) pure returns (int24) {
    (uint256 position, bool found) = seek(word, legKey(strikeIndex, isPut));
    return found ? int24(uint24(rawLeg(word, position) >> 8)) : int24(0);
}

/// @notice The word with `signedLots` of one series: inserted, replaced or, at zero, removed. Keeps the order.
function withLots(OptionWord word, uint8 strikeIndex, bool isPut, int24 signedLots) pure returns (OptionWord) {
    uint8 key = legKey(strikeIndex, isPut);
    (uint256 position, bool found) = seek(word, key);
    if (!found && signedLots == 0) return word;

    uint256 raw = OptionWord.unwrap(word);
    if (!found && raw >> ((LEGS_PER_WORD - 1) * LEG_BITS) != 0) {
        revert OptionWord_Full(LEGS_PER_WORD, LEGS_PER_WORD);
    }
    // A full word without the series is refused above, so the position is below 8 and the shift below 256.
    uint256 shift = position * LEG_BITS;
    uint256 low = raw & ((uint256(1) << shift) - 1);
    uint256 high = found ? raw >> (shift + LEG_BITS) : raw >> shift;
    if (signedLots == 0) return OptionWord.wrap(low | (high << shift));

    uint256 leg = (uint256(uint24(signedLots)) << 8) | key;
    return OptionWord.wrap(low | (leg << shift) | (high << (shift + LEG_BITS)));
}

/// @dev The leg's 32 bits; 0 = absent, for a leg without lots is never stored.
function rawLeg(OptionWord word, uint256 position) pure returns (uint32) {
    return uint32(OptionWord.unwrap(word) >> (position * LEG_BITS));
}

/// @dev What legs are ordered by.
function legKey(uint8 strikeIndex, bool isPut) pure returns (uint8) {
    if (strikeIndex > MAX_STRIKE_INDEX) revert OptionWord_StrikeIndexTooLarge(strikeIndex, MAX_STRIKE_INDEX);
    return (strikeIndex << 1) | (isPut ? 1 : 0);
}

/// @dev Where `key` is or belongs; 8 when it belongs behind a full word.
function seek(OptionWord word, uint8 key) pure returns (uint256 position, bool found) {
    for (; position < LEGS_PER_WORD; ++position) {
        uint32 leg = rawLeg(word, position);
        if (leg == 0 || uint8(leg) > key) return (position, false);
        if (uint8(leg) == key) return (position, true);
    }
}
