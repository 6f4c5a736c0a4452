// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {PerpFixture} from "../support/PerpFixture.sol";

contract PerpMarketsRecordTest is PerpFixture {
    function test_Record_RevertsWhen_CallerIsNotTheVault() external {
        vm.prank(address(0xBAD));
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_WrongCaller.selector, address(0xBAD), address(this)));
        markets.record(IPerpMarkets.PositionChange(ETH, 0, 1, 0, -1, MID));
    }

    function test_Record_CountsOpenLots() external {
        vm.expectEmit(address(markets));
        emit IPerpMarkets.PositionsRecorded(ETH, 10, 0);
        IPerpMarkets.MarketMark memory mark = open(ETH, 10, MID);
        assertEq(mark.lotSizeWad, LOT);
        assertEq(mark.longIndexWad, 0);
        // The long sells 4 to a newcomer: nothing opens.
        _record(10, 6, 0, 4);
        assertEq(_lots(), 10);
        // The short buys 5 back from that long.
        _record(-10, -5, 6, 1);
        assertEq(_lots(), 5);
        // A long flips to short against a newcomer.
        _record(4, -2, 0, 6);
        assertEq(_lots(), 7);
        // Two shorts meet: only lots change hands.
        _record(-5, -6, -2, -1);
        assertEq(_lots(), 7);
        assertEq(markets.openSizeWad(ETH), 7 * LOT);
        assertEq(markets.openSizeWad(AssetId.wrap(31)), 0);
    }

    function testFuzz_Record_OpenLotsAreTheSumOfLongs(int32[8] calldata steps) external {
        int64[3] memory lots;
        for (uint256 i = 0; i < steps.length; ++i) {
            uint256 first = i % 3;
            uint256 second = (i + 1) % 3;
            int64 moved = steps[i] % 1000;
            markets.record(
                IPerpMarkets.PositionChange(
                    ETH,
                    lots[first],
                    lots[first] + moved,
                    lots[second],
                    lots[second] - moved,
                    MID
                )
            );
            (lots[first], lots[second]) = (lots[first] + moved, lots[second] - moved);
            int256 longs = 0;
            for (uint256 k = 0; k < 3; ++k) if (lots[k] > 0) longs += lots[k];
            assertEq(_lots(), uint256(longs));
        }
    }

    function test_Record_RevertsWhen_LotsAppear() external {
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_LotsNotPreserved.selector, int256(0), int256(1)));
        _record(0, 10, 0, -9);
        vm.expectRevert(
            abi.encodeWithSelector(IPerpMarkets.Perp_LotsNotPreserved.selector, 2 * int256(type(int64).max), int256(0))
        );
        _record(type(int64).max, 0, type(int64).max, 0);
    }

    function test_Record_RevertsWhen_MoreIsClosedThanIsOpen() external {
        open(ETH, 3, MID);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OpenLotsUnderflow.selector, 3, 4));
        _record(4, 0, -4, 0);
    }

    function test_Record_StopsAtTheCap() external {
        // 1,000,000 / (0.01 * 3000) = 33,333.3 lots.
        open(ETH, 33_333, MID);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OpenInterestCap.selector, 33_334 * 30e18, CAP));
        open(ETH, 1, MID);
        assertEq(_lots(), 33_333);
    }

    function test_Record_AllowsExactlyTheCap() external {
        markets.setOpenInterestCap(ETH, 300e18);
        open(ETH, 10, MID);
        markets.setOpenInterestCap(ETH, 330e18 - 1);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OpenInterestCap.selector, 330e18, 330e18 - 1));
        open(ETH, 1, MID);
    }

    function test_Record_LetsPositionsShrinkAndMoveAboveTheCap() external {
        open(ETH, 10, MID);
        markets.setOpenInterestCap(ETH, 0);
        _record(10, 5, 0, 5);
        _record(5, 0, -10, -5);
        // A transfer that lifts open interest (a slice taken by a bidder who is short) is no trade.
        markets.record(IPerpMarkets.PositionChange(ETH, 0, 2, 0, -2, 0));
        assertEq(_lots(), 7);
    }

    function test_Record_MeasuresTheCapAtTheTradeWhileThereIsNoMid() external {
        oracle.setGrade(ETH, Grade.Blind);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OpenInterestCap.selector, 2_000_000e18, CAP));
        open(ETH, 20_000, 10_000e18);
    }

    function test_Record_SurvivesTheLargestLots() external {
        markets.setOpenInterestCap(ETH, 2 ** 112 - 1);
        int64 most = type(int64).max;
        vm.expectRevert(
            abi.encodeWithSelector(
                IPerpMarkets.Perp_OpenInterestCap.selector,
                uint256(uint64(most)) * 30e18,
                2 ** 112 - 1
            )
        );
        open(ETH, most, MID);
        // A transfer is not capped.
        open(ETH, most, 0);
        _record(most, 0, -most, 0);
        assertEq(_lots(), 0);
    }

    function _record(int64 firstBefore, int64 firstAfter, int64 secondBefore, int64 secondAfter) private {
        markets.record(IPerpMarkets.PositionChange(ETH, firstBefore, firstAfter, secondBefore, secondAfter, MID));
    }

    function _lots() private view returns (uint256 lots) {
        (lots, ) = markets.openInterest(ETH);
    }
}
