// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";

/// @title IVaultOperators
/// @notice Who may act for whose accounts.
interface IVaultOperators {
    /// @notice Appoints or dismisses an operator over all accounts of the caller. Uses up a nonce: signatures of the
    /// caller that nobody submitted yet are void.
    /// @dev Warning: an operator can lose an account's money by bad trades; it can send none of it away. Errors:
    /// `Vault_ZeroAddress`.
    function setOperator(address operator, bool allowed) external;

    /// @notice `setOperator` with the owner's EIP-712 signature (ERC-1271 for contracts). Anyone may submit it.
    /// @dev Typed data: SetOperator(address owner,address operator,bool allowed,uint256 nonce,uint256 deadline) in the
    /// domain "Breakwater Vault", version "1". Errors: `Vault_ZeroAddress`, `Vault_SignatureExpired`,
    /// `Vault_NonceMismatch`, `Vault_SignatureInvalid`.
    /// @param nonce The owner's next nonce.
    /// @param deadline Unix seconds after which the signature is void.
    function setOperatorBySig(
        address owner,
        address operator,
        bool allowed,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Allows or forbids operators of the caller to send funds to `recipient`: as an address, as the owner of
    /// other accounts, and as the callee of swaps. Errors: `Vault_ZeroAddress`.
    function setRecipient(address recipient, bool allowed) external;

    /// @notice Whether `actor` may act for `account`: its owner, an operator or a module. Funds leave on the word of
    /// the owner and operators only.
    function mayAct(AccountId account, address actor) external view returns (bool);

    /// @notice Whether `owner` appointed `operator`.
    function isOperator(address owner, address operator) external view returns (bool);

    /// @notice Whether operators of `owner` may send funds to `recipient`.
    function isRecipient(address owner, address recipient) external view returns (bool);

    /// @notice The nonce that the owner's next signature must have: how often the owner's operators were set so far.
    function nonceOf(address owner) external view returns (uint256);

    /// @notice The EIP-712 domain separator.
    function domainSeparator() external view returns (bytes32);
}
