// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {InstrumentId} from "../types/InstrumentId.sol";
import {Level, Rule} from "../types/Policy.sol";
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

    /// @param data ABI-encoded arguments:
    /// - Deposit: (AccountId account, address token, uint256 amount)
    /// - DepositWithPermit: the arguments of `depositWithPermit`
    /// - Withdraw: (AccountId account, address token, uint256 amount, address recipient)
    /// - Transfer: (AccountId from, AccountId to, address token, uint256 amount)
    /// - Swap: (SwapTerms)
    /// - Fill: (AccountId taker, bytes request) with the request of `IExchange.takeFor`
    struct BatchAction {
        BatchActionKind kind;
        bytes data;
    }

    /// @notice A swap within a batch: out to the callee, in from wherever it brings it.
    /// @param callee Gets `amountOut` and is called as `IVaultCallee`; an operator may only name a recipient that the
    /// owner allowed.
    /// @param minAmountIn Least that must arrive, token base units, not 0.
    struct SwapTerms {
        AccountId account;
        address tokenOut;
        uint256 amountOut;
        address callee;
        address tokenIn;
        uint256 minAmountIn;
        bytes data;
    }

    /// @notice What trading costs, and who gets it.
    /// @param feeBps Of the notional of each side, at most 100.
    /// @param fundShareBps Share of the fee that goes to the insurance fund; the rest goes to `treasury`.
    struct FeeTerms {
        uint16 feeBps;
        uint16 fundShareBps;
        AccountId treasury;
    }

    /// @notice Interest on cash deficits: base + slope1 * min(U, kink) + slope2 * max(0, U - kink), with U = owed /
    /// (owed + settlement tokens held). WAD per year; the kink WAD, at most 1e18; each rate at most 10e18.
    struct InterestTerms {
        uint64 baseWadPerYear;
        uint64 kinkWad;
        uint64 slope1WadPerYear;
        uint64 slope2WadPerYear;
    }

    // ------------------------------------------------------------------------------------------------------- events

    /// @notice Tokens came in. `amount` in token base units.
    event Deposited(AccountId indexed account, address indexed token, uint256 amount, address indexed from);

    /// @notice Tokens went out. `amount` in token base units.
    event Withdrawn(AccountId indexed account, address indexed token, uint256 amount, address indexed recipient);

    /// @notice Cash or collateral moved between accounts. `amount` in token base units.
    event Transferred(AccountId indexed from, AccountId indexed to, address indexed token, uint256 amount);

    /// @notice Cash moved between accounts by a module. WAD.
    event CashMoved(AccountId indexed from, AccountId indexed to, uint256 amountWad);

    /// @notice Cash that the loss indices charged was credited. WAD.
    event LossCredited(AccountId indexed account, uint256 amountWad);

    /// @notice A fill was booked; the seller's cash rose and the buyer's fell by `cashWad`.
    event Filled(
        AccountId indexed buyer,
        AccountId indexed seller,
        AssetId indexed asset,
        uint64 lots,
        uint256 priceWad,
        uint256 cashWad
    );

    /// @notice Funding and losses of a position were settled into cash. WAD, signed.
    event PositionSettled(AccountId indexed account, AssetId indexed asset, int256 cashWad);

    /// @notice A trade fee was charged, WAD.
    event FeeCharged(AccountId indexed account, uint256 feeWad);

    /// @notice A slice of an account was sold. Payment in WAD, signed; positive = paid by `to`.
    event SliceTransferred(AccountId indexed from, AccountId indexed to, uint256 fractionWad, int256 paymentWad);

    /// @notice Collateral was sold for cash to cure a deficit. `amount` in token base units, cash in WAD.
    event CollateralExchanged(
        AccountId indexed from,
        AccountId indexed to,
        uint8 indexed collateralIndex,
        uint256 amount,
        uint256 cashWad
    );

    /// @notice What an account owes in cash was assessed, WAD; `interestWad` was charged for the time before.
    event DeficitAssessed(AccountId indexed account, uint256 owedWad, uint256 interestWad);

    event FrozenSet(AccountId indexed account, bool frozen);
    event OperatorSet(address indexed owner, address indexed operator, bool allowed);
    event RecipientSet(address indexed owner, address indexed recipient, bool allowed);
    event WithdrawalsGated(uint256 until);
    event ModuleSet(address indexed module, ModuleRole role);
    event CollateralListed(uint8 indexed index, address indexed token, uint8 decimals);
    event FeeTermsSet(FeeTerms terms);
    event InterestTermsSet(InterestTerms terms);

    // ------------------------------------------------------------------------------------------------------- errors

    error Vault_ZeroAddress();
    error Vault_ZeroAmount();
    /// @notice The vault is in the middle of another call.
    error Vault_Reentered();
    /// @notice The token is neither the settlement token nor a listed collateral.
    error Vault_UnknownToken(address token);
    error Vault_TokenAlreadyListed(address token);
    error Vault_TooManyCollaterals(uint256 limit);
    error Vault_UnsupportedDecimals(address token, uint256 decimals, uint256 limit);
    /// @notice The token keeps a part of what is sent, or sends more.
    error Vault_TransferFeeUnsupported(address token, uint256 expected, uint256 received);
    error Vault_NotAuthorised(AccountId account, address actor);
    error Vault_RecipientNotAllowed(address owner, address recipient);
    error Vault_SameAccount(AccountId account);
    error Vault_InsufficientCollateral(AccountId account, address token, uint256 asked, uint256 held);
    error Vault_AccountFrozen(AccountId account);
    error Vault_WithdrawalsAreGated(uint256 until);
    error Vault_WithdrawalRefused(AccountId account, Rule rule, Level level);
    error Vault_BelowInitialMargin(AccountId account, int256 surplusWad);
    /// @notice Cash and positions together would be negative: others' cash would pay.
    error Vault_CashDeficit(AccountId account, int256 cashWad, int256 netPositionWad);
    error Vault_WrongModule(address caller, ModuleRole role);
    error Vault_ModuleAlreadySet(address module, ModuleRole role);
    error Vault_InstrumentNotTradable(InstrumentId instrument);
    error Vault_LotsOutOfBounds(uint256 lots, uint256 limit);
    /// @notice An account of a fill has no terms, or has them twice.
    error Vault_TermsMissing(AccountId account);
    error Vault_TermsTwice(AccountId account);
    error Vault_FeeAboveMaximum(AccountId account, uint256 feeWad, uint256 maxFeeWad);
    /// @notice Only reductions are possible: by the order, the breaker's rule or the auction.
    error Vault_NotReducing(AccountId account, AssetId asset, int64 lotsBefore, int64 lotsAfter);
    error Vault_ReductionWorsens(AccountId account, int256 surplusBeforeWad, int256 surplusAfterWad);
    error Vault_FractionOutOfBounds(uint256 fractionWad, uint256 limitWad);
    error Vault_TooManyActions(uint256 count, uint256 limit);
    error Vault_SwapTooLittle(address token, uint256 received, uint256 minimum);
    error Vault_SameToken(address token);
    error Vault_FeeTermsOutOfBounds(uint256 feeBps, uint256 fundShareBps);
    error Vault_InterestTermsOutOfBounds(uint256 value, uint256 limit);
    error Vault_SignatureExpired(uint256 deadline, uint256 timestamp);
    error Vault_BadSignature(address owner);

    // ------------------------------------------------------------------------------------------------------ holders

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

    /// @notice `setOperator` for `owner` by its EIP-712 or ERC-1271 signature over
    /// SetOperator(address owner,address operator,bool allowed,uint256 nonce,uint256 deadline).
    function setOperatorBySig(
        address owner,
        address operator,
        bool allowed,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Allows or forbids operators of the caller to send funds to `recipient`.
    function setRecipient(address recipient, bool allowed) external;

    /// @notice Brings what `account` owes in cash up to date and charges the interest due. Anyone may call.
    /// @return owedWad What it owes now, WAD.
    function touch(AccountId account) external returns (uint256 owedWad);

    // ------------------------------------------------------------------------------------------------------ modules

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

    // ------------------------------------------------------------------------------------------------ configuration

    /// @notice Gives a module its role, once. Restricted. The insurance fund's account becomes (module, 0).
    function setModule(address module, ModuleRole role) external;

    /// @notice Lists a collateral at the next index. Restricted. At most 16, at most 18 decimals.
    function listCollateral(address token) external returns (uint8 index);

    /// @notice Sets the trade fee and its split. Restricted.
    function setFeeTerms(FeeTerms calldata terms) external;

    /// @notice Sets the interest on cash deficits, after accruing at the old. Restricted.
    function setInterestTerms(InterestTerms calldata terms) external;

    // -------------------------------------------------------------------------------------------------------- views

    /// @notice Whether `actor` may act for `account`: its owner or an operator.
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

    /// @notice Whether `recipient` may receive funds from operators of `owner`.
    function isRecipient(address owner, address recipient) external view returns (bool);

    /// @notice Next nonce of `owner` for `setOperatorBySig`.
    function nonceOf(address owner) external view returns (uint256);

    /// @notice Role of a module.
    function roleOf(address module) external view returns (ModuleRole);

    /// @notice Tokens that the ledger accounts for, token base units; what is above it in the balance is a donation.
    function heldOf(address token) external view returns (uint256 amount);

    /// @notice Sum of the recorded cash deficits, WAD, and the interest they bear now, WAD per year.
    function owedTotal() external view returns (uint256 owedWad, uint256 rateWadPerYear);

    /// @notice Until when withdrawals are gated, unix seconds; past = not gated.
    function gatedUntil() external view returns (uint256);

    function feeTerms() external view returns (FeeTerms memory);
    function interestTerms() external view returns (InterestTerms memory);
}
