// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IFillTaker
/// @notice What the vault needs of the exchange for the Fill action of a batch: the exchange stands on a higher floor.
interface IFillTaker {
    /// @notice Takes a signed maker order for an account for which `actor` may act. Only the vault.
    /// @param request The exchange's own encoding of the take.
    function takeFor(address actor, bytes calldata request) external;
}
