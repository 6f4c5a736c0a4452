// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {IMarginVault} from "../vault/IMarginVault.sol";
import {AuctionPrice} from "./AuctionPrice.sol";
import {CureTerms} from "./CureTerms.sol";
import {ICureAuction} from "./ICureAuction.sol";
import {IDiscountCurve} from "./IDiscountCurve.sol";
import {Refusal} from "../types/Refusal.sol";

/// @title CureAuction
/// @notice Orders and guards the cure of cash deficits; `CureTerms` computes.
/// @dev Owns: open cures. Trusts: its wiring and its curve. Keeps: invariants 4, 17, 19.
contract CureAuction is ICureAuction, AccessManaged, ReentrancyGuardTransient {
    using FixedPointMathLib for uint256;
    using Refusal for bytes;
    using SafeCastLib for uint256;

    uint256 private constant WAD = 1e18;
    /// @dev Most that a collateral has.
    uint256 private constant WAD_DECIMALS = 18;
    uint256 private constant MAX_DISCOUNT_WAD = 0.2e18;
    uint256 private constant MAX_AGE = 365 days;

    IMarginVault private immutable _vault;
    IPortfolioMargin private immutable _risk;
    ICircuitBreaker private immutable _breaker;

    CureConfig private _config;
    mapping(AccountId account => CureState) private _cures;

    constructor(address authority, address vault, address risk, address breaker) AccessManaged(authority) {
        if (authority == address(0) || vault == address(0) || risk == address(0) || breaker == address(0)) {
            revert Cure_ZeroAddress();
        }
        _vault = IMarginVault(vault);
        _risk = IPortfolioMargin(risk);
        _breaker = ICircuitBreaker(breaker);
    }

    // ---------------------------------------------------------------- actions

    /// @inheritdoc ICureAuction
    function open(AccountId account) external nonReentrant {
        (uint256 exposure, bytes memory refusal) = _openable(account);
        refusal.enforce();
        (uint256 owedWad, uint256 owedSeconds) = _vault.deficitOf(account);
        uint64 bitmap = uint64(exposure);
        CureState memory state = CureState({
            startedAt: block.timestamp.toUint40(),
            inactiveAtStart: _breaker.inactiveSeconds(bitmap).toUint40(),
            assetBitmap: bitmap
        });
        _cures[account] = state;
        emit CureOpened(account, owedWad, owedSeconds, state);
    }

    /// @inheritdoc ICureAuction
    function bid(
        AccountId account,
        AccountId bidder,
        uint8 collateralIndex,
        uint256 maxCashWad,
        uint256 minAmount
    ) external nonReentrant returns (uint256 amount, uint256 cashWad) {
        uint256 discountWad;
        bytes memory refusal = _refuseBidder(account, bidder, msg.sender);
        refusal.enforce();
        (amount, cashWad, discountWad, refusal) = _deal(account, collateralIndex, maxCashWad, minAmount);
        refusal.enforce();
        int256 surplusBeforeWad = _risk.liquidationSurplus(_vault.portfolioOf(account));
        emit CollateralSold(account, bidder, collateralIndex, amount, cashWad, discountWad);
        _vault.exchangeCollateral(account, bidder, collateralIndex, amount, cashWad);
        int256 surplusAfterWad = _risk.liquidationSurplus(_vault.portfolioOf(account));
        _refuseHarm(surplusBeforeWad, surplusAfterWad).enforce();
        (uint256 owedWad, ) = _vault.deficitOf(account);
        if (owedWad == 0) _close(account);
    }

    /// @inheritdoc ICureAuction
    function close(AccountId account) external nonReentrant {
        _refuseClose(account).enforce();
        _close(account);
    }

    /// @inheritdoc ICureAuction
    function setConfig(CureConfig calldata config_) external restricted {
        _check("shareWad", config_.shareWad, WAD);
        _check("maxDiscountWad", config_.maxDiscountWad, MAX_DISCOUNT_WAD);
        _check("afterSeconds", config_.afterSeconds, MAX_AGE);
        if (config_.curve.code.length == 0) revert Cure_NoCode(config_.curve);
        emit CureConfigChanged(_config, config_);
        _config = config_;
    }

    // ---------------------------------------------------------------- predicates and views

    /// @inheritdoc ICureAuction
    function canOpen(AccountId account) external view returns (bool ok, bytes4 reason) {
        (, bytes memory refusal) = _openable(account);
        return refusal.answer();
    }

    /// @inheritdoc ICureAuction
    function canBid(
        AccountId account,
        AccountId bidder,
        address caller,
        uint8 collateralIndex,
        uint256 maxCashWad,
        uint256 minAmount
    ) external view returns (bool ok, bytes4 reason, uint256 amount, uint256 cashWad) {
        bytes memory refusal = _refuseBidder(account, bidder, caller);
        if (refusal.length == 0) {
            (amount, cashWad, refusal) = _harmless(account, collateralIndex, maxCashWad, minAmount);
        }
        if (refusal.length != 0) return (false, bytes4(refusal), 0, 0);
        return (true, 0, amount, cashWad);
    }

    /// @inheritdoc ICureAuction
    function canClose(AccountId account) external view returns (bool ok, bytes4 reason) {
        return _refuseClose(account).answer();
    }

    /// @inheritdoc ICureAuction
    function termsOf(AccountId account) external view returns (uint256 owedWad, uint256 discountWad) {
        bytes memory refusal;
        (owedWad, discountWad, refusal) = _terms(account);
        refusal.enforce();
    }

    /// @inheritdoc ICureAuction
    function cureOf(AccountId account) external view returns (CureState memory) {
        return _cures[account];
    }

    /// @inheritdoc ICureAuction
    function config() external view returns (CureConfig memory) {
        return _config;
    }

    // ---------------------------------------------------------------- what may be done

    function _close(AccountId account) private {
        delete _cures[account];
        emit CureClosed(account);
    }

    function _openable(AccountId account) private view returns (uint256 exposure, bytes memory refusal) {
        uint256 id = AccountId.unwrap(account);
        CureConfig memory rules = _config;
        if (rules.curve == address(0)) return (0, Refusal.because(Cure_NotConfigured.selector));
        if (_vault.isFrozen(account)) return (0, Refusal.because(Cure_Frozen.selector, id));
        (uint256 owedWad, uint256 owedSeconds) = _vault.deficitOf(account);
        if (_isOpen(account, owedWad, owedSeconds)) return (0, Refusal.because(Cure_AlreadyOpen.selector, id));
        Portfolio memory portfolio = _vault.portfolioOf(account);
        uint256 limitWad = _risk.report(portfolio, WAD).haircutCollateralWad.mulWad(rules.shareWad);
        if (!CureTerms.isDue(owedWad, owedSeconds, limitWad, rules.afterSeconds)) {
            return (0, Refusal.because(Cure_NotDue.selector, owedWad, limitWad));
        }
        exposure = _risk.exposure(portfolio);
        refusal = _refuseRule(exposure);
    }

    function _refuseBidder(AccountId account, AccountId bidder, address caller) private view returns (bytes memory) {
        uint256 bidderId = AccountId.unwrap(bidder);
        if (account == bidder) return Refusal.because(Cure_SelfBid.selector, bidderId);
        if (!_vault.mayAct(bidder, caller)) {
            return Refusal.because(Cure_NotActable.selector, bidderId, uint160(caller));
        }
        if (_vault.isFrozen(bidder)) return Refusal.because(Cure_BidderFrozen.selector, bidderId);
        return Refusal.NONE;
    }

    function _refuseClose(AccountId account) private view returns (bytes memory) {
        uint256 id = AccountId.unwrap(account);
        if (_cures[account].startedAt == 0) return Refusal.because(Cure_NotOpen.selector, id);
        (uint256 owedWad, ) = _vault.deficitOf(account);
        if (owedWad != 0) return Refusal.because(Cure_StillOwes.selector, id, owedWad);
        return Refusal.NONE;
    }

    function _refuseRule(uint256 exposure) private view returns (bytes memory) {
        (Rule rule, Level level) = _breaker.ruleFor(exposure, Action.Liquidate);
        if (rule == Rule.Allowed || rule == Rule.Stressed) return Refusal.NONE;
        return Refusal.because(Cure_BreakerForbids.selector, uint256(rule), uint256(level));
    }

    /// @dev What is owed and at which discount, or why nothing is for sale.
    function _terms(
        AccountId account
    ) private view returns (uint256 owedWad, uint256 discountWad, bytes memory refusal) {
        uint256 id = AccountId.unwrap(account);
        uint256 owedSeconds;
        (owedWad, owedSeconds) = _vault.deficitOf(account);
        if (!_isOpen(account, owedWad, owedSeconds)) return (owedWad, 0, Refusal.because(Cure_NotOpen.selector, id));
        if (_vault.isFrozen(account)) return (owedWad, 0, Refusal.because(Cure_Frozen.selector, id));
        CureState memory state = _cures[account];
        uint256 activeSeconds = AuctionPrice.activeSeconds(
            block.timestamp,
            state.startedAt,
            _breaker.inactiveSeconds(state.assetBitmap),
            state.inactiveAtStart
        );
        uint256 maxWad = _config.maxDiscountWad;
        discountWad = IDiscountCurve(_config.curve).discount(0, maxWad, activeSeconds).min(maxWad);
    }

    function _deal(
        AccountId account,
        uint8 index,
        uint256 maxCashWad,
        uint256 minAmount
    ) private view returns (uint256 amount, uint256 cashWad, uint256 discountWad, bytes memory refusal) {
        uint256 owedWad;
        (owedWad, discountWad, refusal) = _terms(account);
        if (refusal.length != 0) return (0, 0, 0, refusal);
        refusal = _refuseRule(_risk.exposure(_vault.portfolioOf(account)));
        if (refusal.length != 0) return (0, 0, 0, refusal);
        uint256 held = _vault.collateralOf(account, index);
        if (held == 0) return (0, 0, 0, Refusal.because(Cure_NotHeld.selector, AccountId.unwrap(account), index));
        uint256 priceWad = CureTerms.price(_risk.collateralValue(index, WAD), discountWad);
        if (priceWad == 0) return (0, 0, 0, Refusal.because(Cure_NoPrice.selector, index));
        (, uint8 decimals) = _vault.collateralToken(index);
        (amount, cashWad) = CureTerms.purchase(owedWad.min(maxCashWad), priceWad, held, 10 ** decimals);
        uint256 least = minAmount.max(1);
        if (amount < least) refusal = Refusal.because(Cure_TooFewTokens.selector, amount, least);
    }

    /// @dev The deal, unless `bid` would find after the exchange that it harms.
    function _harmless(
        AccountId account,
        uint8 index,
        uint256 maxCashWad,
        uint256 minAmount
    ) private view returns (uint256 amount, uint256 cashWad, bytes memory refusal) {
        (amount, cashWad, , refusal) = _deal(account, index, maxCashWad, minAmount);
        if (refusal.length != 0) return (0, 0, refusal);
        refusal = _foreseeHarm(_vault.portfolioOf(account), index, amount, cashWad);
    }

    /// @param portfolio As before the exchange; becomes that after it.
    function _foreseeHarm(
        Portfolio memory portfolio,
        uint8 index,
        uint256 amount,
        uint256 cashWad
    ) private view returns (bytes memory) {
        int256 surplusBeforeWad = _risk.liquidationSurplus(portfolio);
        (, uint8 decimals) = _vault.collateralToken(index);
        portfolio.cashWad += cashWad.toInt256();
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            if (portfolio.collateral[i].index != index) continue;
            portfolio.collateral[i].amountWad -= amount * 10 ** (WAD_DECIMALS - decimals);
        }
        return _refuseHarm(surplusBeforeWad, _risk.liquidationSurplus(portfolio));
    }

    /// @dev A sale at a discount may cost the account, but not one that may be liquidated.
    function _refuseHarm(int256 beforeWad, int256 afterWad) private pure returns (bytes memory) {
        if (afterWad >= 0 || afterWad >= beforeWad) return Refusal.NONE;
        return Refusal.because(Cure_Harms.selector, uint256(beforeWad), uint256(afterWad));
    }

    /// @dev A deficit younger than the cure is another one.
    function _isOpen(AccountId account, uint256 owedWad, uint256 owedSeconds) private view returns (bool) {
        uint256 startedAt = _cures[account].startedAt;
        return startedAt != 0 && owedWad != 0 && owedSeconds >= block.timestamp - startedAt;
    }

    function _check(bytes32 parameter, uint256 actual, uint256 maximum) private pure {
        if (actual > maximum) revert Cure_OutOfBounds(parameter, actual, maximum);
    }
}
