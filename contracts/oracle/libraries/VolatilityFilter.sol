// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AssetConfigWord} from "./AssetConfigWord.sol";
import {PriceBook} from "./PriceBook.sol";

/// @title VolatilityFilter
/// @notice Realised volatility from irregular samples: v' = l v + (1 - l) r^2 / D, l = exp(-D / theta). The weights sum
/// to one on any grid and E[v] is the true variance, so that sampling often or rarely cannot bias it.
/// @dev Returns over less than a minute wait for the next observation: the anchor stays, the variance is not lost.
library VolatilityFilter {
    uint256 private constant BPS = 1e4;
    uint256 private constant E9_PER_WAD = 1e9;
    uint256 private constant WAD = 1e18;
    uint256 private constant YEAR = 365 days;
    /// @dev ln 2 in WAD: from half-life to rate.
    uint256 private constant LN_2_WAD = 693147180559945309;

    uint256 private constant MIN_INTERVAL = 60 seconds;
    uint256 private constant FAST_HALF_LIFE = 1 hours;
    uint256 private constant SLOW_HALF_LIFE = 14 days;
    /// @dev The stressed floor is the largest slow variance of the past, forgotten with this time constant.
    uint256 private constant STRESS_DECAY = 365 days;
    /// @dev Share of the stressed floor in the margin volatility: against procyclicality, as in EMIR RTS 153/2013 art. 28.
    uint256 private constant STRESS_WEIGHT_BPS = 2500;
    /// @dev A pause must not save up glide: one step rises by at most an hour's worth.
    uint256 private constant MAX_GLIDE_STEP = 1 hours;

    uint256 private constant MAX_VARIANCE_E9 = type(uint48).max;
    uint256 private constant MAX_SIGMA_E9 = type(uint40).max;

    /// @notice Starts the estimators at the configured seed.
    function seed(PriceBook.Book memory book, AssetConfigWord config) internal pure {
        uint256 sigmaE9 = (config.sigmaSeedBps() * E9_PER_WAD) / BPS;
        uint256 varianceE9 = (sigmaE9 * sigmaE9) / E9_PER_WAD;
        book.varianceFastE9 = varianceE9;
        book.varianceSlowE9 = varianceE9;
        book.varianceStressE9 = varianceE9;
        book.glideE9 = sigmaE9;
    }

    /// @notice Takes in the log-price `logE9` at `nowSeconds`.
    function observe(
        PriceBook.Book memory book,
        AssetConfigWord config,
        int256 logE9,
        uint256 nowSeconds
    ) internal pure {
        uint256 elapsed = nowSeconds - book.anchorAt;
        if (book.anchorAt != 0) {
            if (elapsed < MIN_INTERVAL) return;
            uint256 move = FixedPointMathLib.dist(logE9, book.anchorLogE9);
            // |log| < 2^40, so the product stays below 2^106.
            uint256 sampleE9 = (move * move * YEAR) / (elapsed * E9_PER_WAD);
            book.varianceFastE9 = blend(book.varianceFastE9, sampleE9, elapsed, FAST_HALF_LIFE);
            book.varianceSlowE9 = blend(book.varianceSlowE9, sampleE9, elapsed, SLOW_HALF_LIFE);
            uint256 floorE9 = floorVarianceE9(config.sigmaFloorBps());
            book.varianceStressE9 = FixedPointMathLib.max(
                decayed(book.varianceStressE9, elapsed),
                FixedPointMathLib.max(book.varianceSlowE9, floorE9)
            );
            glide(book, config, elapsed);
        }
        book.anchorLogE9 = logE9;
        book.anchorAt = nowSeconds;
    }

    /// @dev Up by at most g per hour, also when compounded over many small steps: 1 + x * g/(1+g) <= (1+g)^x. Down at once.
    function glide(PriceBook.Book memory book, AssetConfigWord config, uint256 elapsed) private pure {
        uint256 slow = PriceBook.sigmaWad(book.varianceSlowE9);
        uint256 stress = PriceBook.sigmaWad(book.varianceStressE9);
        uint256 targetE9 = (slow * (BPS - STRESS_WEIGHT_BPS) + stress * STRESS_WEIGHT_BPS) / (BPS * E9_PER_WAD);
        targetE9 = FixedPointMathLib.max(targetE9, (config.sigmaFloorBps() * E9_PER_WAD) / BPS);
        uint256 step = FixedPointMathLib.min(elapsed, MAX_GLIDE_STEP);
        uint256 rate = config.glideBpsPerHour();
        uint256 highestE9 = book.glideE9 + (book.glideE9 * rate * step) / ((BPS + rate) * 1 hours);
        book.glideE9 = FixedPointMathLib.min(FixedPointMathLib.min(targetE9, highestE9), MAX_SIGMA_E9);
    }

    /// @dev Rounded to nearest, so that thousands of small steps do not drift.
    function blend(
        uint256 varianceE9,
        uint256 sampleE9,
        uint256 elapsed,
        uint256 halfLife
    ) private pure returns (uint256) {
        uint256 keep = retention((LN_2_WAD * elapsed) / halfLife);
        uint256 blended = (varianceE9 * keep + sampleE9 * (WAD - keep) + WAD / 2) / WAD;
        return FixedPointMathLib.min(blended, MAX_VARIANCE_E9);
    }

    /// @dev Rounded up: a floor may only be forgotten slower.
    function decayed(uint256 varianceE9, uint256 elapsed) private pure returns (uint256) {
        return FixedPointMathLib.mulDivUp(varianceE9, retention((WAD * elapsed) / STRESS_DECAY), WAD);
    }

    /// @dev exp(-x), WAD. x is at most a few thousand WAD: the cast keeps the sign.
    function retention(uint256 exponentWad) private pure returns (uint256) {
        return uint256(FixedPointMathLib.expWad(-int256(exponentWad)));
    }

    function floorVarianceE9(uint256 sigmaFloorBps) private pure returns (uint256) {
        // bps^2 = 1e-8, so 1e-9 units are ten times that.
        return sigmaFloorBps * sigmaFloorBps * 10;
    }
}
