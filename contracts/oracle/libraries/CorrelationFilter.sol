// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title CorrelationFilter
/// @notice Second moments of two log-prices from irregular samples, as `VolatilityFilter` has them for one:
/// m' = l m + (1 - l) r_a r_b / D, l = exp(-D / theta), from m = 0. The weights of what was seen sum to W, so that m / W is
/// unbiased and W cancels in a correlation.
/// @dev Two words per pair.
///
/// track:   anchorAt 32 | logAE12 48 (signed) | logBE12 48 (signed) | rhoMinBps 16 (signed) | rhoMaxBps 16 (signed) |
///          priorBps 16 (signed) | slowCountQ12 24 | fastCountQ12 24 | weightQ32 32
/// moments: for slow, then fast: varianceAE9 42 | varianceBE9 42 | covarianceE9 42 (signed); 4 bits unused
library CorrelationFilter {
    /// @notice A pair in storage.
    struct Words {
        uint256 track;
        uint256 moments;
    }

    /// @notice One estimate: variances and covariance per year, 1e-9, times the weight of what was seen.
    struct Estimate {
        uint256 varianceAE9;
        uint256 varianceBE9;
        int256 covarianceE9;
    }

    /// @notice The same words, unpacked.
    /// @param anchorAt Unix seconds from which the next return is measured; 0 = never observed.
    /// @param logAE12 Log-price then, 1e-12; likewise `logBE12`.
    /// @param slowCountQ12 Decayed count of observations, 2^-12; likewise `fastCountQ12`.
    /// @param weightQ32 W of the slow estimate, 2^-32. That of the fast one follows, see `fastWeightQ32`.
    struct Pair {
        uint256 anchorAt;
        int256 logAE12;
        int256 logBE12;
        int256 rhoMinBps;
        int256 rhoMaxBps;
        int256 priorBps;
        uint256 slowCountQ12;
        uint256 fastCountQ12;
        uint256 weightQ32;
        Estimate slow;
        Estimate fast;
    }

    /// @notice What is seen of both assets at one time.
    /// @param logAE12 Log-price, 1e-12.
    /// @param referenceAE9 Variance that the oracle knows of it, per year, 1e-9. Below 2^52.
    struct Sight {
        int256 logAE12;
        int256 logBE12;
        uint256 referenceAE9;
        uint256 referenceBE9;
        uint256 atSeconds;
    }

    /// @dev One estimate's share in an observation.
    struct Step {
        int256 returnAE12;
        int256 returnBE12;
        uint256 elapsed;
        uint256 keepWad;
        uint256 restQ32;
    }

    uint256 internal constant ONE_Q32 = 1 << 32;
    uint256 internal constant ONE_Q12 = 1 << 12;
    /// @dev Sampling more often pushes correlations to zero: see `ICorrelationMatrix`.
    uint256 internal constant MIN_INTERVAL = 30 minutes;
    uint256 internal constant FAST_HALF_LIFE = 1 days;

    uint256 private constant SLOW_HALF_LIFE = 14 days;
    /// @dev However long a pause, its one return weighs as if it had taken this.
    uint256 private constant MAX_WEIGHED = 1 hours;
    /// @dev Returns are cut to this many deviations of what was seen before.
    uint256 private constant CUT_DEVIATIONS = 4;
    /// @dev The oracle's variance keeps at least 1/16 in what returns are cut by: a price that stood still could otherwise
    /// never be seen to move again.
    uint256 private constant LEAST_REST_Q32 = ONE_Q32 / 16;

    uint256 private constant WAD = 1e18;
    uint256 private constant LN_2_WAD = 693147180559945309;
    uint256 private constant YEAR = 365 days;
    /// @dev From 1e-12 squared to 1e-9.
    uint256 private constant E24_PER_E9 = 1e15;
    uint256 private constant E9_PER_WAD = 1e9;

    uint256 private constant VARIANCE_BITS = 42;
    uint256 private constant MAX_VARIANCE_E9 = (1 << VARIANCE_BITS) - 1;
    int256 private constant MAX_COVARIANCE_E9 = int256(MAX_VARIANCE_E9 / 2);
    uint256 private constant ESTIMATE_BITS = 3 * VARIANCE_BITS;

    /// @notice Takes in what is seen, unless it is too soon.
    /// @return learnt Whether the pair changed.
    function observe(Pair memory pair, Sight memory sight) internal pure returns (bool learnt) {
        // Time only grows; fractions are below one, counts below 2^24, the rest as in `save`.
        unchecked {
            uint256 elapsed = sight.atSeconds - pair.anchorAt;
            if (elapsed < MIN_INTERVAL) return false;
            if (pair.anchorAt != 0) {
                Step memory step = Step(sight.logAE12 - pair.logAE12, sight.logBE12 - pair.logBE12, elapsed, 0, 0);
                uint256 weighed = FixedPointMathLib.min(elapsed, MAX_WEIGHED);
                step.keepWad = retention(weighed, FAST_HALF_LIFE);
                step.restQ32 = ONE_Q32 - fastWeightQ32(pair.weightQ32);
                blend(pair.fast, step, sight);
                pair.fastCountQ12 = (pair.fastCountQ12 * step.keepWad) / WAD + ONE_Q12;

                step.keepWad = retention(weighed, SLOW_HALF_LIFE);
                step.restQ32 = ONE_Q32 - pair.weightQ32;
                blend(pair.slow, step, sight);
                pair.slowCountQ12 = (pair.slowCountQ12 * step.keepWad) / WAD + ONE_Q12;
                pair.weightQ32 += (step.restQ32 * (WAD - step.keepWad)) / WAD;
            }
            pair.anchorAt = sight.atSeconds;
            (pair.logAE12, pair.logBE12) = (sight.logAE12, sight.logBE12);
            return true;
        }
    }

    /// @notice Correlation of an estimate, WAD, within [-1e18, 1e18]; 0 when either did not move.
    function rhoWad(Estimate memory estimate) internal pure returns (int256 rho) {
        // 84 + 60 bits, then 42 + 90.
        unchecked {
            uint256 rootE18 = FixedPointMathLib.sqrt(estimate.varianceAE9 * estimate.varianceBE9 * WAD);
            if (rootE18 == 0) return 0;
            rho = (estimate.covarianceE9 * int256(WAD * E9_PER_WAD)) / int256(rootE18);
            return FixedPointMathLib.clamp(rho, -int256(WAD), int256(WAD));
        }
    }

    /// @notice W of the fast estimate: half-lives are 14 : 1, and with them the powers of what was not seen.
    function fastWeightQ32(uint256 slowWeightQ32) internal pure returns (uint256) {
        // Powers of a number that is at most 2^32.
        unchecked {
            uint256 rest = ONE_Q32 - slowWeightQ32;
            uint256 square = (rest * rest) >> 32;
            uint256 fourth = (square * square) >> 32;
            uint256 eighth = (fourth * fourth) >> 32;
            return ONE_Q32 - ((((eighth * fourth) >> 32) * square) >> 32);
        }
    }

    /// @notice exp(-ln 2 * elapsed / halfLife), WAD.
    function retention(uint256 elapsedSeconds, uint256 halfLifeSeconds) internal pure returns (uint256) {
        // Seconds have 40 bits.
        unchecked {
            return uint256(FixedPointMathLib.expWad(-int256((LN_2_WAD * elapsedSeconds) / halfLifeSeconds)));
        }
    }

    function load(Words storage self) internal view returns (Pair memory pair) {
        uint256 word = self.track;
        pair.anchorAt = word >> 224;
        pair.logAE12 = int48(uint48(word >> 176));
        pair.logBE12 = int48(uint48(word >> 128));
        pair.rhoMinBps = int16(uint16(word >> 112));
        pair.rhoMaxBps = int16(uint16(word >> 96));
        pair.priorBps = int16(uint16(word >> 80));
        pair.slowCountQ12 = uint24(word >> 56);
        pair.fastCountQ12 = uint24(word >> 32);
        pair.weightQ32 = uint32(word);
        word = self.moments;
        pair.slow = unpackEstimate(word >> ESTIMATE_BITS);
        pair.fast = unpackEstimate(word);
    }

    /// @dev Every field fits: times until 2106, logs of prices below 2^96 are within 47e12, counts stay below 971 (one over
    /// the weight of an observation), W below one, moments by `blend`.
    function save(Words storage self, Pair memory pair) internal returns (uint256 track, uint256 moments) {
        track = (pair.anchorAt << 224) | (uint256(uint48(int48(pair.logAE12))) << 176);
        track |= uint256(uint48(int48(pair.logBE12))) << 128;
        track |= uint256(uint16(int16(pair.rhoMinBps))) << 112;
        track |= uint256(uint16(int16(pair.rhoMaxBps))) << 96;
        track |= uint256(uint16(int16(pair.priorBps))) << 80;
        track |= (pair.slowCountQ12 << 56) | (pair.fastCountQ12 << 32) | pair.weightQ32;
        moments = (packEstimate(pair.slow) << ESTIMATE_BITS) | packEstimate(pair.fast);
        (self.track, self.moments) = (track, moments);
    }

    /// @dev Rounded to nearest, so that many small steps do not drift.
    function blend(Estimate memory estimate, Step memory step, Sight memory sight) private pure {
        int256 a = cut(step.returnAE12, estimate.varianceAE9, sight.referenceAE9, step);
        int256 b = cut(step.returnBE12, estimate.varianceBE9, sight.referenceBE9, step);
        estimate.varianceAE9 = mixVariance(estimate.varianceAE9, a, step);
        estimate.varianceBE9 = mixVariance(estimate.varianceBE9, b, step);
        int256 mixed;
        // Returns have 49 bits.
        unchecked {
            mixed = mix(estimate.covarianceE9, perYear(a * b, step.elapsed), step.keepWad);
        }
        estimate.covarianceE9 = FixedPointMathLib.clamp(mixed, -MAX_COVARIANCE_E9, MAX_COVARIANCE_E9);
    }

    /// @dev To four deviations by what was seen, and for the share W that was not, by what the oracle knows.
    function cut(
        int256 returnE12,
        uint256 seenE9,
        uint256 referenceE9,
        Step memory step
    ) private pure returns (int256) {
        // 53 + 50 + 32 bits.
        unchecked {
            uint256 rest = FixedPointMathLib.max(step.restQ32, LEAST_REST_Q32);
            uint256 varianceE9 = seenE9 + (referenceE9 * rest) / ONE_Q32;
            uint256 limit = CUT_DEVIATIONS * FixedPointMathLib.sqrt((varianceE9 * E24_PER_E9 * step.elapsed) / YEAR);
            return FixedPointMathLib.clamp(returnE12, -int256(limit), int256(limit));
        }
    }

    function mixVariance(uint256 varianceE9, int256 returnE12, Step memory step) private pure returns (uint256) {
        int256 mixed;
        // See `blend`.
        unchecked {
            mixed = mix(int256(varianceE9), perYear(returnE12 * returnE12, step.elapsed), step.keepWad);
        }
        return FixedPointMathLib.min(uint256(mixed), MAX_VARIANCE_E9);
    }

    function perYear(int256 productE24, uint256 elapsed) private pure returns (int256) {
        // Returns have 49 bits.
        unchecked {
            return (productE24 * int256(YEAR)) / int256(elapsed * E24_PER_E9);
        }
    }

    /// @dev Symmetric around zero: what is opposite stays opposite to the unit.
    function mix(int256 oldE9, int256 sampleE9, uint256 keepWad) private pure returns (int256) {
        // Moments and samples are below 2^58, weights below 2^60.
        unchecked {
            int256 sum = oldE9 * int256(keepWad) + sampleE9 * int256(WAD - keepWad);
            int256 half = int256(WAD / 2);
            return (sum + (sum < 0 ? -half : half)) / int256(WAD);
        }
    }

    function packEstimate(Estimate memory estimate) private pure returns (uint256 word) {
        word = (estimate.varianceAE9 << (2 * VARIANCE_BITS)) | (estimate.varianceBE9 << VARIANCE_BITS);
        return word | (uint256(estimate.covarianceE9) & MAX_VARIANCE_E9);
    }

    function unpackEstimate(uint256 word) private pure returns (Estimate memory estimate) {
        estimate.varianceAE9 = (word >> (2 * VARIANCE_BITS)) & MAX_VARIANCE_E9;
        estimate.varianceBE9 = (word >> VARIANCE_BITS) & MAX_VARIANCE_E9;
        // Moves the sign bit to the top and back.
        uint256 unused = 256 - VARIANCE_BITS;
        estimate.covarianceE9 = int256(word << unused) >> unused;
    }
}
