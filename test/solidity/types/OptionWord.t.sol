// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    MAX_STRIKE_INDEX,
    OptionWord,
    OptionWord_Full,
    OptionWord_StrikeIndexTooLarge
} from "../../../contracts/types/OptionWord.sol";
import {Test} from "../support/Test.sol";

contract OptionWordTest is Test {
    /// @dev The independent form: lots by series.
    mapping(uint256 run => mapping(uint256 key => int24)) private _plain;

    function test_WithLots_PacksByTheLayout() external pure {
        OptionWord word = OptionWord.wrap(0).withLots(5, true, -3);
        // lots in bits 8..31, strike in 1..7, put in 0.
        assertEq(OptionWord.unwrap(word), (uint256(uint24(int24(-3))) << 8) | (5 << 1) | 1);
        word = word.withLots(5, false, 1);
        (int24 lots, uint8 strike, bool isPut) = word.legAt(0);
        assertEq(lots, 1);
        assertEq(strike, 5);
        assertFalse(isPut);
        (lots, strike, isPut) = word.legAt(1);
        assertEq(lots, -3);
        assertTrue(isPut);
        assertEq(word.legCount(), 2);
    }

    function test_WithLots_HoldsTheExtremes() external pure {
        OptionWord word = OptionWord.wrap(0).withLots(127, true, type(int24).min).withLots(0, false, type(int24).max);
        assertEq(word.lotsOf(127, true), type(int24).min);
        assertEq(word.lotsOf(0, false), type(int24).max);
        assertEq(word.lotsOf(0, true), 0);
        (int24 lots, , ) = word.legAt(2);
        assertEq(lots, 0);
    }

    function test_WithLots_RemovesAndIgnoresAbsent() external pure {
        OptionWord word = OptionWord.wrap(0).withLots(9, false, 4);
        assertEq(OptionWord.unwrap(word.withLots(8, false, 0)), OptionWord.unwrap(word));
        assertEq(OptionWord.unwrap(word.withLots(9, false, 0)), 0);
    }

    function test_WithLots_RevertsWhen_Full() external {
        OptionWord word = _full();
        assertEq(word.legCount(), 8);
        vm.expectRevert(abi.encodeWithSelector(OptionWord_Full.selector, 8, 8));
        this.withLots(word, 100, false, 1);
        vm.expectRevert(abi.encodeWithSelector(OptionWord_Full.selector, 8, 8));
        this.withLots(word, 0, true, 1);
        // A series that is there may change, or make room.
        word = word.withLots(70, false, 9).withLots(10, false, 0).withLots(100, false, 1);
        assertEq(word.lotsOf(70, false), 9);
        assertEq(word.lotsOf(100, false), 1);
        assertEq(word.legCount(), 8);
    }

    function test_WithLots_RevertsWhen_StrikeIndexTooLarge() external {
        vm.expectRevert(abi.encodeWithSelector(OptionWord_StrikeIndexTooLarge.selector, 128, MAX_STRIKE_INDEX));
        this.withLots(OptionWord.wrap(0), 128, false, 1);
    }

    function testFuzz_WithLots_IsAnOrderedMap(uint8[24] calldata keys, int24[24] calldata amounts) external {
        OptionWord word;
        uint256 held;
        for (uint256 i; i < 24; ++i) {
            // Few series, so that the same ones come again.
            uint8 key = keys[i] % 12;
            int24 amount = keys[i] > 200 ? int24(0) : amounts[i];
            int24 before = _plain[0][key];
            if (before == 0 && amount != 0 && held == 8) continue;
            word = word.withLots(key >> 1, key & 1 == 1, amount);
            if (before == 0 && amount != 0) ++held;
            if (before != 0 && amount == 0) --held;
            _plain[0][key] = amount;
        }
        assertEq(word.legCount(), held);
        uint256 position;
        for (uint8 key; key < 12; ++key) {
            assertEq(word.lotsOf(key >> 1, key & 1 == 1), _plain[0][key]);
            if (_plain[0][key] == 0) continue;
            (int24 lots, uint8 strike, bool isPut) = word.legAt(position++);
            assertEq(lots, _plain[0][key]);
            assertEq((strike << 1) | (isPut ? 1 : 0), key);
        }
    }

    function withLots(OptionWord word, uint8 strike, bool isPut, int24 lots) external pure returns (OptionWord) {
        return word.withLots(strike, isPut, lots);
    }

    function _full() private pure returns (OptionWord word) {
        for (uint8 i = 8; i > 0; --i) word = word.withLots(i * 10, false, int24(uint24(i)));
    }
}
