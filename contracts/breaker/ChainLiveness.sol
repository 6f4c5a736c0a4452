// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {ICircuitBreaker} from "./ICircuitBreaker.sol";
import {UptimeFeed} from "./UptimeFeed.sol";

/// @title ChainLiveness
/// @notice The seconds in which the chain itself kept accounts from acting: outages that an uptime feed tells of, gaps that the
/// blocks show, and a grace after each.
/// @dev Everything is one calculation, `settled`: views answer with it, `record` stores it. Seconds are counted as a union of
/// intervals: what two witnesses tell of the same second counts once. Only the last interval is kept whole, so a message
/// that arrives late may reach back to the end of the one before it.
library ChainLiveness {
    using FixedPointMathLib for uint256;

    /// @dev Grace after an outage: a quarter of it, within these bounds.
    uint256 internal constant MIN_GRACE = 300 seconds;
    uint256 internal constant MAX_GRACE = 3_600 seconds;
    uint256 internal constant GRACE_DIVISOR = 4;

    /// @dev A feed is believed to be down for so long: from then on L1 can force transactions into every rollup that Chainlink
    /// watches (OP Stack after 12 hours, Arbitrum after 24), and a feed that is stuck must not hold the domain for ever.
    uint256 internal constant MAX_OUTAGE = 1 days;

    /// @dev A chain may miss one block in 32 without standing still, however long nobody looked.
    uint256 internal constant MISSED_BLOCKS_DIVISOR = 32;

    /// @dev Rounds of a feed followed at once. Of what lies further back nothing is counted.
    uint256 internal constant MAX_ROUNDS = 8;

    /// @dev What every user's action reads. One slot, 248 bits.
    /// @param blockSeconds 0 = no gap detector.
    /// @param missingSeconds Time without blocks that was not enough to count, carried on: recording often hides nothing.
    /// @param heldUntil End of the last interval, unix seconds; may lie ahead.
    /// @param totalSeconds All intervals to their ends.
    struct Pulse {
        uint24 blockSeconds;
        uint24 toleranceSeconds;
        uint40 recordedAt;
        uint48 recordedBlock;
        uint24 missingSeconds;
        uint40 heldUntil;
        uint40 totalSeconds;
        bool isWatched;
    }

    /// @dev One slot, 136 bits. Unix seconds.
    /// @param from Begin of the last interval.
    /// @param floor Nothing before it is counted any more.
    /// @param since When the feed's status came to be.
    struct Episode {
        uint40 from;
        uint40 floor;
        uint40 since;
        bool isDown;
        bool isSilent;
    }

    /// @dev One slot, 240 bits.
    /// @param round The last round that was followed.
    struct Watch {
        address feed;
        uint80 round;
    }

    struct Clock {
        Pulse pulse;
        Episode episode;
        Watch watch;
    }

    // --- Actions --------------------------------------------------------------------------------------------------

    /// @notice Stores what is known now.
    function record(Clock storage self) internal returns (Clock memory clock) {
        uint256 gapSeconds;
        (clock, gapSeconds) = settled(self);
        Episode memory episode = clock.episode;
        if (gapSeconds != 0) emit ICircuitBreaker.ChainGapCounted(gapSeconds, inactive(clock));
        if (clock.pulse.isWatched) {
            Episode memory before = self.episode;
            if (before.isDown != episode.isDown || before.isSilent != episode.isSilent) {
                emit ICircuitBreaker.SequencerSeen(statusOf(clock), episode.since, inactive(clock));
            }
        }
        self.pulse = clock.pulse;
        if (clock.pulse.isWatched || gapSeconds != 0) self.episode = episode;
        if (clock.pulse.isWatched) self.watch = clock.watch;
    }

    /// @notice Sets the pace of the chain; what happened before must have been recorded.
    function setPace(Clock storage self, uint256 blockSeconds, uint256 toleranceSeconds) internal {
        Pulse storage pulse = self.pulse;
        pulse.blockSeconds = uint24(blockSeconds);
        pulse.toleranceSeconds = uint24(toleranceSeconds);
        pulse.missingSeconds = 0;
    }

    /// @notice Sets the feed; 0 = none. What happened before must have been recorded: an open outage ends now.
    /// @dev An outage that the new feed tells of counts from now on. Reverts with `Breaker_FeedUnreadable`.
    function setFeed(Clock storage self, address feed) internal {
        Clock memory clock = self;
        if (clock.episode.isDown) {
            _turn(clock, UptimeFeed.Round({id: 0, startedAt: uint40(block.timestamp), isDown: false}));
        }
        UptimeFeed.Round memory round;
        if (feed != address(0)) {
            round = UptimeFeed.latest(feed);
            if (round.id == 0) revert ICircuitBreaker.Breaker_FeedUnreadable(feed);
        }
        clock.watch = Watch({feed: feed, round: round.id});
        clock.pulse.isWatched = feed != address(0);
        clock.episode.isSilent = false;
        clock.episode.isDown = round.isDown;
        clock.episode.since = round.isDown ? uint40(block.timestamp) : round.startedAt;
        self.pulse = clock.pulse;
        self.episode = clock.episode;
        self.watch = clock.watch;
    }

    // --- Views ----------------------------------------------------------------------------------------------------

    /// @notice The clock as a record of now would leave it.
    /// @dev Without a feed it costs one slot until the chain has stood still once.
    /// @return clock Everything known up to now.
    /// @return gapSeconds Missing time that the blocks alone show, if it counts; nobody has recorded it yet.
    function settled(Clock storage self) internal view returns (Clock memory clock, uint256 gapSeconds) {
        clock.pulse = self.pulse;
        Pulse memory pulse = clock.pulse;
        uint256 explained;
        if (pulse.isWatched || pulse.heldUntil != 0) clock.episode = self.episode;
        if (pulse.isWatched) {
            clock.watch = self.watch;
            explained = _follow(clock);
        }
        gapSeconds = _beat(pulse, explained);
        if (gapSeconds == 0) return (clock, 0);
        // Where in the time since the last record the blocks were missing cannot be known: it is taken as the end of it.
        uint256 start = block.timestamp - (gapSeconds + explained).min(block.timestamp);
        // A grace above the tolerance would let gaps be held for longer than they last.
        uint256 least = MIN_GRACE.min(pulse.toleranceSeconds);
        uint256 grace = (_runOf(clock, start, block.timestamp) / GRACE_DIVISOR).clamp(least, MAX_GRACE);
        _hold(clock, start, block.timestamp + grace);
    }

    /// @notice Whether accounts cannot be expected to act now: an outage, or the grace after one.
    function isHeld(Clock memory clock) internal view returns (bool) {
        return block.timestamp < clock.pulse.heldUntil || _isBelievedDown(clock.episode);
    }

    /// @notice Seconds counted up to now.
    function inactive(Clock memory clock) internal view returns (uint256) {
        return clock.pulse.totalSeconds - uint256(clock.pulse.heldUntil).zeroFloorSub(block.timestamp);
    }

    /// @notice Seconds between `from` and `to` (not in the future) that the last interval counted already.
    function overlap(Clock memory clock, uint256 from, uint256 to) internal pure returns (uint256) {
        return to.min(clock.pulse.heldUntil).zeroFloorSub(from.max(clock.episode.from));
    }

    /// @notice What the feed says, as far as it can be understood.
    function statusOf(Clock memory clock) internal pure returns (ICircuitBreaker.Sequencer) {
        if (!clock.pulse.isWatched) return ICircuitBreaker.Sequencer.Unwatched;
        if (clock.episode.isSilent) return ICircuitBreaker.Sequencer.Silent;
        return clock.episode.isDown ? ICircuitBreaker.Sequencer.Down : ICircuitBreaker.Sequencer.Up;
    }

    /// @notice All of it for whoever watches.
    function report(Clock storage self) internal view returns (ICircuitBreaker.Liveness memory liveness) {
        (Clock memory clock, uint256 gapSeconds) = settled(self);
        liveness.feed = clock.watch.feed;
        liveness.status = statusOf(clock);
        liveness.since = clock.episode.since;
        liveness.isHeld = isHeld(clock);
        liveness.heldUntil = clock.pulse.heldUntil;
        if (_isBelievedDown(clock.episode)) {
            liveness.heldUntil = uint40(uint256(clock.episode.since) + MAX_OUTAGE + MAX_GRACE);
        }
        liveness.gapSeconds = uint40(gapSeconds);
        liveness.inactiveSeconds = uint40(inactive(clock));
    }

    // --- The feed -------------------------------------------------------------------------------------------------

    /// @dev Takes in every round since the last one followed, oldest first, and an outage that goes on up to now. A silent feed
    /// tells nothing new: what it said before stays true for as long as it would be believed.
    /// @return explained Seconds since the last record in which the feed was down.
    function _follow(Clock memory clock) private view returns (uint256 explained) {
        UptimeFeed.Round[MAX_ROUNDS] memory rounds;
        address feed = clock.watch.feed;
        uint80 followed = clock.watch.round;
        rounds[0] = UptimeFeed.latest(feed);
        uint80 last = rounds[0].id;
        clock.episode.isSilent = last == 0;
        if (last != 0) {
            uint256 count = 1;
            while (count < MAX_ROUNDS && last > followed + count) {
                UptimeFeed.Round memory round = UptimeFeed.earlier(feed, last - uint80(count));
                if (round.id == 0 || round.startedAt > rounds[count - 1].startedAt) break;
                rounds[count++] = round;
            }
            while (count != 0) explained += _turn(clock, rounds[--count]);
            clock.watch.round = last;
        }
        if (clock.episode.isDown) explained += _holdOutage(clock, block.timestamp);
    }

    /// @dev A round of the status in force changes nothing: a repeated "down" is the same outage.
    function _turn(Clock memory clock, UptimeFeed.Round memory round) private pure returns (uint256 explained) {
        Episode memory episode = clock.episode;
        if (round.isDown == episode.isDown) return 0;
        episode.isDown = round.isDown;
        if (round.isDown) {
            episode.since = round.startedAt;
            return 0;
        }
        uint256 end = uint256(round.startedAt).max(episode.since);
        uint256 grace = (_runOf(clock, episode.since, end) / GRACE_DIVISOR).clamp(MIN_GRACE, MAX_GRACE);
        explained = _holdOutage(clock, end);
        _hold(clock, end, end + grace);
        episode.since = uint40(end);
    }

    /// @dev Counts the outage of the feed from its begin to `end`, as far as it is believed.
    function _holdOutage(Clock memory clock, uint256 end) private pure returns (uint256 explained) {
        uint256 since = clock.episode.since;
        uint256 believed = end.min(since + MAX_OUTAGE);
        explained = believed.zeroFloorSub(since.max(clock.pulse.recordedAt));
        _hold(clock, since, end > believed ? believed + MAX_GRACE : believed);
    }

    function _isBelievedDown(Episode memory episode) private view returns (bool) {
        return episode.isDown && block.timestamp < uint256(episode.since) + MAX_OUTAGE;
    }

    // --- The blocks -----------------------------------------------------------------------------------------------

    /// @dev Moves the record to now, and tells the time for which there are no blocks, if it is too much.
    /// Time and blocks add up over records, and what is left below zero is forgotten: cutting the time into pieces can only
    /// show more.
    function _beat(Pulse memory pulse, uint256 explained) private view returns (uint256 gapSeconds) {
        if (pulse.blockSeconds != 0) {
            uint256 elapsed = block.timestamp - pulse.recordedAt;
            uint256 expected = (block.number - pulse.recordedBlock) * pulse.blockSeconds;
            uint256 missing = (pulse.missingSeconds + elapsed).zeroFloorSub(expected + explained);
            uint256 slack = elapsed / MISSED_BLOCKS_DIVISOR;
            bool counts = missing > pulse.toleranceSeconds + slack;
            if (counts) gapSeconds = missing;
            // Not above the tolerance, which fits.
            pulse.missingSeconds = counts ? 0 : uint24(missing.zeroFloorSub(slack));
        }
        pulse.recordedAt = uint40(block.timestamp);
        pulse.recordedBlock = uint48(block.number);
    }

    // --- Intervals ------------------------------------------------------------------------------------------------

    /// @dev Length of the outage from `start` to `end`, from which its grace follows. One that begins before the last interval is
    /// over goes on with it: a chain that comes back in pieces is not back yet. For a day at most, so that nothing that
    /// repeats itself feeds on its own graces.
    function _runOf(Clock memory clock, uint256 start, uint256 end) private pure returns (uint256) {
        uint256 from = clock.episode.from;
        start = start.max(clock.episode.floor).min(end);
        bool touches = start <= clock.pulse.heldUntil && end >= from && from != 0;
        return touches && start.zeroFloorSub(from) < MAX_OUTAGE ? end - start.min(from) : end - start;
    }

    /// @dev Counts the seconds from `start` to `end` that were not counted before.
    function _hold(Clock memory clock, uint256 start, uint256 end) private pure {
        Pulse memory pulse = clock.pulse;
        Episode memory episode = clock.episode;
        (uint256 from, uint256 until) = (episode.from, pulse.heldUntil);
        start = start.max(episode.floor);
        if (end <= start) return;
        uint256 added = end - start;
        if (start > until) {
            (episode.floor, episode.from, pulse.heldUntil) = (uint40(until), uint40(start), uint40(end));
        } else if (end < from) {
            episode.floor = uint40(end);
        } else {
            added = from.zeroFloorSub(start) + end.zeroFloorSub(until);
            (episode.from, pulse.heldUntil) = (uint40(start.min(from)), uint40(end.max(until)));
        }
        pulse.totalSeconds += uint40(added);
    }
}
