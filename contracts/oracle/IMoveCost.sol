// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IMoveCost
/// @notice What it costs to move a source whose price somebody can buy.
interface IMoveCost {
    /// @notice What a move by 5 % within two blocks takes, and the notional that is open at this price.
    /// @return costWad Money needed, WAD of the quote token, rounded down.
    /// @return securedWad Notional of one side, WAD of the quote token, rounded up.
    function manipulationCost() external view returns (uint256 costWad, uint256 securedWad);
}
