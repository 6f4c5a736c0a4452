// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {InstrumentId} from "../types/InstrumentId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";

/// @title IVaultErrors
/// @notice Every refusal of the vault.
interface IVaultErrors {
    // --- Arguments --------------------------------------------------------------------------------------------

    error Vault_ZeroAddress();
    error Vault_ZeroAmount();

    /// @notice Nobody could ever act for an account of the zero address, or of the vault itself.
    error Vault_NoOwner(AccountId account);

    /// @notice The vault does not keep this token.
    error Vault_UnknownToken(address token);

    /// @notice There is no collateral with this number.
    error Vault_UnknownCollateral(uint8 index, uint256 count);

    /// @notice Tokens may not be sent there.
    error Vault_BadRecipient(address recipient);

    /// @notice Both sides are the same account.
    error Vault_SameAccount(AccountId account);

    error Vault_EmptyBatch();

    /// @notice More actions, fills, terms or accounts than one call may have.
    error Vault_BatchTooLarge(uint256 actual, uint256 limit);

    /// @notice A fraction must be in (0, 1e18].
    error Vault_FractionOutOfRange(uint256 fractionWad);

    // --- Authority --------------------------------------------------------------------------------------------

    /// @notice `actor` is neither the owner nor an operator of the account.
    error Vault_NotAuthorised(AccountId account, address actor);

    /// @notice `actor`, who may not act for the account, would give it a collateral of a kind that it does not hold. Each
    /// kind makes the account depend on one more price: that is its owner's choice.
    error Vault_UnsolicitedCollateral(AccountId account, address token, address actor);

    /// @notice An operator may send only to the owner or where the owner allowed it.
    error Vault_RecipientNotAllowed(AccountId account, address operator, address recipient);

    /// @notice The caller has not the module role that the function asks for.
    error Vault_NotModule(address caller);

    error Vault_SignatureExpired(uint256 nowSeconds, uint256 deadline);
    error Vault_NonceMismatch(uint256 actual, uint256 expected);
    error Vault_SignatureInvalid(address owner);

    // --- Tokens -----------------------------------------------------------------------------------------------

    /// @notice The token keeps a fee (or pays one) on transfer: what arrived is not what was sent, token units.
    error Vault_TransferFeeUnsupported(address token, uint256 expected, uint256 received);

    /// @notice The vault holds less of the token than is asked for: it is lent to accounts in cash deficit.
    error Vault_InsufficientLiquidity(address token, uint256 asked, uint256 held);

    /// @notice The account holds less of the collateral than is asked for, token units.
    error Vault_InsufficientCollateral(AccountId account, address token, uint256 asked, uint256 held);

    /// @notice The callee of a swap brought in too little, token units.
    error Vault_SwapTooLittle(address token, uint256 received, uint256 minimum);

    // --- State ------------------------------------------------------------------------------------------------

    /// @notice The vault is in the middle of another call.
    error Vault_Reentered();

    error Vault_AccountFrozen(AccountId account);

    /// @notice No withdrawal of the domain until then, unix seconds.
    error Vault_WithdrawalsGated(uint256 until);

    error Vault_GateTooLong(uint256 until, uint256 latest);

    /// @notice The breaker does not let the account do this now.
    error Vault_ActionRefused(AccountId account, Action action, Rule rule, Level level);

    /// @notice Surplus over initial margin after the call, WAD, negative.
    error Vault_BelowInitialMargin(AccountId account, int256 surplusWad);

    /// @notice Cash and positions at mid would be negative after a withdrawal of cash: it would be others' cash, WAD.
    error Vault_WithdrawsOthersCash(AccountId account, int256 cashAndPositionsWad);

    /// @notice Accounts of the vault and its modules are never in deficit, nor is the one that interest is paid to.
    error Vault_InternalAccount(AccountId account);

    // --- Trades -----------------------------------------------------------------------------------------------

    error Vault_UnknownInstrument(InstrumentId instrument);

    error Vault_MarketNotListed(AssetId asset);
    error Vault_ZeroLots();
    error Vault_LotsTooLarge(uint64 lots, uint64 limit);
    error Vault_ZeroPrice();

    /// @notice An account is filled without terms.
    error Vault_TermsMissing(AccountId account);

    error Vault_TermsTwice(AccountId account);

    /// @notice An account has terms but no fill.
    error Vault_TermsWithoutFill(AccountId account);

    /// @notice The trade fee is more than the account accepted, WAD.
    error Vault_FeeAboveMaximum(AccountId account, uint256 feeWad, uint256 maxFeeWad);

    /// @notice A reduce-only account would open, grow or flip a position.
    error Vault_NotReducing(AccountId account);

    /// @notice A reduction by an account below initial margin would worsen its maintenance surplus: after and before, WAD.
    error Vault_ReductionWorsens(AccountId account, int256 afterWad, int256 beforeWad);

    /// @notice A reduction by an account below initial margin gives away more value than the risk it removes: equity
    /// after it, and the least it may be, WAD.
    error Vault_ReductionGivesAway(AccountId account, int256 equityWad, int256 leastWad);

    /// @notice An account would hold options of more expiries than one transaction can take over. Those of settled expiries
    /// count until they are collected (`settleOptions`, by anyone).
    error Vault_TooManyExpiries(AccountId account, uint256 expiries, uint256 limit);

    // --- Configuration ----------------------------------------------------------------------------------------

    error Vault_TokenListed(address token);
    error Vault_TooManyCollaterals(uint256 limit);

    /// @notice Amounts are kept in WAD: more than 18 decimals would not fit.
    error Vault_TooManyDecimals(address token, uint8 decimals, uint8 limit);

    error Vault_NotAToken(address token);
    error Vault_OutOfBounds(uint256 actual, uint256 limit);

    /// @notice Fund and treasury accounts are not set yet.
    error Vault_FeeAccountsUnset();

    /// @notice No module has the role Exchange.
    error Vault_NoExchange();
}
