// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {HealthFee} from "../math/HealthFee.sol";
import {ICircuitBreaker} from "../breaker/ICircuitBreaker.sol";
import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId, toAccountId} from "../types/AccountId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {UnpaidGains} from "../types/UnpaidGains.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {DeficitInterest} from "./DeficitInterest.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {Marks, Portfolios} from "./Portfolios.sol";
import {Session} from "./Session.sol";
import {BPS, VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title Solvency
/// @notice What an account must pass after it was changed.
library Solvency {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    /// @notice Checks, to be combined. MARGIN: initial margin without unpaid gains. OPEN: the breaker's rule for Open as well. OUTFLOW: the
    /// breaker's rule for Withdraw as well. CASH_OUT: cash and positions not negative as well.
    uint256 internal constant MARGIN = 1;
    uint256 internal constant OPEN = 2;
    uint256 internal constant OUTFLOW = 4;
    uint256 internal constant CASH_OUT = 8;

    /// @notice How a reduction by an account below initial margin stands.
    enum Reduction {
        Holds,
        Worsens,
        GivesAway
    }

    /// @param verdict How the reduction stands.
    /// @param actualWad The quantity that decided, after it, WAD.
    /// @param leastWad The least that it may be, WAD.
    struct Judgement {
        Reduction verdict;
        int256 actualWad;
        int256 leastWad;
    }

    /// @notice What the breaker said to opening.
    /// @param exposed Bitmap of the underlyings that were asked about.
    /// @param stressWad At which it is allowed; 0 = not asked yet.
    struct Permit {
        uint256 exposed;
        uint256 stressWad;
    }

    /// @notice Checks `account` now, or notes it for the end of the batch.
    function conclude(VaultState storage s, Wiring memory w, AccountId account, uint256 checks, bool batch) internal {
        if (batch) Session.defer(account, checks);
        else enforce(s, w, Portfolios.unknownMarks(), account, checks);
    }

    /// @notice Checks every account that the batch noted.
    function concludeBatch(VaultState storage s, Wiring memory w) internal {
        Marks memory marks = Portfolios.unknownMarks();
        (bool any, AccountId account, uint256 checks) = Session.pop();
        while (any) {
            enforce(s, w, marks, account, checks);
            (any, account, checks) = Session.pop();
        }
    }

    /// @notice Reverts unless `account` passes `checks`. Charges the surcharge on what it traded in the batch, and sets its carrying
    /// charge.
    function enforce(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        uint256 checks
    ) internal {
        AccountHeader header = s.headers[account];
        if (isFree(s, w, account, header)) {
            if (checks & OUTFLOW != 0) stressFor(w.breaker, account, 0, Action.Withdraw);
            if (checks & OPEN != 0) Session.takeTrades(account);
            CarryingCharge.close(s, w, account);
            return;
        }
        Portfolio memory portfolio = Portfolios.read(s, w, marks, account, header);
        uint256 stressWad = WAD;
        if (checks & (OPEN | OUTFLOW) != 0) {
            uint256 exposed = _exposure(w, header, portfolio);
            if (checks & OPEN != 0) stressWad = stressFor(w.breaker, account, exposed, Action.Open);
            if (checks & OUTFLOW != 0)
                stressWad = stressWad.max(stressFor(w.breaker, account, exposed, Action.Withdraw));
        }
        (int256 surplusWad, uint256 grossWad) = checks & CASH_OUT != 0
            ? surplusOfOwnCash(w.risk, account, portfolio, stressWad)
            : surplusOf(w.risk, portfolio, stressWad);
        if (surplusWad < 0) revert IVaultErrors.Vault_BelowInitialMargin(account, surplusWad);
        uint256 shortWad = HealthFee.shortfallWad(surplusWad, grossWad, s.domain.policy.safeRatioBps);
        if (checks & OPEN != 0) _surchargeBatch(s, account, shortWad, surplusWad);
        if (shortWad != 0 || header.hasCarry()) assess(s, w, account, portfolio, shortWad, grossWad);
    }

    /// @notice Charges the carrying charge due and sets the rate of now on.
    /// @param shortWad As `HealthFee.shortfallWad` of `grossWad`.
    function assess(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        Portfolio memory portfolio,
        uint256 shortWad,
        uint256 grossWad
    ) internal {
        AccountHeader header = s.headers[account];
        uint256 exposed = shortWad == 0 ? 0 : _exposure(w, header, portfolio);
        CarryingCharge.assess(s, w, account, header, shortWad, grossWad, exposed);
    }

    /// @notice Charges `account` a surcharge of `amountWad`. It must still pass initial margin.
    /// @param surplusWad Over initial margin before.
    function chargeSurcharge(VaultState storage s, AccountId account, uint256 amountWad, int256 surplusWad) internal {
        surplusWad -= amountWad.toInt256();
        if (surplusWad < 0) revert IVaultErrors.Vault_BelowInitialMargin(account, surplusWad);
        AccountLedger.addCash(s, account, -int256(amountWad));
        AccountLedger.addCash(s, toAccountId(address(this), 0), int256(amountWad));
        emit IVaultEvents.FeeCharged(account, amountWad);
    }

    /// @notice The stress at which the breaker lets `account` open, or a revert. Accounts exposed alike are let alike:
    /// the breaker is asked again only about another exposure.
    /// @param permit What the breaker said last; empty at first.
    function stressToOpen(
        Wiring memory w,
        Permit memory permit,
        AccountId account,
        AccountHeader header,
        Portfolio memory portfolio
    ) internal view returns (uint256) {
        uint256 exposed = _exposure(w, header, portfolio);
        if (permit.stressWad == 0 || permit.exposed != exposed) {
            permit.stressWad = stressFor(w.breaker, account, exposed, Action.Open);
            permit.exposed = exposed;
        }
        return permit.stressWad;
    }

    /// @notice Whether the account has neither positions nor debt: it is solvent at every price of everything.
    function isFree(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header
    ) internal view returns (bool) {
        if (header.hasPositions() || header.cashWad() < 0) return false;
        if (!header.hasDeficit() && !header.hasCarry()) return true;
        uint256 dueWad = header.hasDeficit() ? DeficitInterest.pendingWad(s, w, account) : 0;
        if (header.hasCarry()) dueWad += CarryingCharge.pendingWad(s, w, account);
        return header.cashWad() >= int256(dueWad);
    }

    /// @notice Judges a reduction by its two ends at the same prices. Maintenance surplus must not fall; and equity
    /// only as far as maintenance falls with it, else an account near its end could pay its margin out to a friend
    /// through bad prices and leave the loss behind.
    /// @param allowanceWad Equity that it may lose beyond that: fee and tolerance, WAD.
    function judgeReduction(
        IPortfolioMargin risk,
        Portfolio memory before,
        Portfolio memory afterwards,
        uint256 allowanceWad
    ) internal view returns (Judgement memory judged) {
        IPortfolioMargin.LiquidationReport memory first = risk.liquidationReport(before);
        IPortfolioMargin.LiquidationReport memory last = risk.liquidationReport(afterwards);
        if (last.liquidationSurplusWad < first.liquidationSurplusWad) {
            return Judgement(Reduction.Worsens, last.liquidationSurplusWad, first.liquidationSurplusWad);
        }
        int256 leastWad = first.equityWad;
        if (leastWad > 0 && last.maintenanceWad < first.maintenanceWad) {
            // Below first.equityWad, which is an int256.
            leastWad = int256(uint256(leastWad).fullMulDivUp(last.maintenanceWad, first.maintenanceWad));
        }
        leastWad -= int256(allowanceWad);
        Reduction verdict = last.equityWad < leastWad ? Reduction.GivesAway : Reduction.Holds;
        return Judgement(verdict, last.equityWad, leastWad);
    }

    /// @notice Surplus of an account over initial margin, without gains that are not paid yet, and its gross notional.
    function surplusOf(
        IPortfolioMargin risk,
        Portfolio memory portfolio,
        uint256 stressWad
    ) internal view returns (int256 surplusWad, uint256 grossWad) {
        Portfolio[] memory portfolios = new Portfolio[](1);
        portfolios[0] = portfolio;
        uint256[] memory stressesWad = new uint256[](1);
        stressesWad[0] = stressWad;
        (int256[] memory surplusesWad, uint256[] memory grossesWad) = risk.initialSurpluses(portfolios, stressesWad);
        return (surplusesWad[0] - int256(UnpaidGains.sumWad(portfolio)), grossesWad[0]);
    }

    /// @notice The same of an account that also may not finance itself with others' cash.
    function surplusOfOwnCash(
        IPortfolioMargin risk,
        AccountId account,
        Portfolio memory portfolio,
        uint256 stressWad
    ) internal view returns (int256 surplusWad, uint256 grossWad) {
        int256 standingWad = portfolio.cashWad;
        if (portfolio.perps.length + portfolio.options.length != 0) {
            int256 netPositionWad;
            (surplusWad, netPositionWad, grossWad) = risk.withdrawalNumbers(portfolio, stressWad);
            int256 unpaidWad = int256(UnpaidGains.sumWad(portfolio));
            surplusWad -= unpaidWad;
            standingWad += netPositionWad - unpaidWad;
        }
        if (standingWad < 0) revert IVaultErrors.Vault_WithdrawsOthersCash(account, standingWad);
    }

    /// @notice The stress at which the breaker lets the account do it, or a revert. An account that is exposed to nothing
    /// is unaffected by whatever is broken.
    function stressFor(
        ICircuitBreaker breaker,
        AccountId account,
        uint256 exposed,
        Action action
    ) internal view returns (uint256) {
        (Rule rule, Level level) = breaker.ruleFor(exposed, action);
        if (rule == Rule.Allowed) return WAD;
        if (rule == Rule.Stressed) return breaker.stressWad();
        if (action == Action.Withdraw) {
            if (rule == Rule.SurplusOnly) return breaker.stressWad();
            if (rule == Rule.UnaffectedOnly && exposed == 0) return WAD;
        }
        revert IVaultErrors.Vault_ActionRefused(account, action, rule, level);
    }

    /// @dev On every trade of the batch alike: what the account is short of at its end decides.
    function _surchargeBatch(VaultState storage s, AccountId account, uint256 shortWad, int256 surplusWad) private {
        (uint256 notionalWad, uint256 mostWad) = Session.takeTrades(account);
        if (shortWad == 0 || notionalWad == 0) return;
        uint256 feeBps = s.domain.policy.feeBps;
        uint256 rateWad = HealthFee.surchargeWad(feeBps, s.domain.policy.surchargeBps, shortWad);
        if (rateWad == 0) return;
        uint256 amountWad = notionalWad.fullMulDivUp(rateWad, WAD);
        if (rateWad > mostWad) {
            uint256 feeWad = notionalWad.fullMulDivUp(feeBps, BPS);
            uint256 maxFeeWad = feeWad + notionalWad.fullMulDiv(mostWad, WAD);
            revert IVaultErrors.Vault_FeeAboveMaximum(account, feeWad + amountWad, maxFeeWad);
        }
        chargeSurcharge(s, account, amountWad, surplusWad);
    }

    function _exposure(
        Wiring memory w,
        AccountHeader header,
        Portfolio memory portfolio
    ) private view returns (uint256) {
        bool perpsOnly = header.collateralBitmap() == 0 && header.expiryBitmap() == 0;
        return perpsOnly ? header.perpBitmap() : w.risk.exposure(portfolio);
    }
}
