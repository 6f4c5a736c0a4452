// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AccountId, toAccountId} from "../types/AccountId.sol";

import {AccountLedger} from "./AccountLedger.sol";
import {BatchActions} from "./BatchActions.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {Custody} from "./Custody.sol";
import {DeficitInterest} from "./DeficitInterest.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {Solvency} from "./Solvency.sol";
import {BPS, MAX_BATCH, VaultState, Wiring} from "./VaultState.sol";

/// @title VaultDesk
/// @notice The part of the vault's code that does not fit into one contract of 24,576 bytes: linked into `MarginVault`
/// and run on its storage. Deposits and fills, which are called most, stay there and are spared the detour.
/// @dev Guards (lock, roles, authority) are the vault's. Has no state; a call from elsewhere touches only the caller.
library VaultDesk {
    using FixedPointMathLib for uint256;

    // --- Users ------------------------------------------------------------------------------------------------

    /// @notice See `IMarginVault.withdraw`.
    function withdraw(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        address token,
        uint256 amount,
        address recipient
    ) external {
        Custody.withdraw(s, w, account, token, amount, recipient, false);
    }

    /// @notice See `IMarginVault.transfer`.
    function transfer(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to,
        address token,
        uint256 amount
    ) external {
        Custody.transfer(s, w, from, to, token, amount, false);
    }

    /// @notice See `IMarginVault.operate`.
    function operate(VaultState storage s, Wiring memory w, IMarginVault.BatchAction[] calldata actions) external {
        if (actions.length == 0) revert IVaultErrors.Vault_EmptyBatch();
        if (actions.length > MAX_BATCH) revert IVaultErrors.Vault_BatchTooLarge(actions.length, MAX_BATCH);
        for (uint256 i = 0; i < actions.length; ++i) BatchActions.run(s, w, actions[i]);
        Solvency.concludeBatch(s, w);
    }

    /// @notice See `IMarginVault.touch`.
    function touch(VaultState storage s, Wiring memory w, AccountId account) external returns (uint256 owedWad) {
        return CashDeficit.assess(s, w, account);
    }

    /// @notice See `IMarginVault.distributeFees`.
    function distributeFees(
        VaultState storage s,
        Wiring memory w
    ) external returns (uint256 fundWad, uint256 treasuryWad) {
        if (s.fundAccount.ownerOf() == address(0)) revert IVaultErrors.Vault_FeeAccountsUnset();
        AccountId collector = toAccountId(address(this), 0);
        // The collector is only ever credited, and emptied here.
        uint256 sumWad = uint256(s.headers[collector].cashWad());
        fundWad = sumWad.fullMulDivUp(s.domain.policy.fundShareBps, BPS);
        treasuryWad = sumWad - fundWad;
        AccountLedger.addCash(s, collector, -int256(sumWad));
        CashDeficit.credit(s, w, s.fundAccount, fundWad);
        CashDeficit.credit(s, w, s.treasuryAccount, treasuryWad);
        emit IVaultEvents.FeesDistributed(fundWad, treasuryWad);
    }

    // --- Views ------------------------------------------------------------------------------------------------

    /// @notice See `IMarginVault.deficitOf`.
    function deficitOf(
        VaultState storage s,
        Wiring memory w,
        AccountId account
    ) external view returns (uint256 owedWad, uint256 sinceSeconds) {
        return CashDeficit.owed(s, w, account);
    }

    /// @notice See `IMarginVault.carryOf`.
    function carryOf(
        VaultState storage s,
        Wiring memory w,
        AccountId account
    ) external view returns (uint256 wadPerYear, uint256 pendingWad, uint256 sinceSeconds) {
        wadPerYear = s.carries[account].wadPerYear;
        if (wadPerYear == 0) return (0, 0, 0);
        pendingWad = CarryingCharge.pendingWad(s, w, account);
        sinceSeconds = block.timestamp - s.carries[account].since;
    }

    /// @notice See `IMarginVault.deficitPool`.
    function deficitPool(
        VaultState storage s,
        Wiring memory w
    ) external view returns (uint256 owedWad, uint256 indexWad, uint256 rateWadPerYear) {
        return (
            s.tokens[w.settlementToken].owedWad,
            DeficitInterest.indexNowWad(s, w),
            DeficitInterest.currentRateWad(s, w)
        );
    }
}
