// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IOptionMarkets} from "../products/option/IOptionMarkets.sol";
import {ExpiryWord} from "../types/ExpiryWord.sol";
import {OptionWord, legKey} from "../types/OptionWord.sol";

/// @title LegLosses
/// @notice What legs owe for losses that were spread over their series since they were last settled.
/// @dev A series has an index per side, and a leg is on one: the index of that side at which it was last settled is kept per
/// account and series. Each series is for good another than all before and after it (`ExpiryWord.seriesOf`), so what is
/// kept of a closed leg need not be cleared: a leg that opens writes where it starts.
library LegLosses {
    using FixedPointMathLib for int256;

    /// @dev Indices: width, how many come in a word, and their unit per lot, WAD.
    uint256 private constant INDEX_BITS = 64;
    uint256 private constant INDICES_PER_WORD = 4;
    uint256 private constant UNIT_WAD = 1e9;

    /// @notice What the legs of an account in one expiry owe, WAD; asked only where a loss was ever spread.
    /// @param since What is kept of the account: see `VaultState.lossIndices`; below likewise.
    function pendingWad(
        mapping(uint256 series => uint256) storage since,
        IOptionMarkets options,
        uint8 slot,
        ExpiryWord expiry,
        OptionWord legs
    ) internal view returns (int256 owedWad) {
        uint256[2] memory indices = options.lossIndicesOf(slot, legs);
        uint256 count = legs.legCount();
        for (uint256 i = 0; i < count; ++i) {
            uint256 index = uint64(indices[i / INDICES_PER_WORD] >> ((i % INDICES_PER_WORD) * INDEX_BITS));
            // Without a loss on its side a leg has started at 0.
            if (index == 0) continue;
            (int24 lots, uint8 strikeIndex, bool isPut) = legs.legAt(i);
            owedWad += _owedWad(lots, since[expiry.seriesOf(legKey(strikeIndex, isPut))], index);
        }
    }

    /// @notice Settles one leg that changes from `lotsBefore` to `lotsAfter` lots: what it has owed so far; what it will owe
    /// counts from the present index of the side on which it is then.
    /// @param indices Indices of the series now: of longs, of shorts.
    /// @return owedWad WAD.
    function settle(
        mapping(uint256 series => uint256) storage since,
        uint256 series,
        int24 lotsBefore,
        int24 lotsAfter,
        uint64[2] memory indices
    ) internal returns (int256 owedWad) {
        if (indices[0] | indices[1] == 0) return 0;
        uint256 started = since[series];
        owedWad = _owedWad(lotsBefore, started, indices[lotsBefore > 0 ? 0 : 1]);
        uint256 index = indices[lotsAfter > 0 ? 0 : 1];
        if (lotsAfter != 0 && index != started) since[series] = index;
    }

    /// @dev 23 bits of lots and 64 of an index.
    function _owedWad(int24 lots, uint256 sinceIndex, uint256 nowIndex) private pure returns (int256) {
        if (lots == 0) return 0;
        return int256(int256(lots).abs() * (nowIndex - sinceIndex) * UNIT_WAD);
    }
}
