// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

import {AccountId} from "../types/AccountId.sol";

import {AccountHeader} from "./AccountHeader.sol";
import {AccountLedger} from "./AccountLedger.sol";
import {CashDeficit} from "./CashDeficit.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {IVaultCallee} from "./IVaultCallee.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {Operators} from "./Operators.sol";
import {SliceLedger} from "./SliceLedger.sol";
import {Solvency} from "./Solvency.sol";
import {TokenIO} from "./TokenIO.sol";
import {TokenKind, TokenRecord, VaultState, Wiring} from "./VaultState.sol";

/// @title Custody
/// @notice Deposits, withdrawals, transfers and swaps: what users do with tokens. `batch` says that the check waits.
library Custody {
    using SafeCastLib for uint256;

    /// @notice See `IMarginVault.deposit`.
    function deposit(VaultState storage s, Wiring memory w, AccountId account, address token, uint256 amount) internal {
        TokenRecord memory record = _accept(s, token, amount);
        SliceLedger.requireOwned(account);
        TokenIO.pull(s, w, token, msg.sender, amount);
        _credit(s, w, account, token, record, amount);
        emit IVaultEvents.Deposited(account, token, msg.sender, amount);
    }

    /// @notice See `IMarginVault.withdraw`.
    function withdraw(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        address token,
        uint256 amount,
        address recipient,
        bool batch
    ) internal {
        if (recipient == address(0) || recipient == address(this)) {
            revert IVaultErrors.Vault_BadRecipient(recipient);
        }
        uint256 checks = _debit(s, w, account, token, amount, recipient);
        TokenIO.countOut(s, w, token, amount);
        Solvency.conclude(s, w, account, checks, batch);
        emit IVaultEvents.Withdrawn(account, token, recipient, amount);
        TokenIO.push(token, recipient, amount);
    }

    /// @notice See `IMarginVault.transfer`.
    function transfer(
        VaultState storage s,
        Wiring memory w,
        AccountId from,
        AccountId to,
        address token,
        uint256 amount,
        bool batch
    ) internal {
        SliceLedger.requireDistinct(from, to);
        uint256 checks = _debit(s, w, from, token, amount, to.ownerOf());
        _credit(s, w, to, token, s.tokens[token], amount);
        Solvency.conclude(s, w, from, checks, batch);
        emit IVaultEvents.Transferred(from, to, token, amount);
    }

    /// @notice See `IMarginVault.SwapRequest`. Only within a batch.
    function swap(VaultState storage s, Wiring memory w, IMarginVault.SwapRequest memory request) internal {
        address callee = request.callee;
        if (callee == address(0) || callee == address(this)) revert IVaultErrors.Vault_BadRecipient(callee);
        TokenRecord memory recordIn = _accept(s, request.tokenIn, request.minAmountIn);
        if (request.tokenIn == request.tokenOut) revert IVaultErrors.Vault_UnknownToken(request.tokenIn);
        uint256 checks = _debit(s, w, request.account, request.tokenOut, request.amountOut, callee);
        TokenIO.countOut(s, w, request.tokenOut, request.amountOut);
        Solvency.conclude(s, w, request.account, checks, true);

        uint256 received = _call(request);
        if (received < request.minAmountIn) {
            revert IVaultErrors.Vault_SwapTooLittle(request.tokenIn, received, request.minAmountIn);
        }
        TokenIO.countIn(s, w, request.tokenIn, received);
        _credit(s, w, request.account, request.tokenIn, recordIn, received);
        emit IVaultEvents.Swapped(
            request.account,
            callee,
            request.tokenOut,
            request.amountOut,
            request.tokenIn,
            received
        );
    }

    /// @dev While the callee runs the vault is locked: what arrives cannot be counted twice.
    function _call(IMarginVault.SwapRequest memory request) private returns (uint256 received) {
        uint256 before = TokenIO.balance(request.tokenIn);
        TokenIO.push(request.tokenOut, request.callee, request.amountOut);
        IVaultCallee(request.callee).onVaultSwap(
            request.account,
            request.tokenOut,
            request.amountOut,
            request.tokenIn,
            request.minAmountIn,
            request.data
        );
        uint256 afterwards = TokenIO.balance(request.tokenIn);
        return afterwards > before ? afterwards - before : 0;
    }

    function _accept(
        VaultState storage s,
        address token,
        uint256 amount
    ) private view returns (TokenRecord memory record) {
        if (amount == 0) revert IVaultErrors.Vault_ZeroAmount();
        return TokenIO.known(s, token);
    }

    function _credit(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        address token,
        TokenRecord memory record,
        uint256 amount
    ) private {
        if (record.kind == TokenKind.Settlement) return CashDeficit.credit(s, w, account, amount * w.cashScale);
        AccountHeader header = s.headers[account];
        AccountHeader changed = AccountLedger.putCollateral(s, account, header, record.index, amount);
        if (AccountHeader.unwrap(changed) == AccountHeader.unwrap(header)) return;
        if (!Operators.mayAct(s, account, msg.sender)) {
            revert IVaultErrors.Vault_UnsolicitedCollateral(account, token, msg.sender);
        }
        AccountLedger.store(s, account, changed);
    }

    /// @dev Authority, freeze and gate, then the entry. Returns what is left to check.
    function _debit(
        VaultState storage s,
        Wiring memory w,
        AccountId account,
        address token,
        uint256 amount,
        address recipient
    ) private returns (uint256 checks) {
        TokenRecord memory record = _accept(s, token, amount);
        Operators.requireOutflow(s, account, recipient);
        uint256 until = s.domain.gatedUntil;
        if (until > block.timestamp) revert IVaultErrors.Vault_WithdrawalsGated(until);
        AccountHeader header = CashDeficit.settle(s, w, account);
        if (header.isFrozen()) revert IVaultErrors.Vault_AccountFrozen(account);

        checks = Solvency.MARGIN | Solvency.OUTFLOW;
        if (record.kind == TokenKind.Settlement) {
            header = header.plusCash(-(amount * w.cashScale).toInt256());
            checks |= Solvency.CASH_OUT;
        } else {
            header = AccountLedger.takeCollateral(s, account, header, record.index, amount);
        }
        AccountLedger.store(s, account, header);
    }
}
