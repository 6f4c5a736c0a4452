// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "./AssetId.sol";
import {ExpiryWord} from "./ExpiryWord.sol";
import {OptionWord} from "./OptionWord.sol";

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

/// @notice The options of one account in one expiry that is not settled yet.
/// @param slot The expiry's slot in the option markets.
/// @param fixedPriceWad What it will be settled at, WAD; 0 while that is open.
struct OptionHolding {
    uint8 slot;
    ExpiryWord expiry;
    OptionWord legs;
    uint256 fixedPriceWad;
}

/// @notice Everything the risk engine needs of an account.
/// @param cashWad Cash in WAD of the settlement token after all funding, loss charges, interest and payoffs of settled
/// options due; signed.
struct Portfolio {
    int256 cashWad;
    CollateralHolding[] collateral;
    PerpHolding[] perps;
    OptionHolding[] options;
}
