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

    /// @notice Terms of trades. 1 + 2 + 1 + 2 + 2 = 8 bytes. `HealthFee` has the formula of the fee.
    /// @param feeBps Fee on the notional of each side, bps, rounded up; at most 100.
    /// @param fundShareBps Share of the fees that goes to the insurance fund, bps, rounded up.
    /// @param reductionToleranceBps Value that a reduction below initial margin may give away beyond its share of the
    /// account's equity, bps of the traded notional; at most 100.
    /// @param surchargeBps k: how much dearer a trade that opens is at initial margin, bps of the fee; at most 50,000, and with
    /// the fee itself at most 100 bps of the notional.
    /// @param safeRatioBps r*: initial surplus as a share of gross notional from which an account pays neither surcharge nor
    /// carrying charge, bps; at most 2,000. 0 = nobody pays them.
    struct TradePolicy {
        uint8 feeBps;
        uint16 fundShareBps;
        uint8 reductionToleranceBps;
        uint16 surchargeBps;
        uint16 safeRatioBps;
    }

    /// @notice What accounts pay by time. Interest on cash deficits by utilisation u = owed / (held + owed): base + slopeBelow * min(1, u / kink)
    /// + slopeAbove * max(0, (u - kink) / (1 - kink)). Rates in bps per year, each at most 100,000.
    /// @param kinkBps Utilisation at the kink, bps, 1 to 9,999.
    /// @param carryBps Carrying charge at initial margin and below, bps of gross notional per year; at most 2,000.
    struct InterestTerms {
        uint32 baseBps;
        uint32 kinkBps;
        uint32 slopeBelowBps;
        uint32 slopeAboveBps;
        uint32 carryBps;
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

    /// @notice Sets the accounts of the insurance fund (fee share, interest, carrying charges) and of the treasury (rest of the fees).
    /// @dev Until they are set both stay in the account of fees. Errors: `Vault_NoOwner`, and `Vault_InternalAccount` for
    /// a fund account with a deficit or a carrying charge.
    function setFeeAccounts(AccountId fund, AccountId treasury) external;

    /// @notice Sets the interest on cash deficits, from now on, and the carrying charge, of each account from its next assessment
    /// on. Errors: `Vault_OutOfBounds`.
    function setInterestTerms(InterestTerms calldata terms) external;

    /// @notice The role of an address.
    function moduleRole(address module) external view returns (ModuleRole);

    /// @notice The module with the role Exchange, or the zero address.
    function exchange() external view returns (address);

    /// @notice The terms of trades.
    function tradePolicy() external view returns (TradePolicy memory);

    /// @notice The accounts of the insurance fund and of the treasury.
    function feeAccounts() external view returns (AccountId fund, AccountId treasury);

    /// @notice The interest on cash deficits, and the carrying charge.
    function interestTerms() external view returns (InterestTerms memory);
}
