// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FirstPassage} from "../../../contracts/math/FirstPassage.sol";
import {NormalDistribution} from "../../../contracts/math/NormalDistribution.sol";
import {Test} from "../support/Test.sol";

contract FirstPassageTest is Test {
    using FirstPassageSplit for uint256;

    uint256 private constant WAD = 1e18;
    uint256 private constant STEP = 1e12;
    /// @dev Two errors of the distribution's, for each of two laws.
    uint256 private constant NOISE = 30_000;

    function test_Probability_IsTheReflectionPrincipleWithoutJumps() external pure {
        // 0.8 over four hours at 3 %: 2 N(-1.78..); quant.md says 7.48e-2, without the drift that is allowed for.
        FirstPassage.Law memory law = FirstPassage.Law(0.8e18, 4 hours, 0, 0, 0);
        uint256 actual = FirstPassage.probability(law, FirstPassage.barrierOf(0.03e18, false));
        assertGe(actual, 0.0748e18);
        assertLe(actual, 0.0763e18);
    }

    function test_Probability_IncludesJumps() external pure {
        // quant.md: 20 jumps a year of -3 %, 5 %, sigma 0.8, 4 h, 5 %: bound 1.09e-2; the diffusion alone says 2.7e-3.
        FirstPassage.Law memory law = FirstPassage.Law(0.8e18, 4 hours, 20e18, 0.03e18, 0.05e18);
        uint256 barrier = FirstPassage.barrierOf(0.05e18, false);
        uint256 actual = FirstPassage.probability(law, barrier);
        assertGe(actual, 0.006e18);
        // 1.206e-2: the drift that is allowed for makes up the difference.
        assertLe(actual, 0.0121e18);
        law.jumpsPerYearWad = 0;
        assertLe(FirstPassage.probability(law, barrier), 0.0031e18);
    }

    function test_Barrier_EndsOfItsDomain() external pure {
        FirstPassage.Law memory law = FirstPassage.Law(0, 1 hours, 0, 0, 0);
        assertEq(FirstPassage.probability(law, 0), WAD);
        assertLe(FirstPassage.probability(law, 1), NOISE);
        assertEq(FirstPassage.barrierFor(law, 1e12), STEP);
        // A hundred deviations: no barrier is high enough.
        law = FirstPassage.Law(1_000e18, 14 days, 0, 0, 0);
        assertEq(FirstPassage.barrierFor(law, 1e12), 20e18);
        (uint256 slope, uint256 level) = FirstPassage.line(FirstPassage.Law(1e18, 1 days, 365e18, 0.1e18, 0), 1e14);
        assertEq(slope, 0);
        assertEq(level, 0);
    }

    function test_EquityRatio_RoundsAgainstTheTrader() external pure {
        assertEq(FirstPassage.barrierOf(WAD, false), 20e18);
        // ln 2.
        assertLe(FirstPassage.barrierOf(WAD, true), 693147180559945309);
        assertGe(FirstPassage.barrierOf(WAD, true), 693147180559945309 - 20);
        assertLe(FirstPassage.barrierOf(0.5e18, false), 693147180559945309);
        assertGe(FirstPassage.equityRatioOf(693147180559945309, true), WAD);
        assertGe(FirstPassage.equityRatioOf(693147180559945309, false), 0.5e18);
    }

    /// @dev Every part of the law makes it worse, every step of the barrier better.
    function testFuzz_Probability_IsMonotone(uint256[6] memory seeds, uint256 part, uint256 more) external pure {
        FirstPassage.Law memory law = _law(seeds);
        uint256 barrier = bound(seeds[5], 0, 2e18);
        uint256 before = FirstPassage.probability(law, barrier);
        assertLe(before, WAD);
        assertLe(FirstPassage.probability(law, barrier + bound(more, 0, 1e18)), before + NOISE);
        part %= 5;
        if (part == 0) law.sigmaWad += bound(more, 0, 5e18);
        if (part == 1) law.horizonSeconds += bound(more, 0, 7 days);
        if (part == 2) law.jumpsPerYearWad += bound(more, 0, 20e18);
        if (part == 3) law.jumpMeanWad += bound(more, 0, 0.3e18);
        if (part == 4) law.jumpDeviationWad += bound(more, 0, 0.3e18);
        assertGe(FirstPassage.probability(law, barrier) + NOISE, before);
    }

    /// @dev An independent form: any split of the barrier bounds the same probability from above, so that none of the grid's
    /// may lie below the least of very many by more than that split's own noise, nor above it by more than a grid costs.
    function testFuzz_Probability_IsTheLeastSplit(uint256[6] memory seeds) external pure {
        FirstPassage.Law memory law = _law(seeds);
        uint256 barrier = bound(seeds[5], 0.001e18, 1e18);
        uint256 least = WAD;
        for (uint256 g = 1; g <= 100; ++g) least = FirstPassageSplit.boundOf(law, barrier, g).min(least);
        uint256 actual = FirstPassage.probability(law, barrier);
        // Eighths of a deviation: a tail changes by less than a factor of 1.7 between two of them, up to 4.
        assertLe(actual, (least * 17) / 10 + 1e13);
    }

    /// @dev The inverse keeps to the target and no lower step does.
    function testFuzz_Inverse_IsTheLeastStep(uint256[6] memory seeds, uint256 target) external pure {
        FirstPassage.Law memory law = _law(seeds);
        target = bound(target, 1e12, 1e16);
        uint256 barrier = FirstPassage.barrierFor(law, target);
        if (barrier < 20e18) assertLe(FirstPassage.probability(law, barrier), target);
        assertGt(FirstPassage.probability(law, barrier - STEP), target);
    }

    function testFuzz_Inverse_RisesWithSigma(uint256[6] memory seeds, uint256 more) external pure {
        FirstPassage.Law memory law = _law(seeds);
        uint256 barrier = FirstPassage.barrierFor(law, 1e14);
        law.sigmaWad += bound(more, 0, 5e18);
        law.horizonSeconds += bound(more, 0, 1 days);
        assertGe(FirstPassage.barrierFor(law, 1e14) + STEP, barrier);
    }

    /// @dev The line lies above the exact inverse at every sigma, wherever it was drawn.
    function testFuzz_Line_KeepsToTheTarget(uint256[6] memory seeds, uint256 target, uint256 sigma) external pure {
        FirstPassage.Law memory law = _law(seeds);
        target = bound(target, 1e12, 1e16);
        (uint256 slope, uint256 level) = FirstPassage.line(law, target);
        vm.assume(slope != 0);
        uint256 drawnAt = law.sigmaWad;
        law.sigmaWad = bound(sigma, 0, 20e18);
        uint256 barrier = (slope * law.sigmaWad + WAD - 1) / WAD + level;
        // Two units of total volatility are what `totalVolUp` adds; a basis point is what the packing does.
        assertLe(FirstPassage.probability(law, barrier + 1e6), target);
        law.sigmaWad = drawnAt;
        barrier = (slope * drawnAt + WAD - 1) / WAD + level;
        // Where it was drawn it is tight but for the drift that it assumes of the highest sigma.
        uint256 drift = (10e18 * law.horizonSeconds) / 365 days;
        assertLe(barrier, FirstPassage.barrierFor(law, target) + (drift * drawnAt) / WAD + 0.0005e18 + drawnAt / 1000);
    }

    function testFuzz_EquityRatio_ThereAndBack(uint256 ratio, bool isShort) external pure {
        ratio = bound(ratio, 1e12, isShort ? 100e18 : WAD - 1e12);
        uint256 back = FirstPassage.equityRatioOf(FirstPassage.barrierOf(ratio, isShort), isShort);
        assertApproxEqAbs(back, ratio, 1e4);
    }

    function _law(uint256[6] memory seeds) private pure returns (FirstPassage.Law memory law) {
        law.sigmaWad = bound(seeds[0], 0.01e18, 10e18);
        law.horizonSeconds = bound(seeds[1], 60, 14 days);
        law.jumpsPerYearWad = bound(seeds[2], 0, 18e18);
        law.jumpMeanWad = bound(seeds[3], 0, 0.5e18);
        law.jumpDeviationWad = bound(seeds[4], 0, 0.5e18);
    }
}

/// @dev quant.md's form, at a fixed share g of the barrier for the diffusion, in hundredths; rounded down.
library FirstPassageSplit {
    uint256 private constant WAD = 1e18;

    function boundOf(FirstPassage.Law memory law, uint256 barrier, uint256 g) internal pure returns (uint256) {
        uint256 jumps = (law.jumpsPerYearWad * law.horizonSeconds) / 365 days;
        // Sigma times the root of the time, and the drift: as much as the law allows.
        uint256 variance = (law.sigmaWad * law.sigmaWad * law.horizonSeconds) / 365 days;
        uint256 vol = _root(variance);
        uint256 drift = variance / WAD / 2 + (jumps * FirstPassage.equityRatioOf(_exponent(law), true)) / WAD;
        if (barrier <= drift) return WAD;
        barrier -= drift;
        uint256 diffused = (barrier * g) / 100;
        if (vol == 0) return WAD;
        uint256 p = 2 * NormalDistribution.cdf(-int256((diffused * WAD) / vol));
        if (jumps == 0) return p;
        // With all of it for the diffusion, every jump is death.
        if (g == 100) return p + jumps;
        int256 left = int256(barrier - diffused) - int256(law.jumpMeanWad);
        if (law.jumpDeviationWad < 1e6) return left > 0 ? p + (jumps * jumps) / WAD / 2 : p + jumps;
        int256 x = (left * 1e18) / int256(law.jumpDeviationWad);
        // The grid ends at four deviations, and does not keep less than the mean.
        if (x < 0 || x > 4e18) return WAD;
        return p + (jumps * NormalDistribution.cdf(-x)) / WAD + (jumps * jumps) / WAD / 2;
    }

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    function _exponent(FirstPassage.Law memory law) private pure returns (uint256) {
        return law.jumpMeanWad + (law.jumpDeviationWad * law.jumpDeviationWad) / WAD / 2;
    }

    function _root(uint256 x) private pure returns (uint256 root) {
        if (x == 0) return 0;
        root = x;
        uint256 next = (x + 1) / 2;
        while (next < root) (root, next) = (next, (next + x / next) / 2);
    }
}
