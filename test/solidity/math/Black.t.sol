// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Test} from "../support/Test.sol";
import {Black} from "../../../contracts/math/Black.sol";
import {LogRatio} from "../../../contracts/math/LogRatio.sol";
import {NormalDistribution} from "../../../contracts/math/NormalDistribution.sol";
import {OptionTime} from "../../../contracts/math/OptionTime.sol";

/// @dev Invariant 16, and an independent form: Solady's logarithm and exponential, the normal distribution by its series
/// and its continued fraction, the formula as textbooks have it.
contract BlackTest is Test {
    int256 private constant WAD = 1e18;

    struct Market {
        uint256 forwardWad;
        uint256 strikeWad;
        uint256 totalVolWad;
    }

    /// @dev sqrt(2 pi) in WAD.
    int256 private constant SQRT_TWO_PI_WAD = 2506628274631000502;

    function testFuzz_Greeks_AgreeWithAnIndependentForm(Market memory market) external pure {
        market.forwardWad = bound(market.forwardWad, 1e12, 1e26);
        market.strikeWad = bound(market.strikeWad, market.forwardWad / 100, market.forwardWad * 100);
        market.totalVolWad = bound(market.totalVolWad, 0.001e18, 6e18);
        int256 w = int256(market.totalVolWad);
        int256 logWad =
            FixedPointMathLib.lnWad(int256(market.forwardWad)) - FixedPointMathLib.lnWad(int256(market.strikeWad));
        int256 d1 = (logWad * WAD) / w + w / 2;
        (uint256 callWad, uint256 putWad, uint256 deltaWad, , uint256 vegaWad) = Black.greeks(
            market.forwardWad,
            market.strikeWad,
            market.totalVolWad
        );
        int256 forward = int256(market.forwardWad);
        int256 strike = int256(market.strikeWad);
        int256 plainCall = (forward * _cdf(d1) - strike * _cdf(d1 - w)) / WAD;
        // The plain form knows tails to 1e-17 and d1 to 3e-18 / w.
        assertApproxEqAbs(int256(callWad), plainCall, market.forwardWad / 1e14 + market.strikeWad / 1e14 + 100);
        assertApproxEqAbs(
            int256(putWad),
            plainCall - forward + strike,
            (market.forwardWad + market.strikeWad) / 1e14 + 100
        );
        assertApproxEqAbs(int256(deltaWad), _cdf(d1), 1.2e4 + 600e18 / market.totalVolWad + 3e18 / market.forwardWad);
        assertApproxEqAbs(
            int256(vegaWad),
            (forward * _pdf(d1)) / WAD,
            market.forwardWad / 1e16 + (500 * market.forwardWad) / market.totalVolWad + 100
        );
    }

    function testFuzz_Prices_KeepParityAndBounds_INV16(Market memory market) external pure {
        _anywhere(market);
        (uint256 forwardWad, uint256 strikeWad) = (market.forwardWad, market.strikeWad);
        (uint256 callWad, uint256 putWad) = Black.prices(forwardWad, strikeWad, market.totalVolWad);
        _checkBounds(market, callWad, putWad);
        (uint256 callDown, uint256 putDown) = Black.pricesDown(forwardWad, strikeWad, market.totalVolWad);
        _checkBounds(market, callDown, putDown);
        (uint256 callUp, uint256 putUp) = Black.pricesUp(forwardWad, strikeWad, market.totalVolWad);
        _checkBounds(market, callUp, putUp);
        assertLe(callDown, callWad);
        assertLe(callWad, callUp);
    }

    function testFuzz_Prices_FallInStrike_INV16(Market memory market, uint256 higherWad) external pure {
        _anywhere(market);
        higherWad = bound(higherWad, market.strikeWad, 2 ** 96 - 1);
        (uint256 callLow, uint256 putLow) = Black.prices(market.forwardWad, market.strikeWad, market.totalVolWad);
        (uint256 callHigh, uint256 putHigh) = Black.prices(market.forwardWad, higherWad, market.totalVolWad);
        uint256 errorWad = 2 * Black.maxError(market.forwardWad, higherWad);
        assertLe(callHigh, callLow + errorWad);
        assertLe(putLow, putHigh + errorWad);
        // A vertical spread is worth between nothing and the distance of its strikes.
        assertLe(callLow, callHigh + (higherWad - market.strikeWad) + errorWad);
    }

    function testFuzz_Prices_RiseInForwardAtNoMoreThanItsPace_INV16(
        Market memory market,
        uint256 higherWad
    ) external pure {
        _anywhere(market);
        higherWad = bound(higherWad, market.forwardWad, 2 ** 96 - 1);
        (uint256 callLow, ) = Black.prices(market.forwardWad, market.strikeWad, market.totalVolWad);
        (uint256 callHigh, ) = Black.prices(higherWad, market.strikeWad, market.totalVolWad);
        uint256 errorWad = 2 * Black.maxError(higherWad, market.strikeWad);
        assertLe(callLow, callHigh + errorWad);
        assertLe(callHigh, callLow + (higherWad - market.forwardWad) + errorWad);
    }

    function testFuzz_Prices_RiseInVolatility_INV16(Market memory market, uint256 higherWad) external pure {
        _anywhere(market);
        higherWad = bound(higherWad, market.totalVolWad, 2 ** 120 - 1);
        (uint256 callLow, ) = Black.prices(market.forwardWad, market.strikeWad, market.totalVolWad);
        (uint256 callHigh, ) = Black.prices(market.forwardWad, market.strikeWad, higherWad);
        assertLe(callLow, callHigh + 2 * Black.maxError(market.forwardWad, market.strikeWad));
    }

    function testFuzz_Prices_AreConvexInStrike_INV16(Market memory market, uint256 widthWad) external pure {
        _anywhere(market);
        market.strikeWad = bound(market.strikeWad, 0, 2 ** 94);
        widthWad = bound(widthWad, 0, 2 ** 94);
        (uint256 left, ) = Black.prices(market.forwardWad, market.strikeWad, market.totalVolWad);
        (uint256 middle, ) = Black.prices(market.forwardWad, market.strikeWad + widthWad, market.totalVolWad);
        uint256 farWad = market.strikeWad + 2 * widthWad;
        (uint256 right, ) = Black.prices(market.forwardWad, farWad, market.totalVolWad);
        assertLe(2 * middle, left + right + 4 * Black.maxError(market.forwardWad, farWad));
    }

    /// @dev Close by, where an approximation would lose its order.
    function testFuzz_Prices_OfNeighbours(Market memory market, uint256 stepWad) external pure {
        market.forwardWad = bound(market.forwardWad, 1e18, 1e24);
        market.strikeWad = bound(market.strikeWad, market.forwardWad / 5, market.forwardWad * 5);
        market.totalVolWad = bound(market.totalVolWad, 1e15, 3e18);
        stepWad = bound(stepWad, 1, 1e9);
        uint256 errorWad = 2 * Black.maxError(market.forwardWad, market.strikeWad + stepWad);
        (uint256 call, ) = Black.prices(market.forwardWad, market.strikeWad, market.totalVolWad);
        (uint256 next, ) = Black.prices(market.forwardWad, market.strikeWad + stepWad, market.totalVolWad);
        assertLe(next, call + errorWad);
        assertLe(call, next + stepWad + errorWad);
    }

    function testFuzz_Greeks_StayInRange(Market memory market) external pure {
        _anywhere(market);
        market.forwardWad = bound(market.forwardWad, 1, 2 ** 96 - 1);
        (, , uint256 deltaWad, , uint256 vegaWad) = Black.greeks(
            market.forwardWad,
            market.strikeWad,
            market.totalVolWad
        );
        assertLe(deltaWad, 1e18);
        // density(0) = 0.39894.
        assertLe(vegaWad, (market.forwardWad * 0.3989423e18) / 1e18 + 1);
    }

    function testFuzz_Prices_ScaleWithTheirUnit(Market memory market) external pure {
        market.forwardWad = bound(market.forwardWad, 1e15, 1e24);
        market.strikeWad = bound(market.strikeWad, market.forwardWad / 50, market.forwardWad * 50);
        market.totalVolWad = bound(market.totalVolWad, 0, 5e18);
        (uint256 callWad, ) = Black.prices(market.forwardWad, market.strikeWad, market.totalVolWad);
        (uint256 doubledWad, ) = Black.prices(2 * market.forwardWad, 2 * market.strikeWad, market.totalVolWad);
        assertApproxEqAbs(doubledWad, 2 * callWad, 4);
    }

    function test_Prices_AtTheLimits() external pure {
        _check(2000e18, 1900e18, 0, 100e18, 0);
        _check(2000e18, 2100e18, 0, 0, 100e18);
        _check(2000e18, 1900e18, 1, 100e18, 0);
        _check(2000e18, 2100e18, 1, 0, 100e18);
        _check(2000e18, 2100e18, 2 ** 120 - 1, 2000e18, 2100e18);
        _check(0, 2100e18, 1e18, 0, 2100e18);
        _check(2000e18, 0, 1e18, 2000e18, 0);
        _check(0, 0, 1e18, 0, 0);
        _check(2 ** 96 - 1, 1, 0.5e18, 2 ** 96 - 2, 0);
        _check(1, 2 ** 96 - 1, 0.5e18, 0, 2 ** 96 - 2);
    }

    function test_Greeks_AtTheLimits() external pure {
        (, , uint256 deltaWad, uint256 gammaWad, uint256 vegaWad) = Black.greeks(2000e18, 1900e18, 0);
        assertEq(deltaWad, 1e18);
        assertEq(gammaWad, 0);
        assertEq(vegaWad, 0);
        (, , deltaWad, , ) = Black.greeks(2000e18, 2100e18, 0);
        assertEq(deltaWad, 0);
        (, , deltaWad, gammaWad, ) = Black.greeks(0, 2100e18, 0.5e18);
        assertEq(deltaWad, 0);
        assertEq(gammaWad, 0);
    }

    /// @dev Half the gamma times the square of the move is what is left of the change of price beyond the delta.
    function test_Greeks_PredictPrices() external pure {
        (uint256 callWad, , uint256 deltaWad, uint256 gammaWad, uint256 vegaWad) = Black.greeks(
            2000e18,
            2100e18,
            0.3e18
        );
        (uint256 movedWad, ) = Black.prices(2002e18, 2100e18, 0.3e18);
        assertApproxEqAbs(movedWad, callWad + 2 * deltaWad + gammaWad / 2e6, 1e13);
        (uint256 shakenWad, ) = Black.prices(2000e18, 2100e18, 0.301e18);
        assertApproxEqAbs(shakenWad, callWad + vegaWad / 1000, 1e14);
        // A day of 365: the price falls by theta.
        int256 thetaWad = OptionTime.thetaPerYear(gammaWad, 0.3e18);
        (uint256 laterWad, ) = Black.prices(2000e18, 2100e18, 299588722532836140);
        assertApproxEqAbs(int256(laterWad), int256(callWad) + thetaWad / 365, 1e15);
        assertEq(OptionTime.vegaOfSigma(vegaWad, OptionTime.sqrtYears(365 days)), vegaWad);
    }

    function testFuzz_Theta_RoundsTowardsMinusInfinity(uint256 gammaWad, uint256 sigmaWad) external pure {
        gammaWad = bound(gammaWad, 0, 2 ** 120);
        sigmaWad = bound(sigmaWad, 0, 10e18);
        int256 thetaWad = OptionTime.thetaPerYear(gammaWad, sigmaWad);
        assertLe(thetaWad, 0);
        assertGe(uint256(-thetaWad) * 2e36, gammaWad * sigmaWad * sigmaWad);
    }

    function testFuzz_Logarithm_AgreesWithSolady(uint256 larger, uint256 smaller) external pure {
        larger = bound(larger, 1, 2 ** 127 - 1);
        smaller = bound(smaller, 1, larger);
        int256 plainWad = FixedPointMathLib.lnWad(int256(larger)) - FixedPointMathLib.lnWad(int256(smaller));
        assertApproxEqAbs(int256((LogRatio.lnX64(larger, smaller) * 1e18) >> 64), plainWad, 1003);
    }

    function testFuzz_Distribution_IsSymmetricAndRises(int256 x, uint256 step) external pure {
        x = bound(x, -12e18, 12e18);
        step = bound(step, 0, 1e18);
        uint256 here = NormalDistribution.cdf(x);
        assertEq(here + NormalDistribution.cdf(-x), 1e18);
        // 5e-15, twice.
        assertLe(here, NormalDistribution.cdf(x + int256(step)) + 1e4);
        assertApproxEqAbs(int256(here), _cdf(x), 5010);
        assertApproxEqAbs(int256(NormalDistribution.pdf(x)), _pdf(x), 3);
    }

    /// @dev Jumps between neighbours are rounding alone.
    function testFuzz_Distribution_RisesBetweenNeighbours(int256 x, uint256 step) external pure {
        x = bound(x, -7e18, 7e18);
        // Every distance from one unit to 0.1, none more likely than its half.
        step = bound(step, 1, uint256(1) << bound(step >> 128, 1, 56));
        assertLe(NormalDistribution.cdf(x), NormalDistribution.cdf(x + int256(step)) + 20);
    }

    function test_Distribution_AtItsEnds() external pure {
        assertEq(NormalDistribution.cdf(0), 0.5e18);
        assertEq(NormalDistribution.cdf(10e18), 1e18);
        assertEq(NormalDistribution.cdf(type(int256).max), 1e18);
        assertEq(NormalDistribution.cdf(type(int256).min), 0);
        assertEq(NormalDistribution.pdf(type(int256).min), 0);
        assertEq(NormalDistribution.pdf(0), 398942280401432677);
    }

    function _anywhere(Market memory market) private pure {
        market.forwardWad = bound(market.forwardWad, 0, 2 ** 96 - 1);
        // One in two near the forward: there all is at work.
        if (market.strikeWad & 1 == 0) market.strikeWad = bound(market.strikeWad, 0, 2 ** 96 - 1);
        else {
            uint256 most = FixedPointMathLib.min(market.forwardWad * 4, 2 ** 96 - 1);
            market.strikeWad = bound(market.strikeWad, market.forwardWad / 4, most);
        }
        market.totalVolWad =
            market.totalVolWad & 1 == 0
                ? bound(market.totalVolWad, 0, 2 ** 120 - 1)
                : bound(market.totalVolWad, 0, 4e18);
    }

    function _checkBounds(Market memory market, uint256 callWad, uint256 putWad) private pure {
        (uint256 forwardWad, uint256 strikeWad) = (market.forwardWad, market.strikeWad);
        assertEq(callWad + strikeWad, putWad + forwardWad);
        assertLe(callWad, forwardWad);
        assertLe(putWad, strikeWad);
        assertGe(callWad, FixedPointMathLib.zeroFloorSub(forwardWad, strikeWad));
        assertGe(putWad, FixedPointMathLib.zeroFloorSub(strikeWad, forwardWad));
    }

    function _check(
        uint256 forwardWad,
        uint256 strikeWad,
        uint256 volWad,
        uint256 callWad,
        uint256 putWad
    ) private pure {
        (uint256 call, uint256 put) = Black.prices(forwardWad, strikeWad, volWad);
        // A price that tends to its bound may stay one unit below.
        assertApproxEqAbs(call, callWad, 1);
        assertApproxEqAbs(put, putWad, 1);
    }

    /// @dev exp(-x^2 / 2) / sqrt(2 pi).
    function _pdf(int256 x) private pure returns (int256) {
        if (FixedPointMathLib.abs(x) > 50e18) return 0;
        return (FixedPointMathLib.expWad(-(x * x) / (2 * WAD)) * WAD) / SQRT_TWO_PI_WAD;
    }

    /// @dev To three by 1/2 + density * (x + x^3/3 + x^5/15 + ...), beyond by Laplace's continued fraction.
    function _cdf(int256 x) private pure returns (int256) {
        int256 distance = int256(FixedPointMathLib.abs(x));
        if (distance > 3e18) {
            if (distance > 50e18) return x > 0 ? WAD : int256(0);
            int256 fraction = distance;
            for (int256 n = 80; n > 0; --n) fraction = distance + (n * WAD * WAD) / fraction;
            int256 tail = (_pdf(distance) * WAD) / fraction;
            return x > 0 ? WAD - tail : tail;
        }
        int256 sum = 0;
        int256 term = x;
        for (int256 n = 1; term != 0; ++n) {
            sum += term;
            term = (((term * x) / WAD) * x) / WAD / (2 * n + 1);
        }
        return WAD / 2 + (_pdf(x) * sum) / WAD;
    }
}
