// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountId} from "./AccountId.sol";
import {InstrumentId} from "./InstrumentId.sol";

/// @notice A balanced fill: the buyer gets `lots`, the seller gives them, at one price.
/// @param lots Number of lots, positive.
/// @param priceWad WAD of the settlement token per whole unit of the underlying.
struct Fill {
    AccountId buyer;
    AccountId seller;
    InstrumentId instrument;
    uint64 lots;
    uint256 priceWad;
}

/// @notice What one account agreed to in a batch of fills.
/// @param feeNotionalWad Notional on which the account owes the trade fee, WAD of the settlement token.
/// @param maxFeeWad Largest fee the account accepts, WAD of the settlement token.
/// @param reduceOnly Whether the account's positions may only shrink.
struct TradeTerms {
    AccountId account;
    uint256 feeNotionalWad;
    uint256 maxFeeWad;
    bool reduceOnly;
}
