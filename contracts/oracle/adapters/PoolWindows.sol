// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {IUniswapV3TwapAdapter} from "./IUniswapV3TwapAdapter.sol";

/// @title PoolWindows
/// @notice Eleven consecutive sub-windows of a pool's history in two words: the mean tick and the depth of each, and the
/// pool's sums where the newest ended.
/// @dev word 0: closedAt 32 | tickCumulative 40 | perLiquidity 106 | tick 21 | lagTicks 16 | idleSeconds 16 |
///         newestSeconds 13 | sinceClosed 12
/// word 1: 3 bits free | depth classes, 11 x 2, newest lowest | mean ticks, 11 x 21, newest lowest; all ticks plus 2^20
///
/// A sub-window ends at a block's time, so what a pool showed between two blocks is in one sub-window only: to move six of
/// eleven takes six intervals between blocks, whoever chooses when sub-windows end. A mean that is no tick would reach into
/// the places of others, and is refused.
library PoolWindows {
    /// @notice The two words in storage.
    struct Words {
        uint256 cursor;
        uint256 means;
    }

    /// @notice The same, unpacked.
    /// @param closedAt Unix seconds at which the newest complete sub-window ended; 0 = no history.
    /// @param tickCumulative The pool's sum of ticks then, modulo 2^40.
    /// @param perLiquidity The pool's seconds per liquidity then, bits 36 to 141 of it.
    /// @param tick Median at the last refresh; `NO_TICK` when the pool was too thin.
    /// @param lagTicks Distance of the newest mean from it, saturating.
    /// @param idleSeconds Age of the pool's last observation at the last refresh, saturating.
    /// @param newestSeconds Length of the newest complete sub-window.
    /// @param sinceClosed Seconds from `closedAt` to the last refresh.
    /// @param means Mean ticks, newest first.
    /// @param depths Depth classes, newest first.
    struct Windows {
        uint256 closedAt;
        uint256 tickCumulative;
        uint256 perLiquidity;
        int256 tick;
        uint256 lagTicks;
        uint256 idleSeconds;
        uint256 newestSeconds;
        uint256 sinceClosed;
        uint256 means;
        uint256 depths;
    }

    /// @dev Odd, so that the median is one of them.
    uint256 internal constant COUNT = 11;
    /// @dev Outside of the pools' range.
    int256 internal constant NO_TICK = -1_048_576;
    /// @dev An idle time that is too long to tell.
    uint256 internal constant MAX_IDLE = 65_535;
    /// @dev What all sub-windows together may weigh, in halves of what one at the floor does.
    uint256 internal constant MAX_BURDEN = 22;
    /// @dev The burden of a window with an empty sub-window.
    uint256 internal constant NO_DEPTH = type(uint256).max;

    /// @dev Ticks are kept plus 2^20, in 21 bits.
    int256 private constant TICK_BIAS = 1_048_576;
    /// @dev The lowest tick of a pool as it is kept, and how far the highest is from it: +-887272.
    uint256 private constant LOWEST_CODE = 161_304;
    uint256 private constant TICK_RANGE = 1_774_544;
    uint256 private constant TICK_BITS = 21;
    uint256 private constant TICK_MASK = 0x1fffff;
    /// @dev Every second tick of word 1: six ones 42 bits apart, the ticks there, and the bit above each.
    uint256 private constant EVEN_ONES = (1 << 210) | (1 << 168) | (1 << 126) | (1 << 84) | (1 << 42) | 1;
    uint256 private constant EVEN_TICKS = EVEN_ONES * TICK_MASK;
    uint256 private constant REACHED = EVEN_ONES << 21;
    uint256 private constant SIXTH_PLACE = 210;
    uint256 private constant MAJORITY = 6;
    uint256 private constant DEPTH_BITS = 2;
    /// @dev 11 x 21 and 11 x 2 bits.
    uint256 private constant MEANS_BITS = 231;
    uint256 private constant MEANS_MASK = (1 << 231) - 1;
    uint256 private constant DEPTHS_MASK = 0x3fffff;
    /// @dev The lower bit of each depth class.
    uint256 private constant DEPTHS_LOW = 0x155555;
    uint256 private constant SUM_MASK = 0xffffffffff;
    /// @dev Two sub-windows of an hour at liquidity 1 are below 2^142; the lowest bits tell nothing of a floor below 2^100.
    uint256 private constant LIQUIDITY_SHIFT = 36;
    uint256 private constant LIQUIDITY_MASK = (1 << 106) - 1;
    /// @dev What is left of the pool's 128 fractional bits.
    uint256 private constant LIQUIDITY_FRACTION = 92;
    uint256 private constant MAX_LAG = 65_535;
    uint256 private constant NEWEST_MASK = 0x1fff;
    uint256 private constant SINCE_MASK = 0xfff;

    /// @dev Depth classes by liquidity: twice the floor, the floor, half of it, less. They weigh 1, 2, 4, and too much.
    uint256 private constant DEEP = 0;
    uint256 private constant ENOUGH = 1;
    uint256 private constant POOR = 2;
    uint256 private constant EMPTY = 3;

    function save(Words storage self, Windows memory windows) internal {
        self.cursor = cursorOf(windows);
        self.means = (windows.depths << MEANS_BITS) | windows.means;
    }

    /// @notice Packs word 0.
    function cursorOf(Windows memory windows) internal pure returns (uint256 word) {
        word = (windows.closedAt << 224) | (windows.tickCumulative << 184) | (windows.perLiquidity << 78);
        word |= (biased(windows.tick) << 57) | (windows.lagTicks << 41) | (windows.idleSeconds << 25);
        return word | (windows.newestSeconds << 12) | windows.sinceClosed;
    }

    /// @notice From word 0, Unix seconds of the last refresh.
    function refreshedAt(uint256 word) internal pure returns (uint256) {
        // 32 and 12 bits.
        unchecked {
            return (word >> 224) + (word & SINCE_MASK);
        }
    }

    /// @notice From word 0, what the last refresh found: see `Windows`.
    function foundIn(uint256 word) internal pure returns (int256 tick, uint256 lagTicks, uint256 idleSeconds) {
        return (unbiased((word >> 57) & TICK_MASK), uint16(word >> 41), uint16(word >> 25));
    }

    /// @notice Unpacks word 0.
    function loadCursor(Windows memory windows, uint256 word) internal pure {
        windows.closedAt = word >> 224;
        windows.tickCumulative = (word >> 184) & SUM_MASK;
        windows.perLiquidity = (word >> 78) & LIQUIDITY_MASK;
        windows.tick = unbiased((word >> 57) & TICK_MASK);
        windows.lagTicks = uint16(word >> 41);
        windows.idleSeconds = uint16(word >> 25);
        windows.newestSeconds = (word >> 12) & NEWEST_MASK;
        windows.sinceClosed = word & SINCE_MASK;
    }

    /// @notice Unpacks word 1.
    function loadMeans(Windows memory windows, uint256 word) internal pure {
        windows.means = word & MEANS_MASK;
        windows.depths = word >> MEANS_BITS;
    }

    /// @notice Mean tick of the `seconds_` since `closedAt`, after which the pool's sum is as given.
    /// @param seconds_ Positive, below 2^16.
    function meanSince(
        Windows memory windows,
        int256 tickCumulative,
        uint256 seconds_
    ) internal pure returns (int256 tick) {
        unchecked {
            return ticksSince(windows, tickCumulative) / int256(seconds_);
        }
    }

    /// @notice Ends a sub-window `seconds_` after the last, where the pool's sums are as given; the oldest one falls out.
    /// @dev Reverts with `Oracle_NotATick`.
    /// @param seconds_ Positive, below 2^13.
    function close(
        Windows memory windows,
        int256 tickCumulative,
        uint256 perLiquidity,
        uint256 seconds_,
        uint256 minLiquidity
    ) internal pure {
        // Times are below 2^32.
        unchecked {
            uint256 mean = codeOf(ticksSince(windows, tickCumulative) / int256(seconds_));
            uint256 depth = depthOf(liquiditySince(windows, perLiquidity, seconds_), minLiquidity);
            windows.means = ((windows.means << TICK_BITS) | mean) & MEANS_MASK;
            windows.depths = ((windows.depths << DEPTH_BITS) | depth) & DEPTHS_MASK;
            windows.closedAt += seconds_;
        }
        windows.newestSeconds = seconds_;
        windows.sinceClosed = 0;
        mark(windows, tickCumulative, perLiquidity);
    }

    /// @notice Sets the pool's sums at `closedAt`.
    function mark(Windows memory windows, int256 tickCumulative, uint256 perLiquidity) internal pure {
        windows.tickCumulative = uint256(tickCumulative) & SUM_MASK;
        windows.perLiquidity = (perLiquidity >> LIQUIDITY_SHIFT) & LIQUIDITY_MASK;
    }

    /// @notice Median of the means, the newest one together with what came `sinceClosed` seconds after it.
    /// @dev Reverts with `Oracle_NotATick`.
    /// @return median One of the eleven.
    /// @return lagTicks Distance of the newest from it, saturating.
    function middle(
        Windows memory windows,
        int256 tickCumulative
    ) internal pure returns (int256 median, uint256 lagTicks) {
        // Ticks of 21 bits, times of 13 bits, sums of 40 bits, and a positive number of seconds.
        unchecked {
            int256 newest = unbiased(windows.means & TICK_MASK);
            uint256 means = windows.means;
            if (windows.sinceClosed != 0) {
                int256 covered = newest * int256(windows.newestSeconds) + ticksSince(windows, tickCumulative);
                newest = covered / int256(windows.newestSeconds + windows.sinceClosed);
                means = (means & ~TICK_MASK) | codeOf(newest);
            }
            median = unbiased(medianOf(means));
            lagTicks = FixedPointMathLib.min(FixedPointMathLib.dist(newest, median), MAX_LAG);
        }
    }

    /// @notice Median of eleven biased ticks, packed as in `means`: the largest that at least six of them reach.
    /// @dev Every second tick of the word at a time, so that each has a free place of its own width above it: a bit set
    /// there survives the subtraction of a candidate if the tick reaches it. No tick is 0 when biased; the sixth odd one, which
    /// does not exist, is.
    function medianOf(uint256 means) internal pure returns (uint256 median) {
        // Six places of 42 bits; sums of at most twelve ones.
        unchecked {
            uint256 even = (means & EVEN_TICKS) | REACHED;
            uint256 odd = ((means >> TICK_BITS) & EVEN_TICKS) | REACHED;
            for (uint256 rest = means; rest != 0; rest >>= TICK_BITS) {
                uint256 candidate = rest & TICK_MASK;
                if (candidate <= median) continue;
                uint256 six = candidate * EVEN_ONES;
                uint256 reached = (((even - six) & REACHED) + ((odd - six) & REACHED)) >> TICK_BITS;
                // All places added up in the sixth.
                if (((reached * EVEN_ONES) >> SIXTH_PLACE) & TICK_MASK >= MAJORITY) median = candidate;
            }
        }
    }

    /// @notice Twice the sum over the sub-windows of floor / liquidity, each rounded up to 1, 2 or 4; `NO_DEPTH` when one of
    /// them had less than half the floor.
    function burdenOf(Windows memory windows) internal pure returns (uint256 burden) {
        // Eleven classes at most.
        unchecked {
            uint256 enough = windows.depths & DEPTHS_LOW;
            uint256 poor = (windows.depths >> 1) & DEPTHS_LOW;
            if (enough & poor != 0) return NO_DEPTH;
            return COUNT + LibBit.popCount(enough) + 3 * LibBit.popCount(poor);
        }
    }

    /// @dev Ticks * seconds since `closedAt`: exact below 2^39, which 887272 times twelve hours is.
    function ticksSince(Windows memory windows, int256 tickCumulative) private pure returns (int256) {
        unchecked {
            return int40(uint40(uint256(tickCumulative) - windows.tickCumulative));
        }
    }

    /// @dev Harmonic mean liquidity since `closedAt`, rounded down by what the dropped bits may hide.
    function liquiditySince(
        Windows memory windows,
        uint256 perLiquidity,
        uint256 seconds_
    ) private pure returns (uint256) {
        unchecked {
            uint256 sum = ((perLiquidity >> LIQUIDITY_SHIFT) - windows.perLiquidity) & LIQUIDITY_MASK;
            return (seconds_ << LIQUIDITY_FRACTION) / (sum + 1);
        }
    }

    function depthOf(uint256 liquidity, uint256 minLiquidity) private pure returns (uint256) {
        // Liquidity is below 2^106, floors below 2^128.
        unchecked {
            if (liquidity >= 2 * minLiquidity) return DEEP;
            if (liquidity >= minLiquidity) return ENOUGH;
            return 2 * liquidity >= minLiquidity ? POOR : EMPTY;
        }
    }

    /// @dev A mean as it is kept. What is no tick has bits in the places of others.
    function codeOf(int256 mean) private pure returns (uint256 code) {
        // What is below the lowest is above the highest.
        unchecked {
            code = biased(mean);
            if (code - LOWEST_CODE > TICK_RANGE) revert IUniswapV3TwapAdapter.Oracle_NotATick(mean);
        }
    }

    function biased(int256 tick) private pure returns (uint256) {
        unchecked {
            return uint256(tick + TICK_BIAS);
        }
    }

    function unbiased(uint256 code) private pure returns (int256) {
        unchecked {
            return int256(code) - TICK_BIAS;
        }
    }
}
