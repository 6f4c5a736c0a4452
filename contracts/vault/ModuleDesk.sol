// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CarryingCharge} from "./CarryingCharge.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {OptionLedger} from "./OptionLedger.sol";
import {Marks, Portfolios} from "./Portfolios.sol";
import {SliceLedger} from "./SliceLedger.sol";
import {MAX_ACCOUNTS, VaultState, Wiring} from "./VaultState.sol";

/// @title ModuleDesk
/// @notice What modules move and what settles, linked into `MarginVault` and run on its storage, see `VaultDesk`.
library ModuleDesk {
    /// @notice See `IMarginVault.transferSlice`.
    function transferSlice(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to,
        uint256 fractionWad,
        int256 paymentWad
    ) external {
        SliceLedger.transferSlice(s, w, from, to, fractionWad, paymentWad);
    }

    /// @notice See `IMarginVault.exchangeCollateral`.
    function exchangeCollateral(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to,
        uint8 index,
        uint256 amount,
        uint256 cashWad
    ) external {
        SliceLedger.exchangeCollateral(s, w, from, to, index, amount, cashWad);
    }

    /// @notice See `IMarginVault.moveCash`.
    function moveCash(VaultState storage s, Wiring memory w, AccountId from, AccountId to, uint256 amountWad) external {
        SliceLedger.moveCash(s, w, from, to, amountWad);
    }

    /// @notice See `IMarginVault.creditFromLoss`.
    function creditFromLoss(VaultState storage s, Wiring memory w, AccountId account, uint256 amountWad) external {
        SliceLedger.creditFromLoss(s, w, account, amountWad);
    }

    /// @notice Charges the carrying charge due and ends it: of an account that an auction is about to sell.
    function closeCarry(VaultState storage s, Wiring memory w, AccountId account) external {
        CarryingCharge.close(s, w, account);
    }

    /// @notice See `IMarginVault.settleOptions`.
    function settleOptions(
        VaultState storage s,
        Wiring memory w,
        AccountId[] calldata accounts
    ) external returns (uint256 expiries) {
        if (accounts.length > MAX_ACCOUNTS) revert IVaultErrors.Vault_BatchTooLarge(accounts.length, MAX_ACCOUNTS);
        Marks memory marks = Portfolios.unknownMarks();
        for (uint256 i = 0; i < accounts.length; ++i) {
            AccountHeader header = s.headers[accounts[i]];
            if (header.expiryBitmap() == 0) continue;
            uint256 paid;
            (header, paid) = OptionLedger.settle(s, w, marks, accounts[i], header);
            if (paid == 0) continue;
            AccountLedger.store(s, accounts[i], header);
            if (!header.hasPositions()) CarryingCharge.close(s, w, accounts[i]);
            expiries += paid;
        }
    }
}
