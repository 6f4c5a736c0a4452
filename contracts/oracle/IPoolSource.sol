// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IUniswapV3Pool} from "@uniswap/v3-core/contracts/interfaces/IUniswapV3Pool.sol";

/// @title IPoolSource
/// @notice What an adapter of a pool shows, from which it can be described.
interface IPoolSource {
    /// @notice The pool.
    function pool() external view returns (IUniswapV3Pool);

    /// @notice Whether what is priced is the pool's token0.
    function baseIsToken0() external view returns (bool);
}
