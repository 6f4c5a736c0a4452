// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "../types/AccountId.sol";
import {AssetId} from "../types/AssetId.sol";
import {OptionWord} from "../types/OptionWord.sol";
import {PerpWord} from "../types/PerpWord.sol";
import {AccountHeader} from "./AccountHeader.sol";
import {IMarginVault} from "./IMarginVault.sol";

/// @notice A listed collateral: 20 + 1 bytes, then what the ledger accounts for, token base units.
struct CollateralToken {
    address token;
    uint8 decimals;
    uint256 held;
}

/// @notice What an account owed when last assessed, WAD; the interest index at which it was charged, WAD; since when it
/// owes, unix seconds. 16 + 11 + 5 = 32 bytes.
struct DeficitWord {
    uint128 owedWad;
    uint88 indexWad;
    uint40 since;
}

/// @notice Interest clock: sum of recorded deficits, WAD; cumulative interest per unit owed, WAD; last accrual, unix
/// seconds. 16 + 11 + 5 = 32 bytes.
struct InterestClock {
    uint128 owedWad;
    uint88 indexWad;
    uint40 accruedAt;
}

/// @notice The one storage of the vault.
/// @param options Legs per (account, slot of the expiry list). Reserved: nothing writes it until options trade, so that
/// nothing has to be laid anew then.
struct VaultState {
    mapping(AccountId account => AccountHeader) headers;
    mapping(AccountId account => mapping(AssetId asset => PerpWord)) perps;
    mapping(AccountId account => mapping(uint8 index => uint256)) collateral;
    mapping(AccountId account => mapping(uint8 slot => OptionWord)) options;
    mapping(AccountId account => DeficitWord) deficits;
    AccountId[] accounts;
    CollateralToken[] tokens;
    /// Index of a collateral plus one; 0 = not listed.
    mapping(address token => uint256) tokenPlaces;
    /// Settlement tokens accounted for, WAD.
    uint256 cashHeldWad;
    InterestClock clock;
    IMarginVault.InterestTerms interestTerms;
    IMarginVault.FeeTerms feeTerms;
    AccountId fundAccount;
    uint256 gatedUntil;
    mapping(address module => IMarginVault.ModuleRole) roles;
    address exchange;
    mapping(address owner => mapping(address operator => bool)) operators;
    mapping(address owner => mapping(address recipient => bool)) recipients;
    mapping(address owner => uint256) nonces;
}
