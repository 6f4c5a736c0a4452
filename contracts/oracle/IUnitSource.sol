// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IUnitSource
/// @notice A source whose provider could change the unit of its values. Optional.
/// @dev The oracle reads it when the source is added and again when it is to count: it must not have changed.
interface IUnitSource {
    /// @notice Decimals of the provider's values, as it says now.
    /// @return decimals Within +-32767.
    function unitDecimals() external view returns (int256 decimals);
}
