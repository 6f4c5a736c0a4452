// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ObservationRing
/// @notice The history of one asset, a slot per observation, searched in logarithmic time.
/// @dev A slot holds: time 32 | logE16 64 (signed) | cumulativeLog 88 (signed, E16 * seconds) | cumulativeVariance 72
/// (WAD, sum of squared log-returns). The log holds from the slot's time on. Both sums wrap around; only differences over
/// windows of at most 12 hours are used, far below half their range. A slot that was paid for but never written holds 1.
///
/// At most one slot per `spacing` seconds is opened: later observations in the same bucket of time overwrite the newest.
/// The sums lose nothing by that, and nobody can shorten history by observing often.
library ObservationRing {
    /// @notice A slot, unpacked.
    struct Observation {
        uint256 time;
        int256 logE16;
        uint256 cumulativeLog;
        uint256 cumulativeVariance;
    }

    /// @notice A moment of the past: the newest observation at or before `target`, the next one, and the newest of all.
    struct Past {
        uint256 target;
        Observation older;
        Observation newer;
        Observation head;
    }

    /// @notice Slots of the ring. Only the first `cardinality` are in use.
    struct Ring {
        uint256 cardinalityNext;
        uint256[65536] slots;
    }

    uint256 private constant PAID_FOR = 1;
    /// @dev (1e-16)^2 in WAD.
    uint256 private constant SQUARED_E16_PER_WAD = 1e14;

    /// @notice Adds the observation of `logE16` at `nowSeconds` to the newest, which is `head`.
    function next(
        Observation memory head,
        int256 logE16,
        uint256 nowSeconds
    ) internal pure returns (Observation memory observation) {
        observation.time = nowSeconds;
        observation.logE16 = logE16;
        if (head.time == 0) return observation;
        // |log| < 2^63, so the step and its square fit in 128 bits; sums wrap as documented.
        unchecked {
            int256 step = logE16 - head.logE16;
            observation.cumulativeLog = uint88(
                head.cumulativeLog + uint256(head.logE16 * int256(nowSeconds - head.time))
            );
            observation.cumulativeVariance = uint72(
                head.cumulativeVariance + uint256(step * step) / SQUARED_E16_PER_WAD
            );
        }
    }

    /// @notice Writes `observation` after slot `index`, or over it when both fall in one bucket of `spacing` seconds.
    /// @param head The observation at `index`; its time is 0 if there is none yet.
    /// @return indexAfter Slot written.
    /// @return cardinalityAfter Grown when the ring wraps and more slots were paid for.
    function write(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        Observation memory head,
        Observation memory observation,
        uint256 spacing
    ) internal returns (uint256 indexAfter, uint256 cardinalityAfter) {
        indexAfter = index;
        cardinalityAfter = cardinality;
        if (head.time != 0 && observation.time / spacing != head.time / spacing) {
            if (index + 1 == cardinality) cardinalityAfter = self.cardinalityNext;
            indexAfter = (index + 1) % cardinalityAfter;
        }
        self.slots[indexAfter] = pack(observation);
    }

    /// @notice Pays for slots up to `cardinality`.
    function grow(Ring storage self, uint256 cardinality) internal {
        for (uint256 i = self.cardinalityNext; i < cardinality; ++i) self.slots[i] = PAID_FOR;
        self.cardinalityNext = cardinality;
    }

    /// @notice The observation in slot `index`; all zero if it was never written.
    function observationAt(Ring storage self, uint256 index) internal view returns (Observation memory observation) {
        uint256 word = self.slots[index];
        if (word <= PAID_FOR) return observation;
        return unpack(word);
    }

    /// @notice How many slots behind the newest the oldest lies.
    function oldestBack(Ring storage self, uint256 index, uint256 cardinality) internal view returns (uint256) {
        // Full if the slot after the newest was written; otherwise the oldest is in slot 0.
        return self.slots[(index + 1) % cardinality] > PAID_FOR ? cardinality - 1 : index;
    }

    /// @notice Mean log-price over [`target`, time of `head`], or over the history there is if it is shorter.
    /// @param back Where the window began before: a slot not after the one to find unless history is short.
    /// @return meanE16 Rounded toward minus infinity.
    /// @return backAfter Where it begins now.
    function meanSince(
        Ring storage self,
        Observation memory head,
        uint256 index,
        uint256 cardinality,
        uint256 back,
        uint256 target
    ) internal view returns (int256 meanE16, uint256 backAfter) {
        Observation memory older = slotBehind(self, index, cardinality, back);
        if (older.time > target) {
            if (older.time == head.time) return (head.logE16, back);
            return (floorDiv(logDifference(head, older), head.time - older.time), back);
        }
        backAfter = advance(self, index, cardinality, back, target);
        if (backAfter != back) older = slotBehind(self, index, cardinality, backAfter);
        Observation memory newer = backAfter == 1 ? head : slotBehind(self, index, cardinality, backAfter - 1);
        int256 covered = logDifference(head, older) - logAfter(older, newer, target);
        meanE16 = floorDiv(covered, head.time - target);
    }

    /// @notice Finds the newest observation at or before `target`, and what lies around it. There must be one at least.
    /// @return found Whether history reaches back that far.
    function lookBack(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 target
    ) internal view returns (bool found, Past memory past) {
        past.target = target;
        past.head = slotBehind(self, index, cardinality, 0);
        past.older = past.head;
        past.newer = past.head;
        if (past.head.time <= target) return (true, past);
        uint256 oldest = oldestBack(self, index, cardinality);
        if (timeBehind(self, index, cardinality, oldest) > target) return (false, past);
        uint256 back = bisect(self, index, cardinality, oldest, target);
        past.older = slotBehind(self, index, cardinality, back);
        past.newer = slotBehind(self, index, cardinality, back - 1);
        return (true, past);
    }

    /// @notice Mean log-price from the target of `past` to `nowSeconds`, the newest log-price holding on.
    /// @return meanE16 Rounded toward minus infinity.
    function meanUntil(Past memory past, uint256 nowSeconds) internal pure returns (int256 meanE16) {
        if (past.older.time == past.head.time) return past.head.logE16;
        int256 covered = logDifference(past.head, past.older) - logAfter(past.older, past.newer, past.target);
        covered += past.head.logE16 * int256(nowSeconds - past.head.time);
        return floorDiv(covered, nowSeconds - past.target);
    }

    /// @notice The observation `back` slots behind slot `index`.
    function slotBehind(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 back
    ) internal view returns (Observation memory) {
        return unpack(self.slots[(index + cardinality - back) % cardinality]);
    }

    /// @notice Cumulative log of `later` less that of `earlier`, E16 * seconds.
    function logDifference(Observation memory later, Observation memory earlier) internal pure returns (int256) {
        // Wraps by design: the true difference over any window in use fits in 88 signed bits.
        unchecked {
            return int88(uint88(later.cumulativeLog - earlier.cumulativeLog));
        }
    }

    /// @notice Sum of squared returns of `later` less that of `earlier`, WAD.
    function varianceDifference(Observation memory later, Observation memory earlier) internal pure returns (uint256) {
        unchecked {
            return uint72(later.cumulativeVariance - earlier.cumulativeVariance);
        }
    }

    /// @dev Cumulative log from `older` to `target`, linear between `older` and its neighbour `newer`.
    function logAfter(
        Observation memory older,
        Observation memory newer,
        uint256 target
    ) private pure returns (int256) {
        int256 span = int256(newer.time - older.time);
        return (logDifference(newer, older) * int256(target - older.time)) / span;
    }

    /// @notice `numerator / denominator` rounded toward minus infinity.
    function floorDiv(int256 numerator, uint256 denominator) internal pure returns (int256 quotient) {
        // Denominators are spans of seconds.
        int256 divisor = int256(denominator);
        quotient = numerator / divisor;
        if (numerator % divisor < 0) --quotient;
    }

    /// @dev From a slot at or before `target`, the newest such slot. In regular use it is the same or the next one; after
    /// a pause a binary search finds it.
    function advance(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 back,
        uint256 target
    ) private view returns (uint256) {
        if (back == 1 || timeBehind(self, index, cardinality, back - 1) > target) return back;
        if (back == 2 || timeBehind(self, index, cardinality, back - 2) > target) return back - 1;
        return bisect(self, index, cardinality, back - 2, target);
    }

    /// @dev The newest slot at or before `target`, given that the newest of all is after it and `back` is not.
    function bisect(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 back,
        uint256 target
    ) private view returns (uint256) {
        uint256 after_;
        while (back - after_ > 1) {
            uint256 middle = (back + after_) / 2;
            if (timeBehind(self, index, cardinality, middle) > target) after_ = middle;
            else back = middle;
        }
        return back;
    }

    function timeBehind(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 back
    ) private view returns (uint256) {
        return self.slots[(index + cardinality - back) % cardinality] >> 224;
    }

    /// @dev Fields are inside their widths: logs by `PriceLog` and the price limit, sums by `next`, times until 2106.
    function pack(Observation memory observation) private pure returns (uint256) {
        return
            (observation.time << 224) |
            (uint256(uint64(int64(observation.logE16))) << 160) |
            (observation.cumulativeLog << 72) |
            observation.cumulativeVariance;
    }

    function unpack(uint256 word) private pure returns (Observation memory observation) {
        observation.time = word >> 224;
        observation.logE16 = int64(uint64(word >> 160));
        observation.cumulativeLog = uint88(word >> 72);
        observation.cumulativeVariance = uint72(word);
    }
}
