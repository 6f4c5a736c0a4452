// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AssetConfigWord} from "./AssetConfigWord.sol";
import {PriceBook} from "./PriceBook.sol";

/// @title VolatilityFilter
/// @notice Realised volatility from irregular samples: v' = l v + (1 - l) r^2 / D, l = exp(-D / theta). The weights sum
/// to one on any grid and E[v] is the true variance, so that sampling often or rarely cannot bias it. What is kept is the
/// root of v, as it is read far more often than it changes.
/// @dev Returns over less than a minute wait for the next observation: the anchor stays, the variance is not lost.
library VolatilityFilter {
    using PriceBook for PriceBook.Book;

    uint256 private constant BPS = 1e4;
    uint256 private constant E9_PER_BPS = 1e5;
    uint256 private constant E11_PER_BPS = 1e7;
    uint256 private constant E11_PER_E9 = 100;
    /// @dev Squares of volatilities are in 1e-22, those of log-prices in 1e-18.
    uint256 private constant E22_PER_E18 = 1e4;
    uint256 private constant WAD = 1e18;
    uint256 private constant YEAR = 365 days;
    /// @dev ln 2 in WAD: from half-life to rate.
    uint256 private constant LN_2_WAD = 693147180559945309;

    uint256 private constant MIN_INTERVAL = 60 seconds;
    uint256 private constant FAST_HALF_LIFE = 1 hours;
    uint256 private constant SLOW_HALF_LIFE = 14 days;
    /// @dev The stressed floor is the largest slow volatility of the past, its square forgotten with this time constant.
    uint256 private constant STRESS_DECAY = 365 days;
    /// @dev Share of the stressed floor in the margin volatility: against procyclicality, as in EMIR RTS 153/2013 art. 28.
    uint256 private constant STRESS_WEIGHT_BPS = 2500;
    /// @dev A pause must not save up glide: one step rises by at most an hour's worth.
    uint256 private constant MAX_GLIDE_STEP = 1 hours;

    uint256 private constant MAX_SIGMA_E11 = type(uint48).max;
    uint256 private constant MAX_SIGMA_E9 = type(uint40).max;

    /// @notice Starts the estimators at the configured seed.
    function seed(PriceBook.Book memory book, AssetConfigWord config) internal pure {
        uint256 sigmaE11 = config.sigmaSeedBps() * E11_PER_BPS;
        PriceBook.Estimates memory estimates = PriceBook.Estimates(
            sigmaE11,
            sigmaE11,
            sigmaE11,
            config.sigmaSeedBps() * E9_PER_BPS,
            0
        );
        book.keepEstimates(estimates);
    }

    /// @notice Takes in the log-price `logE9` at `nowSeconds`.
    function observe(
        PriceBook.Book memory book,
        AssetConfigWord config,
        int256 logE9,
        uint256 nowSeconds
    ) internal pure {
        uint256 elapsed;
        // The anchor is of an earlier block.
        unchecked {
            elapsed = nowSeconds - book.anchorAt;
        }
        if (book.anchorAt != 0 && elapsed < MIN_INTERVAL) return;
        PriceBook.Estimates memory estimates = book.estimatesOf();
        if (book.anchorAt != 0) take(estimates, config, logE9, elapsed);
        estimates.anchorLogE9 = logE9;
        book.keepEstimates(estimates);
        book.anchorAt = nowSeconds;
    }

    /// @dev One return over `elapsed` seconds, at least a minute.
    function take(
        PriceBook.Estimates memory estimates,
        AssetConfigWord config,
        int256 logE9,
        uint256 elapsed
    ) private pure {
        uint256 move = FixedPointMathLib.dist(logE9, estimates.anchorLogE9);
        // |log| < 2^40: at most 82 + 25 + 14 bits.
        uint256 sampleE22 = (move * move * (YEAR * E22_PER_E18)) / elapsed;
        estimates.sigmaFastE11 = blend(estimates.sigmaFastE11, sampleE22, elapsed, FAST_HALF_LIFE);
        estimates.sigmaSlowE11 = blend(estimates.sigmaSlowE11, sampleE22, elapsed, SLOW_HALF_LIFE);
        estimates.sigmaStressE11 = FixedPointMathLib.max(
            decayed(estimates.sigmaStressE11, elapsed),
            FixedPointMathLib.max(estimates.sigmaSlowE11, config.sigmaFloorBps() * E11_PER_BPS)
        );
        glide(estimates, config, elapsed);
    }

    /// @dev Up by at most g per hour, also when compounded over many small steps: 1 + x * g/(1+g) <= (1+g)^x. Down at once.
    function glide(PriceBook.Estimates memory estimates, AssetConfigWord config, uint256 elapsed) private pure {
        uint256 target = estimates.sigmaSlowE11 * (BPS - STRESS_WEIGHT_BPS);
        target += estimates.sigmaStressE11 * STRESS_WEIGHT_BPS;
        uint256 targetE9 = FixedPointMathLib.max(target / (BPS * E11_PER_E9), config.sigmaFloorBps() * E9_PER_BPS);
        uint256 step = FixedPointMathLib.min(elapsed, MAX_GLIDE_STEP);
        uint256 rate = config.glideBpsPerHour();
        uint256 glideE9 = estimates.glideE9;
        uint256 highestE9 = glideE9 + (glideE9 * rate * step) / ((BPS + rate) * 1 hours);
        estimates.glideE9 = FixedPointMathLib.min(FixedPointMathLib.min(targetE9, highestE9), MAX_SIGMA_E9);
    }

    /// @dev The root of the blended squares, both rounded to nearest, so that thousands of small steps do not drift.
    function blend(
        uint256 sigmaE11,
        uint256 sampleE22,
        uint256 elapsed,
        uint256 halfLife
    ) private pure returns (uint256) {
        uint256 keep = retention((LN_2_WAD * elapsed) / halfLife);
        uint256 blended = (sigmaE11 * sigmaE11 * keep + sampleE22 * (WAD - keep) + WAD / 2) / WAD;
        // The root of four times as much is twice as large.
        return FixedPointMathLib.min((FixedPointMathLib.sqrt(4 * blended) + 1) / 2, MAX_SIGMA_E11);
    }

    /// @dev Rounded up: a floor may only be forgotten slower. A root decays at half the rate of its square.
    function decayed(uint256 sigmaE11, uint256 elapsed) private pure returns (uint256) {
        return FixedPointMathLib.mulDivUp(sigmaE11, retention((WAD * elapsed) / (2 * STRESS_DECAY)), WAD);
    }

    /// @dev exp(-x), WAD. x is at most a few thousand WAD: the cast keeps the sign.
    function retention(uint256 exponentWad) private pure returns (uint256) {
        return uint256(FixedPointMathLib.expWad(-int256(exponentWad)));
    }
}
