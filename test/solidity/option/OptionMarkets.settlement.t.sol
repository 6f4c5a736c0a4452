// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Grade} from "../../../contracts/types/Price.sol";
import {IOptionMarkets} from "../../../contracts/products/option/IOptionMarkets.sol";
import {OptionFixture} from "../support/OptionFixture.sol";
import {OptionOracleMock} from "../support/OptionOracleMock.sol";

contract OptionMarketsSettlementTest is OptionFixture {
    uint8 private constant SLOT = 0;
    uint256 private constant OPENS = EXPIRY - 35 minutes;
    /// @dev Relative, WAD.
    uint256 private constant EXACT = 1e6;

    function setUp() public override {
        super.setUp();
        markets.listExpiry(ETH, EXPIRY);
    }

    function test_Settle_IsTheGeometricMeanOfTheLastThirtyMinutes() external {
        // 900 seconds at 3000 (the first of them before any call of the window), 900 at 4000.
        fixUntil(SLOT, EXPIRY - 16 minutes);
        oracle.setMarket(4000e18);
        for (uint256 time = EXPIRY - 15 minutes; time <= EXPIRY; time += 2 minutes - 1) _fixAt(time);
        vm.warp(EXPIRY);
        uint256 expected = FixedPointMathLib.sqrt(3000e18 * 4000e18);
        // The last mark, a minute ago, is not the end.
        vm.expectRevert(
            abi.encodeWithSelector(IOptionMarkets.Option_FixingIncomplete.selector, SLOT, _state().coveredSeconds)
        );
        markets.settle(SLOT);
        assertEq(markets.fix(SLOT), 1800);
        vm.recordLogs();
        uint256 priceWad = settleLater(SLOT);
        assertEq(vm.getRecordedLogs()[0].topics[0], IOptionMarkets.ExpirySettled.selector);
        assertApproxEqRel(priceWad, expected, EXACT);
        assertEq(_state().mark.settlementPriceWad, priceWad);
    }

    function test_Settle_EndsOpenInterestAndPaysTheIntrinsicValue() external {
        open(SLOT, 24, false, 100, 20e18);
        open(SLOT, 24, true, 60, 20e18);
        uint8 other = markets.listExpiry(ETH, uint40(START + 9 days));
        open(other, 24, true, 7, 20e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NotSettled.selector, SLOT));
        markets.intrinsicPerLotWad(SLOT, 24, false);
        oracle.setMarket(3123.456789012345678901e18);
        uint256 priceWad = fixAndSettle(SLOT);
        assertApproxEqRel(priceWad, 3123.456789012345678901e18, EXACT);
        (uint256 lots, ) = markets.openInterest(ETH);
        assertEq(lots, 7);
        assertEq(_state().openLots, 0);
        assertEq(_state().holders, 4);
        // Strike 24 is 3000, strike 30 is 3300.
        assertEq(markets.intrinsicPerLotWad(SLOT, 24, false), (priceWad - 3000e18) / 100);
        assertEq(markets.intrinsicPerLotWad(SLOT, 24, true), 0);
        assertEq(markets.intrinsicPerLotWad(SLOT, 30, true), (3300e18 - priceWad) / 100);
        assertEq(markets.intrinsicPerLotWad(SLOT, 30, false), 0);
    }

    function test_Fix_OpensThirtyFiveMinutesBefore() external {
        vm.warp(OPENS - 1);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_FixingNotOpen.selector, SLOT, OPENS));
        markets.fix(SLOT);
        vm.warp(OPENS);
        uint256 pokes = oracle.pokes();
        vm.expectEmit(address(markets));
        emit IOptionMarkets.Marked(SLOT, 0, 0, 0);
        assertEq(markets.fix(SLOT), 0);
        assertEq(oracle.pokes(), pokes + 1);
        assertEq(_state().markedAt, OPENS);
    }

    /// @dev What lies before the window does not count, whenever the first mark is made.
    function testFuzz_Fix_BeginsWithTheWindow(uint16 before, uint16 after_) external {
        uint256 first = EXPIRY - 30 minutes - bound(before, 0, 119);
        uint256 second = EXPIRY - 30 minutes + bound(after_, 0, 120 - (EXPIRY - 30 minutes - first));
        _fixAt(first);
        oracle.setMarket(3500e18);
        _fixAt(second);
        assertEq(_state().coveredSeconds, second - (EXPIRY - 30 minutes));
    }

    function test_Fix_LeavesOutWhatNobodyLookedAt() external {
        _fixAt(EXPIRY - 20 minutes);
        _fixAt(EXPIRY - 20 minutes + 121);
        assertEq(_state().coveredSeconds, 0);
        _fixAt(EXPIRY - 20 minutes + 241);
        assertEq(_state().coveredSeconds, 120);
    }

    /// @dev However long the oracle calls a price fresh, five minutes are the most.
    function test_Fix_NeverBridgesMoreThanFiveMinutes() external {
        oracle.setFreshSeconds(3600);
        _fixAt(EXPIRY - 30 minutes);
        _fixAt(EXPIRY - 25 minutes);
        assertEq(_state().coveredSeconds, 300);
        _fixAt(EXPIRY - 20 minutes + 1);
        assertEq(_state().coveredSeconds, 300);
        _fixAt(EXPIRY - 19 minutes);
        assertEq(_state().coveredSeconds, 359);
    }

    function test_Fix_CountsNothingWhileTheOracleIsWorseThanFirm() external {
        _fixAt(EXPIRY - 20 minutes);
        for (uint8 grade = 1; grade < 4; ++grade) {
            oracle.setGrade(Grade(grade));
            assertEq(_fixAt(EXPIRY - 20 minutes + uint256(grade) * 50), 0);
            assertEq(_state().markedAt, EXPIRY - 20 minutes);
        }
        oracle.setGrade(Grade.Firm);
        assertEq(_fixAt(EXPIRY - 17 minutes), 0);
        assertEq(_fixAt(EXPIRY - 16 minutes), 60);
    }

    /// @dev A poke without a consensus is no mark, though the last price is still fresh; the next one bridges it.
    function test_Fix_NeedsAConsensusOfNow() external {
        _fixAt(EXPIRY - 20 minutes);
        oracle.setSilent(true);
        assertEq(_fixAt(EXPIRY - 19 minutes), 0);
        assertEq(_state().markedAt, EXPIRY - 20 minutes);
        oracle.setSilent(false);
        assertEq(_fixAt(EXPIRY - 18 minutes), 120);
    }

    function test_Fix_CountsNothingThatTheOracleForgot() external {
        _fixAt(EXPIRY - 20 minutes);
        oracle.setForgetful(true);
        assertEq(_fixAt(EXPIRY - 19 minutes), 0);
        oracle.setForgetful(false);
        assertEq(_fixAt(EXPIRY - 18 minutes), 60);
    }

    function test_Fix_ChangesNothingWhen_TheOracleRefuses() external {
        _fixAt(EXPIRY - 20 minutes);
        oracle.setRefusing(true);
        vm.warp(EXPIRY - 19 minutes);
        vm.expectRevert(OptionOracleMock.MockPokeRefused.selector);
        markets.fix(SLOT);
        assertEq(_state().markedAt, EXPIRY - 20 minutes);
    }

    function test_Settle_TwentyFiveMinutesAreEnough() external {
        _fixFrom(EXPIRY - 25 minutes, EXPIRY - 1 minutes);
        vm.warp(EXPIRY - 1);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NotExpired.selector, SLOT, EXPIRY));
        markets.settle(SLOT);
        assertEq(_fixAt(EXPIRY), 1500);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_FixingComplete.selector, SLOT, 1500));
        markets.fix(SLOT);
        settleLater(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_Settled.selector, SLOT));
        markets.fix(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_Settled.selector, SLOT));
        markets.settle(SLOT);
    }

    /// @dev One second short of 25 minutes, the first seconds after expiry count, up to 30 minutes and not one more.
    function test_Settle_ExtendsWhereTheWindowWasNotSeen() external {
        _fixFrom(EXPIRY - 25 minutes + 1, EXPIRY);
        assertEq(_state().coveredSeconds, 1499);
        oracle.setMarket(3600e18);
        // At 3000 to the first mark after expiry, then at 3600.
        _fixAt(EXPIRY + 100);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_FixingIncomplete.selector, SLOT, 1599));
        markets.settle(SLOT);
        _fixAt(EXPIRY + 200);
        oracle.setMarket(9000e18);
        assertEq(_fixAt(EXPIRY + 310), 1800);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_FixingComplete.selector, SLOT, 1800));
        markets.fix(SLOT);
        int256 log = FixedPointMathLib.lnWad(3000e18) * 1599 + FixedPointMathLib.lnWad(3600e18) * 201;
        assertApproxEqRel(settleLater(SLOT), uint256(FixedPointMathLib.expWad(log / 1800)), EXACT);
    }

    /// @dev All keepers slept through it, for months; the price is of when they woke.
    function test_Settle_WorksWhenEverybodySlept() external {
        vm.warp(EXPIRY + 100 days);
        oracle.setMarket(1234e18);
        _fixFrom(EXPIRY + 100 days, EXPIRY + 100 days + 30 minutes);
        assertApproxEqRel(settleLater(SLOT), 1234e18, EXACT);
    }

    /// @dev A week of turbulence and silence delays settlement; every Firm minute in between brings it nearer.
    function test_Settle_CannotBeStarved() external {
        uint256 time = EXPIRY - 30 minutes;
        for (uint256 i = 0; i < 30; ++i) {
            oracle.setGrade(Grade.Firm);
            _fixAt(time);
            _fixAt(time + 60);
            oracle.setGrade(Grade.Wide);
            if (i < 29) _fixAt(time + 61);
            time += 5 hours;
        }
        assertEq(_state().coveredSeconds, 1800);
        settleLater(SLOT);
    }

    /// @dev The stretch that crosses expiry is cut there, exactly.
    function testFuzz_Settle_CutsAtExpiry(uint8 before, uint8 after_) external {
        uint256 last = EXPIRY - bound(before, 1, 60);
        uint256 next = EXPIRY + bound(after_, 1, 60);
        _fixFrom(EXPIRY - 30 minutes, last);
        _fixAt(last);
        oracle.setMarket(3300e18);
        vm.warp(last + 1);
        oracle.observe();
        oracle.setMarket(90_000e18);
        vm.warp(EXPIRY);
        oracle.observe();
        assertEq(_fixAt(next), 1800);
        int256 high = int256(EXPIRY - last - 1);
        int256 log = FixedPointMathLib.lnWad(3000e18) * (1800 - high) + FixedPointMathLib.lnWad(3300e18) * high;
        assertApproxEqRel(settleLater(SLOT), uint256(FixedPointMathLib.expWad(log / 1800)), EXACT);
    }

    /// @dev Known from when nothing more counts, whoever has settled it.
    function test_Settle_GivesTimeToFindLosses() external {
        _fixFrom(EXPIRY - 30 minutes, EXPIRY - 1 minutes);
        assertEq(_state().mark.fixedPriceWad, 0);
        _fixAt(EXPIRY);
        uint256 fixedWad = _state().mark.fixedPriceWad;
        assertApproxEqRel(fixedWad, MID, EXACT);
        uint256 dueAt = EXPIRY + 15 minutes;
        vm.warp(dueAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_SettlementNotDue.selector, SLOT, dueAt));
        markets.settle(SLOT);
        vm.warp(dueAt);
        assertEq(markets.settle(SLOT), fixedWad);
        assertEq(_state().mark.fixedPriceWad, fixedWad);
    }

    /// @dev While somebody who cannot pay is being sold, his counterparties stay chargeable; not for ever.
    function test_Settle_WaitsForInsolvencies() external {
        _fixFrom(EXPIRY - 30 minutes, EXPIRY);
        insolvencies = 1;
        uint256 until = EXPIRY + 2 hours;
        vm.warp(until - 1);
        bytes memory refusal = abi.encodeWithSelector(IOptionMarkets.Option_InsolvencyOpen.selector, SLOT, until);
        vm.expectRevert(refusal);
        markets.settle(SLOT);
        insolvencies = 0;
        markets.settle(SLOT);
        assertNotEq(_state().mark.settlementPriceWad, 0);
    }

    function test_Settle_WaitsForInsolvenciesTwoHoursAtMost() external {
        _fixFrom(EXPIRY - 30 minutes, EXPIRY);
        insolvencies = 1;
        vm.warp(EXPIRY + 2 hours);
        markets.settle(SLOT);
    }

    /// @dev The last minutes are waited for as long as somebody might still add them, so that nobody settles them away: until a
    /// mark after expiry, or five minutes have passed since the last one.
    function test_Settle_WaitsForTheLastStretch() external {
        _fixFrom(EXPIRY - 30 minutes, EXPIRY - 2 minutes);
        uint256 snapshot = vm.snapshotState();
        vm.warp(EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_FixingIncomplete.selector, SLOT, 1680));
        markets.settle(SLOT);
        vm.warp(EXPIRY + 1);
        assertEq(_state().mark.fixedPriceWad, 0);
        // Too far for a stretch, yet it says that none comes.
        assertEq(_fixAt(EXPIRY + 1), 1680);
        _requireComplete(1680);

        vm.revertToState(snapshot);
        vm.warp(EXPIRY + 3 minutes);
        assertEq(_state().mark.fixedPriceWad, 0);
        vm.warp(EXPIRY + 3 minutes + 1);
        _requireComplete(1680);
    }

    /// @dev Governance may lengthen what counts as a gap after expiry: a price that is known stays what it is, whatever the margin
    /// calls and auctions that went by it.
    function testFuzz_Fix_WhatIsKnownStaysKnown(
        uint8 lastBefore,
        uint16[6] memory fresh,
        uint8[6] memory steps
    ) external {
        _fixFrom(EXPIRY - 30 minutes, EXPIRY - 5 minutes);
        _fixAt(EXPIRY - 1 - (lastBefore % 120));
        vm.warp(EXPIRY);
        uint256 known = 0;
        for (uint256 i; i < 6; ++i) {
            vm.warp(block.timestamp + (steps[i] % 120));
            oracle.observe();
            oracle.setFreshSeconds(uint16(bound(fresh[i], 30, 300)));
            (bool ok, ) = markets.canFix(SLOT);
            if (known != 0) assertFalse(ok);
            if (ok && steps[i] % 2 == 1) markets.fix(SLOT);
            uint256 priceWad = _state().mark.fixedPriceWad;
            if (known != 0) assertEq(priceWad, known);
            known = priceWad;
        }
    }

    /// @dev While one keeper calls every minute, nobody moves the price by calling whenever it suits him. A mean of the
    /// prices at the calls, as of samples, moves by percents.
    function testFuzz_Settle_IgnoresExtraCalls(uint256 seed) external {
        uint256 start = vm.snapshotState();
        (uint256 honest, uint256 sampledHonest) = _run(0, seed);
        vm.revertToState(start);
        (uint256 attacked, uint256 sampledAttacked) = _run(20, seed);
        assertApproxEqRel(attacked, honest, EXACT);
        assertGt(sampledAttacked, (sampledHonest * 101) / 100);
    }

    /// @dev Against the same rules applied to the whole list of calls at once.
    function testFuzz_Settle_IsTheReference(uint256 seed) external {
        uint256[] memory marks = new uint256[](200);
        uint256 count = 0;
        uint256 time = EXPIRY - 34 minutes;
        for (uint256 i = 0; i < 200; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += 1 + (seed % 100) + (seed % 7 == 0 ? 60 : 0);
            vm.warp(time);
            oracle.setMarket(2000e18 + ((seed >> 32) % 2000e18));
            if ((seed >> 100) % 3 == 0) {
                oracle.observe();
                continue;
            }
            bool firm = (seed >> 110) % 10 != 0;
            oracle.setGrade(firm ? Grade.Firm : Grade.Wide);
            (bool can, ) = markets.canFix(SLOT);
            if (!can) break;
            markets.fix(SLOT);
            if (firm) marks[count++] = time;
        }
        (uint256 covered, int256 log) = _reference(marks, count);
        assertEq(_state().coveredSeconds, covered);
        (bool ok, ) = markets.canSettle(SLOT);
        if (!ok) return;
        int256 mean = log / int256(covered);
        assertApproxEqRel(settleLater(SLOT), uint256(FixedPointMathLib.expWad(mean)), EXACT);
    }

    // --- retiring -----------------------------------------------------------------------------------------

    function test_Retire_FreesASlotThatNobodyHolds() external {
        open(SLOT, 24, false, 10, 20e18);
        vm.warp(EXPIRY - 1);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NotExpired.selector, SLOT, EXPIRY));
        markets.retire(SLOT);
        markets.spreadLoss(SLOT, 24, false, true, 1e18);
        uint256 priceWad = fixAndSettle(SLOT);
        assertGt(priceWad, 0);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_StillHeld.selector, SLOT, 2));
        markets.retire(SLOT);
        markets.release(SLOT, 2);
        vm.expectEmit(address(markets));
        emit IOptionMarkets.ExpiryRetired(SLOT, ETH, EXPIRY);
        markets.retire(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, SLOT));
        markets.retire(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, SLOT));
        markets.fix(SLOT);
        vm.expectRevert(abi.encodeWithSelector(IOptionMarkets.Option_NoSuchSlot.selector, SLOT));
        markets.settle(SLOT);
        (bool found, ) = markets.slotOf(ETH, EXPIRY);
        assertFalse(found);
        assertEq(markets.listedSlots(ETH), 0);

        // What comes next in the slot has no past.
        market(MID);
        assertEq(markets.listExpiry(ETH, EXPIRY + 6 days), SLOT);
        IOptionMarkets.ExpiryState memory state = _state();
        assertEq(state.mark.settlementPriceWad + state.mark.lossCount + state.holders, 0);
        assertEq(state.coveredSeconds + state.markedAt + state.openLots, 0);
        (uint256 lots, uint256 longIndex, uint256 shortIndex) = markets.seriesAt(SLOT, 24, false);
        assertEq(lots + longIndex + shortIndex, 0);
    }

    function test_Retire_NeedsNoSettlementWhereNobodyEverHeld() external {
        vm.warp(EXPIRY);
        markets.retire(SLOT);
        assertEq(markets.listedSlots(ETH), 0);
    }

    function testFuzz_INV19_PredicatesEqualActions(uint256 seed) external {
        if (seed % 2 == 0) open(SLOT, 24, false, 10, 20e18);
        uint256 time = EXPIRY - 36 minutes;
        for (uint256 i = 0; i < 60; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += seed % 140;
            vm.warp(time);
            oracle.setGrade((seed >> 8) % 9 == 0 ? Grade.Thin : Grade.Firm);
            uint8 slot = (seed >> 16) % 20 == 0 ? 1 : SLOT;
            uint256 what = (seed >> 24) % 8;
            if (what < 6) _same(slot, markets.canFix, abi.encodeCall(markets.fix, slot));
            else if (what == 6) _same(slot, markets.canSettle, abi.encodeCall(markets.settle, slot));
            else _same(slot, markets.canRetire, abi.encodeCall(markets.retire, slot));
        }
    }

    // --- helpers ------------------------------------------------------------------------------------------

    function _same(
        uint8 slot,
        function(uint8) external view returns (bool, bytes4) predicate,
        bytes memory call_
    ) private {
        (bool ok, bytes4 reason) = predicate(slot);
        (bool done, bytes memory answer) = address(markets).call(call_);
        assertEq(done, ok);
        assertEq(done ? bytes4(0) : bytes4(answer), reason);
    }

    /// @dev A saw of prices; `extra` calls at its tops. Returns the settlement price, and the mean of the prices at calls.
    function _run(uint256 extra, uint256 seed) private returns (uint256 settled, uint256 sampled) {
        uint256 sum = 0;
        uint256 calls = 0;
        for (uint256 i = 0; i <= 30; ++i) {
            bool high = i % 5 == 4;
            vm.warp(EXPIRY - 30 minutes + i * 60);
            oracle.setMarket(high ? 3300e18 : 3000e18);
            markets.fix(SLOT);
            (sum, calls) = (sum + oracle.marketWad(), calls + 1);
            if (!high) continue;
            for (uint256 k = 0; k < extra / 4; ++k) {
                vm.warp(EXPIRY - 30 minutes + i * 60 + 1 + k * 10 + ((seed >> (8 * k)) % 10));
                markets.fix(SLOT);
                (sum, calls) = (sum + oracle.marketWad(), calls + 1);
            }
        }
        return (settleLater(SLOT), sum / calls);
    }

    function _reference(uint256[] memory marks, uint256 count) private view returns (uint256 covered, int256 log) {
        for (uint256 i = 1; i < count; ++i) {
            (uint256 from, uint256 to) = (marks[i - 1], marks[i]);
            if (to - from > 120) continue;
            from = FixedPointMathLib.max(from, EXPIRY - 30 minutes);
            to = FixedPointMathLib.min(to, EXPIRY);
            if (to <= from) continue;
            covered += to - from;
            log += oracle.logIntegral(from, to);
        }
        if (covered >= 25 minutes) return (covered, log);
        for (uint256 i = 1; i < count; ++i) {
            (uint256 from, uint256 to) = (marks[i - 1], marks[i]);
            if (to - from > 120 || to <= EXPIRY) continue;
            from = FixedPointMathLib.max(from, EXPIRY);
            to = FixedPointMathLib.min(to, from + 30 minutes - covered);
            covered += to - from;
            log += oracle.logIntegral(from, to);
        }
    }

    function _fixFrom(uint256 from, uint256 to) private {
        for (; from < to; from += 1 minutes) _fixAt(from);
        _fixAt(to);
    }

    function _fixAt(uint256 time) private returns (uint256 coveredSeconds) {
        vm.warp(time);
        return markets.fix(SLOT);
    }

    function _requireComplete(uint256 coveredSeconds) private {
        (bool ok, bytes4 reason) = markets.canFix(SLOT);
        assertFalse(ok);
        assertEq(reason, IOptionMarkets.Option_FixingComplete.selector);
        IOptionMarkets.ExpiryState memory state = _state();
        assertEq(state.coveredSeconds, coveredSeconds);
        assertGt(state.mark.fixedPriceWad, 0);
        assertEq(settleLater(SLOT), state.mark.fixedPriceWad);
    }

    function _state() private view returns (IOptionMarkets.ExpiryState memory) {
        return markets.expiryAt(SLOT);
    }
}
