// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "./AssetId.sol";

/// @notice What kind of contract an instrument is.
enum InstrumentKind {
    Perpetual,
    Call,
    Put
}

/// @notice A tradable instrument: underlying (16 bits) ++ kind (8) ++ expiry, unix seconds (40) ++ 64 zero bits ++
/// strike, WAD of USD per unit of the underlying (128). Perpetuals have neither expiry nor strike.
type InstrumentId is uint256;

using {underlyingOf, kindOf, expiryOf, strikeWadOf, isCanonical, equals as ==} for InstrumentId global;

/// @notice The perpetual on `asset`.
function perpetualOf(AssetId asset) pure returns (InstrumentId) {
    return InstrumentId.wrap(uint256(AssetId.unwrap(asset)) << 240);
}

/// @notice The European option of `kind` on `asset`.
function optionOf(AssetId asset, InstrumentKind kind, uint40 expiry, uint128 strikeWad) pure returns (InstrumentId) {
    return
        InstrumentId.wrap(
            (uint256(AssetId.unwrap(asset)) << 240) | (uint256(kind) << 232) | (uint256(expiry) << 192) | strikeWad
        );
}

function underlyingOf(InstrumentId id) pure returns (AssetId) {
    return AssetId.wrap(uint16(InstrumentId.unwrap(id) >> 240));
}

/// @dev Warning: reverts (panic) on an unknown kind; ask `isCanonical` first on outside input.
function kindOf(InstrumentId id) pure returns (InstrumentKind) {
    return InstrumentKind(uint8(InstrumentId.unwrap(id) >> 232));
}

function expiryOf(InstrumentId id) pure returns (uint40) {
    return uint40(InstrumentId.unwrap(id) >> 192);
}

function strikeWadOf(InstrumentId id) pure returns (uint128) {
    return uint128(InstrumentId.unwrap(id));
}

/// @notice Whether the id is written in its one valid form: underlying and kind known, unused bits zero.
function isCanonical(InstrumentId id) pure returns (bool) {
    uint256 raw = InstrumentId.unwrap(id);
    uint256 kind = uint8(raw >> 232);
    if (!underlyingOf(id).isUnderlying() || kind > uint256(InstrumentKind.Put)) return false;
    if (kind == uint256(InstrumentKind.Perpetual)) return uint232(raw) == 0;
    return uint64(raw >> 128) == 0 && expiryOf(id) != 0 && strikeWadOf(id) != 0;
}

function equals(InstrumentId a, InstrumentId b) pure returns (bool) {
    return InstrumentId.unwrap(a) == InstrumentId.unwrap(b);
}
