// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

/// @title IVaultSettings
/// @notice What governance sets in the vault. Every setter is restricted by the AccessManager.
interface IVaultSettings {
    /// @notice What a module may do. One address, one role.
    enum ModuleRole {
        None,
        Exchange,
        Auction,
        Waterfall,
        InsuranceFund
    }

    /// @notice Terms of trades.
    /// @param feeBps Fee on the notional of each side, bps, rounded up; at most 100.
    /// @param fundShareBps Share of the fees that goes to the insurance fund, bps, rounded up.
    /// @param reductionToleranceBps Value that a reduction below initial margin may give away beyond its share of the
    /// account's equity, bps of the traded notional; at most 100.
    struct TradePolicy {
        uint16 feeBps;
        uint16 fundShareBps;
        uint16 reductionToleranceBps;
    }

    /// @notice Interest on cash deficits by utilisation u = owed / (held + owed): base + slopeBelow * min(1, u / kink)
    /// + slopeAbove * max(0, (u - kink) / (1 - kink)). Rates in bps per year, each at most 100,000.
    /// @param kinkBps Utilisation at the kink, bps, 1 to 9,999.
    struct InterestTerms {
        uint32 baseBps;
        uint32 kinkBps;
        uint32 slopeBelowBps;
        uint32 slopeAboveBps;
    }

    event ModuleSet(address indexed module, ModuleRole previous, ModuleRole current);
    event TradePolicySet(TradePolicy previous, TradePolicy current);
    event FeeAccountsSet(AccountId fund, AccountId treasury);
    event InterestTermsSet(InterestTerms previous, InterestTerms current);

    /// @notice Lists a collateral; its number is its place in the list, at most 16.
    /// @dev Warning: no rebasing tokens, which change balances by themselves: list their wrapped form. Errors:
    /// `Vault_ZeroAddress`, `Vault_TokenListed`, `Vault_TooManyCollaterals`, `Vault_NotAToken`,
    /// `Vault_TooManyDecimals`, and `Risk_CollateralNotConfigured` of the risk engine, which must know it first.
    /// @return index Number of the collateral.
    function listCollateral(address token) external returns (uint8 index);

    /// @notice Gives `module` a role, or takes it away with None. The role Exchange passes from one address to the next;
    /// the others may have several bearers.
    /// @dev Errors: `Vault_ZeroAddress`.
    function setModule(address module, ModuleRole role) external;

    /// @notice Sets the terms of trades. Errors: `Vault_OutOfBounds`.
    function setTradePolicy(TradePolicy calldata policy) external;

    /// @notice Sets the accounts of the insurance fund (fee share, interest) and of the treasury (rest of the fees).
    /// @dev Until they are set both stay in the account of fees. Errors: `Vault_NoOwner`, and `Vault_InternalAccount` for
    /// a fund account with a deficit.
    function setFeeAccounts(AccountId fund, AccountId treasury) external;

    /// @notice Sets the interest on cash deficits, from now on. Errors: `Vault_OutOfBounds`.
    function setInterestTerms(InterestTerms calldata terms) external;

    /// @notice The role of an address.
    function moduleRole(address module) external view returns (ModuleRole);

    /// @notice The module with the role Exchange, or the zero address.
    function exchange() external view returns (address);

    /// @notice The terms of trades.
    function tradePolicy() external view returns (TradePolicy memory);

    /// @notice The accounts of the insurance fund and of the treasury.
    function feeAccounts() external view returns (AccountId fund, AccountId treasury);

    /// @notice The interest on cash deficits.
    function interestTerms() external view returns (InterestTerms memory);
}
