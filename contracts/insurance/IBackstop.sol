// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {ICooldownVault} from "./ICooldownVault.sol";

/// @title IBackstop
/// @notice One pool behind several domains: lends to each at most its line per epoch, is repaid first from later
/// income.
/// @dev Owns: shares, tokens, lines, debts. Trusts: the registered vaults to take a deposit. Keeps: invariant 12 (a
/// domain's failure costs it at most that line: what a domain owes never exceeds its line at the draw).
/// Debt is not an asset: depositors carry a draw at once and gain from a repayment, which streams in like any income.
/// Redemptions are not blocked by a domain's insolvency, or one domain could lock in the depositors behind all others.
interface IBackstop is ICooldownVault {
    /// @notice What the pool knows of a domain; the key is its waterfall.
    /// @param vault The domain's margin vault.
    /// @param line Most it may draw per epoch and most it may owe by drawing, token base units.
    /// @param debt What it owes, token base units.
    /// @param drawnInEpoch Drawn in `epoch`, token base units; repayments do not lower it.
    /// @param epoch Number of the epoch of its last draw.
    struct Domain {
        address vault;
        uint128 line;
        uint128 debt;
        uint128 drawnInEpoch;
        uint64 epoch;
    }

    /// @notice A domain was registered or its line changed; token base units.
    event LineChanged(address indexed domain, address indexed vault, uint256 oldLine, uint256 newLine);

    /// @notice `domain` drew `amount` into the vault account `to`. Token base units.
    event Drawn(address indexed domain, AccountId indexed to, uint256 amount, uint256 debtAfter);

    /// @notice `payer` repaid `amount` of the debt of `domain`. Token base units.
    event Repaid(address indexed domain, address indexed payer, uint256 amount, uint256 debtAfter);

    /// @notice The length of an epoch changed; seconds.
    event EpochDurationChanged(uint256 oldSeconds, uint256 newSeconds);

    /// @notice The domain is not registered.
    error Backstop_UnknownDomain(address domain);
    /// @notice The domain is registered with another vault, which holds its accounts.
    error Backstop_VaultFixed(address domain, address vault);
    /// @notice The vault settles in another token.
    error Backstop_WrongToken(address actual, address expected);
    /// @notice `lowerLine` was asked to raise it or leave it. Token base units.
    error Backstop_LineNotLower(uint256 actual, uint256 current);
    /// @notice The line is larger than the pool can count. Token base units.
    error Backstop_LineTooLarge(uint256 actual, uint256 maximum);
    /// @notice There is nothing to repay: the amount or the debt is zero. Token base units.
    error Backstop_NothingToRepay(uint256 amount, uint256 debt);
    /// @notice The epoch's length is outside its bounds; seconds.
    error Backstop_EpochOutOfBounds(uint256 actual, uint256 minimum, uint256 maximum);

    /// @notice Registers the domain of waterfall `domain` or changes its line. Restricted.
    /// @dev Reverts with `Insurance_ZeroAddress`, `Backstop_VaultFixed`, `Backstop_WrongToken`, `Backstop_LineTooLarge`.
    /// @param vault The domain's margin vault; cannot change.
    /// @param line Token base units; 0 ends the lending, not the debt.
    function setLine(address domain, address vault, uint256 line) external;

    /// @notice Lowers the line of `domain` at once. Restricted; can only tighten.
    /// @dev Reverts with `Backstop_UnknownDomain`, `Backstop_LineNotLower`.
    function lowerLine(address domain, uint256 line) external;

    /// @notice Sets the length of an epoch, seconds. Restricted. Starts a new epoch for everybody.
    /// @dev Reverts with `Backstop_EpochOutOfBounds`: within [1, 90] days.
    function setEpochDuration(uint256 durationSeconds) external;

    /// @notice Lends up to `amountWad` into the vault account `to` of the calling domain's waterfall.
    /// @dev Reverts with `Backstop_UnknownDomain`; lends 0 when the line or the pool is empty.
    /// @return lentWad What was lent, WAD, rounded down to whole token units.
    function draw(AccountId to, uint256 amountWad) external returns (uint256 lentWad);

    /// @notice Takes back `amount` token base units of the caller's debt from the caller.
    /// @dev Reverts with `Backstop_NothingToRepay`, `Insurance_FeeOnTransfer`.
    /// @return repaid What was taken, token base units: no more than the debt.
    function repay(uint256 amount) external returns (uint256 repaid);

    /// @notice `repay` of the debt of `domain` by anyone.
    function repayFor(address domain, uint256 amount) external returns (uint256 repaid);

    /// @notice What `domain` could draw now, WAD; 0 for an unknown one.
    function available(address domain) external view returns (uint256 amountWad);

    /// @notice What `domain` owes, token base units.
    function debtOf(address domain) external view returns (uint256 amount);

    /// @notice Everything the pool knows of `domain`.
    function domainOf(address domain) external view returns (Domain memory);

    /// @notice Length of an epoch, seconds, and the number of the current one.
    function currentEpoch() external view returns (uint256 durationSeconds, uint256 epoch);
}
