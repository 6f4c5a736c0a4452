// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../types/AssetId.sol";
import {PriceViews} from "../types/Price.sol";
import {IPriceOracle} from "../oracle/IPriceOracle.sol";
import {IVolSurface} from "../oracle/IVolSurface.sol";
import {CollateralTerms} from "./CollateralTerms.sol";
import {LiquidityTerms} from "./LiquidityTerms.sol";
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

/// @dev Where prices and smiles come from, and the table that options are priced with.
struct Rooms {
    IPriceOracle oracle;
    IVolSurface surface;
    address normalTable;
}

/// @dev What the books of one call share, loaded once: every underlying that one of them is linked to, its terms, its
/// prices and its shocks. The place of an underlying here is its number in every book.
/// @param count Underlyings in use; the arrays may be longer. Likewise `ratioCount`.
/// @param index Number + 1 per underlying, 8 bits each at bit 8 * id.
/// @param positionLegs Bitmap of the underlyings on which some book has a position: only of these is `liquidity` known.
/// @param priced The underlyings, then the ratios. @param views Their prices.
/// @param stressWad Stress of the initial shocks; 0 = not measured yet.
/// @param offsetGroups Bitmap of the correlation groups in which some book may have offsets.
/// @param groups These groups with their offsets: group | kappa << 8 | theta << 16.
struct Sheet {
    Rooms rooms;
    uint256 count;
    uint256 index;
    AssetId[] assets;
    UnderlyingTerms[] terms;
    uint256 positionLegs;
    LiquidityTerms[] liquidity;
    uint256 ratioCount;
    AssetId[] ratios;
    AssetId[] priced;
    PriceViews[] views;
    uint256 stressWad;
    uint256[] sigmaInitialWad;
    uint256[] rhoInitialWad;
    uint256[] rhoMaintenanceWad;
    uint256 offsetGroups;
    uint256[] groups;
    uint256 nowSeconds;
    uint256 liquidationCostBps;
    uint256 flatCostWad;
}

/// @dev What an underlying with options comes to; only what was asked for is there.
/// @param worstWad Least value under each valuation, WAD.
/// @param mostWad The most that it can be worth, collateral without haircut, in the interval of liquidation, WAD.
/// @param deltaWad What closing them is charged on under each, in units of the underlying, WAD: of initial margin no less than
/// at any price of its interval, of liquidation no more.
/// @param exitWad What the market takes for the exit from the options and the perpetual under each, WAD.
/// @param optionsWad The options alone at mid, WAD, rounded down.
struct OptionAnswer {
    int256[4] worstWad;
    uint256[4] deltaWad;
    uint256[4] exitWad;
    int256 mostWad;
    int256 optionsWad;
}

/// @dev What one account holds, by the numbers of a sheet.
/// @param sizeWad Net position per underlying, WAD; as long as the sheet's arrays, or empty for cash only.
/// @param offsetGroups Bitmap of the correlation groups in which this book may have offsets; exact without collateral.
/// @param holdingCount Collaterals in use; the arrays may be longer.
/// @param holdingLeg Number of the underlying that a collateral follows.
/// @param optionLegs Bitmap of the underlyings on which it has options.
/// @param answers What the grid said of each.
/// @param holdingRatio Number + 1 of its ratio; 0 when it has none.
/// @param grossWad Gross notional of its positions as the surplus taken last counted it, WAD.
struct Book {
    int256 cashWad;
    int256[] sizeWad;
    uint256 offsetGroups;
    uint256 holdingCount;
    CollateralTerms[] holdingTerms;
    uint256[] holdingAmountWad;
    uint256[] holdingLeg;
    uint256[] holdingRatio;
    uint256 optionLegs;
    OptionAnswer[] answers;
    uint256 grossWad;
}
