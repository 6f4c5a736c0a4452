// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

import {Custody} from "./Custody.sol";
import {IFillTaker} from "./IFillTaker.sol";
import {IMarginVault} from "./IMarginVault.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {Session} from "./Session.sol";
import {TokenIO} from "./TokenIO.sol";
import {VaultState, Wiring} from "./VaultState.sol";

/// @title BatchActions
/// @notice Decodes and runs one action of a batch.
library BatchActions {
    function run(VaultState storage s, Wiring memory w, IMarginVault.BatchAction calldata action) internal {
        IMarginVault.BatchActionKind kind = action.kind;
        if (kind == IMarginVault.BatchActionKind.Deposit) _deposit(s, w, action.data);
        else if (kind == IMarginVault.BatchActionKind.DepositWithPermit) _depositWithPermit(s, w, action.data);
        else if (kind == IMarginVault.BatchActionKind.Withdraw) _withdraw(s, w, action.data);
        else if (kind == IMarginVault.BatchActionKind.Transfer) _transfer(s, w, action.data);
        else if (kind == IMarginVault.BatchActionKind.Swap) _swap(s, w, action.data);
        else _fill(s, action.data);
    }

    function _deposit(VaultState storage s, Wiring memory w, bytes calldata data) private {
        (AccountId account, address token, uint256 amount) = abi.decode(data, (AccountId, address, uint256));
        Custody.deposit(s, w, account, token, amount);
    }

    function _depositWithPermit(VaultState storage s, Wiring memory w, bytes calldata data) private {
        (AccountId account, address token, uint256 amount, TokenIO.Permit memory permit) = abi.decode(
            data,
            (AccountId, address, uint256, TokenIO.Permit)
        );
        TokenIO.spendPermit(s, token, amount, permit);
        Custody.deposit(s, w, account, token, amount);
    }

    function _withdraw(VaultState storage s, Wiring memory w, bytes calldata data) private {
        (AccountId account, address token, uint256 amount, address recipient) = abi.decode(
            data,
            (AccountId, address, uint256, address)
        );
        Custody.withdraw(s, w, account, token, amount, recipient, true);
    }

    function _transfer(VaultState storage s, Wiring memory w, bytes calldata data) private {
        (AccountId from, AccountId to, address token, uint256 amount) = abi.decode(
            data,
            (AccountId, AccountId, address, uint256)
        );
        Custody.transfer(s, w, from, to, token, amount, true);
    }

    function _swap(VaultState storage s, Wiring memory w, bytes calldata data) private {
        Custody.swap(s, w, abi.decode(data, (IMarginVault.SwapRequest)));
    }

    /// @dev Only while the exchange works on this action may it call `applyFills` back.
    function _fill(VaultState storage s, bytes calldata data) private {
        address exchange = s.domain.exchange;
        if (exchange == address(0)) revert IVaultErrors.Vault_NoExchange();
        Session.setState(Session.FILLING);
        IFillTaker(exchange).takeFor(msg.sender, data);
        Session.setState(Session.LOCKED);
    }
}
