// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpFixture} from "../support/PerpFixture.sol";

contract PerpMarketsFundingTest is PerpFixture {
    /// @dev 1000 lots at +1 % with a depth of 1000: the sample is 0.5 %. Over the next hour, with a window of an hour,
    /// the premium's integral is 0.005 * 3600 / e. A long lot of 30 USD pays 3 / day of it.
    function test_Accrue_ChargesLongsForAPremium() external {
        open(ETH, 1000, (MID * 101) / 100);
        skip(1 hours);
        int256 expected = 6_897_739_521_964_543;
        vm.expectEmit(true, false, false, false, address(markets));
        emit IPerpMarkets.FundingAccrued(ETH, 1 hours, 0, 0);
        markets.accrue(ETH);
        IPerpMarkets.MarketState memory state = markets.stateOf(ETH);
        assertApproxEqAbs(state.mark.longIndexWad, expected, 100);
        assertEq(state.mark.longIndexWad, state.mark.shortIndexWad);
        assertApproxEqAbs(state.premiumWad, 0.00316060279414e18, 1e8);
        assertEq(state.sampleWad, 0);
        assertEq(state.accruedAt, block.timestamp);
    }

    function test_Accrue_ChargesShortsForADiscount() external {
        open(ETH, 1000, (MID * 99) / 100);
        skip(1 hours);
        markets.accrue(ETH);
        assertApproxEqAbs(markOf(ETH).longIndexWad, -6_897_739_521_964_543, 100);
        assertEq(markOf(ETH).longIndexWad, markOf(ETH).shortIndexWad);
    }

    function test_Accrue_DoesNothingTwiceInABlock() external {
        open(ETH, 1000, (MID * 101) / 100);
        skip(1 hours);
        markets.accrue(ETH);
        vm.recordLogs();
        markets.accrue(ETH);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Accrue_AddsInterestWithoutATrade() external {
        IPerpMarkets.MarketConfig memory config = defaults();
        config.funding.interestWadPerDay = 0.0003e18;
        markets.list(BTC, config);
        skip(1 days);
        // 0.03 % of a lot of 600 USD.
        assertEq(markOf(BTC).longIndexWad, 0.18e18);
        config.funding.interestWadPerDay = -0.0003e18;
        markets.setFunding(BTC, config.funding);
        skip(1 days);
        assertEq(markOf(BTC).longIndexWad, 0);
    }

    function test_Premium_LapsesOneWindowAfterTheLastTrade() external {
        open(ETH, 1000, (MID * 101) / 100);
        skip(12 hours);
        int256 soon = markOf(ETH).longIndexWad;
        skip(30 days);
        // In all the sample counted for one window: 0.005 * 3600 s, however long the market sleeps.
        assertApproxEqAbs(markOf(ETH).longIndexWad, (0.005e18 * 3600 * 90) / 86400, 100);
        assertApproxEqRel(markOf(ETH).longIndexWad, soon, 0.0001e18);
    }

    function test_MarksOf_IncludesWhatAccrueWouldDo() external {
        markets.list(BTC, defaults());
        open(ETH, 500, (MID * 102) / 100);
        open(BTC, 500, 59_000e18);
        skip(3 hours);
        IPerpMarkets.MarketMark[] memory pending = markets.marksOf(6);
        markets.accrue(ETH);
        markets.accrue(BTC);
        IPerpMarkets.MarketMark[] memory stored = markets.marksOf(6);
        assertEq(pending.length, 2);
        assertEq(abi.encode(pending), abi.encode(stored));
        assertGt(stored[0].longIndexWad, 0);
        assertLt(stored[1].longIndexWad, 0);
        assertEq(markets.marksOf(0).length, 0);
    }

    function test_MarksOf_AsksTheOracleOnlyWhenTimePassed() external {
        oracle.setBroken(true);
        markets.marksOf(2);
        skip(1);
        vm.expectRevert();
        markets.marksOf(2);
    }

    function test_MarksOf_AsksTheOracleOnce() external {
        markets.list(BTC, defaults());
        skip(1);
        AssetId[] memory assets = new AssetId[](2);
        (assets[0], assets[1]) = (ETH, BTC);
        vm.expectCall(address(oracle), abi.encodeCall(IPriceOracle.readMany, (assets)), 1);
        markets.marksOf(6);
    }

    function test_INV17_InactiveSecondsAreChargedNothing() external {
        open(ETH, 1000, (MID * 101) / 100);
        uint256 snapshot = vm.snapshotState();
        skip(40 minutes);
        int256 active = markOf(ETH).longIndexWad;
        vm.revertToState(snapshot);

        skip(100 minutes);
        breaker.setInactive(ETH, 60 minutes);
        assertEq(markOf(ETH).longIndexWad, active);
        markets.accrue(ETH);
        // Later seconds are charged as if the others had never been.
        skip(20 minutes);
        int256 later = markOf(ETH).longIndexWad;
        vm.revertToState(snapshot);
        skip(60 minutes);
        assertApproxEqAbs(markOf(ETH).longIndexWad, later, 10);
    }

    function testFuzz_INV17_OnlyActiveSecondsCount(uint24 active, uint24 inactive) external {
        open(ETH, 1000, (MID * 101) / 100);
        uint256 snapshot = vm.snapshotState();
        skip(active);
        int256 expected = markOf(ETH).longIndexWad;
        vm.revertToState(snapshot);
        skip(uint256(active) + inactive);
        breaker.setInactive(ETH, inactive);
        assertEq(markOf(ETH).longIndexWad, expected);
    }

    /// @dev Domain and asset may both have been inactive: the breaker then counts more than has passed.
    function test_Accrue_SurvivesMoreInactiveSecondsThanPassed() external {
        open(ETH, 1000, (MID * 101) / 100);
        skip(10);
        breaker.setInactive(ETH, 20);
        markets.accrue(ETH);
        assertEq(markOf(ETH).longIndexWad, 0);
        skip(10);
        assertGt(markOf(ETH).longIndexWad, 0);
    }

    function test_Accrue_StartsAtTheListing() external {
        breaker.setInactive(BTC, 1000);
        IPerpMarkets.MarketConfig memory config = defaults();
        config.funding.interestWadPerDay = 0.0003e18;
        markets.list(BTC, config);
        skip(1 days);
        assertEq(markOf(BTC).longIndexWad, 0.18e18);
    }

    function test_Accrue_ChargesNothingOnABlindPrice() external {
        open(ETH, 1000, (MID * 101) / 100);
        skip(1 hours);
        oracle.setGrade(ETH, Grade.Blind);
        assertEq(markOf(ETH).longIndexWad, 0);
        markets.accrue(ETH);
        oracle.setGrade(ETH, Grade.Thin);
        assertEq(markOf(ETH).longIndexWad, 0);
        // The premium lived on and fades.
        skip(1 hours);
        assertGt(markOf(ETH).longIndexWad, 0);
    }

    function test_Record_ABlindPriceGivesNoSample() external {
        oracle.setGrade(ETH, Grade.Blind);
        open(ETH, 1000, 2 * MID);
        assertEq(markets.stateOf(ETH).sampleWad, 0);
    }

    function test_Record_ATransferGivesNoSample() external {
        open(ETH, 1000, 0);
        assertEq(markets.stateOf(ETH).sampleWad, 0);
        skip(1 hours);
        open(ETH, 1000, 0);
        assertEq(markets.stateOf(ETH).accruedAt, block.timestamp);
    }

    /// @dev A self-trade at any price and size: the rate stays within the clamp, and one window later the victim has
    /// paid at most clamp * window of its notional.
    function testFuzz_PremiumManipulation_IsBounded(uint256 price, uint32 lots, uint24 wait) external {
        price = bound(price, 1, type(uint128).max);
        int64 size = int64(uint64(bound(lots, 1, 30_000)));
        open(ETH, size, price);
        IPerpMarkets.MarketState memory state = markets.stateOf(ETH);
        uint256 limit = (uint256(0.05e18) * 1e18) / 3e18;
        assertLe(_abs(state.sampleWad), (limit * uint64(size)) / (uint64(size) + 1000));
        skip(wait);
        state = markets.stateOf(ETH);
        assertLe(_abs(state.fundingWadPerDay), 0.05e18);
        // 30 USD a lot; in all no more than the clamp for the one window in which the sample counts.
        uint256 bound_ = (30e18 * 0.05e18 * uint256(1 hours)) / 1 days / 1e18;
        assertLe(_abs(state.mark.longIndexWad), bound_ + 1);
    }

    /// @dev A tiny trade must be as weak as it is small.
    function test_PremiumManipulation_OneLotHardlyMovesTheSample() external {
        open(ETH, 1, 100 * MID);
        assertApproxEqAbs(markets.stateOf(ETH).sampleWad, int256(0.016666666e18) / 1001, 1e9);
        for (uint256 i = 0; i < 10; ++i) open(ETH, 1, 100 * MID);
        assertLe(markets.stateOf(ETH).sampleWad, (int256(0.016666667e18) * 11) / 1000);
    }

    function test_Accrue_SurvivesTheLargestConfiguration() external {
        IPerpMarkets.MarketConfig memory config = defaults();
        config.lotSizeWad = 1e24;
        config.openInterestCapWad = 2 ** 112 - 1;
        config.funding = IPerpMarkets.FundingConfig(10e18, 1e18, 0.03e18, 60, type(uint64).max);
        oracle.setMid(BTC, 1e9 * 1e18);
        markets.list(BTC, config);
        open(BTC, type(int64).max, 0);
        markets.record(IPerpMarkets.PositionChange(BTC, type(int64).max, 0, 0, type(int64).max, type(uint256).max));
        skip(30 days);
        markets.accrue(BTC);
        // A lot is worth 1e15 USD; within the clamp of 100 % a day.
        assertLe(markOf(BTC).longIndexWad, 30 * 1e33);
        assertGt(markOf(BTC).longIndexWad, 0);
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
