// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {Level} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";

contract CircuitBreakerRecoveryTest is BreakerFixture {
    function trip(Grade grade) internal {
        oracle.setGrade(ETH, grade);
        update(ETH);
        oracle.setGrade(ETH, Grade.Firm);
        // The first good evaluation only starts the clock.
        update(ETH);
    }

    function tripByMove() internal {
        oracle.setMid(ETH, (PRICE * 90) / 100);
        update(ETH);
        oracle.setMid(ETH, PRICE);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
    }

    function test_Recovery_FromGuardedTakesTenMinutes() external {
        trip(Grade.Wide);
        run(9);
        pass(59);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
        assertEq(breaker.recordOf(ETH).heldSeconds, 599);
        pass(1);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.LevelRecovered(ETH, Level.Guarded, Level.Normal);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
        assertCause(ETH, ICircuitBreaker.Cause.None);
        assertEq(breaker.recordOf(ETH).since, block.timestamp);
    }

    /// @dev A grade was held by the oracle for as long already: ten minutes for each step.
    function test_Recovery_OfAGradeStepsDownEveryTenMinutes() external {
        trip(Grade.Blind);
        run(9);
        assertLevel(stored(ETH), Level.Protected);
        run(1);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertCause(ETH, ICircuitBreaker.Cause.Grade);
        run(9);
        assertLevel(stored(ETH), Level.ReduceOnly);
        run(1);
        assertLevel(stored(ETH), Level.Guarded);
        run(9);
        assertLevel(stored(ETH), Level.Guarded);
        run(1);
        assertLevel(stored(ETH), Level.Normal);
    }

    function test_Recovery_OfAMoveTakesThirtyThenTenMinutes() external {
        tripByMove();
        run(29);
        assertLevel(stored(ETH), Level.ReduceOnly);
        run(1);
        assertLevel(stored(ETH), Level.Guarded);
        run(9);
        assertLevel(stored(ETH), Level.Guarded);
        run(1);
        assertLevel(stored(ETH), Level.Normal);
    }

    function test_Recovery_FromProtectedByHandTakesSixtyThirtyTenMinutes() external {
        breaker.declareSettling(ETH);
        breaker.lowerLevel(ETH, Level.Protected);
        update(ETH);
        run(59);
        assertLevel(stored(ETH), Level.Protected);
        run(1);
        assertLevel(stored(ETH), Level.ReduceOnly);
        run(29);
        assertLevel(stored(ETH), Level.ReduceOnly);
        run(1);
        assertLevel(stored(ETH), Level.Guarded);
    }

    /// @dev The level stays for another reason than it came: the time of that reason counts.
    function test_Recovery_TakesTheTimeOfTheLatestCause() external {
        trip(Grade.Thin);
        oracle.setMid(ETH, (PRICE * 90) / 100);
        update(ETH);
        assertCause(ETH, ICircuitBreaker.Cause.Velocity);
        oracle.setMid(ETH, PRICE);
        update(ETH);
        run(29);
        assertLevel(stored(ETH), Level.ReduceOnly);
        run(1);
        assertLevel(stored(ETH), Level.Guarded);
    }

    function test_Recovery_StopsAtTheLevelStillImplied() external {
        trip(Grade.Blind);
        oracle.setGrade(ETH, Grade.Wide);
        run(90);
        assertLevel(stored(ETH), Level.Guarded);
        run(60);
        assertLevel(stored(ETH), Level.Guarded);
        assertFalse(breaker.recordOf(ETH).recovering);
    }

    function test_Recovery_StartsAnewWhenTheCriteriaBreak() external {
        tripByMove();
        run(29);
        tripByMove();
        assertEq(breaker.recordOf(ETH).heldSeconds, 0);
        run(29);
        assertLevel(stored(ETH), Level.ReduceOnly);
        run(1);
        assertLevel(stored(ETH), Level.Guarded);
    }

    /// @dev Untrip early: two good moments far apart are no evidence for the time between them.
    function test_Recovery_CreditsAtMostFiveMinutesPerGap() external {
        tripByMove();
        pass(10 days);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertEq(breaker.recordOf(ETH).heldSeconds, 5 minutes);
        for (uint256 i; i < 4; ++i) {
            pass(1 days);
            update(ETH);
        }
        assertLevel(stored(ETH), Level.ReduceOnly);
        pass(5 minutes);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
    }

    /// @dev Untrip early: the time before the first good evaluation does not count.
    function test_Recovery_DoesNotCreditTheTimeBeforeTheFirstGoodEvaluation() external {
        oracle.setGrade(ETH, Grade.Wide);
        update(ETH);
        pass(5 minutes);
        oracle.setGrade(ETH, Grade.Firm);
        update(ETH);
        assertEq(breaker.recordOf(ETH).heldSeconds, 0);
        pass(5 minutes);
        update(ETH);
        assertLevel(stored(ETH), Level.Guarded);
        pass(5 minutes);
        update(ETH);
        assertLevel(stored(ETH), Level.Normal);
    }

    /// @dev Neither slower nor faster by calling often: only seconds count.
    function test_Recovery_IsNotHeldBackByFrequentCalls() external {
        trip(Grade.Wide);
        for (uint256 i; i < 300; ++i) {
            pass(2);
            update(ETH);
            update(ETH);
        }
        assertLevel(stored(ETH), Level.Normal);
    }

    function testFuzz_Recovery_NeverBeforeTheCriteriaHeld(uint256 seed, uint8 grade) external {
        Grade tripped = Grade(bound(grade, 0, 3));
        if (tripped == Grade.Firm) tripByMove();
        else trip(tripped);
        uint256 required = tripped == Grade.Firm ? 30 minutes : 10 minutes;
        Level before = stored(ETH);
        uint256 start = block.timestamp;
        for (uint256 i; i < 2_000 && stored(ETH) == before; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            pass(1 + (seed % 10 minutes));
            update(ETH);
        }
        assertGe(block.timestamp - start, required);
        assertEq(uint256(stored(ETH)), uint256(before) - 1);
    }

    function test_Recovery_TripsAgainFromAnyStep() external {
        trip(Grade.Blind);
        run(10);
        assertLevel(stored(ETH), Level.ReduceOnly);
        oracle.setGrade(ETH, Grade.Blind);
        update(ETH);
        assertLevel(stored(ETH), Level.Protected);
        assertEq(breaker.recordOf(ETH).heldSeconds, 0);
    }

    /// @dev Hold it tripped: after a real fall the level stays only as long as baseline and anchor lag.
    function test_Recovery_FollowsOnceTheBaselinesCaughtUp() external {
        uint256 mid = (PRICE * 85) / 100;
        oracle.setMid(ETH, mid);
        update(ETH);
        assertLevel(stored(ETH), Level.ReduceOnly);
        oracle.setPast(ETH, BASELINE, mid);
        run(60);
        // The anchor of four hours ago still says Guarded.
        assertLevel(stored(ETH), Level.Guarded);
        oracle.setPast(ETH, ANCHOR, mid);
        run(11);
        assertLevel(stored(ETH), Level.Normal);
    }
}
