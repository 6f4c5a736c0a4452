// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {Test} from "../support/Test.sol";

contract ExpiryWordTest is Test {
    struct Fields {
        uint16 asset;
        uint40 expiry;
        uint56 first;
        uint48 step;
        uint8 count;
        uint48 lot;
        uint40 own;
    }

    function testFuzz_Fields_DoNotTouch(Fields calldata f) external pure {
        ExpiryWord word = _pack(f);
        assertEq(AssetId.unwrap(word.underlyingOf()), f.asset);
        assertEq(word.expiryOf(), f.expiry);
        assertEq(word.strikeCountOf(), f.count);
        assertEq(word.lotSizeWadOf(), uint256(f.lot) * 1e9);
        assertEq(word.strikeWadOf(0), uint256(f.first) * 1e10);
        assertEq(word.strikeWadOf(1), (uint256(f.first) + f.step) * 1e10);
        assertEq(word.strikeWadOf(127), (uint256(f.first) + 127 * uint256(f.step)) * 1e10);
    }

    function testFuzz_StrikeIndex_IsTheInverse(Fields memory f, uint8 index) external pure {
        f.step = uint48(bound(f.step, 1, type(uint48).max));
        f.count = uint8(bound(f.count, 1, 128));
        ExpiryWord word = _pack(f);
        (bool found, uint8 back) = word.strikeIndexOf(word.strikeWadOf(index));
        assertEq(found, index < f.count);
        assertEq(back, index < f.count ? index : 0);
        (found, back) = word.strikeIndexOf(word.strikeWadOf(index) + 1);
        assertFalse(found);
        assertEq(back, 0);
    }

    function test_StrikeIndex_FindsNothingBelowOrInAnEmptyWord() external pure {
        ExpiryWord word = _pack(Fields(1, 1, 100, 10, 5, 1, 0));
        (bool found, ) = word.strikeIndexOf(90e10);
        assertFalse(found);
        (found, ) = word.strikeIndexOf(0);
        assertFalse(found);
        (found, ) = ExpiryWord.wrap(0).strikeIndexOf(0);
        assertFalse(found);
    }

    /// @dev One integer for both sides, rounded down; a call and a put of one strike never both pay.
    function testFuzz_Payoff_IsTheIntrinsicValue(Fields memory f, uint8 index, uint96 priceWad) external pure {
        ExpiryWord word = _pack(f);
        uint256 strikeWad = word.strikeWadOf(index);
        uint256 call_ = word.payoffPerLotWad(index, false, priceWad);
        uint256 put = word.payoffPerLotWad(index, true, priceWad);
        uint256 distance = strikeWad > priceWad ? strikeWad - priceWad : priceWad - strikeWad;
        assertEq(call_ + put, (distance * f.lot) / 1e9);
        assertTrue(priceWad > strikeWad ? put == 0 : call_ == 0);
    }

    function _pack(Fields memory f) private pure returns (ExpiryWord) {
        uint256 word = f.asset | (uint256(f.expiry) << 16) | (uint256(f.first) << 56) | (uint256(f.step) << 112);
        word |= (uint256(f.count) << 160) | (uint256(f.lot) << 168) | (uint256(f.own) << 216);
        return ExpiryWord.wrap(word);
    }
}
