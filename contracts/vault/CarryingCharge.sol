// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {HealthFee} from "../math/HealthFee.sol";
import {AccountId} from "../types/AccountId.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {IVaultSettings} from "./IVaultSettings.sol";
import {Carry, VaultState, Wiring} from "./VaultState.sol";

/// @title CarryingCharge
/// @notice What an account pays by the second for risk that it holds close to initial margin or below. The rate is that of its last
/// assessment: every check of its margin is one, and anybody can ask for one (`touch`). Paid to the insurance fund.
/// @dev A rate charges at most `MAX_SECONDS`: nobody is drained by an assessment that is out of date. Seconds in which the
/// account could not act are charged nothing (invariant 17).
library CarryingCharge {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    uint256 private constant YEAR = 365 days;

    /// @dev For how long an assessment charges: with the largest rate, 20 % a year, no more than 0.4 % of the notional.
    uint256 internal constant MAX_SECONDS = 7 days;

    /// @notice What `account` has accrued since its last assessment, WAD, rounded up.
    function pendingWad(VaultState storage s, Wiring memory w, AccountId account) internal view returns (uint256) {
        Carry memory carry = s.carries[account];
        uint256 blocked = w.breaker.inactiveSeconds(carry.exposed).zeroFloorSub(carry.inactiveSeconds);
        uint256 charged = (block.timestamp - carry.since).zeroFloorSub(blocked).min(MAX_SECONDS);
        return uint256(carry.wadPerYear).fullMulDivUp(charged, YEAR);
    }

    /// @notice Charges what `account` has accrued and ends its rate. Stores the header.
    function close(VaultState storage s, Wiring memory w, AccountId account) internal {
        AccountHeader header = s.headers[account];
        if (header.hasCarry()) _begin(s, w, account, header, 0, 0);
    }

    /// @notice Charges what `account` has accrued, and sets the rate of now on. Stores the header where something changes.
    /// @dev The insurance fund and the modules pay nothing, nor does an account while an auction sells it.
    /// @param header As stored.
    /// @param shortWad As `HealthFee.shortfallWad` of `grossWad`.
    /// @param exposed Underlyings on which the account depends: while one of them is broken, nothing is charged.
    function assess(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header,
        uint256 shortWad,
        uint256 grossWad,
        uint256 exposed
    ) internal {
        uint256 wadPerYear = HealthFee.carryWadPerYear(s.pool.terms.carryBps, shortWad, grossWad);
        if (wadPerYear != 0 && (header.isFrozen() || isInternal(s, account))) wadPerYear = 0;
        if (wadPerYear != 0 || header.hasCarry()) _begin(s, w, account, header, wadPerYear, exposed);
    }

    /// @dev The fund has no rate: it is never payer and payee at once.
    function _begin(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header,
        uint256 wadPerYear,
        uint256 exposed
    ) private {
        if (header.hasCarry()) {
            uint256 dueWad = pendingWad(s, w, account);
            if (dueWad != 0) {
                AccountId payee = AccountLedger.creditFund(s, dueWad);
                emit IVaultEvents.CarryPaid(account, payee, dueWad);
                header = header.plusCash(-int256(dueWad));
            }
        }
        AccountLedger.store(s, account, header.withCarry(wadPerYear != 0));
        emit IVaultEvents.CarrySet(account, wadPerYear);
        if (wadPerYear == 0) {
            delete s.carries[account];
            return;
        }
        // A rate beyond 112 bits, 5e15 USD a year, is that of no account.
        s.carries[account] = Carry(
            uint112(wadPerYear.min(type(uint112).max)),
            uint40(block.timestamp),
            w.breaker.inactiveSeconds(exposed).toUint40(),
            uint32(exposed)
        );
    }

    /// @notice Whether an account is the fund's, or one of the vault or a module.
    function isInternal(VaultState storage s, AccountId account) internal view returns (bool) {
        address owner = account.ownerOf();
        if (account == s.fundAccount || owner == address(this)) return true;
        return s.roles[owner] != IVaultSettings.ModuleRole.None;
    }
}
