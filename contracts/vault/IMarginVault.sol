// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";

/// @title IMarginVault
/// @notice The only custodian of users' tokens and the only ledger of accounts of a risk domain.
/// @dev Owns: cash, collateral, positions, operators. Trusts: its registered modules, the risk engine, the perpetual
/// markets. Keeps: invariants 1, 2, 3, 6, 10.
interface IMarginVault {
    /// @notice What a module may do. One address, one role.
    enum ModuleRole {
        None,
        Exchange,
        Auction,
        Waterfall,
        InsuranceFund
    }

    /// @notice What an action of a batch is.
    /// - Deposit / DepositWithPermit: tokens in, from the caller.
    /// - Withdraw: tokens out.
    /// - Transfer: cash or collateral to another account.
    /// - Swap: collateral or cash to a callee, which must bring in another asset before it returns.
    /// - Fill: a call into the exchange.
    enum BatchActionKind {
        Deposit,
        DepositWithPermit,
        Withdraw,
        Transfer,
        Swap,
        Fill
    }

    /// @param data ABI-encoded arguments; the layout of each kind is in `docs/vault.md`.
    struct BatchAction {
        BatchActionKind kind;
        bytes data;
    }

    /// @notice Brings `amount` of `token` from the caller into `account`. Anyone may call; never blocked by a breaker.
    function deposit(AccountId account, address token, uint256 amount) external;

    /// @notice `deposit` with an ERC-2612 permit of the caller; a permit already used is not an error.
    function depositWithPermit(
        AccountId account,
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Sends `amount` of `token` out of `account`. The owner may send anywhere; an operator only to the owner
    /// or to a recipient that the owner allowed.
    function withdraw(AccountId account, address token, uint256 amount, address recipient) external;

    /// @notice Moves cash or collateral between accounts; `from` must pass the withdrawal rules.
    function transfer(AccountId from, AccountId to, address token, uint256 amount) external;

    /// @notice Runs the actions in order with one solvency check per touched account at the end.
    function operate(BatchAction[] calldata actions) external;

    /// @notice Appoints or dismisses an operator over all accounts of the caller.
    function setOperator(address operator, bool allowed) external;

    /// @notice Allows or forbids operators of the caller to send funds to `recipient`.
    function setRecipient(address recipient, bool allowed) external;

    /// @notice Applies balanced fills, charges the trade fee and checks every account of `terms` once. Only the
    /// exchange. Within `operate` the checks wait for its end.
    /// @param terms One entry per touched account, no account twice.
    /// @return feesWad Fee charged per entry of `terms`, WAD of cash.
    function applyFills(Fill[] calldata fills, TradeTerms[] calldata terms) external returns (uint256[] memory feesWad);

    /// @notice Moves the fraction `fractionWad` of every position, all collateral and all cash from `from` to `to`,
    /// and `paymentWad` of cash from `to` to `from` (negative: from `from` to `to`). Only the auction.
    /// @dev Lots and token amounts round down, except at a fraction of 1e18. `to` must pass initial margin after it.
    function transferSlice(AccountId from, AccountId to, uint256 fractionWad, int256 paymentWad) external;

    /// @notice Moves `amount` (token units) of one collateral from `from` to `to` for `cashWad` of cash the other way.
    /// Only the auction, to cure a cash deficit. `to` must pass initial margin after it.
    function exchangeCollateral(
        AccountId from,
        AccountId to,
        uint8 collateralIndex,
        uint256 amount,
        uint256 cashWad
    ) external;

    /// @notice Moves cash between accounts without a check of `from`. Only the auction, waterfall and fund: rewards,
    /// penalties, cover.
    function moveCash(AccountId from, AccountId to, uint256 amountWad) external;

    /// @notice Credits `account` with cash that holders of positions were just charged through the loss indices of the
    /// perpetual markets. Only the waterfall.
    /// @dev The charge lowers cash that is still pending, this raises settled cash by the same amount: Σ cash including
    /// pending charges is unchanged (invariant 1). Warning: the only way to create cash without tokens; the waterfall
    /// never credits more than `IPerpMarkets.spreadLoss` reports as charged in the same transaction.
    function creditFromLoss(AccountId account, uint256 amountWad) external;

    /// @notice Freezes or thaws an account for new risk and withdrawals. Only the auction.
    function setFrozen(AccountId account, bool frozen) external;

    /// @notice Blocks every withdrawal of the domain until the given time, or lifts it. Only the waterfall.
    function gateWithdrawals(uint256 until) external;

    /// @notice Whether `actor` may act for `account`: its owner, an operator or a module.
    function mayAct(AccountId account, address actor) external view returns (bool);

    /// @notice The account as the risk engine sees it, all accruals up to now included.
    function portfolioOf(AccountId account) external view returns (Portfolio memory portfolio);

    /// @notice Cash of `account`, all accruals up to now included, WAD of the settlement token, signed.
    function cashOf(AccountId account) external view returns (int256 cashWad);

    /// @notice What `account` owes the domain in cash: -(cash + positions at mid) where that is negative.
    /// @return owedWad WAD of the settlement token.
    /// @return sinceSeconds How long it has owed, seconds.
    function deficitOf(AccountId account) external view returns (uint256 owedWad, uint256 sinceSeconds);

    /// @notice Signed lots of `account` in the perpetual on `asset`.
    function lotsOf(AccountId account, AssetId asset) external view returns (int64 lots);

    /// @notice Collateral of `account`, token base units.
    function collateralOf(AccountId account, uint8 index) external view returns (uint256 amount);

    /// @notice Bitmap of the underlyings in which `account` has a perpetual position.
    function perpBitmapOf(AccountId account) external view returns (uint32 bitmap);

    /// @notice Bitmap of the collaterals that `account` holds.
    function collateralBitmapOf(AccountId account) external view returns (uint16 bitmap);

    /// @notice Whether the account is frozen by an auction.
    function isFrozen(AccountId account) external view returns (bool);

    /// @notice The settlement token.
    function settlementToken() external view returns (address);

    /// @notice Accounts that ever held anything, in order of their first deposit.
    function accountCount() external view returns (uint256);

    /// @notice The account at `position` of that list.
    function accountAt(uint256 position) external view returns (AccountId);

    /// @notice The collateral token at `index` and its decimals.
    function collateralToken(uint8 index) external view returns (address token, uint8 decimals);

    /// @notice Number of listed collaterals; the settlement token is not one of them.
    function collateralCount() external view returns (uint8);
}
