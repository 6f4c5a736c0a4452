// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";

/// @dev The gap detector: what the blocks alone show.
contract ChainLivenessGapsTest is BreakerFixture {
    function setUp() public override {
        super.setUp();
        breaker.setChainPace(12, 300);
    }

    function record() internal {
        breaker.update(new AssetId[](0));
    }

    /// @dev The chain stands for that long, and then makes one block.
    function stand(uint256 seconds_) internal {
        vm.warp(block.timestamp + seconds_);
        vm.roll(block.number + 1);
    }

    function gapNow() internal view returns (uint256) {
        return breaker.liveness().gapSeconds;
    }

    function test_Gap_HoldsTheDomainUntilRecordedAndForAQuarterAfter() external {
        stand(2 hours);
        uint256 gap = 2 hours - 12;
        assertLevel(breaker.domainLevel(), Level.Protected);
        (Rule rule, ) = breaker.ruleFor(bit(ETH), Action.Liquidate);
        assertEq(uint256(rule), uint256(Rule.DeepInsolventOnly));
        assertEq(gapNow(), gap);
        assertEq(breaker.inactiveSeconds(0), gap);
        // Nobody records: it stays held, and its seconds count.
        pass(1 hours);
        assertLevel(breaker.domainLevel(), Level.Protected);
        assertEq(breaker.inactiveSeconds(0), gap);

        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.ChainGapCounted(gap, gap);
        update(ETH);
        assertEq(gapNow(), 0);
        assertEq(breaker.inactiveSeconds(0), gap);
        assertEq(breaker.liveness().heldUntil, block.timestamp + gap / 4);
        pass(gap / 4 - 1);
        assertLevel(breaker.domainLevel(), Level.Protected);
        pass(1);
        assertLevel(breaker.domainLevel(), Level.Normal);
        assertEq(breaker.inactiveSeconds(0), gap + gap / 4);
        pass(1 hours);
        assertEq(breaker.inactiveSeconds(0), gap + gap / 4);
    }

    function test_Gap_OnlyAboveTolerance() external {
        stand(322);
        assertLevel(breaker.domainLevel(), Level.Normal);
        record();
        assertEq(breaker.inactiveSeconds(0), 0);
        pass(1 days);
        record();
        stand(323);
        assertLevel(breaker.domainLevel(), Level.Protected);
        record();
        assertEq(breaker.inactiveSeconds(0), 311);
    }

    function test_Gap_GraceIsBetweenFiveMinutesAndAnHour() external {
        stand(323);
        record();
        assertEq(breaker.liveness().heldUntil, block.timestamp + 300);
        pass(12 hours);
        record();
        stand(9 hours);
        record();
        assertEq(breaker.liveness().heldUntil, block.timestamp + 1 hours);
    }

    /// @dev With a tolerance below five minutes the least grace is the tolerance: a chain that misses less than half of its blocks
    /// is not held by graces alone.
    function test_Gap_NoGraceIsLongerThanTheGapItselfBelowFiveMinutes() external {
        breaker.setChainPace(12, 60);
        uint256 held;
        for (uint256 i; i < 100; ++i) {
            stand(80);
            record();
            if (breaker.domainLevel() == Level.Protected) ++held;
            pass(120);
            record();
            if (breaker.domainLevel() == Level.Protected) ++held;
        }
        assertTrue(held < 105, "it leaves the hold between the gaps");
    }

    /// @dev A chain that comes back with a block every two minutes and a half has not come back. Recorded at each of them, no
    /// piece is above the tolerance: the older detector forgot each, and let go after the first grace.
    function test_Gap_AChainThatLimpsStaysHeldHoweverOftenItIsRecorded() external {
        stand(78 minutes);
        record();
        uint256 began = block.timestamp;
        uint256 olderGap;
        while (block.timestamp < began + 3 hours) {
            uint256 piece = 150 - 12;
            if (piece > 300 + uint256(150) / 32) olderGap += piece;
            stand(150);
            assertLevel(breaker.domainLevel(), Level.Protected);
            record();
        }
        assertEq(olderGap, 0, "the older detector sees nothing of the limp");
        uint256 until = breaker.liveness().heldUntil;
        assertTrue(until >= block.timestamp + 1 hours - 450, "a full hour from the last of it");
        pass(until - block.timestamp);
        assertLevel(breaker.domainLevel(), Level.Normal);
    }

    /// @dev Nothing feeds on its own graces for more than a day: a chain that became slower for good is held for a part of the
    /// time, until governance sets its pace.
    function test_Gap_ASlowerPaceIsNotHeldForEver() external {
        stand(4 hours);
        record();
        uint256 normal;
        for (uint256 i; i < 2 days / 60; ++i) {
            vm.warp(block.timestamp + 60);
            if (i % 2 == 0) vm.roll(block.number + 5);
            record();
            if (i > 30 hours / 60 && breaker.domainLevel() == Level.Normal) ++normal;
        }
        assertTrue(normal > 60, "it lets go between the graces");
        breaker.setChainPace(24, 300);
        pass(2 hours);
        record();
        uint256 inactive = breaker.inactiveSeconds(0);
        for (uint256 i; i < 100; ++i) {
            vm.warp(block.timestamp + 60);
            if (i % 2 == 0) vm.roll(block.number + 5);
            record();
            assertLevel(breaker.domainLevel(), Level.Normal);
        }
        assertEq(breaker.inactiveSeconds(0), inactive);
    }

    function test_Gap_ALiveChainHasNoneHoweverLongNobodyLooked() external {
        vm.warp(block.timestamp + 12_000_000);
        vm.roll(block.number + 1_000_000);
        assertLevel(breaker.domainLevel(), Level.Normal);
        // Faster than expected neither, and what it is ahead is no stock for later.
        vm.roll(block.number + 1_000_000);
        assertLevel(breaker.domainLevel(), Level.Normal);
        record();
        stand(323);
        assertLevel(breaker.domainLevel(), Level.Protected);
    }

    function test_Gap_IsOffWithoutAPaceAndJudgedByThePaceOfItsTime() external {
        breaker.setChainPace(0, 300);
        vm.warp(block.timestamp + 30 days);
        assertLevel(breaker.domainLevel(), Level.Normal);
        breaker.setChainPace(12, 300);
        assertLevel(breaker.domainLevel(), Level.Normal);
        assertEq(breaker.inactiveSeconds(0), 0);
        vm.warp(block.timestamp + 1 hours);
        breaker.setChainPace(0, 300);
        assertEq(breaker.inactiveSeconds(0), 1 hours);
    }

    /// @dev A gap of three days without a block is counted as it is, though nobody is believed for so long.
    function test_Gap_OfDaysIsCountedWhole() external {
        stand(3 days);
        record();
        assertEq(breaker.inactiveSeconds(0), 3 days - 12);
        assertEq(breaker.liveness().heldUntil, block.timestamp + 1 hours);
    }
}
