// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDescribedSource} from "../IDescribedSource.sol";
import {IMoveCost} from "../IMoveCost.sol";
import {IRefreshableSource} from "../IRefreshableSource.sol";
import {IUnitSource} from "../IUnitSource.sol";

/// @title IUniswapV3TwapAdapter
/// @notice A Uniswap v3 pool's time-weighted price as a source that keeps the pool's sub-windows itself.
/// @dev `refresh` asks the pool for its present sums only and ends a sub-window whenever one is full; the pool's own
/// history is searched (100k to 400k gas) when there are no sub-windows yet, or none was ended for the time of two.
/// Nobody needs to refresh for the source to work: `latest` computes what a refresh would find.
interface IUniswapV3TwapAdapter is IRefreshableSource, IDescribedSource, IUnitSource, IMoveCost {
    /// @notice The pool was asked and the result kept.
    /// @param tick Median tick of base in quote; beyond +-887272 when the pool had too little liquidity for a value.
    /// @param lagTicks Distance of the newest sub-window from it.
    event Refreshed(int256 tick, uint256 lagTicks);

    /// @notice Base is not a token of the pool.
    error Oracle_NotInPool(address pool, address baseToken);
    /// @notice Window 600..43200 s, cache 0..300 s, decimals at most 24.
    error Oracle_BadTwapParameter(uint256 actual, uint256 lowest, uint256 highest);
    /// @notice Over the window, the mean of floor / liquidity is above one, or some sub-window had less than half the
    /// floor of its time. In halves of a sub-window's share, each rounded up; the largest integer for the latter.
    error Oracle_PoolTooThin(uint256 burden, uint256 highest);
    /// @notice What the pool's sums say of a sub-window is a tick that no pool has.
    error Oracle_NotATick(int256 tick);

    /// @notice Asks the pool, unless the last refresh is at most `cacheSeconds` old. Anyone may call.
    /// @dev Reverts as the pool does (`OLD`) when neither this contract nor the pool has history for the window, and with
    /// `Oracle_NotATick`.
    function refresh() external;

    /// @notice What a refresh would find now, past the cache.
    /// @dev Reverts as `refresh`, and with `Oracle_PoolTooThin`.
    /// @return tick Median over the sub-windows of the mean tick, of base in quote.
    /// @return lagTicks Distance of the newest sub-window's mean from it: how far the median lags behind.
    /// @return poolUpdatedAt Unix seconds of the pool's last observation.
    function evaluate() external view returns (int256 tick, uint256 lagTicks, uint256 poolUpdatedAt);

    /// @notice Smallest harmonic mean liquidity for a sub-window with this mean tick, in the pool's unit, rounded up: that
    /// at which moving the pool costs twice what is open at its price, or `minLiquidity` if that is more.
    /// @param tick As the pool has it.
    function floorAt(int256 tick) external view returns (uint256 liquidity);
}
