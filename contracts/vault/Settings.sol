// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {HealthFee} from "../math/HealthFee.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";

import {DeficitInterest} from "./DeficitInterest.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {IVaultSettings} from "./IVaultSettings.sol";
import {Operators} from "./Operators.sol";
import {BPS, MAX_COLLATERALS, MAX_DECIMALS, TokenKind, TokenRecord, VaultState, Wiring} from "./VaultState.sol";

/// @title Settings
/// @notice What governance sets, within bounds, and what owners allow. Linked into `MarginVault` and run on its storage, see `VaultDesk`.
library Settings {
    using SafeERC20 for IERC20;

    /// @dev 1 %: the most that a trade may cost in fees, or a reduction may give away.
    uint256 private constant MAX_TRADE_BPS = 100;

    /// @dev 1,000 % a year for each part of the interest: more is no deterrent but a penalty.
    uint256 private constant MAX_RATE_BPS = 100_000;

    /// @dev 500 %: a trade that opens at initial margin costs at most six times the fee.
    uint256 private constant MAX_SURCHARGE_BPS = 50_000;

    /// @dev 20 % of gross notional to spare is safe under any terms.
    uint256 private constant MAX_SAFE_RATIO_BPS = 2_000;

    /// @dev 20 % of gross notional a year: of what an account at its limit has, little in the week that an assessment lasts.
    uint256 private constant MAX_CARRY_BPS = 2_000;

    /// @notice Decimals of a token that the vault can keep, or a revert.
    function requireDecimals(address token) internal view returns (uint8) {
        if (token == address(0)) revert IVaultErrors.Vault_ZeroAddress();
        (bool ok, uint8 decimals) = IERC20(token).tryGetDecimals();
        if (!ok || token.code.length == 0) revert IVaultErrors.Vault_NotAToken(token);
        if (decimals > MAX_DECIMALS) revert IVaultErrors.Vault_TooManyDecimals(token, decimals, MAX_DECIMALS);
        return decimals;
    }

    /// @notice See `IVaultSettings.listCollateral`.
    function listCollateral(VaultState storage s, IPortfolioMargin risk, address token) external returns (uint8 index) {
        uint8 decimals = requireDecimals(token);
        if (s.tokens[token].kind != TokenKind.Unknown) revert IVaultErrors.Vault_TokenListed(token);
        uint256 count = s.collateralTokens.length;
        if (count == MAX_COLLATERALS) revert IVaultErrors.Vault_TooManyCollaterals(MAX_COLLATERALS);
        index = uint8(count);
        // Reverts when the risk engine does not know it: an account that held it could not be judged at all.
        risk.collateralOf(index);
        s.collateralTokens.push(token);
        s.collateralDecimals |= uint128(decimals) << (index * 8);
        s.tokens[token] = TokenRecord(0, TokenKind.Collateral, index, decimals, 0);
        emit IVaultEvents.CollateralListed(index, token, decimals);
    }

    /// @notice See `IVaultSettings.setModule`.
    function setModule(VaultState storage s, address module, IVaultSettings.ModuleRole role) external {
        if (module == address(0)) revert IVaultErrors.Vault_ZeroAddress();
        IVaultSettings.ModuleRole previous = s.roles[module];
        address exchange = s.domain.exchange;
        if (role == IVaultSettings.ModuleRole.Exchange) {
            if (exchange != module && exchange != address(0)) {
                s.roles[exchange] = IVaultSettings.ModuleRole.None;
                emit IVaultSettings.ModuleSet(exchange, role, IVaultSettings.ModuleRole.None);
            }
            s.domain.exchange = module;
        } else if (exchange == module) {
            s.domain.exchange = address(0);
        }
        s.roles[module] = role;
        emit IVaultSettings.ModuleSet(module, previous, role);
    }

    /// @notice See `IVaultSettings.setTradePolicy`.
    function setTradePolicy(VaultState storage s, IVaultSettings.TradePolicy calldata policy) external {
        _requireAtMost(policy.feeBps, MAX_TRADE_BPS);
        _requireAtMost(policy.fundShareBps, BPS);
        _requireAtMost(policy.reductionToleranceBps, MAX_TRADE_BPS);
        _requireAtMost(policy.surchargeBps, MAX_SURCHARGE_BPS);
        _requireAtMost(HealthFee.largestFeeBps2(policy.feeBps, policy.surchargeBps), MAX_TRADE_BPS * BPS);
        _requireAtMost(policy.safeRatioBps, MAX_SAFE_RATIO_BPS);
        emit IVaultSettings.TradePolicySet(s.domain.policy, policy);
        s.domain.policy = policy;
    }

    /// @notice See `IVaultSettings.setFeeAccounts`.
    function setFeeAccounts(VaultState storage s, AccountId fund, AccountId treasury) external {
        if (fund.ownerOf() == address(0)) revert IVaultErrors.Vault_NoOwner(fund);
        if (treasury.ownerOf() == address(0)) revert IVaultErrors.Vault_NoOwner(treasury);
        // It would pay to itself.
        if (s.headers[fund].hasDeficit() || s.headers[fund].hasCarry()) revert IVaultErrors.Vault_InternalAccount(fund);
        s.fundAccount = fund;
        s.treasuryAccount = treasury;
        emit IVaultSettings.FeeAccountsSet(fund, treasury);
    }

    /// @notice See `IVaultSettings.setInterestTerms`.
    function setInterestTerms(
        VaultState storage s,
        Wiring memory w,
        IVaultSettings.InterestTerms calldata terms
    ) external {
        _requireAtMost(terms.baseBps, MAX_RATE_BPS);
        _requireAtMost(terms.slopeBelowBps, MAX_RATE_BPS);
        _requireAtMost(terms.slopeAboveBps, MAX_RATE_BPS);
        if (terms.kinkBps == 0) revert IVaultErrors.Vault_OutOfBounds(0, 1);
        _requireAtMost(terms.kinkBps, BPS - 1);
        _requireAtMost(terms.carryBps, MAX_CARRY_BPS);
        DeficitInterest.accrue(s, w);
        emit IVaultSettings.InterestTermsSet(s.pool.terms, terms);
        s.pool.terms = terms;
    }

    /// @notice See `IVaultOperators.setOperator`.
    function setOperator(VaultState storage s, address operator, bool allowed) external {
        Operators.setOperator(s, msg.sender, operator, allowed);
    }

    /// @notice See `IVaultOperators.setRecipient`.
    function setRecipient(VaultState storage s, address recipient, bool allowed) external {
        Operators.setRecipient(s, recipient, allowed);
    }

    /// @notice See `IVaultOperators.setOperatorBySig`.
    function appoint(
        VaultState storage s,
        Operators.Appointment memory appointment,
        bytes32 digest,
        bytes calldata signature
    ) external {
        Operators.appoint(s, appointment, digest, signature);
    }

    function _requireAtMost(uint256 actual, uint256 limit) private pure {
        if (actual > limit) revert IVaultErrors.Vault_OutOfBounds(actual, limit);
    }
}
