// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "./AssetId.sol";

/// @notice One collateral of an account.
/// @param index The collateral's number in the vault's list.
/// @param amountWad Amount in WAD of whole tokens, rounded down.
struct CollateralHolding {
    uint8 index;
    uint256 amountWad;
}

/// @notice One perpetual position.
/// @param sizeWad Signed size in WAD of the underlying; positive = long.
struct PerpHolding {
    AssetId asset;
    int256 sizeWad;
}

/// @notice Everything the risk engine needs of an account.
/// @param cashWad Cash in WAD of the settlement token after all funding, loss charges and interest due; signed.
struct Portfolio {
    int256 cashWad;
    CollateralHolding[] collateral;
    PerpHolding[] perps;
}
