// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ArbitrumSequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/arbitrum/ArbitrumSequencerUptimeFeed.sol";
import {BaseSequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/base/BaseSequencerUptimeFeed.sol";
import {ISequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/interfaces/ISequencerUptimeFeed.sol";
import {ZKSyncSequencerUptimeFeed} from "@chainlink/contracts/src/v0.8/l2ep/zksync/ZKSyncSequencerUptimeFeed.sol";

import {UptimeFeed} from "../../../contracts/breaker/UptimeFeed.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level} from "../../../contracts/types/Policy.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";
import {SequencerFeeds} from "../support/SequencerFeeds.sol";

/// @dev The breaker on Chainlink's own uptime feeds: Arbitrum's, and the one that OP Stack chains, Scroll and zkSync share.
contract CircuitBreakerSequencerTest is BreakerFixture, SequencerFeeds {
    uint256 internal constant OUTAGE = 78 minutes;
    uint256 internal constant GRACE = OUTAGE / 4;

    address[2] internal feeds;

    function setUp() public override {
        super.setUp();
        feeds = [deployArbitrumFeed(address(breaker)), deployZkSyncFeed(address(breaker))];
    }

    function record() internal {
        breaker.update(new AssetId[](0));
    }

    function assertStatus(ICircuitBreaker.Sequencer expected) internal view {
        assertEq(uint256(breaker.liveness().status), uint256(expected));
    }

    /// @dev No blocks for 78 minutes; the first block brings "down" before any user's transaction, "up" follows eight minutes later.
    function test_Story_OutageRestartGraceNormal() external {
        for (uint256 i; i < 2; ++i) {
            breaker.setSequencerFeed(feeds[i]);
            uint256 counted = breaker.inactiveSeconds(0);
            pass(3 hours);
            assertLevel(breaker.domainLevel(), Level.Normal);
            uint256 downAt = block.timestamp;

            vm.warp(downAt + OUTAGE);
            tell(feeds[i], true, downAt + 40);
            assertStatus(ICircuitBreaker.Sequencer.Down);
            assertLevel(breaker.domainLevel(), Level.Protected);
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE - 40);
            record();
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE - 40);

            pass(8 minutes);
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE - 40 + 8 minutes);
            tell(feeds[i], false, downAt + OUTAGE + 40);
            assertStatus(ICircuitBreaker.Sequencer.Up);
            assertLevel(breaker.domainLevel(), Level.Protected);
            assertEq(breaker.liveness().heldUntil, downAt + OUTAGE + 40 + GRACE);
            pass(GRACE + 40 - 8 minutes - 1);
            assertLevel(breaker.domainLevel(), Level.Protected);
            pass(1);
            assertLevel(breaker.domainLevel(), Level.Normal);
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE + GRACE);
            pass(1 hours);
            record();
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE + GRACE);
        }
    }

    /// @dev Both messages wait in the inbox, and nobody updates the breaker between them: the round before the last is read.
    function test_Story_BothMessagesArriveInOneBlock() external {
        for (uint256 i; i < 2; ++i) {
            breaker.setSequencerFeed(feeds[i]);
            uint256 counted = breaker.inactiveSeconds(0);
            pass(3 hours);
            uint256 downAt = block.timestamp;
            vm.warp(downAt + OUTAGE + 60);
            tell(feeds[i], true, downAt);
            tell(feeds[i], false, downAt + OUTAGE);
            assertLevel(breaker.domainLevel(), Level.Protected);
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE + 60);
            pass(GRACE);
            assertEq(breaker.inactiveSeconds(0), counted + OUTAGE + GRACE);
            assertLevel(breaker.domainLevel(), Level.Normal);
        }
    }

    /// @dev Where L2 blocks carry on at their pace and only come later (OP Stack), the blocks show nothing; the feed does.
    function test_Story_BlocksThatAreMadeUpLaterShowNoGap() external {
        breaker.setChainPace(12, 300);
        breaker.setSequencerFeed(feeds[1]);
        tell(feeds[1], true, block.timestamp);
        pass(OUTAGE);
        ICircuitBreaker.Liveness memory seen = breaker.liveness();
        assertEq(seen.gapSeconds, 0);
        assertTrue(seen.isHeld);
        assertEq(seen.inactiveSeconds, OUTAGE);
    }

    /// @dev The message is lost for a quarter of an hour after the restart; where blocks are the chain's own, they hold it meanwhile.
    function test_Story_AMessageThatArrivesLate() external {
        breaker.setChainPace(12, 300);
        breaker.setSequencerFeed(feeds[0]);
        pass(1 hours);
        record();
        uint256 downAt = block.timestamp;
        vm.warp(downAt + OUTAGE);
        vm.roll(block.number + 1);
        assertLevel(breaker.domainLevel(), Level.Protected);
        record();
        pass(15 minutes);
        assertLevel(breaker.domainLevel(), Level.Protected);
        tell(feeds[0], true, downAt + 12);
        assertEq(breaker.inactiveSeconds(0), OUTAGE - 12 + 15 minutes);
        tell(feeds[0], false, downAt + OUTAGE);
        // The "up" shortens nothing that runs.
        assertEq(breaker.liveness().heldUntil, downAt + OUTAGE + (OUTAGE - 12) / 4);
        pass(1 hours);
        assertEq(breaker.inactiveSeconds(0), OUTAGE - 12 + (OUTAGE - 12) / 4);
        assertLevel(breaker.domainLevel(), Level.Normal);
    }

    /// @dev Repeated statuses: Arbitrum's feed ignores them, the other one moves `updatedAt` and keeps the round.
    function test_Story_HeartbeatsOfTheSameStatusChangeNothing() external {
        for (uint256 i; i < 2; ++i) {
            breaker.setSequencerFeed(feeds[i]);
            uint256 counted = breaker.inactiveSeconds(0);
            uint256 downAt = block.timestamp;
            for (uint256 minute; minute < 60; ++minute) {
                tell(feeds[i], true, block.timestamp);
                pass(1 minutes);
                if (minute % 7 == 0) record();
            }
            assertEq(breaker.inactiveSeconds(0), counted + 1 hours);
            assertEq(breaker.liveness().since, downAt);
            tell(feeds[i], false, block.timestamp);
            tell(feeds[i], false, block.timestamp);
            assertEq(breaker.liveness().heldUntil, block.timestamp + 15 minutes);
            pass(1 hours);
            counted += 75 minutes;
            assertEq(breaker.inactiveSeconds(0), counted);
        }
    }

    // --- Who may speak, who may read ------------------------------------------------------------------------------

    function test_Feed_OnlyTheAliasedValidatorMoves() external {
        for (uint256 i; i < 2; ++i) {
            breaker.setSequencerFeed(feeds[i]);
            bytes4 refusal =
                i == 0
                    ? ArbitrumSequencerUptimeFeed.InvalidSender.selector
                    : BaseSequencerUptimeFeed.InvalidSender.selector;
            address[3] memory forgers = [address(this), L1_VALIDATOR, address(breaker)];
            for (uint256 j; j < 3; ++j) {
                vm.prank(forgers[j]);
                vm.expectRevert(refusal);
                ISequencerUptimeFeed(feeds[i]).updateStatus(true, uint64(block.timestamp));
            }
            assertLevel(breaker.domainLevel(), Level.Normal);
        }
    }

    /// @dev Chainlink's contracts answer whoever has access; the proxy that is published for each network is open to all.
    function test_SetSequencerFeed_RevertsWhen_TheProviderRefusesTheReader() external {
        ZKSyncSequencerUptimeFeed closed = new ZKSyncSequencerUptimeFeed(L1_VALIDATOR, false);
        vm.prank(address(breaker));
        vm.expectRevert(bytes("No access"));
        closed.latestRoundData();
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_FeedUnreadable.selector, address(closed)));
        breaker.setSequencerFeed(address(closed));
        closed.disableAccessCheck();
        breaker.setSequencerFeed(address(closed));
        assertStatus(ICircuitBreaker.Sequencer.Up);
    }

    function test_SetSequencerFeed_RevertsWhen_TheProviderIsNotInitialised() external {
        ArbitrumSequencerUptimeFeed blank = new ArbitrumSequencerUptimeFeed(address(this), L1_VALIDATOR);
        blank.addAccess(address(breaker));
        vm.expectRevert(abi.encodeWithSelector(ICircuitBreaker.Breaker_FeedUnreadable.selector, address(blank)));
        breaker.setSequencerFeed(address(blank));
    }

    /// @dev Access that is taken away in an outage cannot end it.
    function test_Feed_LosingAccessInAnOutageHidesNothing() external {
        breaker.setSequencerFeed(feeds[0]);
        tell(feeds[0], true, block.timestamp);
        record();
        ArbitrumSequencerUptimeFeed(feeds[0]).removeAccess(address(breaker));
        pass(2 hours);
        assertStatus(ICircuitBreaker.Sequencer.Silent);
        assertLevel(breaker.domainLevel(), Level.Protected);
        assertEq(breaker.inactiveSeconds(0), 2 hours);
        ArbitrumSequencerUptimeFeed(feeds[0]).addAccess(address(breaker));
        tell(feeds[0], false, block.timestamp);
        assertEq(breaker.liveness().heldUntil, block.timestamp + 30 minutes);
    }

    function test_Feed_AReadNeedsAFractionOfItsCap() external {
        address[2] memory open = [deployArbitrumFeed(address(this)), deployZkSyncFeed(address(this))];
        for (uint256 i; i < 2; ++i) {
            uint256 before = gasleft();
            UptimeFeed.Round memory round = UptimeFeed.latest(open[i]);
            assertTrue(before - gasleft() < UptimeFeed.FEED_GAS / 3, "gas of a read");
            assertEq(round.id, 1);
            assertEq(round.startedAt, block.timestamp);
        }
    }
}
