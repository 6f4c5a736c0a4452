// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Fill, TradeTerms} from "../types/Trade.sol";

import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {IVaultOperators} from "./IVaultOperators.sol";
import {IVaultSettings} from "./IVaultSettings.sol";

/// @title IMarginVault
/// @notice The only custodian of users' tokens and the only ledger of accounts of a risk domain.
/// @dev Owns: cash, collateral, positions, operators. Trusts: its registered modules, the risk engine, the perpetual
/// markets, the breaker and the limiter. Keeps: invariants 1, 2, 3, 6, 10. Settled cash of all accounts plus
/// `clearingWad` equals the settlement tokens tracked, to the wei; tokens sent here without a deposit change nothing.
/// Every function that changes state reverts with `Vault_Reentered` while another runs, and the arithmetic with
/// Solady's `Overflow` when a balance would leave its bits. The withdrawal rules are:
/// 1. the caller may send: the owner anywhere, an operator to the owner or an allowed recipient;
/// 2. the account is not frozen and the domain's withdrawals are not gated;
/// 3. the breaker's rule for Withdraw over the account's exposure. An account without positions and without debt has
///    none, whatever collateral it holds: it can leave without any price;
/// 4. initial margin after it, stressed where the rule says so. No price is read for an account as in 3;
/// 5. for cash: cash and positions at mid are not negative after it.
interface IMarginVault is IVaultErrors, IVaultEvents, IVaultOperators, IVaultSettings {
    /// @notice What an action of a batch is, and the layout of its data (`abi.encode` of the arguments).
    /// - Deposit: (AccountId account, address token, uint256 amount); tokens from the caller.
    /// - DepositWithPermit: (AccountId, address, uint256, uint256 deadline, uint8 v, bytes32 r, bytes32 s).
    /// - Withdraw: (AccountId account, address token, uint256 amount, address recipient).
    /// - Transfer: (AccountId from, AccountId to, address token, uint256 amount).
    /// - Swap: (SwapRequest).
    /// - Fill: whatever the exchange's `takeFor` expects as its request.
    enum BatchActionKind {
        Deposit,
        DepositWithPermit,
        Withdraw,
        Transfer,
        Swap,
        Fill
    }

    /// @param data Arguments, see `BatchActionKind`.
    struct BatchAction {
        BatchActionKind kind;
        bytes data;
    }

    /// @notice `amountOut` of `tokenOut` goes from `account` to `callee`, which brings in `tokenIn`.
    /// @param minAmountIn Least that must arrive, token units; all that arrives is credited.
    /// @param data Handed to the callee.
    struct SwapRequest {
        AccountId account;
        address tokenOut;
        uint256 amountOut;
        address tokenIn;
        uint256 minAmountIn;
        address callee;
        bytes data;
    }

    // --- Users ------------------------------------------------------------------------------------------------

    /// @notice Brings `amount` of `token` from the caller into `account`. Anyone may call; never blocked by a breaker,
    /// a gate or a freeze. A collateral that the account does not hold yet is only for who may act for it.
    /// @dev Errors: `Vault_ZeroAmount`, `Vault_NoOwner`, `Vault_UnknownToken`, `Vault_TransferFeeUnsupported`,
    /// `Vault_UnsolicitedCollateral`, and what the token reverts with.
    /// @param amount Token base units.
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

    /// @notice Sends `amount` of `token` out of `account` by the withdrawal rules and the outflow limiter.
    /// @dev Errors: `Vault_ZeroAmount`, `Vault_UnknownToken`, `Vault_NotAuthorised`, `Vault_RecipientNotAllowed`,
    /// `Vault_BadRecipient` (zero, or the vault), `Vault_AccountFrozen`, `Vault_WithdrawalsGated`,
    /// `Vault_InsufficientCollateral`, `Vault_InsufficientLiquidity`, `Vault_ActionRefused`,
    /// `Vault_BelowInitialMargin`, `Vault_WithdrawsOthersCash`, and `Outflow_LimitExceeded` of the limiter.
    /// @param amount Token base units.
    function withdraw(AccountId account, address token, uint256 amount, address recipient) external;

    /// @notice Moves cash or collateral between accounts by the withdrawal rules on `from`, without the limiter. An
    /// operator may send to accounts of the same owner or of an allowed recipient. A collateral that `to` does not hold
    /// yet is only for who may act for it.
    /// @dev Errors: as `withdraw`, and `Vault_SameAccount`, `Vault_NoOwner`, `Vault_UnsolicitedCollateral`.
    /// @param amount Token base units.
    function transfer(AccountId from, AccountId to, address token, uint256 amount) external;

    /// @notice Runs the actions in order, for the caller, with one solvency check per touched account at the end.
    /// @dev At most 64 actions and 32 touched accounts. Who may act, freezes, gates, fees and the limiter are checked
    /// at each action. The callee of a Swap counts as recipient; the token that leaves counts against the limiter. A
    /// reduction by an account below initial margin must hold on its own (see `applyFills`) or the account must pass
    /// initial margin at the end. Warning: a failing counterparty fails the whole batch. Errors: those of the actions,
    /// `Vault_EmptyBatch`, `Vault_BatchTooLarge`, `Vault_NoExchange`, `Vault_SwapTooLittle`.
    function operate(BatchAction[] calldata actions) external;

    /// @notice Brings the deficit record of `account` up to date: settles interest, measures what it owes, starts or
    /// stops its clock. Charges the carrying charge due and sets its rate by the margin of now: an account that has improved can
    /// have its rate lowered so. Anyone may call.
    /// @dev Errors: `Vault_InternalAccount`.
    /// @return owedWad What it owes now, WAD.
    function touch(AccountId account) external returns (uint256 owedWad);

    /// @notice Pays the accounts for their options in settled expiries, and takes these off their books. Anyone may call;
    /// never blocked by a breaker, a gate or a freeze. Accounts with nothing to settle are skipped. An account is worth
    /// the same before and after it.
    /// @dev At most 32 accounts. Errors: `Vault_BatchTooLarge`.
    /// @return expiries Number of pairs of account and expiry that were paid.
    function settleOptions(AccountId[] calldata accounts) external returns (uint256 expiries);

    /// @notice Sends the collected fees to fund and treasury. Anyone may call.
    /// @dev Errors: `Vault_FeeAccountsUnset`.
    function distributeFees() external returns (uint256 fundWad, uint256 treasuryWad);

    // --- Modules ----------------------------------------------------------------------------------------------

    /// @notice Applies balanced fills, charges the trade fee and checks every account of `terms` once. Only the
    /// exchange. Within `operate` the checks wait for its end, and the surcharge with them.
    /// @dev An account that opens pays a surcharge by its margin ratio after the base fee (`HealthFee`): with it the fee is at most
    /// its terms' maximum, else `Vault_FeeAboveMaximum`, and it still passes initial margin. The check sets the carrying charge.
    /// @dev A trade that opens, grows or flips a position needs the breaker's rule for Open over the account's exposure
    /// and initial margin after it, stressed where the rule says so; frozen and reduce-only accounts may not. One that
    /// only shrinks positions asks no breaker (invariant 10); the account passes initial margin after it, or: its
    /// maintenance surplus is not lower than before, and its equity has fallen by no more than its maintenance
    /// requirement in proportion, the fee and the tolerance. Errors: `Vault_NotModule`, `Vault_EmptyBatch`,
    /// `Vault_BatchTooLarge` (64 fills, 32 terms), all under "Trades", `Vault_SameAccount`, `Vault_AccountFrozen`,
    /// `Vault_ActionRefused`, `Vault_BelowInitialMargin`, and those of the perpetual markets.
    /// @param terms One entry per touched account, no account twice.
    function applyFills(Fill[] calldata fills, TradeTerms[] calldata terms) external;

    /// @notice Moves the fraction `fractionWad` of every position, all collateral and all cash from `from` to `to`,
    /// and `paymentWad` of cash from `to` to `from` (negative: from `from` to `to`). Only the auction.
    /// @dev Lots round toward zero, token amounts and cash down (a debt's part up), except at a fraction of 1e18.
    /// `to` must not be frozen and must pass initial margin after it. Errors: `Vault_NotModule`,
    /// `Vault_FractionOutOfRange`, `Vault_SameAccount`, `Vault_NoOwner`, `Vault_AccountFrozen`,
    /// `Vault_BelowInitialMargin`.
    function transferSlice(AccountId from, AccountId to, uint256 fractionWad, int256 paymentWad) external;

    /// @notice Moves `amount` (token units) of one collateral from `from` to `to` for `cashWad` of cash the other way.
    /// Only the auction, to cure a cash deficit. `to` must not be frozen and must pass initial margin after it.
    /// @dev The deficit of `from` is measured anew. Errors: `Vault_NotModule`, `Vault_SameAccount`, `Vault_NoOwner`,
    /// `Vault_ZeroAmount`, `Vault_UnknownCollateral`, `Vault_InsufficientCollateral`, `Vault_AccountFrozen`,
    /// `Vault_BelowInitialMargin`.
    function exchangeCollateral(
        AccountId from,
        AccountId to,
        uint8 collateralIndex,
        uint256 amount,
        uint256 cashWad
    ) external;

    /// @notice Moves cash between accounts without a check of `from`. Only the auction, waterfall and fund: rewards,
    /// penalties, cover.
    /// @dev Errors: `Vault_NotModule`, `Vault_NoOwner`, `Vault_SameAccount`.
    function moveCash(AccountId from, AccountId to, uint256 amountWad) external;

    /// @notice Credits `account` with cash that holders of positions were just charged through the loss indices of the
    /// perpetual markets. Only the waterfall.
    /// @dev The charge lowers cash that is still pending, this raises settled cash by the same amount: Σ cash including
    /// pending charges is unchanged (invariant 1). Warning: the only way to create cash without tokens; the waterfall
    /// never credits more than `IPerpMarkets.spreadLoss` reports as charged in the same transaction. Errors:
    /// `Vault_NotModule`, `Vault_NoOwner`.
    function creditFromLoss(AccountId account, uint256 amountWad) external;

    /// @notice Freezes or thaws an account for new risk and withdrawals. Only the auction. Its carrying charge is charged and ends.
    /// @dev Errors: `Vault_NotModule`.
    function setFrozen(AccountId account, bool frozen) external;

    /// @notice Blocks every withdrawal of the domain until the given time, or lifts it with a time that has passed.
    /// Only the waterfall.
    /// @dev Errors: `Vault_NotModule`, `Vault_GateTooLong` (more than 7 days ahead).
    /// @param until Unix seconds.
    function gateWithdrawals(uint256 until) external;

    // --- Views ------------------------------------------------------------------------------------------------

    /// @notice The account as the risk engine sees it, all accruals up to now included.
    function portfolioOf(AccountId account) external view returns (Portfolio memory portfolio);

    /// @notice Cash of `account`, all accruals up to now included, WAD of the settlement token, signed.
    function cashOf(AccountId account) external view returns (int256 cashWad);

    /// @notice What `account` owes the domain in cash now: -(cash + positions at mid) where that is negative and a
    /// `touch` has recorded a deficit; 0 otherwise.
    /// @return owedWad WAD of the settlement token.
    /// @return sinceSeconds How long it has owed, seconds.
    function deficitOf(AccountId account) external view returns (uint256 owedWad, uint256 sinceSeconds);

    /// @notice The carrying charge of `account`; all 0 where it pays none.
    /// @return wadPerYear The rate of its last assessment, WAD of cash per year.
    /// @return pendingWad What it has accrued since, WAD, rounded up. It stops after 7 days of seconds in which it could act.
    /// @return sinceSeconds How long ago that was, seconds.
    function carryOf(
        AccountId account
    ) external view returns (uint256 wadPerYear, uint256 pendingWad, uint256 sinceSeconds);

    /// @notice Signed lots of `account` in the perpetual on `asset`.
    function lotsOf(AccountId account, AssetId asset) external view returns (int64 lots);

    /// @notice Collateral of `account`, token base units.
    function collateralOf(AccountId account, uint8 index) external view returns (uint256 amount);

    /// @notice Bitmap of the underlyings in which `account` has a perpetual position.
    function perpBitmapOf(AccountId account) external view returns (uint32 bitmap);

    /// @notice Bitmap of the slots of the option markets in which `account` holds options, settled ones that are not paid
    /// out yet included.
    function expiryBitmapOf(AccountId account) external view returns (uint64 bitmap);

    /// @notice The option legs of `account` in the expiry of `slot`.
    function legsOf(AccountId account, uint8 slot) external view returns (OptionWord legs);

    /// @notice Bitmap of the collaterals that `account` holds.
    function collateralBitmapOf(AccountId account) external view returns (uint16 bitmap);

    /// @notice Whether the account is frozen by an auction.
    function isFrozen(AccountId account) external view returns (bool);

    /// @notice Whom the vault asks: risk engine, perpetual markets, breaker and outflow limiter. They never change.
    function neighbours() external view returns (address risk, address perps, address breaker, address limiter);

    /// @notice The settlement token.
    function settlementToken() external view returns (address);

    /// @notice Accounts that ever held anything, in order of their first deposit.
    function accountCount() external view returns (uint256);

    /// @notice The account at `position` of that list.
    function accountAt(uint256 position) external view returns (AccountId);

    /// @notice The collateral token at `index` and its decimals. Errors: `Vault_UnknownCollateral`.
    function collateralToken(uint8 index) external view returns (address token, uint8 decimals);

    /// @notice Number of listed collaterals; the settlement token is not one of them.
    function collateralCount() external view returns (uint8);

    /// @notice What the vault tracks of `token`: deposits less withdrawals, token base units. At most what it holds.
    function holdingsOf(address token) external view returns (uint256 amount);

    /// @notice Settled cash as stored, without pending funding, losses, interest and carrying charge, WAD, signed.
    function settledCashOf(AccountId account) external view returns (int256 cashWad);

    /// @notice Cash between the two sides of the markets, WAD, signed: charges settled by one side and not yet by the
    /// other. Settled cash of all accounts plus this is the settlement tokens tracked.
    function clearingWad() external view returns (int256);

    /// @notice The account in which trade fees wait for `distributeFees`.
    function feeCollector() external view returns (AccountId);

    /// @notice Unix seconds until which withdrawals are gated.
    function gatedUntil() external view returns (uint256);

    /// @notice The deficits of the domain: sum recorded, interest index (interest per unit owed) and rate now, WAD.
    function deficitPool() external view returns (uint256 owedWad, uint256 indexWad, uint256 rateWadPerYear);
}
