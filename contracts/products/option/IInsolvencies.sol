// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IInsolvencies
/// @notice Who knows whether losses are being worked out.
interface IInsolvencies {
    /// @notice Number of insolvent accounts that are being sold.
    function openInsolvencies() external view returns (uint256);
}
