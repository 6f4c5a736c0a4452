// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {AccountId} from "../types/AccountId.sol";

import {IVaultErrors} from "./IVaultErrors.sol";
import {IVaultEvents} from "./IVaultEvents.sol";
import {IVaultSettings} from "./IVaultSettings.sol";
import {VaultState} from "./VaultState.sol";

/// @title Operators
/// @notice Who may act for whose accounts, and where their funds may go.
library Operators {
    /// @notice What an owner signs, and until when it is valid.
    struct Appointment {
        address owner;
        address operator;
        bool allowed;
        uint256 nonce;
        uint256 deadline;
    }

    bytes32 private constant APPOINTMENT_TYPEHASH = keccak256(
        "SetOperator(address owner,address operator,bool allowed,uint256 nonce,uint256 deadline)"
    );

    /// @notice Appoints or dismisses. Each time uses up a nonce of the owner: what was signed before is void, so that a
    /// dismissed operator cannot submit its appointment afterwards.
    function setOperator(VaultState storage s, address owner, address operator, bool allowed) internal {
        if (operator == address(0)) revert IVaultErrors.Vault_ZeroAddress();
        ++s.nonces[owner];
        s.operators[owner][operator] = allowed;
        emit IVaultEvents.OperatorSet(owner, operator, allowed);
    }

    function setRecipient(VaultState storage s, address recipient, bool allowed) internal {
        if (recipient == address(0)) revert IVaultErrors.Vault_ZeroAddress();
        s.recipients[msg.sender][recipient] = allowed;
        emit IVaultEvents.RecipientSet(msg.sender, recipient, allowed);
    }

    /// @notice EIP-712 struct hash of an appointment.
    function structHash(Appointment memory appointment) internal pure returns (bytes32) {
        return keccak256(abi.encode(APPOINTMENT_TYPEHASH, appointment));
    }

    /// @notice Appoints or dismisses by the owner's signature.
    /// @param digest EIP-712 digest of the appointment in the vault's domain.
    function appoint(
        VaultState storage s,
        Appointment memory appointment,
        bytes32 digest,
        bytes calldata signature
    ) internal {
        address owner = appointment.owner;
        if (block.timestamp > appointment.deadline) {
            revert IVaultErrors.Vault_SignatureExpired(block.timestamp, appointment.deadline);
        }
        uint256 expected = s.nonces[owner];
        if (appointment.nonce != expected) revert IVaultErrors.Vault_NonceMismatch(appointment.nonce, expected);
        if (owner == address(0) || !SignatureChecker.isValidSignatureNowCalldata(owner, digest, signature)) {
            revert IVaultErrors.Vault_SignatureInvalid(owner);
        }
        setOperator(s, owner, appointment.operator, appointment.allowed);
    }

    /// @notice Reverts unless the caller may send funds of `account` to `recipient`. Modules may not.
    function requireOutflow(VaultState storage s, AccountId account, address recipient) internal view {
        address owner = account.ownerOf();
        if (msg.sender == owner) return;
        if (!s.operators[owner][msg.sender]) revert IVaultErrors.Vault_NotAuthorised(account, msg.sender);
        if (recipient != owner && !s.recipients[owner][recipient]) {
            revert IVaultErrors.Vault_RecipientNotAllowed(account, msg.sender, recipient);
        }
    }

    /// @notice See `IVaultOperators.mayAct`.
    function mayAct(VaultState storage s, AccountId account, address actor) internal view returns (bool) {
        address owner = account.ownerOf();
        if (actor == address(0)) return false;
        return actor == owner || s.operators[owner][actor] || s.roles[actor] != IVaultSettings.ModuleRole.None;
    }
}
