// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../IPriceSource.sol";

/// @title IUniswapV3TwapAdapter
/// @notice A Uniswap v3 pool's time-weighted price as a source, with a cache that anybody may renew.
/// @dev A full evaluation searches the pool's observations a dozen times (100k to 400k gas). `refresh` does it once and
/// keeps the result for `cacheSeconds`, in which `latest` costs a storage read; without a cache `latest` evaluates itself,
/// so that nobody needs to refresh for the source to work.
interface IUniswapV3TwapAdapter is IPriceSource {
    /// @notice The pool was evaluated and the result cached.
    /// @param tick Median tick of base in quote.
    /// @param lagTicks Distance of the newest sub-window from it.
    /// @param poolUpdatedAt Unix seconds of the pool's last observation.
    event Refreshed(int256 tick, uint256 lagTicks, uint256 poolUpdatedAt);

    /// @notice Base is not a token of the pool.
    error Oracle_NotInPool(address pool, address baseToken);
    /// @notice Window 600..43200 s, cache 0..300 s, decimals at most 24.
    error Oracle_BadTwapParameter(uint256 actual, uint256 lowest, uint256 highest);
    /// @notice The harmonic mean liquidity over the window is below the floor.
    error Oracle_PoolTooThin(uint256 liquidity, uint256 floor);

    /// @notice Evaluates the pool and caches the result. Anyone may call.
    /// @dev Reverts as the pool does (`OLD`) when its history is shorter than the window, or with `Oracle_PoolTooThin`.
    function refresh() external;

    /// @notice Evaluates the pool now, past the cache.
    /// @dev Reverts as `refresh`.
    /// @return tick Median over the sub-windows of the mean tick, of base in quote.
    /// @return lagTicks Distance of the newest sub-window's mean from it: how far the mean lags behind.
    /// @return poolUpdatedAt Unix seconds of the pool's last observation.
    function evaluate() external view returns (int256 tick, uint256 lagTicks, uint256 poolUpdatedAt);
}
