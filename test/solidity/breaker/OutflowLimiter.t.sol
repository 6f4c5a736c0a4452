// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IOutflowLimiter} from "../../../contracts/breaker/IOutflowLimiter.sol";
import {OutflowLimiter} from "../../../contracts/breaker/OutflowLimiter.sol";
import {Test} from "../support/Test.sol";

contract OutflowLimiterTest is Test {
    /// @dev On the edge of a bucket and of a period.
    uint256 internal constant START = 14_400 * 120_000;
    uint256 internal constant HELD = 1_000_000e6;
    address internal constant USDC = address(0xc0ffee);
    address internal constant WETH = address(0xe7);

    AccessManager internal manager;
    OutflowLimiter internal limiter;
    /// @dev The test plays the vault.
    mapping(address token => uint256) internal held;

    function setUp() public {
        vm.warp(START);
        manager = new AccessManager(address(this));
        limiter = new OutflowLimiter(address(manager));
        limiter.wire(address(this));
    }

    function bring(address token, uint256 amount) internal {
        held[token] += amount;
        limiter.recordInflow(token, amount, held[token]);
    }

    function take(address token, uint256 amount) internal {
        limiter.consume(token, amount, held[token]);
        held[token] -= amount;
    }

    function free(address token) internal view returns (uint256) {
        return limiter.available(token, held[token]);
    }

    function expectRefused(address token, uint256 amount, uint256 available) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IOutflowLimiter.Outflow_LimitExceeded.selector, token, amount, available)
        );
        limiter.consume(token, amount, held[token]);
    }

    /// @dev A million, two days old.
    function season() internal {
        bring(USDC, HELD);
        vm.warp(START + 2 days);
    }

    // --- Wiring ---------------------------------------------------------------------------------------------------

    function test_Constructor_RevertsWhen_AuthorityIsZero() external {
        vm.expectRevert(IOutflowLimiter.Outflow_ZeroAddress.selector);
        new OutflowLimiter(address(0));
    }

    function test_Wire_WorksOnce() external {
        OutflowLimiter fresh = new OutflowLimiter(address(manager));
        vm.expectRevert(IOutflowLimiter.Outflow_ZeroAddress.selector);
        fresh.wire(address(0));
        vm.expectEmit(address(fresh));
        emit IOutflowLimiter.VaultWired(WETH);
        fresh.wire(WETH);
        assertEq(fresh.vault(), WETH);
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_AlreadyWired.selector, WETH));
        fresh.wire(USDC);
    }

    function test_Flows_RevertWhen_CallerIsNotTheVault() external {
        address stranger = makeAddr("stranger");
        bytes memory refusal = abi.encodeWithSelector(IOutflowLimiter.Outflow_NotVault.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        limiter.recordInflow(USDC, 1, 1);
        vm.expectRevert(refusal);
        limiter.consume(USDC, 1, 1);
    }

    // --- The cap --------------------------------------------------------------------------------------------------

    function test_Consume_UpToFifteenPercentOfOldHoldings() external {
        season();
        assertEq(free(USDC), 150_000e6);
        expectRefused(USDC, 150_000e6 + 1, 150_000e6);
        vm.expectEmit(address(limiter));
        emit IOutflowLimiter.OutflowConsumed(USDC, 150_000e6, false);
        take(USDC, 150_000e6);
        assertEq(free(USDC), 0);
        expectRefused(USDC, 1, 0);
        take(USDC, 0);
    }

    function test_Consume_FreesUpAfterFourHours() external {
        season();
        take(USDC, 100_000e6);
        vm.warp(block.timestamp + 1 hours);
        take(USDC, 50_000e6);
        // The bucket of the first outflow leaves with its last second's fourth hour.
        vm.warp(START + 2 days + 4 hours + 16 minutes - 1);
        assertEq(free(USDC), 0);
        vm.warp(START + 2 days + 4 hours + 16 minutes);
        assertEq(free(USDC), 100_000e6);
        vm.warp(START + 2 days + 30 hours);
        assertEq(free(USDC), (held[USDC] * 15) / 100);
    }

    function test_Consume_InflowsAreSetOff() external {
        season();
        take(USDC, 150_000e6);
        bring(USDC, 40_000e6);
        assertEq(free(USDC), 40_000e6);
        take(USDC, 40_000e6);
        expectRefused(USDC, 1, 0);
    }

    function test_Consume_InflowOfTheOldestBucketIsNotSetOff() external {
        season();
        vm.warp(START + 2 days + 8 minutes);
        bring(USDC, 40_000e6);
        vm.warp(START + 2 days + 4 hours - 1);
        assertEq(free(USDC), 190_000e6);
        vm.warp(START + 2 days + 4 hours);
        assertEq(free(USDC), 150_000e6);
    }

    function test_Consume_WhatCameInTodayGivesNoBudget() external {
        season();
        bring(USDC, 9_000_000e6);
        vm.warp(block.timestamp + 5 hours);
        assertEq(free(USDC), 150_000e6);
        // Held for a day, and the period of four hours in which it came is over.
        vm.warp(START + 2 days + 28 hours);
        assertEq(free(USDC), 1_500_000e6);
    }

    function test_Consume_MeasuresAYoungTokenAgainstItsBeginning() external {
        bring(USDC, HELD);
        vm.warp(START + 5 hours);
        assertEq(free(USDC), 150_000e6);
        bring(USDC, HELD);
        vm.warp(START + 10 hours);
        assertEq(free(USDC), 150_000e6);
    }

    /// @dev Borrowed tokens that came and went in the first transaction would set the measure of a day: with the first
    /// deposit as the beginning, all of the million could leave at once.
    function test_Consume_BorrowedTokensDoNotSetTheMeasureOfAYoungToken() external {
        bring(USDC, 1_000 * HELD);
        take(USDC, 1_000 * HELD);
        assertEq(held[USDC], 0);
        vm.warp(START + 12);
        bring(USDC, HELD);
        vm.warp(START + 5 hours);
        assertEq(free(USDC), 150_000e6);
        expectRefused(USDC, 150_000e6 + 1, 150_000e6);
        (uint256 base, , , ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(base, HELD);
    }

    /// @dev Whatever the order: a young token begins with what the transaction leaves of it.
    function test_Consume_AYoungTokenBeginsWithWhatItsTransactionLeaves() external {
        bring(USDC, HELD);
        bring(USDC, 1_000 * HELD);
        take(USDC, 1_000 * HELD);
        (uint256 base, , uint256 inflow, ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(base, HELD);
        assertEq(inflow, HELD);
        // Dust that comes and goes first is no beginning either: it would lock a day of withdrawals.
        bring(WETH, 1);
        take(WETH, 1);
        bring(WETH, 100e18);
        vm.warp(START + 5 hours);
        assertEq(free(WETH), 15e18);
    }

    /// @dev From the next transaction on, flows move the holdings and not the beginning.
    function test_Consume_LaterFlowsDoNotMoveTheBeginning() external {
        bring(USDC, HELD);
        vm.warp(START + 12);
        bring(USDC, 1_000 * HELD);
        (uint256 base, , , ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(base, HELD);
        take(USDC, 1_000 * HELD + 100_000e6);
        (base, , , ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(base, HELD);
    }

    function test_Consume_OfATokenNeverSeen_MeasuresAgainstWhatIsHeld() external {
        held[WETH] = 100e18;
        assertEq(free(WETH), 15e18);
        take(WETH, 15e18);
        assertEq(free(WETH), 0);
    }

    function test_Consume_ADepositMayLeaveAgainWithinTheWindow() external {
        bring(USDC, 500e6);
        vm.warp(block.timestamp + 3 hours);
        take(USDC, 500e6);
        assertEq(held[USDC], 0);
    }

    function test_Consume_OneTokenNeverLocksAnother() external {
        season();
        held[WETH] = 100e18;
        take(USDC, 150_000e6);
        assertEq(free(USDC), 0);
        take(WETH, 15e18);
    }

    function test_Consume_ARefusalChangesNothing() external {
        season();
        take(USDC, 100_000e6);
        (uint256 base, uint256 out, uint256 in_, uint256 small) = limiter.usageOf(USDC, held[USDC]);
        expectRefused(USDC, 60_000e6, 50_000e6);
        (uint256 base2, uint256 out2, uint256 in2, uint256 small2) = limiter.usageOf(USDC, held[USDC]);
        assertEq(base, base2);
        assertEq(out, out2);
        assertEq(in_, in2);
        assertEq(small, small2);
        assertEq(base, HELD);
        assertEq(out, 100_000e6);
    }

    function test_Available_NeverExceedsTheHoldings() external {
        bring(USDC, 100e6);
        assertEq(limiter.available(USDC, 60e6), 60e6);
    }

    // --- In and out in one transaction ----------------------------------------------------------------------------

    /// @dev A batch of the vault that takes out and pays back needs no tokens of its own: it must not use up the budget
    /// of those who want to leave.
    function test_Flows_WhatComesBackAtOnceUsesUpNothing() external {
        season();
        for (uint256 i; i < 40; ++i) {
            take(USDC, 150_000e6);
            bring(USDC, 150_000e6);
            assertEq(free(USDC), 150_000e6);
            vm.warp(block.timestamp + 16 minutes);
        }
    }

    /// @dev The same with tokens borrowed elsewhere.
    function test_Flows_WhatOnlyPassesThroughUsesUpNothing() external {
        season();
        for (uint256 i; i < 40; ++i) {
            bring(USDC, 150_000e6);
            take(USDC, 100_000e6);
            take(USDC, 50_000e6);
            assertEq(free(USDC), 150_000e6);
            vm.warp(block.timestamp + 16 minutes);
        }
    }

    function test_Flows_OnlyTheDifferenceIsCounted() external {
        season();
        take(USDC, 100_000e6);
        bring(USDC, 30_000e6);
        take(USDC, 10_000e6);
        (, uint256 outflow, uint256 inflow, ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(outflow, 80_000e6);
        assertEq(inflow, 0);
        bring(USDC, 100_000e6);
        (, outflow, inflow, ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(outflow, 0);
        assertEq(inflow, 20_000e6);
    }

    function test_Flows_OfTwoBlocksAreCountedBoth() external {
        season();
        take(USDC, 100_000e6);
        vm.warp(block.timestamp + 12);
        bring(USDC, 100_000e6);
        (, uint256 outflow, uint256 inflow, ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(outflow, 100_000e6);
        assertEq(inflow, 100_000e6);
    }

    function test_Flows_OfTwoTokensAreNotNetted() external {
        season();
        bring(WETH, 100e18);
        take(USDC, 100e6);
        (, uint256 outflow, , ) = limiter.usageOf(USDC, held[USDC]);
        assertEq(outflow, 100e6);
    }

    // --- Small withdrawals ----------------------------------------------------------------------------------------

    function allowSmall() internal {
        limiter.setFlowLimits(
            USDC,
            IOutflowLimiter.FlowLimits({capBps: 1_500, smallAmount: 1_000e6, smallBudget: 5_000e6})
        );
        season();
        take(USDC, 150_000e6);
    }

    function test_Consume_SmallOnesLeaveWhenTheCapIsUsedUp() external {
        allowSmall();
        assertEq(free(USDC), 1_000e6);
        vm.expectEmit(address(limiter));
        emit IOutflowLimiter.OutflowConsumed(USDC, 1_000e6, true);
        take(USDC, 1_000e6);
        expectRefused(USDC, 1_000e6 + 1, 1_000e6);
        take(USDC, 1_000e6);
        assertEq(free(USDC), 500e6);
        expectRefused(USDC, 500e6 + 1, 500e6);
        take(USDC, 500e6);
        expectRefused(USDC, 1, 0);
        (, uint256 outflow, , uint256 small) = limiter.usageOf(USDC, held[USDC]);
        assertEq(outflow, 150_000e6);
        assertEq(small, 2_500e6);
    }

    function test_Consume_SmallBudgetRenewsEachPeriod() external {
        allowSmall();
        for (uint256 i; i < 5; ++i) take(USDC, 500e6);
        vm.warp(START + 2 days + 4 hours - 1);
        expectRefused(USDC, 1, 0);
        vm.warp(START + 2 days + 4 hours);
        take(USDC, 1_000e6);
    }

    // --- recordInflow never reverts -------------------------------------------------------------------------------

    function testFuzz_RecordInflow_NeverReverts(address token, uint256[8] calldata amounts, uint256 holdings) external {
        for (uint256 i; i < 8; ++i) {
            limiter.recordInflow(token, amounts[i], holdings);
            vm.warp(block.timestamp + (amounts[i] % 8 hours));
        }
        limiter.available(token, holdings);
    }

    function test_RecordInflow_CountsNoMoreThanItCanHold() external {
        limiter.recordInflow(USDC, type(uint256).max, type(uint256).max);
        vm.expectEmit(address(limiter));
        emit IOutflowLimiter.InflowRecorded(USDC, 0);
        limiter.recordInflow(USDC, 1, type(uint256).max);
        expectRefusedHuge();
        limiter.consume(USDC, type(uint112).max, type(uint256).max);
    }

    function expectRefusedHuge() internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IOutflowLimiter.Outflow_LimitExceeded.selector,
                USDC,
                type(uint256).max,
                type(uint112).max
            )
        );
        limiter.consume(USDC, type(uint256).max, type(uint256).max);
    }

    /// @dev A chain whose clock starts at zero.
    function test_Flows_WorkAtTheBeginningOfTime() external {
        vm.warp(1);
        bring(WETH, 100e18);
        take(WETH, 100e18);
        vm.warp(5 hours);
        bring(WETH, 100e18);
        vm.warp(40 hours);
        assertEq(free(WETH), 15e18);
    }

    // --- Parameters -----------------------------------------------------------------------------------------------

    function test_SetFlowLimits_OfATokenAndTheDefault() external {
        IOutflowLimiter.FlowLimits memory none = limiter.flowLimitsOf(USDC);
        assertEq(none.capBps, 1_500);
        IOutflowLimiter.FlowLimits memory limits = IOutflowLimiter.FlowLimits(2_000, 5, 10);
        vm.expectEmit(address(limiter));
        emit IOutflowLimiter.FlowLimitsSet(USDC, none, limits);
        limiter.setFlowLimits(USDC, limits);
        assertEq(limiter.flowLimitsOf(USDC).capBps, 2_000);
        limiter.setFlowLimits(address(0), IOutflowLimiter.FlowLimits(1_000, 0, 0));
        assertEq(limiter.flowLimitsOf(USDC).capBps, 2_000);
        assertEq(limiter.flowLimitsOf(WETH).capBps, 1_000);
    }

    function test_SetFlowLimits_RevertsWhen_OutOfBounds() external {
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_OutOfBounds.selector, 99, 100, 10_000));
        limiter.setFlowLimits(USDC, IOutflowLimiter.FlowLimits(99, 0, 0));
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_OutOfBounds.selector, 10_001, 100, 10_000));
        limiter.setFlowLimits(USDC, IOutflowLimiter.FlowLimits(10_001, 0, 0));
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_OutOfBounds.selector, 6, 0, 5));
        limiter.setFlowLimits(USDC, IOutflowLimiter.FlowLimits(1_500, 6, 11));
    }

    function test_TightenCap_HoldsFor72Hours() external {
        season();
        vm.expectEmit(address(limiter));
        emit IOutflowLimiter.CapTightened(USDC, 100, block.timestamp + 72 hours);
        limiter.tightenCap(USDC, 100);
        assertEq(free(USDC), 10_000e6);
        expectRefused(USDC, 10_000e6 + 1, 10_000e6);
        vm.warp(block.timestamp + 72 hours - 1);
        assertEq(limiter.flowLimitsOf(USDC).capBps, 100);
        vm.warp(block.timestamp + 1);
        assertEq(limiter.flowLimitsOf(USDC).capBps, 1_500);
    }

    function test_TightenCap_RevertsWhen_NotBelowTheCapInForceOrTooLow() external {
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_NotATightening.selector, 1_500, 1_500));
        limiter.tightenCap(USDC, 1_500);
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_OutOfBounds.selector, 99, 100, 1_500));
        limiter.tightenCap(USDC, 99);
        vm.expectRevert(IOutflowLimiter.Outflow_ZeroAddress.selector);
        limiter.tightenCap(address(0), 500);
        limiter.tightenCap(USDC, 500);
        vm.expectRevert(abi.encodeWithSelector(IOutflowLimiter.Outflow_NotATightening.selector, 500, 500));
        limiter.tightenCap(USDC, 500);
    }

    function test_TightenCap_RevertsWhen_UsedThreeTimesIn30Days() external {
        for (uint256 i; i < 3; ++i) limiter.tightenCap(USDC, 1_000 - i * 100);
        vm.expectRevert(
            abi.encodeWithSelector(IOutflowLimiter.Outflow_TighteningsExhausted.selector, block.timestamp + 30 days)
        );
        limiter.tightenCap(USDC, 100);
        limiter.tightenCap(WETH, 100);
        vm.warp(block.timestamp + 30 days);
        limiter.tightenCap(USDC, 100);
    }

    function test_TightenCap_NeverLoosensWhatGovernanceSetLower() external {
        limiter.tightenCap(USDC, 1_000);
        limiter.setFlowLimits(USDC, IOutflowLimiter.FlowLimits(500, 0, 0));
        assertEq(limiter.flowLimitsOf(USDC).capBps, 500);
    }

    function test_Restricted_RevertsWhen_CallerHasNoRole() external {
        address stranger = makeAddr("stranger");
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(limiter.wire, (stranger));
        calls[1] = abi.encodeCall(limiter.setFlowLimits, (USDC, IOutflowLimiter.FlowLimits(1_500, 0, 0)));
        calls[2] = abi.encodeCall(limiter.tightenCap, (USDC, 100));
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(stranger);
            (bool ok, bytes memory reason) = address(limiter).call(calls[i]);
            assertFalse(ok);
            assertEq(reason, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        }
    }
}
