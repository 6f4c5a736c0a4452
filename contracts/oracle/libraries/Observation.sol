// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A slot of the ring: time (32) ++ logE16 (64, signed) ++ cumulative log (88, E16 * seconds) ++ cumulative
/// variance (72, WAD, sum of squared log-returns). The log holds from the slot's time on. Both sums wrap around; only
/// differences over windows of at most 12 hours are used, far below half their range.
type Observation is uint256;

using {timeOf, logE16Of, isWritten, logSince, varianceSince} for Observation global;

/// @dev What a slot holds that was paid for but never written.
Observation constant PAID_FOR = Observation.wrap(1);

/// @dev (1e-16)^2 in WAD.
uint256 constant SQUARED_E16_PER_WAD = 1e14;

/// @notice The first observation of a ring.
function firstObservation(int256 logE16, uint256 nowSeconds) pure returns (Observation) {
    return packObservation(nowSeconds, logE16, 0, 0);
}

/// @notice The observation of `logE16` at `nowSeconds`, after `head`.
function nextObservation(Observation head, int256 logE16, uint256 nowSeconds) pure returns (Observation) {
    uint256 raw = Observation.unwrap(head);
    // |log| is below 2^63 and spans of time below 2^32: products fit in 128 bits; the sums wrap as documented.
    unchecked {
        int256 lastE16 = head.logE16Of();
        int256 step = logE16 - lastE16;
        uint256 cumulativeLog = (raw >> 72) + uint256(lastE16 * int256(nowSeconds - (raw >> 224)));
        uint256 cumulativeVariance = raw + uint256(step * step) / SQUARED_E16_PER_WAD;
        return packObservation(nowSeconds, logE16, cumulativeLog, cumulativeVariance);
    }
}

/// @dev Logs fit by `PriceLog` and the price limit, times until 2106; the sums are cut to their width.
function packObservation(
    uint256 time,
    int256 logE16,
    uint256 cumulativeLog,
    uint256 cumulativeVariance
) pure returns (Observation) {
    return
        Observation.wrap(
            (time << 224) |
                (uint256(uint64(int64(logE16))) << 160) |
                (uint256(uint88(cumulativeLog)) << 72) |
                uint72(cumulativeVariance)
        );
}

/// @notice Unix seconds; 0 if never written.
function timeOf(Observation observation) pure returns (uint256) {
    return Observation.unwrap(observation) >> 224;
}

/// @notice Log-price from then on, E16.
function logE16Of(Observation observation) pure returns (int256) {
    return int64(uint64(Observation.unwrap(observation) >> 160));
}

/// @notice Whether it holds an observation.
function isWritten(Observation observation) pure returns (bool) {
    return Observation.unwrap(observation) > Observation.unwrap(PAID_FOR);
}

/// @notice Cumulative log less that of `earlier`, E16 * seconds.
function logSince(Observation later, Observation earlier) pure returns (int256) {
    // Wraps by design: the true difference over any window in use fits in 88 signed bits.
    unchecked {
        return int88(uint88((Observation.unwrap(later) >> 72) - (Observation.unwrap(earlier) >> 72)));
    }
}

/// @notice Sum of squared returns less that of `earlier`, WAD.
function varianceSince(Observation later, Observation earlier) pure returns (uint256) {
    unchecked {
        return uint72(Observation.unwrap(later) - Observation.unwrap(earlier));
    }
}
