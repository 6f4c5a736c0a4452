// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountHeader} from "./AccountHeader.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {DeficitWord, InterestClock, VaultState} from "./VaultState.sol";

/// @title CashDeficit
/// @notice What accounts owe the domain in cash that their collateral covers, and the interest on it.
/// @dev Interest is simple between two assessments, on the amount recorded at the first; it goes to the insurance fund
/// and is rounded up.
library CashDeficit {
    using CashDeficit for VaultState;

    uint256 private constant WAD = 1e18;
    uint256 private constant YEAR = 365 days;

    /// @notice Interest rate now, WAD per year.
    function rateWadPerYear(VaultState storage self) internal view returns (uint256) {
        uint256 owedWad = self.clock.owedWad;
        if (owedWad == 0) return 0;
        IMarginVault.InterestTerms memory terms = self.interestTerms;
        uint256 useWad = FixedPointMathLib.fullMulDivUp(owedWad, WAD, owedWad + self.cashHeldWad);
        uint256 belowWad = FixedPointMathLib.min(useWad, terms.kinkWad);
        return
            terms.baseWadPerYear +
            FixedPointMathLib.mulWadUp(belowWad, terms.slope1WadPerYear) +
            FixedPointMathLib.mulWadUp(useWad - belowWad, terms.slope2WadPerYear);
    }

    /// @notice Cumulative interest per unit owed as of now, WAD.
    function indexNow(VaultState storage self) internal view returns (uint256) {
        InterestClock memory clock = self.clock;
        if (clock.owedWad == 0) return clock.indexWad;
        uint256 elapsed = block.timestamp - clock.accruedAt;
        return clock.indexWad + FixedPointMathLib.divUp(self.rateWadPerYear() * elapsed, YEAR);
    }

    /// @notice Brings the interest index up to now: before the sum owed, the tokens held or the terms change.
    function accrue(VaultState storage self) internal {
        if (self.clock.accruedAt == block.timestamp) return;
        self.clock.indexWad = SafeCastLib.toUint88(self.indexNow());
        self.clock.accruedAt = uint40(block.timestamp);
    }

    /// @notice Interest due on the recorded deficit of `account`, WAD, rounded up.
    function interestDue(VaultState storage self, AccountId account) internal view returns (uint256) {
        DeficitWord memory word = self.deficits[account];
        return FixedPointMathLib.mulWadUp(word.owedWad, self.indexNow() - word.indexWad);
    }

    /// @notice Charges the interest due and records that `account` owes `owedWad` from now on.
    function assess(VaultState storage self, AccountId account, uint256 owedWad) internal {
        AccountHeader header = self.headers[account];
        if (!header.hasDeficit() && owedWad == 0) return;
        self.accrue();
        DeficitWord storage word = self.deficits[account];
        uint256 interestWad = self.interestDue(account);
        uint256 before = word.owedWad;
        self.clock.owedWad = SafeCastLib.toUint128(self.clock.owedWad + owedWad - before);
        header = header.withDeficit(owedWad != 0).plusCash(-int256(interestWad));
        self.headers[account] = header;
        AccountId fund = self.fundAccount;
        if (interestWad != 0) self.headers[fund] = self.headers[fund].plusCash(int256(interestWad));
        uint40 since = before == 0 ? uint40(block.timestamp) : word.since;
        if (owedWad == 0) delete self.deficits[account];
        else self.deficits[account] = DeficitWord(SafeCastLib.toUint128(owedWad), self.clock.indexWad, since);
        emit IMarginVault.DeficitAssessed(account, owedWad, interestWad);
    }

    /// @notice Lowers the recorded deficit by cash that arrived; without a price it can only be taken as that much less.
    function relieve(VaultState storage self, AccountId account, uint256 amountWad) internal {
        if (!self.headers[account].hasDeficit()) return;
        self.assess(account, FixedPointMathLib.zeroFloorSub(self.deficits[account].owedWad, amountWad));
    }
}
