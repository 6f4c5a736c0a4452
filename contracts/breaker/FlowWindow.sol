// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title FlowWindow
/// @notice Outflow, inflow and past holdings of one token in constant storage.
/// @dev Sixteen buckets of 16 minutes: the current one and fifteen before it. They always cover the last four hours, of
/// which the oldest bucket may hold a part. Its outflow counts and its inflow does not, so the net of the buckets is
/// never below the net of the exact window. What comes and goes in one transaction is no flow in any window: it is netted
/// before it is counted, else borrowed tokens could use up the budget of all others. Amounts are token base units below 2^112.
library FlowWindow {
    uint256 internal constant BUCKETS = 16;
    uint256 internal constant BUCKET_SECONDS = 16 minutes;

    /// @dev Fifteen whole buckets make a period of four hours.
    uint256 internal constant PERIOD_BUCKETS = 15;

    /// @dev Holdings are compared with those of six periods (a day) before: seven samples.
    uint256 internal constant PERIODS_BACK = 6;
    uint256 internal constant SAMPLES = 7;

    /// @dev Seven periods ahead of the clock: no index is zero and a day before exists, whatever the chain's clock says.
    uint256 internal constant FIRST_BUCKET = SAMPLES * PERIOD_BUCKETS;

    uint256 internal constant MAX_AMOUNT = type(uint112).max;

    /// @notice Flows of one bucket; `index` says of which, so nothing is ever cleared. One slot.
    struct Bucket {
        uint112 outflow;
        uint112 inflow;
        uint32 index;
    }

    /// @notice Holdings as a period of four hours began; `period` says which. One slot.
    struct Sample {
        uint112 holdings;
        uint32 period;
    }

    /// @param total Sums over the sixteen buckets up to `total.index`, the last bucket touched; 0 = never.
    /// @param small What small withdrawals took in a period: `outflow` in the period `index`.
    struct Flow {
        Bucket total;
        Bucket[BUCKETS] buckets;
        Sample[SAMPLES] samples;
        Bucket small;
    }

    function bucketNow() internal view returns (uint256) {
        return FIRST_BUCKET + block.timestamp / BUCKET_SECONDS;
    }

    /// @notice Sums of the window as of now, without storing them.
    function rolled(Flow storage self) internal view returns (Bucket memory total) {
        total = self.total;
        uint256 current = bucketNow();
        uint256 last = total.index;
        if (current >= last + BUCKETS) return Bucket({outflow: 0, inflow: 0, index: uint32(current)});
        for (uint256 index = last + 1; index <= current; ++index) {
            Bucket memory leaving = self.buckets[index % BUCKETS];
            if (leaving.index + BUCKETS != index) continue;
            total.outflow -= leaving.outflow;
            total.inflow -= leaving.inflow;
        }
        total.index = uint32(current);
    }

    /// @notice Inflow of the window that may be set off: without the oldest bucket.
    function settledInflow(Flow storage self, Bucket memory total) internal view returns (uint256) {
        Bucket memory oldest = self.buckets[(total.index + 1) % BUCKETS];
        return oldest.index + BUCKETS == uint256(total.index) + 1 ? total.inflow - oldest.inflow : total.inflow;
    }

    /// @notice Holdings 24 to 28 hours ago; while the history is shorter, at its beginning.
    /// @dev Holdings change only by flows, and each period's first flow samples them before it moves them: the oldest
    /// sample not older than six periods is what was held when the sixth period before began.
    function referenceHoldings(Flow storage self, uint256 holdingsNow) internal view returns (uint256) {
        uint256 period = bucketNow() / PERIOD_BUCKETS;
        for (uint256 p = period - PERIODS_BACK; p <= period; ++p) {
            Sample memory sample = self.samples[p % SAMPLES];
            if (sample.period == p) return sample.holdings;
        }
        return FixedPointMathLib.min(holdingsNow, MAX_AMOUNT);
    }

    /// @notice What small withdrawals took in the current period.
    function smallUsed(Flow storage self) internal view returns (uint256) {
        Bucket memory small = self.small;
        return small.index == bucketNow() / PERIOD_BUCKETS ? small.outflow : 0;
    }

    /// @notice Samples the holdings if no flow of this period did, and returns the sums of the window.
    /// @param holdings What was held before the flow; for the first inflow ever, after it.
    function touch(Flow storage self, uint256 holdings) internal returns (Bucket memory total) {
        uint256 period = bucketNow() / PERIOD_BUCKETS;
        if (self.total.index / PERIOD_BUCKETS != period) {
            self.samples[period % SAMPLES] = Sample({
                holdings: uint112(FixedPointMathLib.min(holdings, MAX_AMOUNT)),
                period: uint32(period)
            });
        }
        return rolled(self);
    }

    /// @notice Samples the holdings of this period again.
    function resample(Flow storage self, uint256 holdings) internal {
        uint256 period = bucketNow() / PERIOD_BUCKETS;
        self.samples[period % SAMPLES].holdings = uint112(FixedPointMathLib.min(holdings, MAX_AMOUNT));
    }

    /// @notice Forgets a token whose first flow was in this bucket: its next inflow is the first again.
    function forget(Flow storage self) internal {
        uint256 current = bucketNow();
        delete self.total;
        delete self.buckets[current % BUCKETS];
        delete self.samples[(current / PERIOD_BUCKETS) % SAMPLES];
        delete self.small;
    }

    /// @notice Adds an inflow, as far as the sums can hold it.
    /// @param returned Part of it that only brings back what left in this transaction; it is taken off the outflow.
    /// @return counted What was added to the inflow.
    function addInflow(
        Flow storage self,
        Bucket memory total,
        uint256 amount,
        uint256 returned
    ) internal returns (uint256 counted) {
        counted = FixedPointMathLib.min(amount - returned, MAX_AMOUNT - total.inflow);
        Bucket memory bucket = _open(self, total.index);
        // Within a uint112: a bucket never holds more than the sum over the buckets, and what left in this
        // transaction is in the bucket of now.
        if (returned != 0) {
            bucket.outflow -= uint112(returned);
            total.outflow -= uint112(returned);
        }
        bucket.inflow += uint112(counted);
        total.inflow += uint112(counted);
        _store(self, bucket, total);
    }

    /// @notice Adds an outflow; the caller has checked that the sum stays below 2^112.
    /// @param passing Part of it that only came in in this transaction; it is taken off the inflow.
    function addOutflow(Flow storage self, Bucket memory total, uint256 amount, uint256 passing) internal {
        Bucket memory bucket = _open(self, total.index);
        if (passing != 0) {
            bucket.inflow -= uint112(passing);
            total.inflow -= uint112(passing);
        }
        bucket.outflow += uint112(amount - passing);
        total.outflow += uint112(amount - passing);
        _store(self, bucket, total);
    }

    /// @notice Adds to what small withdrawals took in this period; the caller has checked the budget.
    function addSmall(Flow storage self, Bucket memory total, uint256 amount) internal {
        uint256 used = smallUsed(self) + amount;
        self.small = Bucket({outflow: uint112(used), inflow: 0, index: uint32(total.index / PERIOD_BUCKETS)});
        self.total = total;
    }

    function _open(Flow storage self, uint256 index) private view returns (Bucket memory bucket) {
        bucket = self.buckets[index % BUCKETS];
        if (bucket.index != index) bucket = Bucket({outflow: 0, inflow: 0, index: uint32(index)});
    }

    function _store(Flow storage self, Bucket memory bucket, Bucket memory total) private {
        self.buckets[bucket.index % BUCKETS] = bucket;
        self.total = total;
    }
}
