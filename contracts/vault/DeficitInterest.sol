// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AccountId} from "../types/AccountId.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {IVaultSettings} from "./IVaultSettings.sol";
import {BPS, Deficit, DeficitPool, TokenRecord, VaultState, WAD, Wiring} from "./VaultState.sol";

/// @title DeficitInterest
/// @notice Interest on cash deficits: one index, accrued whenever the cash held or the sum owed changes, so that no
/// passing deposit or withdrawal moves the rate of the past. What accounts pay goes to the insurance fund.
library DeficitInterest {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    uint256 private constant YEAR = 365 days;

    /// @dev WAD per bps.
    uint256 private constant BPS_WAD = WAD / BPS;

    /// @notice Rate at a sum owed and cash held, WAD per year, rounded up. 0 until terms are set.
    function rateWadPerYear(
        IVaultSettings.InterestTerms memory terms,
        uint256 owedWad,
        uint256 heldWad
    ) internal pure returns (uint256 rateWad) {
        if (terms.kinkBps == 0 || owedWad == 0) return 0;
        uint256 utilisationWad = owedWad.fullMulDivUp(WAD, owedWad + heldWad);
        uint256 kinkWad = terms.kinkBps * BPS_WAD;
        rateWad = terms.baseBps * BPS_WAD;
        rateWad += (terms.slopeBelowBps * BPS_WAD).fullMulDivUp(utilisationWad.min(kinkWad), kinkWad);
        rateWad += (terms.slopeAboveBps * BPS_WAD).fullMulDivUp(utilisationWad.zeroFloorSub(kinkWad), WAD - kinkWad);
    }

    /// @notice The rate now.
    function currentRateWad(VaultState storage s, Wiring memory w) internal view returns (uint256) {
        TokenRecord storage cash = s.tokens[w.settlementToken];
        return rateWadPerYear(s.pool.terms, cash.owedWad, cash.held * w.cashScale);
    }

    /// @notice The index now. Seconds in which the domain could not act are charged nothing (invariant 17).
    function indexNowWad(VaultState storage s, Wiring memory w) internal view returns (uint256 indexWad) {
        return _indexAt(s, w, w.breaker.inactiveSeconds(0));
    }

    /// @notice Interest of `account` since it was last settled, WAD, rounded up.
    function pendingWad(VaultState storage s, Wiring memory w, AccountId account) internal view returns (uint256) {
        Deficit memory deficit = s.deficits[account];
        return uint256(deficit.owedWad).fullMulDivUp(indexNowWad(s, w) - deficit.indexWad, WAD);
    }

    /// @notice Brings the index up to now: before the cash held or the sum owed changes.
    function accrue(VaultState storage s, Wiring memory w) internal {
        DeficitPool storage pool = s.pool;
        uint256 inactive = w.breaker.inactiveSeconds(0);
        uint256 indexWad = _indexAt(s, w, inactive);
        if (indexWad != pool.indexWad) emit IVaultEvents.InterestAccrued(indexWad);
        pool.indexWad = indexWad.toUint104();
        pool.updatedAt = block.timestamp.toUint40();
        pool.inactiveSeconds = inactive.toUint40();
    }

    /// @notice Charges `account` its interest up to the accrued index: cash moves to the fund, the debt grows by it.
    /// @return The header of the account, cash updated; not stored.
    function settle(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        AccountHeader header
    ) internal returns (AccountHeader) {
        Deficit storage deficit = s.deficits[account];
        uint256 indexWad = s.pool.indexWad;
        uint256 interestWad = uint256(deficit.owedWad).fullMulDivUp(indexWad - deficit.indexWad, WAD);
        deficit.indexWad = uint104(indexWad);
        if (interestWad == 0) return header;
        deficit.owedWad = (deficit.owedWad + interestWad).toUint112();
        TokenRecord storage cash = s.tokens[w.settlementToken];
        cash.owedWad = (cash.owedWad + interestWad).toUint112();

        AccountId payee = AccountLedger.creditFund(s, interestWad);
        emit IVaultEvents.InterestPaid(account, payee, interestWad);
        return header.plusCash(-int256(interestWad));
    }

    function _indexAt(VaultState storage s, Wiring memory w, uint256 inactive) private view returns (uint256 indexWad) {
        DeficitPool memory pool = s.pool;
        indexWad = pool.indexWad;
        uint256 elapsed = block.timestamp - pool.updatedAt;
        uint256 charged = elapsed.zeroFloorSub(inactive.zeroFloorSub(pool.inactiveSeconds));
        if (charged == 0 || s.tokens[w.settlementToken].owedWad == 0) return indexWad;
        indexWad += currentRateWad(s, w).fullMulDivUp(charged, YEAR);
    }
}
