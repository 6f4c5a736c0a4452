// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibSort} from "solady/src/utils/LibSort.sol";

import {TickPrice} from "../../math/TickPrice.sol";
import {IPriceSource} from "../IPriceSource.sol";
import {IUniswapV3TwapAdapter} from "./IUniswapV3TwapAdapter.sol";

/// @title UniswapV3TwapAdapter
/// @notice The median of the mean ticks of eleven sub-windows of a pool. The pool is its independence group.
/// @dev Trusts: that moving the pool for more than half of the window costs more than it brings, which the liquidity
/// floor is set for; that the quote token is worth its unit (USDC for USD), which the other groups check. A single
/// extreme block moves one sub-window and so not the median. History shorter than the window makes the pool revert. The
/// value's time is that of the pool's last observation, never `now`: an idle pool goes stale. A trending pool says so: the
/// distance of its newest sub-window from the median is reported as confidence.
contract UniswapV3TwapAdapter is IUniswapV3TwapAdapter {
    /// @dev 32 + 24 + 24 + 40 bits.
    struct Cache {
        uint32 poolUpdatedAt;
        int24 tick;
        uint24 lagTicks;
        uint40 refreshedAt;
    }

    /// @dev Odd, so that the median is one of them.
    uint256 private constant SUB_WINDOWS = 11;
    uint256 private constant MIN_WINDOW = 10 minutes;
    uint256 private constant MAX_WINDOW = 12 hours;
    uint256 private constant MAX_CACHE = 5 minutes;
    uint256 private constant MAX_DECIMALS = 24;
    /// @dev A tick is 1.0001: its relative size in WAD, rounded up over up to 10 % of move.
    uint256 private constant TICK_WAD = 1.06e14;
    uint256 private constant WAD = 1e18;

    /// @notice The pool.
    IUniswapV3Pool public immutable pool;
    /// @notice Whether base is the pool's token0.
    bool public immutable baseIsToken0;
    /// @notice Decimals of base less those of quote.
    int256 public immutable decimalShift;
    /// @notice Length of the window in seconds.
    uint32 public immutable windowSeconds;
    /// @notice How long a refreshed value serves, in seconds.
    uint32 public immutable cacheSeconds;
    /// @notice Smallest harmonic mean liquidity over the window, in the pool's unit.
    uint128 public immutable minLiquidity;

    Cache private _cache;

    /// @param pool_ The pool.
    /// @param baseToken The token priced; the other one is the quote.
    constructor(
        IUniswapV3Pool pool_,
        address baseToken,
        uint32 windowSeconds_,
        uint32 cacheSeconds_,
        uint128 minLiquidity_
    ) {
        address token0 = pool_.token0();
        address token1 = pool_.token1();
        if (baseToken != token0 && baseToken != token1) revert Oracle_NotInPool(address(pool_), baseToken);
        _requireWithin(windowSeconds_, MIN_WINDOW, MAX_WINDOW);
        _requireWithin(cacheSeconds_, 0, MAX_CACHE);
        uint256 baseDecimals = IERC20Metadata(baseToken).decimals();
        uint256 quoteDecimals = IERC20Metadata(baseToken == token0 ? token1 : token0).decimals();
        _requireWithin(baseDecimals, 0, MAX_DECIMALS);
        _requireWithin(quoteDecimals, 0, MAX_DECIMALS);
        pool = pool_;
        baseIsToken0 = baseToken == token0;
        decimalShift = int256(baseDecimals) - int256(quoteDecimals);
        windowSeconds = windowSeconds_;
        cacheSeconds = cacheSeconds_;
        minLiquidity = minLiquidity_;
    }

    /// @inheritdoc IUniswapV3TwapAdapter
    function refresh() external {
        (int256 tick, uint256 lagTicks, uint256 poolUpdatedAt) = evaluate();
        // Means of ticks are ticks, their distances fit in 24 bits, the pool keeps times in 32 bits.
        _cache = Cache(uint32(poolUpdatedAt), int24(tick), uint24(lagTicks), uint40(block.timestamp));
        emit Refreshed(tick, lagTicks, poolUpdatedAt);
    }

    /// @inheritdoc IPriceSource
    /// @dev Rounded down; confidence rounded up.
    function latest() external view returns (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) {
        Cache memory cache = _cache;
        int256 tick = cache.tick;
        uint256 lagTicks = cache.lagTicks;
        updatedAt = cache.poolUpdatedAt;
        if (block.timestamp > uint256(cache.refreshedAt) + cacheSeconds) (tick, lagTicks, updatedAt) = evaluate();
        priceWad = TickPrice.toPriceWad(tick, decimalShift);
        confidenceWad = FixedPointMathLib.mulDivUp(priceWad, lagTicks * TICK_WAD, WAD);
    }

    /// @inheritdoc IUniswapV3TwapAdapter
    function evaluate() public view returns (int256 tick, uint256 lagTicks, uint256 poolUpdatedAt) {
        uint32[] memory agos = _boundaries();
        (int56[] memory cumulative, uint160[] memory perLiquidity) = pool.observe(agos);
        _requireLiquidity(perLiquidity[0], perLiquidity[SUB_WINDOWS]);
        int256[] memory means = new int256[](SUB_WINDOWS);
        for (uint256 i; i < SUB_WINDOWS; ++i) {
            int56 difference;
            // The pool's sums wrap around by design.
            unchecked {
                difference = cumulative[i + 1] - cumulative[i];
            }
            means[i] = FixedPointMathLib.rawSDiv(difference, int256(uint256(agos[i] - agos[i + 1])));
        }
        int256 newest = means[SUB_WINDOWS - 1];
        LibSort.insertionSort(means);
        tick = means[SUB_WINDOWS / 2];
        lagTicks = FixedPointMathLib.dist(newest, tick);
        if (!baseIsToken0) tick = -tick;

        (, , uint16 index, , , , ) = pool.slot0();
        (uint32 observedAt, , , ) = pool.observations(index);
        poolUpdatedAt = observedAt;
    }

    function _boundaries() private view returns (uint32[] memory agos) {
        agos = new uint32[](SUB_WINDOWS + 1);
        // The last boundary is now: zero seconds ago. Others are below the window, which is 32 bits wide.
        for (uint256 i; i < SUB_WINDOWS; ++i) {
            agos[i] = uint32((windowSeconds * (SUB_WINDOWS - i)) / SUB_WINDOWS);
        }
    }

    function _requireLiquidity(uint160 atStart, uint160 atEnd) private view {
        uint256 perLiquidityX128;
        // The pool's sums wrap around by design.
        unchecked {
            perLiquidityX128 = uint160(atEnd - atStart);
        }
        // Zero only if the window were empty: the pool counts liquidity 0 as 1.
        uint256 liquidity = (uint256(windowSeconds) << 128) / FixedPointMathLib.max(perLiquidityX128, 1);
        if (liquidity < minLiquidity) revert Oracle_PoolTooThin(liquidity, minLiquidity);
    }

    function _requireWithin(uint256 actual, uint256 lowest, uint256 highest) private pure {
        if (actual < lowest || actual > highest) revert Oracle_BadTwapParameter(actual, lowest, highest);
    }
}
