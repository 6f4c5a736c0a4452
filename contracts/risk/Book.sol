// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {PriceViews} from "../types/Price.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @dev At which prices a book is tested.
/// - Union: every price of all views, against the account, initial shock.
/// - Intersection: the price of the liquidation interval that favours the account, maintenance shock.
/// - MarkInitial, MarkMaintenance: the mid.
enum Valuation {
    Union,
    Intersection,
    MarkInitial,
    MarkMaintenance
}

/// @dev A portfolio with everything an assessment needs, loaded once. A leg is an underlying with what is linked to it.
/// @param legCount Legs in use; the arrays may be longer. Likewise `holdingCount`.
/// @param legIndex Leg number + 1 per underlying, 8 bits each at bit 8 * id.
/// @param views Prices of the legs, then of ratio assets.
/// @param holdingLeg Leg that a collateral belongs to.
/// @param holdingRatio Position of its ratio in `views`; 0 when it has none (position 0 is always a leg).
/// @param groups Correlation groups of two legs or more with their offsets: group | kappa << 8 | theta << 16; 0 ends.
struct Book {
    int256 cashWad;
    uint256 legCount;
    uint256 legIndex;
    AssetId[] legAssets;
    int256[] sizeWad;
    UnderlyingTerms[] terms;
    PriceViews[] views;
    uint256 holdingCount;
    CollateralTerms[] holdingTerms;
    uint256[] holdingAmountWad;
    uint256[] holdingLeg;
    uint256[] holdingRatio;
    uint256[] groups;
    uint256 liquidationCostBps;
    uint256 flatCostWad;
}
