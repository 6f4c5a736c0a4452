// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IOutflowLimiter
/// @notice Caps the net outflow of each token per window in constant storage.
/// @dev Owns: flow buckets per token. Trusts: the vault to report every flow. Keeps: invariant 11.
interface IOutflowLimiter {
    /// @notice Counts tokens that arrived. Only the vault. Never reverts for a listed module.
    /// @param amount Token base units.
    /// @param holdingsAfter What the vault holds of the token afterwards, token base units.
    function recordInflow(address token, uint256 amount, uint256 holdingsAfter) external;

    /// @notice Counts tokens that leave, or refuses. Only the vault.
    /// @param amount Token base units.
    /// @param holdingsBefore What the vault holds of the token before they leave, token base units.
    function consume(address token, uint256 amount, uint256 holdingsBefore) external;

    /// @notice What may still leave now in one piece, token base units, rounded down.
    function available(address token, uint256 holdings) external view returns (uint256 amount);
}
