// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A margin account: owner address (high 160 bits) ++ sub-account number (low 96 bits). Needs no creation.
type AccountId is uint256;

using {ownerOf, subAccountOf, equals as ==, differs as !=} for AccountId global;

/// @notice The account `subAccount` of `owner`.
function toAccountId(address owner, uint96 subAccount) pure returns (AccountId) {
    return AccountId.wrap((uint256(uint160(owner)) << 96) | subAccount);
}

/// @notice The address that owns the account.
function ownerOf(AccountId account) pure returns (address) {
    return address(uint160(AccountId.unwrap(account) >> 96));
}

/// @notice The sub-account number within the owner's accounts.
function subAccountOf(AccountId account) pure returns (uint96) {
    return uint96(AccountId.unwrap(account));
}

function equals(AccountId a, AccountId b) pure returns (bool) {
    return AccountId.unwrap(a) == AccountId.unwrap(b);
}

function differs(AccountId a, AccountId b) pure returns (bool) {
    return AccountId.unwrap(a) != AccountId.unwrap(b);
}
