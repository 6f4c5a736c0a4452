// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {Action, Level, Rule} from "../types/Policy.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {UnpaidGains} from "../types/UnpaidGains.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {DeficitInterest} from "./DeficitInterest.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {Marks, Portfolios} from "./Portfolios.sol";
import {Session} from "./Session.sol";
import {VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title Solvency
/// @notice What an account must pass after it was changed.
library Solvency {
    using FixedPointMathLib for uint256;

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

    /// @notice Reverts unless `account` passes `checks`.
    function enforce(
        VaultState storage s,
        Wiring memory w,
        Marks memory marks,
        AccountId account,
        uint256 checks
    ) internal view {
        AccountHeader header = s.headers[account];
        if (isFree(s, w, account, header)) {
            if (checks & OUTFLOW != 0) _stressFor(w, account, 0, Action.Withdraw);
            return;
        }
        Portfolio memory portfolio = Portfolios.read(s, w, marks, account, header);
        uint256 stressWad = WAD;
        if (checks & (OPEN | OUTFLOW) != 0) {
            uint256 exposed = _exposure(w, header, portfolio);
            if (checks & OPEN != 0) stressWad = _stressFor(w, account, exposed, Action.Open);
            if (checks & OUTFLOW != 0) stressWad = stressWad.max(_stressFor(w, account, exposed, Action.Withdraw));
        }
        int256 surplusWad;
        if (checks & CASH_OUT != 0) {
            surplusWad = _surplusOfOwnCash(w, account, portfolio, stressWad);
        } else {
            surplusWad = w.risk.initialSurplus(portfolio, stressWad) - int256(UnpaidGains.sumWad(portfolio));
        }
        if (surplusWad < 0) revert IVaultErrors.Vault_BelowInitialMargin(account, surplusWad);
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
            permit.stressWad = _stressFor(w, account, exposed, Action.Open);
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
        return !header.hasDeficit() || header.cashWad() >= int256(DeficitInterest.pendingWad(s, w, account));
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

    /// @dev Surplus of an account that also may not finance itself with others' cash.
    function _surplusOfOwnCash(
        Wiring memory w,
        AccountId account,
        Portfolio memory portfolio,
        uint256 stressWad
    ) private view returns (int256) {
        int256 standingWad = portfolio.cashWad;
        int256 surplusWad;
        if (portfolio.perps.length + portfolio.options.length == 0) {
            if (standingWad >= 0) return 0;
        } else {
            int256 netPositionWad;
            (surplusWad, netPositionWad) = w.risk.withdrawalNumbers(portfolio, stressWad);
            int256 unpaidWad = int256(UnpaidGains.sumWad(portfolio));
            surplusWad -= unpaidWad;
            standingWad += netPositionWad - unpaidWad;
        }
        if (standingWad < 0) revert IVaultErrors.Vault_WithdrawsOthersCash(account, standingWad);
        return surplusWad;
    }

    function _exposure(
        Wiring memory w,
        AccountHeader header,
        Portfolio memory portfolio
    ) private view returns (uint256) {
        bool perpsOnly = header.collateralBitmap() == 0 && header.expiryBitmap() == 0;
        return perpsOnly ? header.perpBitmap() : w.risk.exposure(portfolio);
    }

    /// @dev The stress at which the breaker lets the account do it, or a revert. An account that is exposed to nothing
    /// is unaffected by whatever is broken.
    function _stressFor(
        Wiring memory w,
        AccountId account,
        uint256 exposed,
        Action action
    ) private view returns (uint256) {
        (Rule rule, Level level) = w.breaker.ruleFor(exposed, action);
        if (rule == Rule.Allowed) return WAD;
        if (rule == Rule.Stressed) return w.breaker.stressWad();
        if (action == Action.Withdraw) {
            if (rule == Rule.SurplusOnly) return w.breaker.stressWad();
            if (rule == Rule.UnaffectedOnly && exposed == 0) return WAD;
        }
        revert IVaultErrors.Vault_ActionRefused(account, action, rule, level);
    }
}
