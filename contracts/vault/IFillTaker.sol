// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IFillTaker
/// @notice What the vault knows of the exchange: the door of the Fill action.
interface IFillTaker {
    /// @notice Fills the request for `actor`, who called `operate`: checks that `actor` may act for the account that
    /// the request names, then calls `applyFills` back.
    function takeFor(address actor, bytes calldata request) external;
}
