// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A price that the oracle keeps. Ids 1..31 are underlyings quoted in USD (they fit the account header's
/// bitmap); ids from 32 are ratios, such as wstETH/ETH, that price a collateral in terms of its underlying. 0 is none.
type AssetId is uint16;

using {equals as ==, differs as !=, isUnderlying} for AssetId global;

AssetId constant NO_ASSET = AssetId.wrap(0);

/// @dev Bits of the account header's perp bitmap: underlyings stay below it.
uint16 constant UNDERLYING_LIMIT = 32;

function equals(AssetId a, AssetId b) pure returns (bool) {
    return AssetId.unwrap(a) == AssetId.unwrap(b);
}

function differs(AssetId a, AssetId b) pure returns (bool) {
    return AssetId.unwrap(a) != AssetId.unwrap(b);
}

/// @notice Whether the id names an underlying quoted in USD.
function isUnderlying(AssetId asset) pure returns (bool) {
    return AssetId.unwrap(asset) != 0 && AssetId.unwrap(asset) < UNDERLYING_LIMIT;
}
