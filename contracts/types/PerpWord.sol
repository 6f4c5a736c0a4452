// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @notice One perpetual position in one word: int64 lots (bits 0..63) | int128 side index at which it was last
/// settled, WAD of cash per lot (64..191) | 64 spare bits, zero. 8 + 16 + 8 = 32 bytes.
/// A long keeps the market's long index, a short its short index; no position is the zero word.
type PerpWord is uint256;

using {lots, indexWad, pendingWad} for PerpWord global;

/// @notice Packs a position of `lots_` settled at `sideIndexWad`. No lots give the zero word.
function packPerp(int64 lots_, int256 sideIndexWad) pure returns (PerpWord) {
    if (lots_ == 0) return PerpWord.wrap(0);
    uint256 index = uint128(SafeCastLib.toInt128(sideIndexWad));
    return PerpWord.wrap((index << 64) | uint64(lots_));
}

/// @notice Signed lots; positive = long.
function lots(PerpWord word) pure returns (int64) {
    return int64(uint64(PerpWord.unwrap(word)));
}

/// @notice The side index at which the position was last settled, WAD of cash per lot.
function indexWad(PerpWord word) pure returns (int128) {
    return int128(uint128(PerpWord.unwrap(word) >> 64));
}

/// @notice Cash due to the position since it was last settled, WAD, signed; exact.
/// @dev A long pays the rise of its index, a short receives it: with signed lots both are -lots * rise.
/// @param sideIndexWad Index now of the side on which the position is.
function pendingWad(PerpWord word, int256 sideIndexWad) pure returns (int256) {
    return -int256(lots(word)) * (sideIndexWad - indexWad(word));
}
