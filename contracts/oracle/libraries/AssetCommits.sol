// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {CompactRatio} from "../../math/CompactRatio.sol";
import {PriceLog} from "../../math/PriceLog.sol";
import {Grade} from "../../types/Price.sol";
import {AssetConfigWord} from "./AssetConfigWord.sol";
import {Consensus} from "./Consensus.sol";
import {GradePolicy} from "./GradePolicy.sol";
import {Observation, firstObservation, nextObservation} from "./Observation.sol";
import {ObservationRing} from "./ObservationRing.sol";
import {PriceBook} from "./PriceBook.sol";
import {SourceStandings} from "./SourceStandings.sol";
import {VolatilityFilter} from "./VolatilityFilter.sol";

/// @title AssetCommits
/// @notice What a consensus, or the lack of one, does to an asset: ring, TWAPs, volatility, half-spread, grade.
library AssetCommits {
    using ObservationRing for ObservationRing.Ring;

    /// @notice All storage of one asset.
    struct AssetState {
        PriceBook.Words words;
        mapping(uint256 index => SourceStandings.Standing) standings;
        PreviousSet previous;
        ObservationRing.Ring ring;
    }

    /// @notice The set of sources that a rollback brings back. 16 + 8 + 40 bits.
    /// @param version Version of the spec that holds it; 0 = there is none.
    /// @param shadowed Bitmap of those that were in shadow.
    /// @param until Unix seconds up to which a rollback is possible.
    struct PreviousSet {
        uint16 version;
        uint8 shadowed;
        uint40 until;
    }

    uint256 private constant E9_PER_BPS = 1e5;
    int256 private constant E16_PER_BPS = 1e12;
    int256 private constant E16_PER_E9 = 1e7;
    uint256 private constant MAX_PRICE_WAD = type(uint96).max;

    /// @dev The nominal block: truncation is so much per 12 seconds, whatever the chain's block time.
    uint256 private constant TRUNCATION_PERIOD = 12 seconds;
    /// @dev A pause allows at most ten blocks' worth of move: enough to catch up, too little to jump.
    uint256 private constant TRUNCATION_MAX_ELAPSED = 120 seconds;
    /// @dev Velocity compares with the first observation of this and of the previous five minutes: 5 to 10 minutes back.
    uint256 private constant VELOCITY_BUCKET = 5 minutes;
    /// @dev After a pause of so much, where the windows begin is looked up afresh.
    uint256 private constant CURSOR_MEMORY = 1 days;
    /// @dev A half-spread that was seen is forgotten linearly over so long: an interval widens at once and narrows slowly.
    uint256 private constant SPREAD_MEMORY = 5 minutes;

    /// @notice Commits an agreed outcome to the book and the ring.
    /// @param elapsed Seconds since the last poke.
    function commit(
        AssetState storage self,
        PriceBook.Book memory book,
        AssetConfigWord config,
        Consensus.Outcome memory outcome,
        uint256 elapsed
    ) internal {
        bool isFirst = book.midWad == 0;
        if (isFirst) VolatilityFilter.seed(book, config);
        uint256 sinceAccepted;
        // Times in storage are of earlier blocks.
        unchecked {
            if (!isFirst) sinceAccepted = block.timestamp - book.updatedAt;
        }
        int256 logE16 = PriceLog.toLogE16(outcome.medianWad);
        uint256 moveBps = trackVelocity(book, logE16, isFirst);
        book.midWad = outcome.medianWad;
        int256 enteredE16 = observe(self.ring, book, config, logE16, sinceAccepted);
        VolatilityFilter.observe(book, config, enteredE16 / E16_PER_E9, block.timestamp);

        uint256 spreadE9 = currentSpread(book, config, outcome, moveBps);
        book.halfSpreadE9 = keptSpread(book, config, outcome.acceptedGroups, spreadE9, sinceAccepted);
        book.groups = outcome.acceptedGroups;
        book.updatedAt = block.timestamp;
        Grade observed = gradeOf(config, outcome.acceptedGroups, spreadE9);
        if (isFirst) {
            GradePolicy.settle(book, observed);
            return;
        }
        if (moveBps > config.velocityBps()) {
            if (observed == Grade.Firm) observed = Grade.Wide;
            if (book.grade == Grade.Firm) GradePolicy.settle(book, Grade.Wide);
        }
        GradePolicy.step(book, observed, elapsed);
    }

    /// @notice Takes in that there was no consensus: the price stays, the interval is at least the gate at once.
    /// @param elapsed Seconds since the last poke.
    function miss(PriceBook.Book memory book, AssetConfigWord config, uint256 elapsed) internal pure {
        if (book.midWad == 0) return;
        book.halfSpreadE9 = FixedPointMathLib.max(book.halfSpreadE9, config.gateBps() * E9_PER_BPS);
        GradePolicy.step(book, Grade.Blind, elapsed);
    }

    /// @notice How far `medianWad` is from what was accepted five to ten minutes ago, or last, bps of log-price.
    function moveOf(PriceBook.Book memory book, uint256 medianWad) internal pure returns (uint256 moveBps) {
        if (book.midWad == 0 || medianWad == 0) return 0;
        return distanceFromAnchors(book, PriceLog.toLogE16(medianWad) / E16_PER_BPS);
    }

    /// @dev Grade that this observation alone deserves, velocity aside: what is only remembered does not count.
    function gradeOf(AssetConfigWord config, uint256 groups, uint256 spreadE9) private pure returns (Grade) {
        if (groups < Consensus.FULL_QUORUM) return Grade.Thin;
        // 16 bits.
        unchecked {
            return spreadE9 > config.wideHalfSpreadBps() * E9_PER_BPS ? Grade.Wide : Grade.Firm;
        }
    }

    /// @dev The maximum of everything that makes this observation uncertain, 1e-9 of mid.
    function currentSpread(
        PriceBook.Book memory book,
        AssetConfigWord config,
        Consensus.Outcome memory outcome,
        uint256 moveBps
    ) private pure returns (uint256 spreadE9) {
        // Bps are 16 bits wide, dispersions at most 2^97.
        unchecked {
            spreadE9 = FixedPointMathLib.max(config.minHalfSpreadBps() * E9_PER_BPS, outcome.dispersionE9);
            if (outcome.ageSeconds != 0) {
                uint256 sigmaE11 = PriceBook.sigmaE11Of(book);
                uint256 agedE9 = PriceBook.ageSpreadE9(sigmaE11, outcome.ageSeconds, config.ageSpreadBps());
                if (agedE9 > spreadE9) spreadE9 = agedE9;
            }
            // A fast move widens by half of what exceeds the gate.
            if (moveBps > config.velocityBps()) {
                uint256 excessBps = moveBps - config.velocityBps();
                spreadE9 = FixedPointMathLib.max(spreadE9, (excessBps * E9_PER_BPS) / 2);
            }
        }
    }

    /// @dev What is stored: at least the gate below a full quorum, and what is remembered of earlier observations.
    function keptSpread(
        PriceBook.Book memory book,
        AssetConfigWord config,
        uint256 groups,
        uint256 spreadE9,
        uint256 elapsed
    ) private pure returns (uint256) {
        if (groups < Consensus.FULL_QUORUM) spreadE9 = FixedPointMathLib.max(spreadE9, config.gateBps() * E9_PER_BPS);
        uint256 rememberedE9 = remembered(book, groups, elapsed);
        if (rememberedE9 > spreadE9) spreadE9 = rememberedE9;
        return spreadE9 > PriceBook.WHOLE_E9 ? PriceBook.WHOLE_E9 : spreadE9;
    }

    /// @dev A group that leaves takes its dispersion with it: what was seen stays until the memory has run out.
    function remembered(
        PriceBook.Book memory book,
        uint256 acceptedGroups,
        uint256 elapsed
    ) private pure returns (uint256) {
        if (acceptedGroups < book.groups) return book.halfSpreadE9;
        if (elapsed >= SPREAD_MEMORY) return 0;
        // Half-spreads are at most 1e9.
        unchecked {
            return FixedPointMathLib.divUp(book.halfSpreadE9 * (SPREAD_MEMORY - elapsed), SPREAD_MEMORY);
        }
    }

    /// @dev Largest distance of the accepted median from the velocity anchors, bps of log-price.
    function trackVelocity(
        PriceBook.Book memory book,
        int256 logE16,
        bool isFirst
    ) private view returns (uint256 moveBps) {
        int256 logBps;
        // Logs are below 2^63; the clock is not.
        unchecked {
            logBps = logE16 / E16_PER_BPS;
            uint256 bucketsAgo = block.timestamp / VELOCITY_BUCKET - book.updatedAt / VELOCITY_BUCKET;
            if (isFirst) {
                (book.olderLogBps, book.newerLogBps) = (logBps, logBps);
            } else if (bucketsAgo == 1) {
                (book.olderLogBps, book.newerLogBps) = (book.newerLogBps, logBps);
            } else if (bucketsAgo != 0) {
                // After a pause, a move since the last accepted price counts as fast: nobody saw that it was not.
                int256 lastBps = PriceLog.toLogE16(book.midWad) / E16_PER_BPS;
                (book.olderLogBps, book.newerLogBps) = (lastBps, logBps);
            }
        }
        moveBps = distanceFromAnchors(book, logBps);
    }

    function distanceFromAnchors(PriceBook.Book memory book, int256 logBps) private pure returns (uint256) {
        return
            FixedPointMathLib.max(
                FixedPointMathLib.dist(logBps, book.olderLogBps),
                FixedPointMathLib.dist(logBps, book.newerLogBps)
            );
    }

    /// @dev Truncates the move, writes the ring, renews both TWAPs relative to the new mid.
    function observe(
        ObservationRing.Ring storage ring,
        PriceBook.Book memory book,
        AssetConfigWord config,
        int256 logE16,
        uint256 elapsed
    ) private returns (int256 enteredE16) {
        Observation head = ring.slots[book.ringIndex];
        Observation entered;
        if (head.isWritten()) {
            enteredE16 = truncate(head.logE16Of(), logE16, config.truncationBps(), elapsed);
            entered = nextObservation(head, enteredE16, block.timestamp);
        } else {
            enteredE16 = logE16;
            entered = firstObservation(logE16, block.timestamp);
        }
        (uint256 index, uint256 cardinality) = ring.write(
            book.ringIndex,
            book.ringCardinality,
            head,
            entered,
            config.ringSpacingSeconds()
        );
        if (index != book.ringIndex) {
            // Windows now begin one slot further back; what falls out of a full ring is replaced by its neighbour.
            ObservationRing.recede(book.shortWindow, cardinality);
            ObservationRing.recede(book.longWindow, cardinality);
        }
        (book.ringIndex, book.ringCardinality) = (index, cardinality);
        if (elapsed > CURSOR_MEMORY) (book.shortWindow.nextCode, book.longWindow.nextCode) = (0, 0);
        book.shortRatio = twapRatio(ring, book, entered, book.shortWindow, config.shortWindowSeconds(), logE16);
        book.longRatio = twapRatio(ring, book, entered, book.longWindow, config.longWindowSeconds(), logE16);
    }

    /// @dev The mean over a window over mid, whose log is `logE16`.
    function twapRatio(
        ObservationRing.Ring storage ring,
        PriceBook.Book memory book,
        Observation head,
        ObservationRing.Cursor memory window,
        uint256 windowSeconds,
        int256 logE16
    ) private view returns (uint256 ratio) {
        // Windows are shorter than the time since 1970, logs below 2^63.
        unchecked {
            uint256 target = block.timestamp - windowSeconds;
            int256 meanE16 = ring.meanSince(head, book.ringIndex, book.ringCardinality, window, target);
            return ratioOf(meanE16, meanE16 - logE16, book.midWad);
        }
    }

    /// @dev exp(meanE16) over `midWad`, which is exp(distanceE16).
    function ratioOf(int256 meanE16, int256 distanceE16, uint256 midWad) private pure returns (uint256) {
        if (distanceE16 <= CompactRatio.NEAR_E16 && distanceE16 >= -CompactRatio.NEAR_E16) {
            return CompactRatio.packNear(distanceE16);
        }
        uint256 meanWad = FixedPointMathLib.min(PriceLog.toPriceWad(meanE16), MAX_PRICE_WAD);
        return CompactRatio.pack(meanWad, midWad);
    }

    function truncate(
        int256 lastE16,
        int256 logE16,
        uint256 truncationBps,
        uint256 elapsed
    ) private pure returns (int256) {
        // 1000 bps, 120 seconds and 64-bit logs at most.
        unchecked {
            uint256 allowedBps = truncationBps * FixedPointMathLib.min(elapsed, TRUNCATION_MAX_ELAPSED);
            int256 allowedE16 = (int256(allowedBps) * E16_PER_BPS) / int256(TRUNCATION_PERIOD);
            return FixedPointMathLib.clamp(logE16, lastE16 - allowedE16, lastE16 + allowedE16);
        }
    }
}
