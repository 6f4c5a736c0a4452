// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

/// @title IBackstop
/// @notice One pool behind several domains: lends to each at most its line per epoch, is repaid first from later
/// income.
/// @dev Keeps: invariant 12 (a domain's failure costs it at most that line).
interface IBackstop {
    /// @notice Lends up to `amountWad` into the vault account `to` of the calling domain's waterfall.
    /// @return lentWad What was lent, WAD, rounded down to whole token units.
    function draw(AccountId to, uint256 amountWad) external returns (uint256 lentWad);

    /// @notice Takes back `amount` token base units of the caller's debt from the caller.
    /// @return repaid What was taken, token base units.
    function repay(uint256 amount) external returns (uint256 repaid);

    /// @notice What `domain` could draw now, WAD.
    function available(address domain) external view returns (uint256 amountWad);

    /// @notice What `domain` owes, token base units.
    function debtOf(address domain) external view returns (uint256 amount);
}
