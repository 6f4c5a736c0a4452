// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibSort} from "solady/src/utils/LibSort.sol";

import {IPriceOracle} from "../IPriceOracle.sol";
import {SourceReader} from "./SourceReader.sol";

/// @title Consensus
/// @notice From what the sources said to one value, its dispersion and its quorum. Pure.
library Consensus {
    /// @notice What the groups agree on.
    /// @param agreed Two accepted groups or more, and more than half of the valid ones.
    /// @param medianWad Lower median of the valid groups; 0 if there is none.
    /// @param dispersionE9 Half-spread that accepted groups imply (dispersion, reported confidence, upper median), 1e-9 of
    /// the median, rounded up.
    /// @param ageSeconds Age of the group that is the median.
    struct Outcome {
        bool agreed;
        uint256 medianWad;
        uint256 validGroups;
        uint256 acceptedGroups;
        uint256 dispersionE9;
        uint256 ageSeconds;
    }

    uint256 private constant BPS = 1e4;
    uint256 private constant E9 = 1e9;
    uint256 private constant QUORUM = 2;

    // One word per value, so that sorting words sorts by group, then price:
    // group (8) ++ price (96) ++ confidence (96) ++ age (32) ++ 24 zero bits. Prices are below 2^96 by their ceiling,
    // confidences by the gate, ages by the source's 32-bit limit.
    uint256 private constant GROUP_SHIFT = 248;
    uint256 private constant PRICE_SHIFT = 152;
    uint256 private constant CONFIDENCE_SHIFT = 56;
    uint256 private constant AGE_SHIFT = 24;

    /// @notice Forms the consensus of `readings`.
    /// @param ignored Bitmap of the indices that do not count.
    function form(
        SourceReader.Reading[] memory readings,
        uint256 ignored,
        uint256 gateBps
    ) internal pure returns (Outcome memory outcome) {
        uint256[] memory words = groupValues(validWords(readings, ignored));
        uint256 count = words.length;
        outcome.validGroups = count;
        if (count == 0) return outcome;
        LibSort.insertionSort(words);
        uint256 lower = words[(count - 1) / 2];
        uint256 median = priceOf(lower);
        outcome.medianWad = median;
        outcome.ageSeconds = uint32(lower >> AGE_SHIFT);
        measure(outcome, words, gateBps);
    }

    /// @notice Whether `priceWad` is further from `medianWad` than the gate.
    function isBeyondGate(uint256 priceWad, uint256 medianWad, uint256 gateBps) internal pure returns (bool) {
        return FixedPointMathLib.dist(priceWad, medianWad) * BPS > gateBps * medianWad;
    }

    /// @dev Counts who is within the gate and measures their dispersion around the median.
    function measure(Outcome memory outcome, uint256[] memory words, uint256 gateBps) private pure {
        uint256 median = outcome.medianWad;
        uint256 count = words.length;
        uint256 accepted;
        uint256 smallest = median;
        uint256 largest = median;
        uint256 halfSpread;
        for (uint256 i; i < count; ++i) {
            uint256 price = priceOf(words[i]);
            if (isBeyondGate(price, median, gateBps)) continue;
            ++accepted;
            if (price < smallest) smallest = price;
            if (price > largest) largest = price;
            halfSpread = FixedPointMathLib.max(halfSpread, uint96(words[i] >> CONFIDENCE_SHIFT));
        }
        // Half the range rounds up; the upper median lies within the interval even if it was not accepted.
        halfSpread = FixedPointMathLib.max(halfSpread, (largest - smallest + 1) / 2);
        halfSpread = FixedPointMathLib.max(halfSpread, priceOf(words[count / 2]) - median);
        outcome.acceptedGroups = accepted;
        outcome.agreed = accepted >= QUORUM && 2 * accepted > count;
        outcome.dispersionE9 = FixedPointMathLib.mulDivUp(halfSpread, E9, median);
    }

    /// @dev The valid readings that count, as words, sorted by group and price.
    function validWords(
        SourceReader.Reading[] memory readings,
        uint256 ignored
    ) private pure returns (uint256[] memory words) {
        uint256 count;
        for (uint256 i; i < readings.length; ++i) if (counts(readings[i], ignored, i)) ++count;
        words = new uint256[](count);
        count = 0;
        for (uint256 i; i < readings.length; ++i) {
            SourceReader.Reading memory reading = readings[i];
            if (!counts(reading, ignored, i)) continue;
            words[count++] =
                (reading.group << GROUP_SHIFT) |
                (reading.priceWad << PRICE_SHIFT) |
                (reading.confidenceWad << CONFIDENCE_SHIFT) |
                (reading.ageSeconds << AGE_SHIFT);
        }
        LibSort.insertionSort(words);
    }

    function counts(SourceReader.Reading memory reading, uint256 ignored, uint256 index) private pure returns (bool) {
        return reading.fault == IPriceOracle.SourceFault.None && (ignored >> index) & 1 == 0;
    }

    /// @dev One word per group, the group's bits cleared: its lower median, with its widest confidence and oldest age.
    function groupValues(uint256[] memory words) private pure returns (uint256[] memory values) {
        uint256 groups;
        for (uint256 i; i < words.length; ++i) if (i == 0 || !sameGroup(words[i - 1], words[i])) ++groups;
        values = new uint256[](groups);
        uint256 start;
        for (uint256 g; g < groups; ++g) {
            uint256 end = start + 1;
            while (end < words.length && sameGroup(words[start], words[end])) ++end;
            values[g] = groupValue(words, start, end);
            start = end;
        }
    }

    function groupValue(uint256[] memory words, uint256 start, uint256 end) private pure returns (uint256) {
        uint256 price = priceOf(words[start + (end - start - 1) / 2]);
        uint256 confidence;
        uint256 age;
        for (uint256 i = start; i < end; ++i) {
            confidence = FixedPointMathLib.max(confidence, uint96(words[i] >> CONFIDENCE_SHIFT));
            age = FixedPointMathLib.max(age, uint32(words[i] >> AGE_SHIFT));
        }
        return (price << PRICE_SHIFT) | (confidence << CONFIDENCE_SHIFT) | (age << AGE_SHIFT);
    }

    function sameGroup(uint256 a, uint256 b) private pure returns (bool) {
        return a >> GROUP_SHIFT == b >> GROUP_SHIFT;
    }

    function priceOf(uint256 word) private pure returns (uint256) {
        return uint96(word >> PRICE_SHIFT);
    }
}
