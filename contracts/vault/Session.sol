// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {AccountId} from "../types/AccountId.sol";
import {IVaultErrors} from "./IVaultErrors.sol";
import {MAX_ACCOUNTS} from "./VaultState.sol";

/// @title Session
/// @notice What the vault remembers within one transaction, in transient storage: whether it is busy, and which
/// accounts a batch touched and what they must be checked for.
library Session {
    using TransientSlot for bytes32;
    using TransientSlot for TransientSlot.Uint256Slot;

    /// @notice Idle: every function may be called. Locked: none. Filling: a batch waits for the exchange, which may
    /// call `applyFills`.
    uint256 internal constant IDLE = 0;
    uint256 internal constant LOCKED = 1;
    uint256 internal constant FILLING = 2;

    bytes32 private constant STATE = keccak256("breakwater.vault.session.state");
    bytes32 private constant COUNT = keccak256("breakwater.vault.session.count");
    bytes32 private constant ACCOUNTS = keccak256("breakwater.vault.session.accounts");
    bytes32 private constant CHECKS = keccak256("breakwater.vault.session.checks");
    bytes32 private constant TRADES = keccak256("breakwater.vault.session.trades");

    /// @dev Bits of a noted rate: it is in the low part of the word, the notional in the rest. No rate of a fee comes near.
    uint256 private constant RATE_BITS = 64;
    uint256 private constant RATE_LIMIT = (1 << RATE_BITS) - 1;

    function state() internal view returns (uint256) {
        return STATE.asUint256().tload();
    }

    function setState(uint256 to) internal {
        STATE.asUint256().tstore(to);
    }

    /// @notice Takes the vault for one call.
    function lock() internal {
        if (state() != IDLE) revert IVaultErrors.Vault_Reentered();
        setState(LOCKED);
    }

    /// @notice Notes that `account` must be checked for `checks` at the end of the batch.
    function defer(AccountId account, uint256 checks) internal {
        TransientSlot.Uint256Slot slot = _checksSlot(account);
        uint256 noted = slot.tload();
        if (noted == 0) {
            uint256 count = COUNT.asUint256().tload();
            if (count == MAX_ACCOUNTS) revert IVaultErrors.Vault_BatchTooLarge(count + 1, MAX_ACCOUNTS);
            _accountSlot(count).tstore(AccountId.unwrap(account));
            COUNT.asUint256().tstore(count + 1);
        }
        slot.tstore(noted | checks);
    }

    /// @notice Takes the last noted account off the list.
    function pop() internal returns (bool any, AccountId account, uint256 checks) {
        uint256 count = COUNT.asUint256().tload();
        if (count == 0) return (false, account, 0);
        COUNT.asUint256().tstore(count - 1);
        account = AccountId.wrap(_accountSlot(count - 1).tload());
        TransientSlot.Uint256Slot slot = _checksSlot(account);
        checks = slot.tload();
        slot.tstore(0);
        any = true;
    }

    /// @notice Notes a trade whose surcharge is decided at the end of the batch.
    /// @param notionalWad Its fee notional, below 2^128: the fee on it was charged.
    /// @param mostWad The largest surcharge that the account accepted for it, WAD of the notional.
    function noteTrade(AccountId account, uint256 notionalWad, uint256 mostWad) internal {
        TransientSlot.Uint256Slot slot = _tradesSlot(account);
        uint256 noted = slot.tload();
        uint256 least = noted == 0 ? RATE_LIMIT : noted & RATE_LIMIT;
        if (mostWad < least) least = mostWad;
        slot.tstore((((noted >> RATE_BITS) + notionalWad) << RATE_BITS) | least);
    }

    /// @notice Takes what was noted of the trades of `account`.
    /// @return notionalWad Sum of the fee notionals.
    /// @return mostWad The largest surcharge that was accepted for each of them, WAD of the notional.
    function takeTrades(AccountId account) internal returns (uint256 notionalWad, uint256 mostWad) {
        TransientSlot.Uint256Slot slot = _tradesSlot(account);
        uint256 noted = slot.tload();
        if (noted == 0) return (0, 0);
        slot.tstore(0);
        return (noted >> RATE_BITS, noted & RATE_LIMIT);
    }

    function _accountSlot(uint256 position) private pure returns (TransientSlot.Uint256Slot) {
        return keccak256(abi.encode(ACCOUNTS, position)).asUint256();
    }

    function _checksSlot(AccountId account) private pure returns (TransientSlot.Uint256Slot) {
        return keccak256(abi.encode(CHECKS, account)).asUint256();
    }

    function _tradesSlot(AccountId account) private pure returns (TransientSlot.Uint256Slot) {
        return keccak256(abi.encode(TRADES, account)).asUint256();
    }
}
