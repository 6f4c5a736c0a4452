// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {ICooldownVault} from "./ICooldownVault.sol";

/// @title IInsuranceFund
/// @notice The domain's mutual fund: an ERC-4626 vault on the settlement token whose assets are the cash of one vault
/// account; shares leave after a cooldown, within a window, and are slashable throughout.
/// @dev Owns: shares and counted assets. Trusts: the vault with its cash, the waterfall with its losses. Keeps: invariant
/// 12. Donations change nothing until streamed in. No role can take its assets: they leave by `pay` and by redemption.
/// Warning: redemptions are withdrawals from the vault, whose outflow limit comes on top of `maxRedeem`.
/// Redemptions wait while the waterfall knows of an open insolvency or a gated shortfall: who leaves last is treated
/// like who leaves first.
interface IInsuranceFund is ICooldownVault {
    /// @notice The fund paid a loss.
    /// @param paidWad WAD of cash moved to `account`.
    /// @param managedAfter Counted assets left, token base units.
    event LossPaid(AccountId indexed account, uint256 paidWad, uint256 managedAfter);

    /// @notice Income went to the waterfall's open deficit or backstop debt before the shareholders. WAD.
    event IncomeDiverted(uint256 amountWad);

    /// @notice The waterfall was wired, once and for all.
    event WaterfallWired(address indexed waterfall);

    /// @notice Only the waterfall may call.
    error Insurance_NotWaterfall(address caller, address waterfall);
    /// @notice The waterfall is wired already.
    error Insurance_AlreadyWired(address waterfall);

    /// @notice Connects the waterfall. Restricted; works once.
    /// @dev Reverts with `Insurance_AlreadyWired`, `Insurance_ZeroAddress`.
    function wire(address waterfall_) external;

    /// @notice Pays `amountWad` to `account` from the fund, as far as it reaches. Only the waterfall.
    /// @dev The books lose whole token units, rounded up; the rest of the last unit comes back as income. Reverts with
    /// `Insurance_NotWaterfall`.
    /// @return paidWad What was paid, WAD.
    function pay(AccountId account, uint256 amountWad) external returns (uint256 paidWad);

    /// @notice The vault account that holds the fund's cash.
    function account() external view returns (AccountId);

    /// @notice The waterfall; zero before `wire`.
    function waterfall() external view returns (address);
}
