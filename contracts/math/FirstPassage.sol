// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {NormalDistribution} from "./NormalDistribution.sol";
import {OptionTime} from "./OptionTime.sol";

/// @title FirstPassage
/// @notice How likely a position is to be worth less than nothing at some moment before it can be closed, never understated.
/// @dev Model (Merton 1976): the log price diffuses with sigma and jumps at a Poisson rate by sizes that are normal with
/// mean -m and deviation s against the position. It may drift against the position by up to
/// sigma^2 / 2 + rate * (e^(m + s^2 / 2) - 1) per year: no martingale, whichever way its jumps go, drifts more.
/// A long of equity ratio e dies where the log price has fallen by -ln(1 - e), a short where it has risen by ln(1 + e).
/// Both are treated alike, as if every jump were against them: that is safe for either, and exact for neither where
/// jumps go both ways.
///
/// Bound: with b = barrier - drift * t, v = sigma * sqrt(t), n = rate * t and any reserve for a jump j = m + s * q < b,
///   P <= 2 N(-(b - j) / v) + n N(-q) + n^2 / 2.
/// Without a jump the log price passes the barrier with 2 N(-b / v) at most (reflection principle); with one, either
/// the jump takes more than j, or the diffusion the rest; two jumps count as death, and P(two or more) <= n^2 / 2. With
/// q -> -infinity every jump is death: P <= 2 N(-b / v) + n, which is the diffusion alone where n = 0. Each holds for every
/// q, so the least over q = 0, 1/8 .. 4 and that one holds. This is the split g = 1 - j / b, searched where the jump's tail lies
/// instead of at fixed shares of the barrier: then the least barrier for a given P is a line in sigma for each q.
/// Error: what is returned is at least the bound, and above it by at most 4e-14 relative to 1 for each term and what
/// rounding v up by 2 units does. Against the truth it is loose: by up to 2 for a diffusion that is watched from time to time,
/// and by what the split loses.
/// Domain: barrier below 2^100, sigma up to 2^80, horizon up to 30 days, up to 1000 jumps a year, m and s up to 1.
library FirstPassage {
    using FixedPointMathLib for uint256;

    /// @notice The law of a price against a position.
    /// @param sigmaWad Volatility, WAD per square root of a year.
    /// @param horizonSeconds Time until the position is closed, seconds.
    /// @param jumpsPerYearWad Expected jumps against the position per year, WAD.
    /// @param jumpMeanWad Mean size of a jump against it, in logarithms, WAD.
    /// @param jumpDeviationWad Standard deviation of that size, WAD.
    struct Law {
        uint256 sigmaWad;
        uint256 horizonSeconds;
        uint256 jumpsPerYearWad;
        uint256 jumpMeanWad;
        uint256 jumpDeviationWad;
    }

    /// @dev What does not depend on the barrier.
    struct Terms {
        uint256 totalVolWad;
        uint256 jumpsWad;
        uint256 driftWad;
    }

    uint256 private constant WAD = 1e18;
    uint256 private constant YEAR_SECONDS = 365 days;
    /// @dev Reserves in deviations of a jump: 0, 1/8 .. 4.
    uint256 private constant RESERVE_STEP_WAD = 0.125e18;
    uint256 private constant RESERVES = 33;
    /// @dev Error of `NormalDistribution.cdf`, 5e-15, and its rounding down.
    uint256 private constant CDF_ERROR_WAD = 5_001;
    /// @dev Beyond it the tail is below 1e-23.
    uint256 private constant FAR_WAD = 20e18;
    /// @dev Of `expWad` and `lnWad`, absolute near 1 and relative above.
    uint256 private constant EXP_ERROR_WAD = 10;
    /// @dev Grid of barriers that are searched for.
    uint256 internal constant BARRIER_STEP_WAD = 1e12;
    /// @dev e^-20 is nothing: equity of the whole position is worth no more.
    uint256 internal constant MAX_BARRIER_WAD = 20e18;
    /// @dev Highest volatility for which `line` lies above the bound.
    uint256 internal constant LINE_SIGMA_WAD = 20e18;
    /// @dev Grid of quantiles of `line`.
    uint256 private constant QUANTILE_STEP_WAD = 1e14;
    uint256 private constant MAX_QUANTILE_WAD = 9e18;

    /// @notice Probability that the log price moves `barrierWad` against the position within the horizon, rounded up;
    /// at most 1e18.
    /// @dev Falls as the barrier rises and rises in every part of the law, up to the error of the distribution.
    function probability(Law memory law, uint256 barrierWad) internal pure returns (uint256 probabilityWad) {
        return _probability(law, _terms(law), barrierWad);
    }

    /// @notice The least barrier at which `probability` is at most `targetWad`, on the grid of `BARRIER_STEP_WAD`, rounded up;
    /// `MAX_BARRIER_WAD` where there is none.
    function barrierFor(Law memory law, uint256 targetWad) internal pure returns (uint256 barrierWad) {
        Terms memory terms = _terms(law);
        uint256 low = 0;
        uint256 high = MAX_BARRIER_WAD / BARRIER_STEP_WAD;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_probability(law, terms, middle * BARRIER_STEP_WAD) <= targetWad) high = middle;
            else low = middle;
        }
        return high * BARRIER_STEP_WAD;
    }

    /// @notice A line in sigma that lies above `barrierFor` wherever sigma is at most `LINE_SIGMA_WAD`, lowest at the sigma of
    /// the law: barrier = slope * sigma + level.
    /// @dev For a fixed reserve the least barrier is z * v + j + drift with 2 N(-z) = target - n N(-q) - n^2 / 2, and the
    /// drift at most half of LINE_SIGMA * t * sigma and what jumps add. Both results are rounded up.
    /// @return slopeWad Per sigma, WAD. @return levelWad WAD. Both 0 where jumps alone exceed the target.
    function line(Law memory law, uint256 targetWad) internal pure returns (uint256 slopeWad, uint256 levelWad) {
        uint256 jumpsWad = _jumps(law);
        uint256 leastWad = type(uint256).max;
        // Without jumps nothing is gained by a reserve.
        uint256 last = jumpsWad == 0 ? 0 : RESERVES;
        for (uint256 k = 0; k <= last; ++k) {
            (uint256 slope, uint256 level) = _lineOf(law, jumpsWad, targetWad, k);
            uint256 barrierWad = slope.mulWadUp(law.sigmaWad) + level;
            if (slope != 0 && barrierWad < leastWad) (leastWad, slopeWad, levelWad) = (barrierWad, slope, level);
        }
    }

    /// @notice How far the log price may move against a position of an equity ratio, rounded down.
    /// @param equityRatioWad Equity over notional, WAD, positive and below 2^100: the inverse of the leverage.
    /// @param isShort A long of a ratio of 1 or more never dies: `MAX_BARRIER_WAD`.
    function barrierOf(uint256 equityRatioWad, bool isShort) internal pure returns (uint256 barrierWad) {
        if (!isShort && equityRatioWad >= WAD) return MAX_BARRIER_WAD;
        uint256 leftWad = isShort ? WAD + equityRatioWad : WAD - equityRatioWad;
        barrierWad = FixedPointMathLib.abs(FixedPointMathLib.lnWad(int256(leftWad))).zeroFloorSub(EXP_ERROR_WAD);
        return barrierWad.min(MAX_BARRIER_WAD);
    }

    /// @notice The equity ratio at which a position dies after a move of `barrierWad` against it, rounded up.
    /// @param barrierWad At most `MAX_BARRIER_WAD`.
    function equityRatioOf(uint256 barrierWad, bool isShort) internal pure returns (uint256 equityRatioWad) {
        if (!isShort) return WAD - uint256(FixedPointMathLib.expWad(-int256(barrierWad))).zeroFloorSub(EXP_ERROR_WAD);
        uint256 factorWad = uint256(FixedPointMathLib.expWad(int256(barrierWad)));
        return factorWad + factorWad.mulWadUp(EXP_ERROR_WAD) + EXP_ERROR_WAD - WAD;
    }

    /// @return slopeWad 0 where jumps beyond the reserve alone exceed the target.
    function _lineOf(
        Law memory law,
        uint256 jumpsWad,
        uint256 targetWad,
        uint256 k
    ) private pure returns (uint256 slopeWad, uint256 levelWad) {
        uint256 tailWad;
        (levelWad, tailWad) = _reserve(law, jumpsWad, k);
        uint256 zWad = _quantile(targetWad, tailWad);
        if (zWad == 0) return (0, 0);
        slopeWad = zWad.mulWadUp(OptionTime.sqrtYears(law.horizonSeconds) + 1);
        slopeWad += (LINE_SIGMA_WAD / 2).mulDivUp(law.horizonSeconds, YEAR_SECONDS);
        levelWad += _jumpDrift(law, jumpsWad);
    }

    function _probability(
        Law memory law,
        Terms memory terms,
        uint256 barrierWad
    ) private pure returns (uint256 probabilityWad) {
        probabilityWad = WAD;
        if (barrierWad <= terms.driftWad) return probabilityWad;
        uint256 distanceWad = barrierWad - terms.driftWad;
        uint256 last = terms.jumpsWad == 0 ? 0 : RESERVES;
        for (uint256 k = 0; k <= last; ++k) {
            (uint256 reserveWad, uint256 tailWad) = _reserve(law, terms.jumpsWad, k);
            if (reserveWad >= distanceWad) break;
            uint256 leftWad = distanceWad - reserveWad;
            uint256 xWad = terms.totalVolWad == 0 ? FAR_WAD : leftWad.mulDiv(WAD, terms.totalVolWad).min(FAR_WAD);
            probabilityWad = probabilityWad.min(2 * _tail(xWad) + tailWad);
        }
    }

    function _terms(Law memory law) private pure returns (Terms memory terms) {
        terms.totalVolWad = OptionTime.totalVolUp(law.sigmaWad, OptionTime.sqrtYears(law.horizonSeconds));
        terms.jumpsWad = _jumps(law);
        terms.driftWad = terms.totalVolWad.mulWadUp(terms.totalVolWad).divUp(2) + _jumpDrift(law, terms.jumpsWad);
    }

    /// @return reserveWad What is kept for one jump. @return tailWad The chance that jumps take more, rounded up.
    function _reserve(
        Law memory law,
        uint256 jumpsWad,
        uint256 k
    ) private pure returns (uint256 reserveWad, uint256 tailWad) {
        if (k == 0) return (0, jumpsWad);
        uint256 qWad = (k - 1) * RESERVE_STEP_WAD;
        reserveWad = law.jumpMeanWad + law.jumpDeviationWad.mulWadUp(qWad);
        tailWad = jumpsWad.mulWadUp(_tail(qWad)) + jumpsWad.mulWadUp(jumpsWad).divUp(2);
    }

    /// @dev Expected jumps within the horizon, rounded up.
    function _jumps(Law memory law) private pure returns (uint256 jumpsWad) {
        return law.jumpsPerYearWad.mulDivUp(law.horizonSeconds, YEAR_SECONDS);
    }

    function _jumpDrift(Law memory law, uint256 jumpsWad) private pure returns (uint256 driftWad) {
        if (jumpsWad == 0) return 0;
        uint256 deviationWad = law.jumpDeviationWad;
        uint256 exponentWad = law.jumpMeanWad + deviationWad.mulWadUp(deviationWad).divUp(2);
        return jumpsWad.mulWadUp(equityRatioOf(exponentWad, true));
    }

    /// @dev Least z on the grid with 2 N(-z) + tail <= target; 0 where there is none.
    function _quantile(uint256 targetWad, uint256 tailWad) private pure returns (uint256 zWad) {
        uint256 low = 0;
        uint256 high = MAX_QUANTILE_WAD / QUANTILE_STEP_WAD;
        if (2 * _tail(MAX_QUANTILE_WAD) + tailWad > targetWad) return 0;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (2 * _tail(middle * QUANTILE_STEP_WAD) + tailWad <= targetWad) high = middle;
            else low = middle;
        }
        return high * QUANTILE_STEP_WAD;
    }

    /// @dev N(-x), never below the truth.
    function _tail(uint256 xWad) private pure returns (uint256 tailWad) {
        return NormalDistribution.cdf(-int256(xWad)) + CDF_ERROR_WAD;
    }
}
