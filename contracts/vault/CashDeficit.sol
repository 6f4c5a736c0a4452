// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {HealthFee} from "../math/HealthFee.sol";
import {AccountId} from "../types/AccountId.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {UnpaidGains} from "../types/UnpaidGains.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {DeficitInterest} from "./DeficitInterest.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {Portfolios} from "./Portfolios.sol";
import {Solvency} from "./Solvency.sol";
import {Deficit, TokenRecord, VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title CashDeficit
/// @notice Accounts whose cash and positions together are negative: they use others' cash, which their collateral
/// covers. Only `assess` opens a record; cash that comes in shrinks it without any price.
library CashDeficit {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    /// @notice An account at the prices of now.
    /// @param owedWad What it owes in cash, WAD.
    /// @param surplusWad Over initial margin, WAD; 0 without positions.
    /// @param grossWad Gross notional of its positions, WAD.
    struct Standing {
        Portfolio portfolio;
        uint256 owedWad;
        int256 surplusWad;
        uint256 grossWad;
    }

    /// @notice Settles interest and carrying charge of `account`, measures what it owes at the prices of now, and sets its
    /// carrying charge.
    function assess(VaultState storage s, Wiring memory w, AccountId account) internal returns (uint256 owedWad) {
        if (CarryingCharge.isInternal(s, account)) revert IVaultErrors.Vault_InternalAccount(account);
        DeficitInterest.accrue(s, w);
        AccountHeader header = s.headers[account];
        if (header.hasDeficit()) header = DeficitInterest.settle(s, w, account, header);
        Standing memory standing = _measure(s, w, account, header);
        owedWad = standing.owedWad;
        _record(s, w, account, header, owedWad);
        uint256 shortWad = HealthFee.shortfallWad(standing.surplusWad, standing.grossWad, s.domain.policy.safeRatioBps);
        if (shortWad == 0 && !header.hasCarry()) return owedWad;
        Solvency.assess(s, w, account, standing.portfolio, shortWad, standing.grossWad);
    }

    /// @notice Credits cash that came in from outside the account; what it owes shrinks by as much.
    function credit(VaultState storage s, Wiring memory w, AccountId account, uint256 amountWad) internal {
        AccountHeader header = s.headers[account];
        if (header.hasDeficit()) header = _relieve(s, w, account, header, amountWad);
        AccountLedger.store(s, account, header.plusCash(amountWad.toInt256()));
    }

    /// @notice Settles the interest of an account before it is charged or split up. Stores the header.
    function settle(VaultState storage s, Wiring memory w, AccountId account) internal returns (AccountHeader header) {
        header = s.headers[account];
        if (!header.hasDeficit()) return header;
        DeficitInterest.accrue(s, w);
        header = DeficitInterest.settle(s, w, account, header);
        AccountLedger.store(s, account, header);
    }

    /// @notice What an account with a record owes now, WAD, and for how long it has, seconds.
    function owed(
        VaultState storage s,
        Wiring memory w,
        AccountId account
    ) internal view returns (uint256 owedWad, uint256 sinceSeconds) {
        AccountHeader header = s.headers[account];
        if (!header.hasDeficit()) return (0, 0);
        owedWad = _measure(s, w, account, header).owedWad;
        if (owedWad != 0) sinceSeconds = block.timestamp - s.deficits[account].since;
    }

    function _relieve(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header,
        uint256 amountWad
    ) private returns (AccountHeader) {
        DeficitInterest.accrue(s, w);
        header = DeficitInterest.settle(s, w, account, header);
        return _record(s, w, account, header, uint256(s.deficits[account].owedWad).zeroFloorSub(amountWad));
    }

    /// @dev Without positions no price is asked for.
    function _measure(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header
    ) private view returns (Standing memory standing) {
        Portfolio memory portfolio = Portfolios.read(s, w, Portfolios.unknownMarks(), account, header);
        standing.portfolio = portfolio;
        int256 standingWad = portfolio.cashWad;
        if (portfolio.perps.length + portfolio.options.length != 0) {
            // Not the whole report: a slice of an account with a deficit pays for this beside a bid's own valuations.
            int256 netPositionWad;
            (standing.surplusWad, netPositionWad, standing.grossWad) = w.risk.withdrawalNumbers(portfolio, WAD);
            standing.surplusWad -= int256(UnpaidGains.sumWad(portfolio));
            standingWad += netPositionWad;
        }
        if (standingWad < 0) standing.owedWad = uint256(-standingWad);
    }

    function _record(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header,
        uint256 owedWad
    ) private returns (AccountHeader) {
        Deficit memory deficit = s.deficits[account];
        if (owedWad == 0 && !header.hasDeficit()) return header;
        if (!header.hasDeficit()) {
            deficit.indexWad = s.pool.indexWad;
            deficit.since = block.timestamp.toUint40();
        }
        TokenRecord storage cash = s.tokens[w.settlementToken];
        cash.owedWad = (uint256(cash.owedWad) + owedWad - deficit.owedWad).toUint112();
        deficit.owedWad = owedWad.toUint112();
        if (owedWad == 0) delete deficit;
        s.deficits[account] = deficit;
        header = header.withDeficit(owedWad != 0);
        AccountLedger.store(s, account, header);
        emit IVaultEvents.DeficitAssessed(account, owedWad, deficit.since);
        return header;
    }
}
