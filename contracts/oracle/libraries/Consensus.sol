// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DynamicArrayLib} from "solady/src/utils/DynamicArrayLib.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {PriceLog} from "../../math/PriceLog.sol";
import {IPriceOracle} from "../IPriceOracle.sol";
import {Reading, toReading} from "./Reading.sol";

/// @title Consensus
/// @notice From what the sources said to one value, its dispersion and its quorum. Pure.
library Consensus {
    using DynamicArrayLib for uint256[];

    /// @notice What the groups agree on.
    /// @param agreed Two accepted groups or more, and more than half of the valid ones.
    /// @param medianWad Lower median of the valid groups; 0 if there is none.
    /// @param dispersionE9 Half-spread that accepted groups imply (dispersion, reported confidence, upper median), 1e-9 of
    /// the median, rounded up.
    /// @param ageSeconds Age of the group that is the median.
    /// @param gateBps The gate that it was formed with.
    /// @param reachBps How far an honest source may be in a market that moves: what is beyond the gate, but not beyond
    /// this, lags. 0 = the market stands still.
    struct Outcome {
        bool agreed;
        uint256 medianWad;
        uint256 validGroups;
        uint256 acceptedGroups;
        uint256 dispersionE9;
        uint256 ageSeconds;
        uint256 gateBps;
        uint256 reachBps;
    }

    uint256 private constant BPS = 1e4;
    uint256 private constant E9 = 1e9;
    uint256 private constant E9_PER_BPS = 1e5;
    uint256 private constant E16_PER_BPS = 1e12;
    uint256 private constant QUORUM = 2;
    /// @dev Groups that a full quorum has.
    uint256 internal constant FULL_QUORUM = 3;
    /// @dev Where a reading's word has its group and its price; without the group the price is what is above its shift.
    uint256 private constant GROUP_SHIFT = 248;
    uint256 private constant GROUP_BITS = 8;
    uint256 private constant PRICE_SHIFT = 152;
    /// @dev By how many gates a moving market widens the gate at most.
    uint256 private constant MAX_WIDENING = 2;

    /// @notice Forms the consensus of `readings`.
    /// @param ignored Bitmap of the indices that do not count.
    function form(
        Reading[] memory readings,
        uint256 ignored,
        uint256 gateBps
    ) internal pure returns (Outcome memory outcome) {
        (uint256[] memory words, uint256 count) = groupValues(readings, ignored);
        outcome.validGroups = count;
        if (count == 0) return outcome;
        unchecked {
            Reading lower = Reading.wrap(words[(count - 1) / 2]);
            outcome.medianWad = lower.priceOf();
            outcome.ageSeconds = lower.ageOf();
        }
        measure(outcome, words, count, gateBps);
    }

    /// @notice The consensus in a market that has moved by `moveBps`. Where the gate would cost three groups or more their
    /// full quorum, it widens by the move; the interval is then at least the gate, as it is without the quorum.
    /// @dev The gate has no part in the median, and of three groups the median is within the honest range. Of two it may be
    /// the liar's own price, and the move his doing.
    /// @param gateBps The gate that `outcome` was formed with, at most 2000.
    function withMove(
        Outcome memory outcome,
        Reading[] memory readings,
        uint256 ignored,
        uint256 gateBps,
        uint256 moveBps
    ) internal pure returns (Outcome memory moved) {
        moved = outcome;
        if (moveBps != 0 && outcome.acceptedGroups < FULL_QUORUM && outcome.validGroups >= FULL_QUORUM) {
            moved = form(readings, ignored, gateBps + FixedPointMathLib.min(moveBps, gateBps * MAX_WIDENING));
            moved.dispersionE9 = FixedPointMathLib.max(moved.dispersionE9, gateBps * E9_PER_BPS);
        }
        if (moveBps != 0) moved.reachBps = gateBps + moveBps;
    }

    /// @notice Whether every one of `sourceCount` sources counts, each in a group of its own, and is within the gate.
    function isFlawless(Outcome memory outcome, uint256 sourceCount) internal pure returns (bool) {
        return outcome.agreed && outcome.acceptedGroups == sourceCount && outcome.validGroups == sourceCount;
    }

    /// @notice Whether `priceWad` is further from `medianWad` than the gate. Both below 2^96.
    function isBeyondGate(uint256 priceWad, uint256 medianWad, uint256 gateBps) internal pure returns (bool) {
        unchecked {
            return FixedPointMathLib.dist(priceWad, medianWad) * BPS > gateBps * medianWad;
        }
    }

    /// @notice Whether an honest source could still be, or be already, at `priceWad` although the consensus is elsewhere.
    /// @dev Measured in logs, so that up and down are alike.
    function isLag(Outcome memory outcome, uint256 priceWad) internal pure returns (bool) {
        if (outcome.reachBps == 0) return false;
        uint256 distanceE16 = FixedPointMathLib.dist(PriceLog.toLogE16(priceWad), PriceLog.toLogE16(outcome.medianWad));
        return distanceE16 <= outcome.reachBps * E16_PER_BPS;
    }

    /// @dev Counts who is within the gate and measures their dispersion around the median. Sorted by price: the accepted
    /// are neighbours, the first and the last of them the extremes.
    function measure(Outcome memory outcome, uint256[] memory words, uint256 count, uint256 gateBps) private pure {
        outcome.gateBps = gateBps;
        uint256 median = outcome.medianWad;
        // Gates are below a whole. The median is within any, so both searches end there at the latest. Prices and confidences are below 2^96, indices below 8.
        unchecked {
            uint256 first;
            uint256 last = count - 1;
            uint256 reach = (gateBps * median) / BPS;
            while (words.get(first) >> PRICE_SHIFT < median - reach) ++first;
            while (words.get(last) >> PRICE_SHIFT > median + reach) --last;
            // Half the range rounds up; the upper median lies within the interval as well.
            uint256 range = (words.get(last) >> PRICE_SHIFT) - (words.get(first) >> PRICE_SHIFT);
            uint256 halfSpread = (range + 1) / 2;
            uint256 upper = words.get(count / 2) >> PRICE_SHIFT;
            if (upper - median > halfSpread) halfSpread = upper - median;
            for (uint256 i = first; i <= last; ++i) {
                uint256 confidence = Reading.wrap(words.get(i)).confidenceOf();
                if (confidence > halfSpread) halfSpread = confidence;
            }
            uint256 accepted = last - first + 1;
            outcome.acceptedGroups = accepted;
            outcome.agreed = accepted >= QUORUM && 2 * accepted > count;
            outcome.dispersionE9 = FixedPointMathLib.divUp(halfSpread * E9, median);
        }
    }

    /// @dev One word per group, the group's bits cleared, sorted by price; beyond `count` there is nothing of sense. Groups
    /// of one, the usual case, need no more than their source's word.
    function groupValues(
        Reading[] memory readings,
        uint256 ignored
    ) private pure returns (uint256[] memory values, uint256 count) {
        uint256 length = readings.length;
        values = DynamicArrayLib.malloc(length);
        uint256 seen;
        // At most 8 readings in 7 groups.
        unchecked {
            for (uint256 i; i < length; ++i) {
                uint256 word;
                // Safe: reads `readings[i]`; the index is below the length.
                assembly ("memory-safe") {
                    word := mload(add(add(readings, 0x20), shl(5, i)))
                }
                // The lowest byte is the fault.
                if (uint8(word) | ((ignored >> i) & 1) != 0) continue;
                uint256 groupBit = 1 << (word >> GROUP_SHIFT);
                if (seen & groupBit != 0) return sharedGroupValues(readings, ignored);
                seen |= groupBit;
                insert(values, count++, (word << GROUP_BITS) >> GROUP_BITS);
            }
        }
    }

    /// @dev The same when sources share groups: sorted by group and price first.
    function sharedGroupValues(
        Reading[] memory readings,
        uint256 ignored
    ) private pure returns (uint256[] memory values, uint256 groups) {
        uint256[] memory words = new uint256[](readings.length);
        uint256 count;
        for (uint256 i; i < words.length; ++i) {
            if (readings[i].isValid() && (ignored >> i) & 1 == 0) {
                insert(words, count++, Reading.unwrap(readings[i]));
            }
        }
        values = new uint256[](count);
        uint256 start;
        while (start < count) {
            uint256 end = start + 1;
            while (end < count && sameGroup(words[start], words[end])) ++end;
            insert(values, groups++, groupValue(words, start, end));
            start = end;
        }
    }

    /// @dev The value of one group: its lower median, with its widest confidence and oldest age.
    function groupValue(uint256[] memory words, uint256 start, uint256 end) private pure returns (uint256) {
        uint256 price = Reading.wrap(words[start + (end - start - 1) / 2]).priceOf();
        uint256 confidence;
        uint256 age;
        for (uint256 i = start; i < end; ++i) {
            confidence = FixedPointMathLib.max(confidence, Reading.wrap(words[i]).confidenceOf());
            age = FixedPointMathLib.max(age, Reading.wrap(words[i]).ageOf());
        }
        return Reading.unwrap(toReading(0, price, confidence, age, IPriceOracle.SourceFault.None));
    }

    /// @dev Inserts `word` into the first `count` words, which are sorted; there must be room for one more.
    function insert(uint256[] memory words, uint256 count, uint256 word) private pure {
        // Safe: moves entries 0 to `count - 1` up by one at most. `while (count != 0 && words[count - 1] > word)
        // words[count] = words[--count]; words[count] = word`.
        assembly ("memory-safe") {
            let first := add(words, 0x20)
            let slot := add(first, shl(5, count))
            for {} gt(slot, first) {} {
                let below := mload(sub(slot, 0x20))
                if iszero(gt(below, word)) {
                    break
                }
                mstore(slot, below)
                slot := sub(slot, 0x20)
            }
            mstore(slot, word)
        }
    }

    function sameGroup(uint256 a, uint256 b) private pure returns (bool) {
        return (a ^ b) >> GROUP_SHIFT == 0;
    }
}
