// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level} from "../../../contracts/types/Policy.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";
import {SecondsSet} from "../support/SecondsSet.sol";
import {UptimeFeedMock} from "../support/UptimeFeedMock.sol";

/// @dev Inactive seconds against a model that marks every second by itself and counts the marks.
contract ChainLivenessExactTest is BreakerFixture {
    using SecondsSet for uint256[];

    uint256 internal constant TOLERANCE = 300;
    uint256 internal constant PACE = 12;

    struct Turn {
        bool isDown;
        uint256 startedAt;
    }

    struct Gap {
        uint256 from;
        uint256 foundAt;
    }

    Turn[] internal turns;
    Gap[] internal gaps;
    UptimeFeedMock internal feed;
    CircuitBreaker internal unattended;

    function setUp() public override {
        super.setUp();
        feed = new UptimeFeedMock(false, START);
        unattended = new CircuitBreaker(address(manager), IPriceOracle(address(oracle)));
    }

    function graceOf(uint256 seconds_, uint256 least) internal pure returns (uint256) {
        uint256 quarter = seconds_ / 4;
        return
            quarter < least
                ? least
                : quarter > 3_600
                    ? 3_600
                    : quarter;
    }

    /// @dev An outage goes on with the marked run that it begins in or at, for a day at most.
    function runOf(uint256[] memory marks, uint256 from, uint256 to) internal pure returns (uint256) {
        uint256 start = marks.runBefore(from);
        return from - start < 1 days ? to - start : to - from;
    }

    // --- The feed -------------------------------------------------------------------------------------------------

    /// @dev Everything that the feed has told up to now, marked second by second. External: so its memory is given back.
    function feedModel() external view returns (uint256 inactive, bool held) {
        uint256[] memory marks = SecondsSet.make();
        uint256 downSince;
        for (uint256 i; i <= turns.length; ++i) {
            bool open = i == turns.length;
            if (open ? downSince == 0 : turns[i].isDown) {
                if (!open) downSince = turns[i].startedAt;
                continue;
            }
            uint256 end = open ? block.timestamp : turns[i].startedAt;
            (uint256 a, uint256 b) = (downSince - START, end - START);
            uint256 run = runOf(marks, a, b);
            uint256 believed = b < a + 1 days ? b : a + 1 days;
            marks.mark(a, believed);
            if (b > believed) marks.mark(believed, believed + 1 hours);
            if (!open) marks.mark(b, b + graceOf(run, 300));
            held = open && b < a + 1 days;
            downSince = 0;
        }
        uint256 present = block.timestamp - START;
        return (marks.countBefore(present), held || marks.has(present));
    }

    function assertFeedModel() internal view {
        (uint256 inactive, bool held) = this.feedModel();
        Level level = held ? Level.Protected : Level.Normal;
        assertEq(breaker.inactiveSeconds(0), inactive, "inactive seconds, attended");
        assertEq(unattended.inactiveSeconds(0), inactive, "inactive seconds, unattended");
        assertLevel(breaker.domainLevel(), level);
        assertLevel(unattended.domainLevel(), level);
    }

    /// @dev Four outages at most, of up to five hours, "down" up to half an hour late and "up" within the least grace, updates and
    /// reads anywhere. One breaker is attended to, one is never updated until the end: both always say what the model says.
    function testFuzz_InactiveSeconds_OfTheFeedAreExactHoweverItIsAttended(uint256 seed) external {
        breaker.setSequencerFeed(address(feed));
        unattended.setSequencerFeed(address(feed));
        bool down;
        uint256 lastAt = START;
        for (uint256 step; step < 20; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 longest = seed & 7 == 0 ? 5 hours : 40 minutes;
            pass(((seed >> 8) % longest) + 1);
            assertFeedModel();
            if ((seed >> 64) & 1 == 1 && turns.length < 7) {
                uint256 late = (seed >> 72) % (down ? 5 minutes : 30 minutes);
                uint256 startedAt = block.timestamp - late < lastAt ? lastAt : block.timestamp - late;
                down = !down;
                turns.push(Turn(down, startedAt));
                feed.push(down, startedAt);
                lastAt = startedAt;
            }
            assertFeedModel();
            if ((seed >> 128) & 1 == 1) {
                breaker.update(new AssetId[](0));
                assertFeedModel();
            }
        }
        unattended.update(new AssetId[](0));
        assertFeedModel();
        pass(2 hours);
        assertFeedModel();
    }

    // --- The blocks -----------------------------------------------------------------------------------------------

    uint256 internal modelMissing;
    uint256 internal modelAt;
    uint256 internal modelBlock;

    /// @dev The detector as decision 15 words it; `found` when the time without blocks counts now.
    function gapModel() internal view returns (uint256 missing, bool found) {
        uint256 elapsed = block.timestamp - modelAt;
        uint256 blocks = (block.number - modelBlock) * PACE;
        uint256 raw = modelMissing + elapsed;
        raw = raw > blocks ? raw - blocks : 0;
        if (raw > TOLERANCE + elapsed / 32) return (raw, true);
        return (raw > elapsed / 32 ? raw - elapsed / 32 : 0, false);
    }

    function countGaps() external view returns (uint256 inactive, bool held) {
        uint256[] memory marks = SecondsSet.make();
        (uint256 missing, bool found) = gapModel();
        for (uint256 i; i <= gaps.length; ++i) {
            if (i == gaps.length && !found) break;
            uint256 to = i == gaps.length ? block.timestamp : gaps[i].foundAt;
            uint256 from = i == gaps.length ? to - missing : gaps[i].from;
            (from, to) = (from - START, to - START);
            marks.mark(from, to + graceOf(runOf(marks, from, to), 300));
        }
        uint256 present = block.timestamp - START;
        return (marks.countBefore(present), marks.has(present));
    }

    function assertGapModel() internal view {
        (uint256 inactive, bool held) = this.countGaps();
        assertEq(breaker.inactiveSeconds(0), inactive, "inactive seconds");
        assertLevel(breaker.domainLevel(), held ? Level.Protected : Level.Normal);
    }

    /// @dev The chain stands, limps or runs, for random times; updates anywhere. What a view says of a gap is what the update of the
    /// same moment stores.
    function testFuzz_InactiveSeconds_OfTheBlocksAreExact(uint256 seed) external {
        breaker.setChainPace(PACE, TOLERANCE);
        (modelAt, modelBlock) = (block.timestamp, block.number);
        for (uint256 step; step < 30; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 seconds_ = ((seed >> 8) % (seed & 7 == 0 ? 3 hours : 20 minutes)) + 1;
            uint256 produced = (seconds_ * ((seed >> 64) % 5)) / 4 / PACE;
            vm.warp(block.timestamp + seconds_);
            vm.roll(block.number + produced);
            assertGapModel();
            if ((seed >> 128) & 1 == 1) continue;
            (uint256 missing, bool found) = gapModel();
            breaker.update(new AssetId[](0));
            if (found) gaps.push(Gap(block.timestamp - missing, block.timestamp));
            (modelMissing, modelAt, modelBlock) = (found ? 0 : missing, block.timestamp, block.number);
            assertGapModel();
        }
    }
}
