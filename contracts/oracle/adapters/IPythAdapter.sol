// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDescribedSource} from "../IDescribedSource.sol";

/// @title IPythAdapter
/// @notice One Pyth price feed as a source, and a way to pull it that keeps no change.
interface IPythAdapter is IDescribedSource {
    /// @notice The contract is missing, or the feed id is zero.
    error Oracle_BadPythFeed(address pyth, bytes32 feedId);
    /// @notice The value sent does not cover Pyth's fee. Both in wei.
    error Oracle_PythFeeNotCovered(uint256 sentWei, uint256 feeWei);
    /// @notice The caller does not take its change back. In wei.
    error Oracle_ChangeNotTaken(address caller, uint256 changeWei);

    /// @notice Brings signed updates on chain. Anyone may call, and whoever calls pays Pyth's fee.
    /// @dev Nothing but a convenience: Pyth takes updates from anybody, and keeps the newer of two. What is left of the
    /// value sent goes back to the caller in the same call; nothing stays here. Reverts with `Oracle_PythFeeNotCovered`,
    /// `Oracle_ChangeNotTaken`, or as Pyth does when an update is not authentic.
    /// @param updates As Pyth's price service hands them out.
    function update(bytes[] calldata updates) external payable;

    /// @notice What `update` would cost now, in wei.
    function updateFee(bytes[] calldata updates) external view returns (uint256 feeWei);
}
