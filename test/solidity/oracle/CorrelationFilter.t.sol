// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {ICorrelationMatrix} from "../../../contracts/oracle/ICorrelationMatrix.sol";
import {CorrelationBand} from "../../../contracts/oracle/libraries/CorrelationBand.sol";
import {CorrelationFilter} from "../../../contracts/oracle/libraries/CorrelationFilter.sol";
import {Test} from "../support/Test.sol";

contract CorrelationFilterTest is Test {
    using CorrelationFilter for CorrelationFilter.Words;
    using CorrelationFilter for CorrelationFilter.Pair;
    using CorrelationFilter for CorrelationFilter.Estimate;

    uint256 private constant START = 1_700_000_000;
    /// @dev 60 % a year.
    uint256 private constant REFERENCE_E9 = 0.36e9;
    /// @dev One deviation of 60 % a year in half an hour, 1e-12.
    int256 private constant DEVIATION_E12 = 4_532_973_000;

    CorrelationFilter.Words private words;

    function start() internal pure returns (CorrelationFilter.Pair memory pair) {
        (pair.rhoMinBps, pair.rhoMaxBps, pair.priorBps) = (-9900, 9900, 5000);
        see(pair, 0, 0, START);
    }

    function see(
        CorrelationFilter.Pair memory pair,
        int256 a,
        int256 b,
        uint256 atSeconds
    ) internal pure returns (bool) {
        return pair.observe(CorrelationFilter.Sight(a, b, REFERENCE_E9, REFERENCE_E9, atSeconds));
    }

    function draw(uint256 seed, uint256 salt) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, salt)));
    }

    /// @dev A move of up to 1.7 deviations, uniform: variance 1.
    function move(uint256 random) internal pure returns (int256) {
        return ((int256(random % 3465) - 1732) * DEVIATION_E12) / 1000;
    }

    /// @dev Half an hour per step; correlation `share` of 100 of the variance in common.
    function history(uint256 seed, uint256 steps, int256 share) internal pure returns (CorrelationFilter.Pair memory) {
        CorrelationFilter.Pair memory pair = start();
        (int256 a, int256 b) = (int256(0), int256(0));
        int256 own = int256(FixedPointMathLib.sqrt(uint256(10_000 - share * share)));
        for (uint256 i = 1; i <= steps; ++i) {
            (int256 x, int256 y) = (move(draw(seed, 2 * i)), move(draw(seed, 2 * i + 1)));
            (a, b) = (a + x, b + (share * x + own * y) / 100);
            see(pair, a, b, START + i * 1800);
        }
        return pair;
    }

    // ---------------------------------------------------------------------------------------------------- grid

    function test_Observe_AnchorsFirst() public pure {
        CorrelationFilter.Pair memory pair = start();
        assertEq(pair.anchorAt, START);
        assertEq(pair.slowCountQ12, 0);
        assertEq(pair.weightQ32, 0);
    }

    function test_Observe_WaitsHalfAnHour() public pure {
        CorrelationFilter.Pair memory pair = start();
        assertFalse(see(pair, 1e9, 1e9, START + 30 minutes - 1));
        assertEq(pair.anchorAt, START);
        assertEq(pair.logAE12, 0);
        assertTrue(see(pair, 1e9, 2e9, START + 30 minutes));
        assertEq(pair.anchorAt, START + 30 minutes);
        assertEq(pair.logAE12, 1e9);
        assertEq(pair.logBE12, 2e9);
        assertEq(pair.slowCountQ12, CorrelationFilter.ONE_Q12);
    }

    /// @dev W = 1 - 2^(-t / half-life) on any grid of steps up to an hour, and the fast one follows from the slow one.
    function testFuzz_Weight_IsWhatWasObserved(uint256 seed) public pure {
        CorrelationFilter.Pair memory pair = start();
        uint256 time = START;
        for (uint256 i; i < 60; ++i) {
            time += 1800 + (draw(seed, i) % 1801);
            see(pair, 0, 0, time);
        }
        uint256 slowRest = CorrelationFilter.retention(time - START, 14 days);
        uint256 fastRest = CorrelationFilter.retention(time - START, 1 days);
        assertApproxEqAbs((pair.weightQ32 * 1e18) >> 32, 1e18 - slowRest, 1e11);
        uint256 fastWeightWad = (CorrelationFilter.fastWeightQ32(pair.weightQ32) * 1e18) >> 32;
        assertApproxEqAbs(fastWeightWad, 1e18 - fastRest, 1e12);
    }

    /// @dev However long the pause, its return weighs as much as one of an hour.
    function test_Weight_OfAPauseIsThatOfAnHour() public pure {
        CorrelationFilter.Pair memory pair = start();
        see(pair, 0, 0, START + 1 hours);
        CorrelationFilter.Pair memory paused = start();
        see(paused, 0, 0, START + 30 days);
        assertEq(paused.weightQ32, pair.weightQ32);
        assertApproxEqAbs((pair.weightQ32 * 1e18) >> 32, 0.00206093e18, 1e12);
    }

    /// @dev A constant variance is found on any grid: r^2 = sigma^2 D.
    function testFuzz_Moments_AreUnbiasedOnAnyGrid(uint256 seed) public pure {
        CorrelationFilter.Pair memory pair = start();
        (uint256 time, int256 a, int256 b) = (START, int256(0), int256(0));
        for (uint256 i; i < 60; ++i) {
            uint256 elapsed = 1800 + (draw(seed, i) % 1801);
            int256 r = int256(FixedPointMathLib.sqrt((0.36e24 * elapsed) / 365 days));
            bool up = draw(seed, i) >> 255 == 0;
            // B moves half as much, always against A.
            (a, b) = up ? (a + r, b - r / 2) : (a - r, b + r / 2);
            time += elapsed;
            see(pair, a, b, time);
        }
        assertApproxEqRel((pair.slow.varianceAE9 << 32) / pair.weightQ32, 0.36e9, 1e13);
        assertApproxEqRel((pair.slow.varianceBE9 << 32) / pair.weightQ32, 0.09e9, 1e13);
        assertApproxEqAbs(pair.slow.rhoWad(), -1e18, 1e12);
        assertApproxEqRel(
            (pair.fast.varianceAE9 << 32) / CorrelationFilter.fastWeightQ32(pair.weightQ32),
            0.36e9,
            1e13
        );
    }

    // ------------------------------------------------------------------------------------------------ correlations

    function testFuzz_Rho_OfIdenticalSeriesIsOne(uint256 seed) public pure {
        CorrelationFilter.Pair memory pair = history(seed, 20, 100);
        assertEq(pair.slow.rhoWad(), 1e18);
        assertEq(pair.fast.rhoWad(), 1e18);
    }

    function testFuzz_Rho_OfOppositeSeriesIsMinusOne(uint256 seed) public pure {
        CorrelationFilter.Pair memory pair = history(seed, 20, -100);
        assertEq(pair.slow.rhoWad(), -1e18);
        assertEq(pair.fast.rhoWad(), -1e18);
    }

    /// @dev Within three standard errors of 600 observations.
    function test_Rho_OfIndependentSeriesIsNearZero() public pure {
        for (uint256 seed; seed < 4; ++seed) assertApproxEqAbs(history(seed, 600, 0).slow.rhoWad(), 0, 0.123e18);
    }

    function test_Rho_FindsWhatIsInCommon() public pure {
        for (uint256 seed; seed < 4; ++seed) {
            assertApproxEqAbs(history(seed, 600, 80).slow.rhoWad(), 0.8e18, 0.06e18);
        }
    }

    /// @dev A price that never moved has no correlation with anything.
    function test_Rho_IsZeroWithoutMoves() public pure {
        CorrelationFilter.Pair memory pair = start();
        for (uint256 i = 1; i < 50; ++i) see(pair, int256(i % 2) * 1e9, 0, START + i * 1800);
        assertEq(pair.slow.rhoWad(), 0);
    }

    // ------------------------------------------------------------------------------------------------------ one observation

    /// @dev Whatever two prices do in one observation, after any history, the point estimate moves by at most 2w(16k + 1).
    function testFuzz_Observe_MovesThePointByItsBound(
        uint256 seed,
        uint256 steps,
        uint256 a,
        uint256 b,
        uint256 elapsed
    ) public pure {
        steps = bound(steps, 0, 60);
        elapsed = bound(elapsed, 1800, seed % 2 == 0 ? 1800 : 90 days);
        // Against what was learnt, as far as it can.
        bool opposite = seed % 3 != 0;
        CorrelationFilter.Pair memory pair = history(seed, steps, opposite ? int256(99) : int256(seed % 201) - 100);
        int256 before = CorrelationBand.correlation(pair, pair.anchorAt).rhoWad;
        uint256 limit = excess(pair);
        uint256 atSeconds = pair.anchorAt + elapsed;
        {
            uint256 weighed = FixedPointMathLib.min(elapsed, 1 hours);
            uint256 w = 1e18 - CorrelationFilter.retention(weighed, 14 days);
            limit = (2 * w * (16 * limit + 1e18)) / 1e18;
        }
        int256 up = int256(bound(a, 0, 20e12));
        int256 down = int256(bound(b, 0, 20e12));
        see(pair, pair.logAE12 + up, pair.logBE12 + (opposite || seed % 5 == 0 ? -down : down), atSeconds);
        int256 moved = CorrelationBand.correlation(pair, atSeconds).rhoWad - before;
        // Half a unit of each moment, over moments of a hundredth of the reference and more.
        assertLe(FixedPointMathLib.abs(moved), limit + 1e13);
    }

    /// @dev The variance by which returns are cut over the pair's own, the larger of both.
    function excess(CorrelationFilter.Pair memory pair) private pure returns (uint256 k) {
        if (pair.weightQ32 == 0) return 1e18;
        uint256 rest = FixedPointMathLib.max(CorrelationFilter.ONE_Q32 - pair.weightQ32, 1 << 28);
        uint256 added = (REFERENCE_E9 * rest) >> 32;
        uint256 kA = ((pair.slow.varianceAE9 + added) * pair.weightQ32 * 1e18) / (pair.slow.varianceAE9 << 32);
        uint256 kB = ((pair.slow.varianceBE9 + added) * pair.weightQ32 * 1e18) / (pair.slow.varianceBE9 << 32);
        return FixedPointMathLib.max(1e18, FixedPointMathLib.max(kA, kB));
    }

    /// @dev Two wicks of 60 % in opposite directions: an estimate that takes returns as they come loses what weeks taught it,
    /// this one moves by three hundredths.
    function test_Observe_AWickTeachesLittle() public pure {
        CorrelationFilter.Pair memory pair = history(7, 600, 90);
        int256 before = pair.slow.rhoWad();
        assertGt(before, 0.85e18);

        uint256 keep = CorrelationFilter.retention(1800, 14 days);
        int256 sample = int256((uint256(0.36e24) * 365 days) / 1800 / 1e15);
        CorrelationFilter.Estimate memory plain = CorrelationFilter.Estimate({
            varianceAE9: (pair.slow.varianceAE9 * keep + uint256(sample) * (1e18 - keep)) / 1e18,
            varianceBE9: (pair.slow.varianceBE9 * keep + uint256(sample) * (1e18 - keep)) / 1e18,
            covarianceE9: (pair.slow.covarianceE9 * int256(keep) - sample * int256(1e18 - keep)) / 1e18
        });
        assertLt(plain.rhoWad(), -0.8e18);

        int256 point = CorrelationBand.correlation(pair, pair.anchorAt).rhoWad;
        see(pair, pair.logAE12 + 0.6e12, pair.logBE12 - 0.6e12, pair.anchorAt + 1800);
        assertGt(pair.slow.rhoWad(), 0.8e18);
        assertLt(point - CorrelationBand.correlation(pair, pair.anchorAt).rhoWad, 0.035e18);
    }

    /// @dev A feed that stood still for as long as the memory reaches is seen to move again: by one deviation, not by none.
    function test_Observe_StandingStillDoesNotLock() public pure {
        CorrelationFilter.Pair memory pair = start();
        pair.weightQ32 = type(uint32).max;
        see(pair, 2 * DEVIATION_E12, 2 * DEVIATION_E12, START + 1800);
        uint256 weighed = (pair.slow.varianceAE9 * 1e18) / (1e18 - CorrelationFilter.retention(1800, 14 days));
        assertApproxEqRel(weighed, REFERENCE_E9, 1e13);
        assertEq(pair.slow.rhoWad(), 1e18);
    }

    /// @dev Moments end where their bits do.
    function test_Observe_CapsWhatDoesNotFit() public pure {
        CorrelationFilter.Pair memory pair = start();
        for (uint256 i = 1; i < 400; ++i) {
            int256 far = i % 2 == 0 ? int256(40e12) : -40e12;
            pair.observe(CorrelationFilter.Sight(far, far, 1 << 50, 1 << 50, START + i * 1800));
        }
        assertEq(pair.fast.varianceAE9, (1 << 42) - 1);
        assertEq(pair.fast.covarianceE9, (1 << 41) - 1);
    }

    // ----------------------------------------------------------------------------------------------------- packing

    function testFuzz_Words_RoundTrip(uint256 track, uint256 moments) public {
        moments &= (1 << 252) - 1;
        (words.track, words.moments) = (track, moments);
        CorrelationFilter.Pair memory pair = words.load();
        (words.track, words.moments) = (0, 0);
        words.save(pair);
        assertEq(words.track, track);
        assertEq(words.moments, moments);
    }

    function test_Words_KeepEveryExtreme() public {
        CorrelationFilter.Pair memory pair;
        (pair.anchorAt, pair.logAE12, pair.logBE12) = (type(uint32).max, -41e12, 25e12);
        (pair.rhoMinBps, pair.rhoMaxBps, pair.priorBps) = (-9900, 9900, -1);
        (pair.slowCountQ12, pair.fastCountQ12, pair.weightQ32) = (971 << 12, 70 << 12, type(uint32).max);
        pair.slow = CorrelationFilter.Estimate((1 << 42) - 1, 1, -(int256(1) << 41) + 1);
        pair.fast = CorrelationFilter.Estimate(2, (1 << 42) - 1, (int256(1) << 41) - 1);
        words.save(pair);
        assertEq(keccak256(abi.encode(words.load())), keccak256(abi.encode(pair)));
    }

    // -------------------------------------------------------------------------------------------------------- band

    /// @dev Against tanh and artanh by logarithm and exponential.
    function testFuzz_Fisher_IsTanhOfArtanh(int256 rho, uint256 samples) public pure {
        rho = bound(rho, -0.9999e18, 0.9999e18);
        samples = bound(samples, 3.1e18, 2000e18);
        (int256 low, int256 high) = CorrelationBand.fisher(rho, samples);
        int256 z = FixedPointMathLib.lnWad(((1e18 + rho) * 1e18) / (1e18 - rho)) / 2;
        int256 h = int256(2.58e36 / FixedPointMathLib.sqrt((samples - 3e18) * 1e18));
        assertApproxEqAbs(low, tanh(z - h), 1e6);
        assertApproxEqAbs(high, tanh(z + h), 1e6);
        assertLe(low, rho);
        assertGe(high, rho);
    }

    function tanh(int256 x) private pure returns (int256) {
        int256 e = FixedPointMathLib.expWad(2 * x);
        return ((e - 1e18) * 1e18) / (e + 1e18);
    }

    function test_Fisher_KnowsNothingFromThree() public pure {
        (int256 low, int256 high) = CorrelationBand.fisher(0.9e18, 3e18);
        assertEq(low, -1e18);
        assertEq(high, 1e18);
        (low, high) = CorrelationBand.fisher(1e18, 3e18 + 1);
        assertEq(low, -1e18, "q is zero");
        assertEq(high, 1e18);
    }

    /// @dev Ordered and within the terms, whatever is stored.
    function testFuzz_Correlation_IsOrderedAndClamped(uint256 track, uint256 moments, uint32 age) public {
        (words.track, words.moments) = (track, moments);
        CorrelationFilter.Pair memory pair = words.load();
        pair.rhoMinBps = bound(pair.rhoMinBps, -9900, 9898);
        pair.rhoMaxBps = bound(pair.rhoMaxBps, pair.rhoMinBps + 1, 9900);
        pair.priorBps = bound(pair.priorBps, pair.rhoMinBps, pair.rhoMaxBps);
        ICorrelationMatrix.Correlation memory c = CorrelationBand.correlation(pair, pair.anchorAt + age);
        assertGe(c.lowWad, -1e18);
        assertLe(c.lowWad, c.rhoWad);
        assertLe(c.rhoWad, c.highWad);
        assertLe(c.highWad, 1e18);
        assertGe(c.rhoWad, pair.rhoMinBps * 1e14);
        assertLe(c.rhoWad, pair.rhoMaxBps * 1e14);
        assertLe(c.lowWad, pair.rhoMaxBps * 1e14, "credit of an offset");
        assertGe(c.highWad, pair.rhoMinBps * 1e14, "credit of diversification");
        assertLe(c.weightWad, 1e18);
    }

    /// @dev Without new observations the interval only widens, and ends as unknown.
    function testFuzz_Correlation_WidensWithAge(uint256 seed, uint256 age, uint256 more) public pure {
        CorrelationFilter.Pair memory pair = history(seed, 50, 80);
        age = bound(age, 0, 30 days);
        more = bound(more, 0, 30 days);
        ICorrelationMatrix.Correlation memory younger = CorrelationBand.correlation(pair, pair.anchorAt + age);
        ICorrelationMatrix.Correlation memory older = CorrelationBand.correlation(pair, pair.anchorAt + age + more);
        assertLe(older.lowWad, younger.lowWad);
        assertGe(older.highWad, younger.highWad);
        assertEq(older.rhoWad, younger.rhoWad);
        older = CorrelationBand.correlation(pair, pair.anchorAt + 14 days);
        assertEq(older.lowWad, -1e18);
        assertEq(older.highWad, 1e18);
    }

    /// @dev Credit ramps up with history: after a day of a perfect offset there is next to none, after two months most.
    function test_Correlation_CreditRampsUp() public pure {
        CorrelationFilter.Pair memory pair = history(3, 48, 100);
        assertLt(CorrelationBand.correlation(pair, pair.anchorAt).lowWad, -0.89e18);
        pair = history(3, 48 * 14, 100);
        assertApproxEqAbs(CorrelationBand.correlation(pair, pair.anchorAt).lowWad, 0, 0.01e18);
        pair = history(3, 48 * 60, 100);
        assertGt(CorrelationBand.correlation(pair, pair.anchorAt).lowWad, 0.89e18);
        // 1 - 2^(-60/14) of what was seen, the rest of the prior: 1 and 0.5.
        assertApproxEqAbs(CorrelationBand.correlation(pair, pair.anchorAt).rhoWad, 0.974364e18, 1e13);
    }
}
