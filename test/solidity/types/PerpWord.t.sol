// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {PerpWord, packPerp} from "../../../contracts/types/PerpWord.sol";
import {AccountHeader} from "../../../contracts/vault/AccountHeader.sol";
import {Test} from "../support/Test.sol";

contract PerpWordTest is Test {
    function testFuzz_Pack_RoundTrips(int64 lots, int128 index) external pure {
        PerpWord word = packPerp(lots, index);
        assertEq(word.lots(), lots);
        assertEq(word.indexWad(), lots == 0 ? int128(0) : index);
        assertEq(PerpWord.unwrap(word) >> 192, 0);
    }

    function test_Pack_RevertsWhen_IndexTooLarge() external {
        vm.expectRevert(SafeCastLib.Overflow.selector);
        this.pack(1, int256(type(int128).max) + 1);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        this.pack(1, int256(type(int128).min) - 1);
    }

    function testFuzz_Pending_LongPaysTheRiseShortReceivesIt(uint32 lots, int96 from, int96 to) external pure {
        int256 rise = int256(to) - from;
        assertEq(
            packPerp(int64(uint64(lots)), from).pendingWad(lots == 0 ? int256(0) : int256(to)),
            -int256(uint256(lots)) * rise
        );
        int64 short = -int64(uint64(lots));
        assertEq(packPerp(short, from).pendingWad(lots == 0 ? int256(0) : int256(to)), int256(uint256(lots)) * rise);
    }

    function testFuzz_Header_FieldsDoNotTouch(int112 cash, uint8 collateral, uint8 asset, bool flag) external pure {
        collateral %= 16;
        AssetId id = AssetId.wrap(asset % 32);
        AccountHeader header = AccountHeader.wrap(0).withCollateral(collateral, true).withPerp(id, true);
        header = header.withFrozen(flag).withDeficit(!flag).withListed().plusCash(cash);
        assertEq(header.cashWad(), cash);
        assertEq(header.collateralBitmap(), 1 << collateral);
        assertEq(header.perpBitmap(), uint256(1) << (asset % 32));
        assertEq(header.expiryBitmap(), 0);
        assertEq(header.isFrozen(), flag);
        assertEq(header.hasDeficit(), !flag);
        assertTrue(header.isListed());
        header = header.plusCash(-int256(cash)).withCollateral(collateral, false).withPerp(id, false);
        assertEq(AccountHeader.unwrap(header.withFrozen(false).withDeficit(false)), 1 << 225);
    }

    function test_Header_RevertsWhen_CashLeavesItsBits() external {
        AccountHeader full = AccountHeader.wrap(0).plusCash(type(int112).max);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        this.plusCash(full, 1);
        AccountHeader empty = AccountHeader.wrap(0).plusCash(type(int112).min);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        this.plusCash(empty, -1);
    }

    function pack(int64 lots, int256 index) external pure returns (PerpWord) {
        return packPerp(lots, index);
    }

    function plusCash(AccountHeader header, int256 delta) external pure returns (AccountHeader) {
        return header.plusCash(delta);
    }
}
