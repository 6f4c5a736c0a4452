// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

/// @title IVaultCallee
/// @notice What receives the outgoing token of a Swap action and must bring in the other one.
interface IVaultCallee {
    /// @notice Called by the vault after `amountOut` of `tokenOut` arrived here. At least `minAmountIn` of `tokenIn`
    /// must have been sent to the vault when it returns; all that arrived is credited to `account`.
    /// @dev Warning: check that the caller is the vault. Until the batch ends the vault refuses every other call, and
    /// its views show an account in the middle of a swap.
    /// @param data Bytes that the account's owner or operator chose.
    function onVaultSwap(
        AccountId account,
        address tokenOut,
        uint256 amountOut,
        address tokenIn,
        uint256 minAmountIn,
        bytes calldata data
    ) external;
}
