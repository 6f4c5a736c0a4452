// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionFixture} from "../support/OptionFixture.sol";

contract OptionMarketsRecordTest is OptionFixture {
    uint8 private constant SLOT = 0;
    address private constant STRANGER = address(0xBEEF);

    function setUp() public override {
        super.setUp();
        markets.listExpiry(ETH, EXPIRY);
    }

    function test_Record_CountsSeriesUnderlyingAndHolders() external {
        vm.expectEmit(address(markets));
        emit IOptionMarkets.PositionsRecorded(SLOT, 24, false, 100, 100, 2);
        IOptionMarkets.ExpiryMark memory mark = open(SLOT, 24, false, 100, 20e18);
        assertEq(mark.expiry.expiryOf(), EXPIRY);
        assertEq(mark.settlementPriceWad, 0);
        assertEq(_lotsOf(24, false), 100);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.PositionsRecorded(SLOT, 20, true, 30, 130, 2);
        // Both hold calls already.
        markets.record(IOptionMarkets.LegChange(SLOT, 20, true, 0, -30, 0, 30, 0, 0, 10e18));
        _assertLots(130, 130, 2);

        // A third account takes over the long calls: nothing opens.
        markets.record(IOptionMarkets.LegChange(SLOT, 24, false, 100, 0, 0, 100, 1, 0, 20e18));
        _assertLots(130, 130, 3);
        // From long 100 to short 20 against a fourth.
        markets.record(IOptionMarkets.LegChange(SLOT, 24, false, 100, -20, 0, 120, 1, 0, 0));
        _assertLots(150, 150, 4);
        markets.record(IOptionMarkets.LegChange(SLOT, 20, true, -30, 0, 30, 0, 0, 1, 1e18));
        _assertLots(120, 120, 3);
        assertEq(_lotsOf(24, false), 120);
        assertEq(_lotsOf(20, true), 0);
    }

    function test_Record_AnotherExpirySharesTheUnderlying() external {
        uint8 other = markets.listExpiry(ETH, EXPIRY - 1 days);
        open(SLOT, 24, false, 100, 20e18);
        open(other, 24, true, 50, 20e18);
        (uint256 lots, ) = markets.openInterest(ETH);
        assertEq(lots, 150);
        assertEq(markets.expiryAt(other).openLots, 50);
        assertEq(markets.expiryAt(SLOT).openLots, 100);
    }

    function test_Record_RevertsWhen_TheCallerIsNotTheVault() external {
        bytes memory refusal = abi.encodeWithSelector(
            IOptionMarkets.Option_WrongCaller.selector,
            STRANGER,
            address(this)
        );
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        markets.record(IOptionMarkets.LegChange(SLOT, 0, false, 0, 1, 0, -1, 2, 0, 1));
        vm.expectRevert(refusal);
        markets.release(SLOT, 1);
        vm.expectRevert(refusal);
        markets.spreadLoss(SLOT, 0, false, true, 1);
    }

    function test_Record_RevertsWhen_TheSlotIsFree() external {
        bytes memory refusal = abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, 7);
        vm.expectRevert(refusal);
        open(7, 0, false, 1, 1e18);
        vm.expectRevert(refusal);
        markets.release(7, 1);
        vm.expectRevert(refusal);
        markets.spreadLoss(7, 0, false, true, 1);
        vm.expectRevert(refusal);
        markets.intrinsicPerLotWad(7, 0, false);
    }

    function test_Record_RevertsWhen_LotsAppear() external {
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_LotsNotPreserved.selector, 0, 1));
        markets.record(IOptionMarkets.LegChange(SLOT, 0, false, 0, 2, 0, -1, 2, 0, 1e18));
        int24 most = type(int24).max;
        vm.expectRevert(
            abi.encodeWithSelector(IOptionMarkets.Option_LotsNotPreserved.selector, 2 * int256(most), int256(most))
        );
        markets.record(IOptionMarkets.LegChange(SLOT, 0, false, most, most, most, 0, 0, 0, 1e18));
    }

    function test_Record_RevertsWhen_MoreIsClosedThanOpen() external {
        open(SLOT, 3, true, 5, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_OpenLotsUnderflow.selector, 5, 6));
        unwind(SLOT, 3, true, 6, 0);
        // Calls of the same strike are another series.
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_OpenLotsUnderflow.selector, 0, 5));
        unwind(SLOT, 3, false, 5, 0);
    }

    function test_Record_RevertsWhen_MoreLeaveThanHold() external {
        open(SLOT, 3, true, 5, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_HoldersUnderflow.selector, 2, 3));
        markets.record(IOptionMarkets.LegChange(SLOT, 3, true, 5, 0, -5, 0, 0, 3, 0));
    }

    function test_Record_CapBindsTradesThatOpenMore() external {
        // A lot is 30 USD at mid: the cap holds 33,333 of them.
        open(SLOT, 24, false, 33_333, 20e18);
        bytes memory refusal = abi.encodeWithSelector(
            IOptionMarkets.Option_OpenInterestCap.selector,
            33_334 * 30e18,
            CAP
        );
        vm.expectRevert(refusal);
        open(SLOT, 24, false, 1, 20e18);
        vm.expectRevert(refusal);
        open(SLOT, 24, true, 1, 20e18);
        // Passing on, closing, and transfers are free of it.
        markets.record(IOptionMarkets.LegChange(SLOT, 24, false, 33_333, 0, 0, 33_333, 1, 1, 20e18));
        open(SLOT, 24, false, 1, 0);
        markets.lowerOpenInterestCap(ETH, 0);
        unwind(SLOT, 24, false, 10, 20e18);
        _assertLots(33_324, 33_324, 2);
    }

    function test_Record_CapIsMeasuredAtTheStrikeWithoutAMid() external {
        skip(1);
        oracle.setGrade(Grade.Blind);
        oracle.observe();
        // Strike 72 is 5400: a lot is 54 USD.
        open(SLOT, 72, false, 18_518, 20e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_OpenInterestCap.selector, 18_519 * 54e18, CAP));
        open(SLOT, 72, false, 1, 20e18);
        oracle.setGrade(Grade.Thin);
        skip(1);
        oracle.observe();
        open(SLOT, 72, false, 1, 20e18);
    }

    function test_Record_TradesEndAtExpiryTransfersAtSettlement() external {
        fixUntil(SLOT, EXPIRY - 1 minutes);
        vm.warp(EXPIRY - 1);
        open(SLOT, 24, false, 10, 20e18);
        vm.warp(EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_Expired.selector, SLOT, EXPIRY));
        open(SLOT, 24, false, 10, 1);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_Expired.selector, SLOT, EXPIRY));
        unwind(SLOT, 24, false, 10, 1);
        open(SLOT, 24, false, 10, 0);
        markets.fix(SLOT);
        settleLater(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_Settled.selector, SLOT));
        unwind(SLOT, 24, false, 10, 0);
    }

    function test_Release_CountsDownAfterSettlementOnly() external {
        open(SLOT, 24, false, 10, 20e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NotSettled.selector, SLOT));
        markets.release(SLOT, 1);
        fixAndSettle(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_HoldersUnderflow.selector, 2, 3));
        markets.release(SLOT, 3);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.HoldersLeft(SLOT, 1, 1);
        markets.release(SLOT, 1);
        assertEq(markets.expiryAt(SLOT).holders, 1);
    }

    function test_SpreadLoss_RaisesTheIndexOfOneSideOfOneSeries() external {
        open(SLOT, 24, false, 300, 20e18);
        open(SLOT, 24, true, 7, 20e18);
        open(SLOT, 25, false, 20_000, 20e18);
        // 100 / 300 rounded up to 1e-9.
        vm.expectEmit(address(markets));
        emit IOptionMarkets.LossSpread(SLOT, 24, false, false, 100e18, 100.0000002e18, 0.333333334e18);
        assertEq(markets.spreadLoss(SLOT, 24, false, false, 100e18), 100.0000002e18);
        _assertIndices(24, false, 0, 333_333_334);
        assertEq(markets.spreadLoss(SLOT, 24, true, true, 1), 7e9);
        assertEq(markets.spreadLoss(SLOT, 24, false, true, 300e9), 300e9);
        assertEq(markets.spreadLoss(SLOT, 24, true, false, 14e9), 14e9);
        _assertIndices(24, false, 1, 333_333_334);
        _assertIndices(24, true, 1, 2);
        _assertIndices(25, false, 0, 0);
        assertEq(markets.expiryAt(SLOT).mark.lossCount, 4);
    }

    /// @dev Each leg's own side, wherever it stands in the word.
    function test_LossIndicesOf_AreThoseOfTheSidesHeld() external {
        OptionWord legs = OptionWord.wrap(0);
        for (uint8 i = 0; i < 8; ++i) {
            open(SLOT, 20 + i, i % 2 == 1, 10, 20e18);
            markets.spreadLoss(SLOT, 20 + i, i % 2 == 1, true, (1 + i) * 10e9);
            markets.spreadLoss(SLOT, 20 + i, i % 2 == 1, false, (101 + i) * 10e9);
            legs = legs.withLots(20 + i, i % 2 == 1, i % 3 == 0 ? int24(-10) : int24(10));
        }
        uint256[2] memory indices = markets.lossIndicesOf(SLOT, legs);
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(uint64(indices[i / 4] >> (64 * (i % 4))), i % 3 == 0 ? 101 + i : 1 + i);
        }
        indices = markets.lossIndicesOf(SLOT, OptionWord.wrap(0).withLots(27, true, -1).withLots(27, false, 1));
        assertEq(indices[0], uint256(108) << 64);
        assertEq(indices[1], 0);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, 7));
        markets.lossIndicesOf(7, legs);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, 7));
        markets.seriesAt(7, 24, false);
    }

    /// @dev The vault learns with the change what the series was charged before it.
    function test_Record_AnswersTheIndicesOfTheSeries() external {
        open(SLOT, 24, false, 10, 20e18);
        markets.spreadLoss(SLOT, 24, false, true, 50e9);
        markets.spreadLoss(SLOT, 24, false, false, 70e9);
        IOptionMarkets.LegChange memory change = IOptionMarkets.LegChange(
            SLOT,
            24,
            false,
            10,
            11,
            -10,
            -11,
            0,
            0,
            20e18
        );
        (IOptionMarkets.ExpiryMark memory mark, uint256 longIndex, uint256 shortIndex) = markets.record(change);
        assertEq(mark.lossCount, 2);
        assertEq(longIndex, 5);
        assertEq(shortIndex, 7);
        (change.strikeIndex, change.firstBefore, change.firstAfter) = (25, 0, 1);
        (change.secondBefore, change.secondAfter) = (0, -1);
        (, longIndex, shortIndex) = markets.record(change);
        assertEq(longIndex + shortIndex, 0);
    }

    function test_SpreadLoss_ChargesNothingWhereNobodyCanPay() external {
        assertEq(markets.spreadLoss(SLOT, 24, false, true, 1e18), 0);
        open(SLOT, 24, false, 10, 20e18);
        assertEq(markets.spreadLoss(SLOT, 24, true, true, 1e18), 0);
        assertEq(markets.spreadLoss(SLOT, 25, false, true, 1e18), 0);
        assertEq(markets.spreadLoss(SLOT, 24, false, true, 0), 0);
        fixAndSettle(SLOT);
        assertEq(markets.spreadLoss(SLOT, 24, false, true, 1e18), 0);
        assertEq(markets.expiryAt(SLOT).mark.lossCount, 0);
    }

    /// @dev The last unit fits; beyond it nothing is charged, and the other side's index is not touched.
    function test_SpreadLoss_StopsWhereItsIndexIsFull() external {
        open(SLOT, 24, false, 1, 20e18);
        uint256 full = uint256(type(uint64).max) * 1e9;
        assertEq(markets.spreadLoss(SLOT, 24, false, true, full + 1), 0);
        assertEq(markets.spreadLoss(SLOT, 24, false, true, type(uint256).max), 0);
        assertEq(markets.spreadLoss(SLOT, 24, false, true, full), full);
        assertEq(markets.spreadLoss(SLOT, 24, false, true, 1), 0);
        _assertIndices(24, false, type(uint64).max, 0);
    }

    function testFuzz_INV13_SpreadLoss_OvershootsByLessThanAUnitPerLot(uint16 lots, uint96 amountWad) external {
        uint256 opened = bound(lots, 1, 30_000);
        open(SLOT, 24, true, int24(uint24(opened)), 20e18);
        uint256 amount = bound(amountWad, 1, 1e26);
        uint256 charged = markets.spreadLoss(SLOT, 24, true, true, amount);
        assertGe(charged, amount);
        assertLt(charged, amount + opened * 1e9);
        (, uint256 index, ) = markets.seriesAt(SLOT, 24, true);
        assertEq(charged, index * 1e9 * opened);
    }

    function _lotsOf(uint8 strikeIndex, bool isPut) private view returns (uint256 lots) {
        (lots, , ) = markets.seriesAt(SLOT, strikeIndex, isPut);
    }

    function _assertIndices(uint8 strikeIndex, bool isPut, uint256 longIndex, uint256 shortIndex) private view {
        (, uint256 long, uint256 short_) = markets.seriesAt(SLOT, strikeIndex, isPut);
        assertEq(long, longIndex);
        assertEq(short_, shortIndex);
    }

    function _assertLots(uint256 open_, uint256 underlying, uint256 holders) private view {
        IOptionMarkets.ExpiryState memory state = markets.expiryAt(SLOT);
        assertEq(state.openLots, open_);
        assertEq(state.holders, holders);
        (uint256 lots, ) = markets.openInterest(ETH);
        assertEq(lots, underlying);
    }
}
