// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {AccountId} from "../types/AccountId.sol";

/// @title IInsuranceFund
/// @notice The domain's mutual fund: an ERC-4626 vault on the settlement token whose assets are the cash of one vault
/// account; shares leave after a cooldown, within a window, and are slashable throughout.
/// @dev Keeps: invariant 12. Donations change nothing until streamed in.
interface IInsuranceFund is IERC4626 {
    /// @notice Pays `amountWad` to `account` from the fund, as far as it reaches. Only the waterfall.
    /// @return paidWad What was paid, WAD.
    function pay(AccountId account, uint256 amountWad) external returns (uint256 paidWad);

    /// @notice Counts cash that arrived in the fund's account beyond what it manages, and streams it in. Anyone.
    function streamIncome() external;

    /// @notice Starts the cooldown of `shares` of the caller; adding to it starts it anew.
    function requestRedeem(uint256 shares) external;

    /// @notice The vault account that holds the fund's cash.
    function account() external view returns (AccountId);
}
