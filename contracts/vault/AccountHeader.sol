// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @notice The first word of an account. Bits, from the lowest: int112 settled cash, WAD (14 bytes) | uint16 bitmap of
/// collaterals held (2) | uint32 bitmap of perpetuals held, bit = AssetId (4) | uint64 bitmap of expiries held (8) |
/// uint8 flags (1) | 24 spare bits, zero (3). 14 + 2 + 4 + 8 + 1 + 3 = 32 bytes. The largest cash is 2.5e15 USD.
type AccountHeader is uint256;

using {
    cashWad,
    collateralBitmap,
    perpBitmap,
    expiryBitmap,
    hasPositions,
    isFrozen,
    isListed,
    hasDeficit,
    hasCarry,
    plusCash,
    withCollateral,
    withPerp,
    withExpiry,
    withFrozen,
    withListed,
    withDeficit,
    withCarry
} for AccountHeader global;

uint256 constant COLLATERAL_SHIFT = 112;
uint256 constant PERP_SHIFT = 128;
uint256 constant EXPIRY_SHIFT = 160;

/// @dev Flags: frozen by an auction; in the list of accounts; owes the domain cash (its deficit word is not zero); pays a
/// carrying charge (its carry word is not zero).
uint256 constant FROZEN_BIT = 1 << 224;
uint256 constant LISTED_BIT = 1 << 225;
uint256 constant DEFICIT_BIT = 1 << 226;
uint256 constant CARRY_BIT = 1 << 227;

/// @notice Settled cash, WAD, signed.
function cashWad(AccountHeader header) pure returns (int256) {
    return int112(uint112(AccountHeader.unwrap(header)));
}

/// @notice Bit i: holds collateral i.
function collateralBitmap(AccountHeader header) pure returns (uint16) {
    return uint16(AccountHeader.unwrap(header) >> COLLATERAL_SHIFT);
}

/// @notice Bit i: holds the perpetual on asset i.
function perpBitmap(AccountHeader header) pure returns (uint32) {
    return uint32(AccountHeader.unwrap(header) >> PERP_SHIFT);
}

/// @notice Bit i: holds options of the expiry in slot i of the option markets.
function expiryBitmap(AccountHeader header) pure returns (uint64) {
    return uint64(AccountHeader.unwrap(header) >> EXPIRY_SHIFT);
}

/// @notice Whether it holds any perpetual or option, those of settled expiries that are not paid out yet included.
function hasPositions(AccountHeader header) pure returns (bool) {
    return (AccountHeader.unwrap(header) >> PERP_SHIFT) & ((1 << 96) - 1) != 0;
}

function isFrozen(AccountHeader header) pure returns (bool) {
    return AccountHeader.unwrap(header) & FROZEN_BIT != 0;
}

function isListed(AccountHeader header) pure returns (bool) {
    return AccountHeader.unwrap(header) & LISTED_BIT != 0;
}

function hasDeficit(AccountHeader header) pure returns (bool) {
    return AccountHeader.unwrap(header) & DEFICIT_BIT != 0;
}

function hasCarry(AccountHeader header) pure returns (bool) {
    return AccountHeader.unwrap(header) & CARRY_BIT != 0;
}

/// @notice Adds signed cash; reverts when the sum leaves 112 bits.
function plusCash(AccountHeader header, int256 deltaWad) pure returns (AccountHeader) {
    uint112 cash = uint112(SafeCastLib.toInt112(cashWad(header) + deltaWad));
    uint256 rest = AccountHeader.unwrap(header) & ~uint256(type(uint112).max);
    return AccountHeader.wrap(rest | cash);
}

function withCollateral(AccountHeader header, uint8 index, bool held) pure returns (AccountHeader) {
    return withBit(header, uint256(1) << (COLLATERAL_SHIFT + index), held);
}

function withPerp(AccountHeader header, AssetId asset, bool held) pure returns (AccountHeader) {
    return withBit(header, uint256(1) << (PERP_SHIFT + AssetId.unwrap(asset)), held);
}

function withExpiry(AccountHeader header, uint8 slot, bool held) pure returns (AccountHeader) {
    return withBit(header, uint256(1) << (EXPIRY_SHIFT + slot), held);
}

function withFrozen(AccountHeader header, bool frozen) pure returns (AccountHeader) {
    return withBit(header, FROZEN_BIT, frozen);
}

function withListed(AccountHeader header) pure returns (AccountHeader) {
    return withBit(header, LISTED_BIT, true);
}

function withDeficit(AccountHeader header, bool owes) pure returns (AccountHeader) {
    return withBit(header, DEFICIT_BIT, owes);
}

function withCarry(AccountHeader header, bool pays) pure returns (AccountHeader) {
    return withBit(header, CARRY_BIT, pays);
}

function withBit(AccountHeader header, uint256 bit, bool set) pure returns (AccountHeader) {
    uint256 raw = AccountHeader.unwrap(header);
    return AccountHeader.wrap(set ? raw | bit : raw & ~bit);
}
