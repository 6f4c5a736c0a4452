// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UptimeFeed} from "../../../contracts/breaker/UptimeFeed.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";
import {UptimeFeedMock} from "../support/UptimeFeedMock.sol";

/// @dev The uptime feed as a witness: what it says, what it cannot say, and what it may not do.
contract ChainLivenessFeedTest is BreakerFixture {
    UptimeFeedMock internal feed;

    function setUp() public override {
        super.setUp();
        feed = new UptimeFeedMock(false, START - 30 days);
        breaker.setSequencerFeed(address(feed));
    }

    function record() internal {
        breaker.update(new AssetId[](0));
    }

    function outage(uint256 seconds_) internal {
        feed.push(true, block.timestamp);
        pass(seconds_);
        feed.push(false, block.timestamp);
    }

    function assertRule(Action action, Rule expected) internal view {
        (Rule rule, ) = breaker.ruleFor(bit(ETH), action);
        assertEq(uint256(rule), uint256(expected));
    }

    // --- What it says ---------------------------------------------------------------------------------------------

    function test_Feed_DownHoldsAtOnceAndCountsFromWhenItSays() external {
        pass(1 hours);
        assertLevel(breaker.domainLevel(), Level.Normal);
        feed.push(true, block.timestamp - 7 minutes);
        assertLevel(breaker.domainLevel(), Level.Protected);
        assertRule(Action.Open, Rule.Denied);
        assertRule(Action.Withdraw, Rule.UnaffectedOnly);
        assertRule(Action.Liquidate, Rule.DeepInsolventOnly);
        assertRule(Action.Deposit, Rule.Allowed);
        assertRule(Action.Close, Rule.Allowed);
        assertEq(breaker.inactiveSeconds(0), 7 minutes);
        pass(1);
        assertEq(breaker.inactiveSeconds(0), 7 minutes + 1);
    }

    function test_Feed_TheGraceIsAQuarterOfTheOutageWithinItsBounds() external {
        uint256[4] memory outages = [uint256(60), 1_200, 78 minutes, 5 hours];
        uint256[4] memory graces = [uint256(300), 300, 1_170, 3_600];
        uint256 counted;
        for (uint256 i; i < 4; ++i) {
            pass(10 hours);
            outage(outages[i]);
            assertEq(breaker.liveness().heldUntil, block.timestamp + graces[i]);
            pass(graces[i] - 1);
            assertLevel(breaker.domainLevel(), Level.Protected);
            pass(1);
            assertLevel(breaker.domainLevel(), Level.Normal);
            counted += outages[i] + graces[i];
            assertEq(breaker.inactiveSeconds(0), counted);
        }
    }

    function test_Feed_AnOutageWithinAGraceGoesOnWithTheOutageBefore() external {
        outage(78 minutes);
        pass(10 minutes);
        outage(2 minutes);
        // 78 + 10 + 2 minutes: a quarter of an hour and a half.
        assertEq(breaker.liveness().heldUntil, block.timestamp + 90 minutes / 4);
        pass(90 minutes / 4);
        assertEq(breaker.inactiveSeconds(0), 90 minutes + 90 minutes / 4);
        assertLevel(breaker.domainLevel(), Level.Normal);
    }

    function test_Feed_ARepeatedDownIsTheSameOutage() external {
        feed.push(true, block.timestamp);
        pass(10 minutes);
        record();
        feed.push(true, block.timestamp);
        pass(30 minutes);
        feed.push(false, block.timestamp);
        assertEq(breaker.inactiveSeconds(0), 40 minutes);
        assertEq(breaker.liveness().heldUntil, block.timestamp + 10 minutes);
    }

    function test_Feed_RecordTellsWhatChanged() external {
        feed.push(true, block.timestamp);
        pass(40 minutes);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.SequencerSeen(ICircuitBreaker.Sequencer.Down, block.timestamp - 40 minutes, 40 minutes);
        record();
        feed.push(false, block.timestamp);
        pass(1 minutes);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.SequencerSeen(ICircuitBreaker.Sequencer.Up, block.timestamp - 1 minutes, 41 minutes);
        record();
        feed.setManner(UptimeFeedMock.Manner.Reverting);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.SequencerSeen(ICircuitBreaker.Sequencer.Silent, block.timestamp - 1 minutes, 41 minutes);
        record();
    }

    function test_Liveness_ShowsStatusSinceAndUntil() external {
        ICircuitBreaker.Liveness memory seen = breaker.liveness();
        assertEq(seen.feed, address(feed));
        assertEq(uint256(seen.status), uint256(ICircuitBreaker.Sequencer.Up));
        assertEq(seen.since, START - 30 days);
        assertFalse(seen.isHeld);
        feed.push(true, block.timestamp);
        pass(40 minutes);
        seen = breaker.liveness();
        assertEq(uint256(seen.status), uint256(ICircuitBreaker.Sequencer.Down));
        assertEq(seen.since, START);
        assertTrue(seen.isHeld);
        assertEq(seen.heldUntil, START + 25 hours);
        assertEq(seen.inactiveSeconds, 40 minutes);
        feed.push(false, block.timestamp);
        seen = breaker.liveness();
        assertEq(seen.heldUntil, block.timestamp + 10 minutes);
        assertTrue(seen.isHeld);
    }

    /// @dev An "up" that arrives after the grace that it starts: who recorded the time between has it counted, who did not has
    /// not. Held it was all the while, and there is no second grace.
    function test_Feed_ALateUpEndsTheHoldAtOnce() external {
        feed.push(true, block.timestamp);
        pass(20 minutes);
        pass(12 minutes);
        assertEq(breaker.inactiveSeconds(0), 32 minutes);
        uint256 unrecorded = vm.snapshotState();
        record();
        feed.push(false, START + 20 minutes);
        assertLevel(breaker.domainLevel(), Level.Normal);
        assertEq(breaker.inactiveSeconds(0), 32 minutes);
        vm.revertToState(unrecorded);
        feed.push(false, START + 20 minutes);
        assertLevel(breaker.domainLevel(), Level.Normal);
        assertEq(breaker.inactiveSeconds(0), 25 minutes);
    }

    // --- Several rounds, phases, hands ----------------------------------------------------------------------------

    /// @dev Nobody updated through three outages: the rounds between are still there to be read.
    function test_Feed_RoundsThatNobodySawAreFollowed() external {
        uint256 counted;
        for (uint256 i; i < 3; ++i) {
            outage(40 minutes);
            pass(3 hours);
            counted += 50 minutes;
        }
        assertEq(breaker.inactiveSeconds(0), counted);
        record();
        assertEq(breaker.inactiveSeconds(0), counted);
    }

    function test_Feed_OnlySoManyRoundsAreFollowedAtOnce() external {
        for (uint256 i; i < 5; ++i) {
            outage(40 minutes);
            pass(3 hours);
        }
        // Eight of ten rounds: the last four outages.
        assertEq(breaker.inactiveSeconds(0), 4 * 50 minutes);
    }

    function test_Feed_WithoutHistoryOnlyTheLatestRoundCounts() external {
        feed.breakHistory();
        outage(40 minutes);
        assertEq(breaker.inactiveSeconds(0), 0);
        assertLevel(breaker.domainLevel(), Level.Normal);
        feed.push(true, block.timestamp);
        pass(5 minutes);
        assertEq(breaker.inactiveSeconds(0), 5 minutes);
    }

    /// @dev A new phase of the proxy begins at round 1: the id leaps, and there is nothing before it.
    function test_Feed_ANewPhaseGoesOn() external {
        feed.push(true, block.timestamp);
        pass(20 minutes);
        record();
        feed.setPhase(3);
        feed.push(true, block.timestamp);
        pass(20 minutes);
        assertEq(breaker.inactiveSeconds(0), 40 minutes);
        feed.push(false, block.timestamp);
        assertEq(breaker.liveness().heldUntil, block.timestamp + 10 minutes);
        record();
        // Back to fewer rounds than were followed: taken as it is.
        feed.setPhase(0);
        feed.push(true, block.timestamp);
        assertEq(uint256(breaker.liveness().status), uint256(ICircuitBreaker.Sequencer.Down));
    }

    function test_Feed_TimesThatRunBackwardsEndTheHistory() external {
        feed.push(true, block.timestamp);
        pass(1 hours);
        feed.push(false, START - 1);
        assertEq(breaker.inactiveSeconds(0), 0);
        assertLevel(breaker.domainLevel(), Level.Normal);
    }

    function test_SetSequencerFeed_OfATruthThatBeganBeforeCountsFromNow() external {
        UptimeFeedMock down = new UptimeFeedMock(true, block.timestamp - 5 days);
        vm.expectEmit(address(breaker));
        emit ICircuitBreaker.SequencerFeedSet(address(feed), address(down));
        breaker.setSequencerFeed(address(down));
        assertLevel(breaker.domainLevel(), Level.Protected);
        pass(10 minutes);
        assertEq(breaker.inactiveSeconds(0), 10 minutes);
        // Taken away, the outage ends, with its grace.
        breaker.setSequencerFeed(address(0));
        assertEq(breaker.liveness().heldUntil, block.timestamp + 300);
        assertEq(uint256(breaker.liveness().status), uint256(ICircuitBreaker.Sequencer.Unwatched));
        pass(300);
        assertLevel(breaker.domainLevel(), Level.Normal);
        assertEq(breaker.inactiveSeconds(0), 15 minutes);
    }

    function test_SetSequencerFeed_RevertsWhen_ItDoesNotAnswer() external {
        for (uint256 i = 1; i <= uint256(type(UptimeFeedMock.Manner).max); ++i) {
            UptimeFeedMock bad = new UptimeFeedMock(false, block.timestamp);
            bad.setManner(UptimeFeedMock.Manner(i));
            vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_FeedUnreadable.selector, address(bad)));
            breaker.setSequencerFeed(address(bad));
        }
        address nobody = makeAddr("nobody");
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_FeedUnreadable.selector, nobody));
        breaker.setSequencerFeed(nobody);
        assertEq(breaker.liveness().feed, address(feed));
    }

    // --- Two witnesses --------------------------------------------------------------------------------------------

    /// @dev No blocks for two hours, and the feed knows of all but the first three minutes: one outage, counted as the feed says.
    function test_BothWitnesses_CountAnOutageOnce() external {
        breaker.setChainPace(12, 300);
        vm.warp(block.timestamp + 2 hours);
        vm.roll(block.number + 1);
        assertEq(breaker.liveness().gapSeconds, 2 hours - 12);
        feed.push(true, START + 3 minutes);
        assertEq(breaker.liveness().gapSeconds, 0, "explained");
        assertEq(breaker.inactiveSeconds(0), 2 hours - 3 minutes);
        record();
        feed.push(false, block.timestamp);
        assertEq(breaker.liveness().heldUntil, block.timestamp + (2 hours - 3 minutes) / 4);
        pass((2 hours - 3 minutes) / 4);
        record();
        assertEq(breaker.inactiveSeconds(0), ((2 hours - 3 minutes) * 5) / 4);
    }

    /// @dev The detector saw it first and was recorded; the message of the feed comes ten minutes after.
    function test_BothWitnesses_ALateMessageAddsOnlyWhatWasNotCounted() external {
        breaker.setChainPace(12, 300);
        vm.warp(block.timestamp + 2 hours);
        vm.roll(block.number + 1);
        record();
        uint256 restart = block.timestamp;
        assertEq(breaker.inactiveSeconds(0), 2 hours - 12);
        pass(10 minutes);
        feed.push(true, START + 2 minutes);
        // Twelve seconds of the gap's begin, for which the detector allows a block, lie before what the feed says.
        assertEq(breaker.inactiveSeconds(0), 2 hours - 12 + 10 minutes);
        feed.push(false, block.timestamp);
        assertEq(breaker.liveness().heldUntil, restart + 10 minutes + (2 hours + 10 minutes - 12) / 4);
        feed.push(true, block.timestamp);
        record();
        assertEq(breaker.inactiveSeconds(0), 2 hours - 12 + 10 minutes);
    }

    /// @dev The feed tells of the last third of an outage only: what it leaves unexplained is above the tolerance.
    function test_BothWitnesses_TheBlocksShowWhatTheFeedMissed() external {
        breaker.setChainPace(12, 300);
        vm.warp(block.timestamp + 1 hours);
        vm.roll(block.number + 1);
        feed.push(true, START + 40 minutes);
        assertEq(breaker.liveness().gapSeconds, 40 minutes - 12);
        assertEq(breaker.inactiveSeconds(0), 1 hours - 12);
    }

    // --- What it may not do ---------------------------------------------------------------------------------------

    /// @dev Nothing that cannot be understood holds or frees anything by itself; the blocks still count.
    function test_Hostile_NonsenseLeavesTheBlocksAsTheOnlyWitness() external {
        breaker.setChainPace(12, 300);
        for (uint256 i = 1; i <= uint256(type(UptimeFeedMock.Manner).max); ++i) {
            feed.setManner(UptimeFeedMock.Manner(i));
            uint256 before = breaker.inactiveSeconds(0);
            pass(1 hours);
            record();
            assertLevel(breaker.domainLevel(), Level.Normal);
            assertEq(breaker.inactiveSeconds(0), before);
            assertEq(uint256(breaker.liveness().status), uint256(ICircuitBreaker.Sequencer.Silent));
            vm.warp(block.timestamp + 1 hours);
            vm.roll(block.number + 1);
            assertLevel(breaker.domainLevel(), Level.Protected);
            record();
            assertEq(breaker.inactiveSeconds(0), before + 1 hours - 12);
            pass(15 minutes);
            record();
        }
    }

    /// @dev A feed that falls silent in an outage cannot hide it, nor hold the domain for ever: a day, and the grace.
    function test_Hostile_SilenceInAnOutageKeepsItOpenForADay() external {
        feed.push(true, block.timestamp);
        pass(1 minutes);
        record();
        feed.setManner(UptimeFeedMock.Manner.Reverting);
        pass(24 hours - 1 minutes - 1);
        assertLevel(breaker.domainLevel(), Level.Protected);
        pass(1 hours);
        assertLevel(breaker.domainLevel(), Level.Protected);
        pass(1);
        assertLevel(breaker.domainLevel(), Level.Normal);
        pass(30 days);
        assertLevel(breaker.domainLevel(), Level.Normal);
        assertEq(breaker.inactiveSeconds(0), 25 hours);
        record();
        assertEq(breaker.inactiveSeconds(0), 25 hours);
    }

    /// @dev A stuck "down" neither; and when it comes up after all, there is a grace again.
    function test_Hostile_AStuckDownEndsAfterADay() external {
        feed.push(true, block.timestamp);
        pass(25 hours);
        assertLevel(breaker.domainLevel(), Level.Normal);
        record();
        pass(5 hours);
        feed.push(false, block.timestamp);
        assertLevel(breaker.domainLevel(), Level.Protected);
        assertEq(breaker.liveness().heldUntil, block.timestamp + 1 hours);
        pass(1 hours);
        assertEq(breaker.inactiveSeconds(0), 26 hours);
        assertLevel(breaker.domainLevel(), Level.Normal);
    }

    /// @dev A rewritten round counts as a turn at what it says; seconds that were recorded stay.
    function test_Hostile_RewritingARoundTakesBackNothingRecorded() external {
        feed.push(true, block.timestamp);
        pass(1 hours);
        record();
        feed.rewrite(false, block.timestamp - 59 minutes);
        assertEq(breaker.inactiveSeconds(0), 1 hours);
        record();
        assertEq(breaker.inactiveSeconds(0), 1 hours);
    }

    /// @dev Deposits and closing are answered without a look at it, whatever it does with its gas.
    function test_Hostile_DepositAndCloseDoNotReadIt() external {
        feed.setManner(UptimeFeedMock.Manner.BurningGas);
        vm.expectCall(address(feed), bytes(""), 0);
        assertRule(Action.Deposit, Rule.Allowed);
        assertRule(Action.Close, Rule.Allowed);
    }

    function test_Hostile_WhatItBurnsIsBounded() external {
        feed.push(true, block.timestamp);
        feed.setManner(UptimeFeedMock.Manner.BurningGas);
        uint256 before = gasleft();
        breaker.inactiveSeconds(0);
        assertTrue(before - gasleft() < UptimeFeed.FEED_GAS + 60_000, "one cap");
        feed.setManner(UptimeFeedMock.Manner.Bomb);
        before = gasleft();
        breaker.inactiveSeconds(0);
        assertTrue(before - gasleft() < UptimeFeed.FEED_GAS + 60_000, "one cap");
    }

    /// @dev Whatever gas a caller gives, it learns the truth or reverts: never that all is well while the feed says otherwise.
    function testFuzz_GasCannotHideAnOutage(uint256 gas_) external {
        feed.push(true, block.timestamp);
        pass(1 hours);
        gas_ = bound(gas_, 1_000, 400_000);
        try breaker.domainLevel{gas: gas_}() returns (Level level) {
            assertLevel(level, Level.Protected);
        } catch {
            assertTrue(gas_ < UptimeFeed.NEEDED_GAS + 60_000, "enough was given");
        }
        try breaker.inactiveSeconds{gas: gas_}(0) returns (uint256 elapsed) {
            assertEq(elapsed, 1 hours);
        } catch {
            assertTrue(gas_ < UptimeFeed.NEEDED_GAS + 60_000, "enough was given");
        }
    }

    function test_Read_RevertsWhen_GasIsTooLittle() external view {
        (bool ok, bytes memory reason) = address(breaker).staticcall{gas: 80_000}(
            abi.encodeCall(breaker.domainLevel, ())
        );
        assertFalse(ok);
        assertEq(bytes4(reason), ICircuitBreaker.Breaker_InsufficientGas.selector);
        (uint256 available, uint256 needed) = this.decode(reason);
        assertEq(needed, UptimeFeed.NEEDED_GAS);
        assertTrue(available < 80_000 && available > 50_000, "what was left");
    }

    function decode(bytes calldata reason) external pure returns (uint256, uint256) {
        return abi.decode(reason[4:], (uint256, uint256));
    }
}
