// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {AssetId} from "../types/AssetId.sol";
import {Grade, PriceViews} from "../types/Price.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {Book, OptionAnswer, Sheet, Valuation} from "./Book.sol";
import {CorrelationBlend} from "./CorrelationBlend.sol";
import {DynamicMargin} from "./DynamicMargin.sol";
import {IPortfolioMargin} from "./IPortfolioMargin.sol";
import {Haircut} from "./Haircut.sol";
import {LiquidityCost} from "./LiquidityCost.sol";
import {PriceHull} from "./PriceHull.sol";
import {ScenarioGrid} from "./ScenarioGrid.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title BookValue
/// @notice The value of a book under each valuation.
/// @dev Domination (invariant 5): at the same views every entry of every vector under Union is at most that under
/// Intersection, and its add-ons are at least as large; sums, minima and blends keep that order, and so do the roundings.
library BookValue {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using SafeCastLib for uint256;

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 1e4;

    /// @dev One valuation of one book, leg by leg.
    /// @param initial Whether it belongs to initial margin.
    /// @param open Whether there is a position.
    /// @param grossWad Gross notional of the positions so far.
    /// @param exitWad Cost of the exits so far.
    /// @param valueWad Cash and the values that need no other leg, so far.
    /// @param mixed Bitmap of the groups with offsets that have legs on both sides.
    /// @param sides Vectors of these groups, added up by side: longs at twice the place of the group, shorts behind; the
    /// last one is that of the leg at hand.
    /// @param exposure The leg at hand.
    struct Tally {
        bool initial;
        bool open;
        uint256 grossWad;
        uint256 exitWad;
        int256 valueWad;
        uint256 mixed;
        int256[9][] sides;
        ScenarioGrid.Exposure exposure;
    }

    /// @notice Fills in sigmas and shocks of initial margin at `stressWad`, unless they are there.
    function measureInitial(Sheet memory sheet, uint256 stressWad) internal pure {
        if (sheet.stressWad == stressWad) return;
        sheet.stressWad = stressWad;
        uint256 count = sheet.count;
        UnderlyingTerms[] memory terms = sheet.terms;
        PriceViews[] memory views = sheet.views;
        uint256[] memory sigmasWad = new uint256[](count);
        uint256[] memory rhosWad = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 sigmaWad = DynamicMargin.sigmaInitial(terms[i], views[i]);
            sigmasWad[i] = sigmaWad;
            rhosWad[i] = DynamicMargin.rhoInitial(terms[i], sigmaWad, stressWad);
        }
        (sheet.sigmaInitialWad, sheet.rhoInitialWad) = (sigmasWad, rhosWad);
    }

    /// @notice Fills in the shocks of maintenance margin.
    function measureMaintenance(Sheet memory sheet) internal pure {
        uint256 count = sheet.count;
        uint256[] memory rhosWad = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            rhosWad[i] = DynamicMargin.rhoMaintenance(sheet.terms[i], sheet.views[i].sigmaGlideWad);
        }
        sheet.rhoMaintenanceWad = rhosWad;
    }

    /// @notice Moves every price view of an underlying to `factorWad` times what it is; of one not in the sheet, nothing.
    function scalePrices(Sheet memory sheet, AssetId asset, uint256 factorWad) internal pure {
        uint256 leg = asset.isUnderlying() ? uint8(sheet.index >> (uint256(AssetId.unwrap(asset)) << 3)) : 0;
        if (leg == 0) return;
        PriceViews memory views = sheet.views[leg - 1];
        views.lowWad = views.lowWad.mulWad(factorWad);
        views.midWad = views.midWad.mulWad(factorWad);
        views.highWad = views.highWad.mulWadUp(factorWad);
        views.shortTwapWad = views.shortTwapWad.mulWad(factorWad);
        views.longTwapWad = views.longTwapWad.mulWad(factorWad);
    }

    /// @notice Cash + value at the worst indices - add-ons. The shocks of the valuation must have been measured.
    /// @dev Linear in cash with slope 1. Notes the gross notional in the book.
    function surplus(
        Book memory book,
        Sheet memory sheet,
        Valuation valuation
    ) internal pure returns (int256 surplusWad) {
        int256[] memory sizesWad = book.sizeWad;
        if (sizesWad.length == 0) return book.cashWad;
        int256[] memory unitsWad = netUnits(book, sheet, valuation);
        PriceViews[] memory views = sheet.views;
        Tally memory tally;
        tally.initial = PriceHull.isInitial(valuation);
        tally.valueWad = book.cashWad;
        if (book.offsetGroups != 0) _prepare(tally, book, sheet, unitsWad);
        uint256[] memory rhosWad = tally.initial ? sheet.rhoInitialWad : sheet.rhoMaintenanceWad;
        for (uint256 i = 0; i < rhosWad.length; ++i) {
            (int256 sizeWad, int256 legWad) = (sizesWad[i], unitsWad[i]);
            if ((book.optionLegs >> i) & 1 != 0) {
                _addOptionLeg(tally, book, sheet, i, valuation);
                continue;
            }
            if (sizeWad == 0 && legWad == 0) continue;
            (uint256 lowWad, uint256 highWad) = PriceHull.hull(views[i], valuation);
            if (sizeWad != 0) {
                uint256 notionalWad = _addNotional(tally, sizeWad.abs(), lowWad, highWad);
                _addExit(tally, sheet, i, notionalWad);
            }
            if (legWad == 0) continue;
            tally.exposure.rhoWad = rhosWad[i];
            _addLeg(tally, sheet, i, legWad, lowWad, highWad);
        }
        if (tally.mixed != 0) _addBlends(tally, sheet);
        book.grossWad = tally.grossWad;
        return tally.open ? tally.valueWad - _addOns(tally, sheet).toInt256() : tally.valueWad;
    }

    /// @notice Position plus haircut collateral per underlying, in its units, WAD.
    /// @return unitsWad The book's own sizes when there is no collateral: not to be written to.
    function netUnits(
        Book memory book,
        Sheet memory sheet,
        Valuation valuation
    ) internal pure returns (int256[] memory unitsWad) {
        uint256 holdings = book.holdingCount;
        if (holdings == 0) return book.sizeWad;
        bool initial = PriceHull.isInitial(valuation);
        unitsWad = _copy(book.sizeWad);
        for (uint256 h = 0; h < holdings; ++h) {
            uint256 leg = book.holdingLeg[h];
            uint256 sigmaWad = initial ? sheet.sigmaInitialWad[leg] : sheet.views[leg].sigmaGlideWad;
            uint256 tokensWad = Haircut.credit(book.holdingTerms[h], book.holdingAmountWad[h], sigmaWad, !initial);
            unitsWad[leg] += _inUnderlying(book, sheet, h, tokensWad, valuation).toInt256();
        }
    }

    /// @notice Position plus collateral without haircut per underlying, in its units, WAD.
    /// @return unitsWad The book's own sizes when there is no collateral: not to be written to.
    function grossUnits(
        Book memory book,
        Sheet memory sheet,
        Valuation valuation
    ) internal pure returns (int256[] memory unitsWad) {
        if (book.holdingCount == 0) return book.sizeWad;
        unitsWad = _copy(book.sizeWad);
        for (uint256 h = 0; h < book.holdingCount; ++h) {
            unitsWad[book.holdingLeg[h]] += _inUnderlying(book, sheet, h, book.holdingAmountWad[h], valuation)
                .toInt256();
        }
    }

    /// @notice Equity without haircut: per leg at the edge of the liquidation interval that favours the account, or at
    /// mid.
    /// @param valuation Intersection, or MarkInitial for the mid.
    function equity(
        Book memory book,
        Sheet memory sheet,
        Valuation valuation
    ) internal pure returns (int256 equityWad) {
        equityWad = book.cashWad;
        bool favourable = valuation == Valuation.Intersection;
        int256[] memory unitsWad = grossUnits(book, sheet, valuation);
        for (uint256 i = 0; i < unitsWad.length; ++i) {
            int256 legWad = unitsWad[i];
            if ((book.optionLegs >> i) & 1 != 0) {
                OptionAnswer memory answer = book.answers[i];
                if (favourable) {
                    equityWad += answer.mostWad;
                    continue;
                }
                equityWad += answer.optionsWad;
            }
            if (legWad == 0) continue;
            (uint256 lowWad, uint256 highWad) = PriceHull.hull(sheet.views[i], valuation);
            equityWad +=
                favourable
                    ? SignedWad.mulCeil(legWad, legWad > 0 ? highWad : lowWad)
                    : SignedWad.mulFloor(legWad, lowWad);
        }
    }

    /// @notice Positions alone at mid: their net value, rounded down, and their gross notional, rounded up; options count in it
    /// only where `MarkInitial` was asked for.
    function positionsAtMid(
        Book memory book,
        Sheet memory sheet
    ) internal pure returns (int256 netWad, uint256 grossWad) {
        for (uint256 i = 0; i < book.sizeWad.length; ++i) {
            int256 size = book.sizeWad[i];
            bool hasOptions = (book.optionLegs >> i) & 1 != 0;
            if (size == 0 && !hasOptions) continue;
            uint256 midWad = sheet.views[i].midWad;
            if (hasOptions) {
                OptionAnswer memory answer = book.answers[i];
                netWad += answer.optionsWad;
                grossWad += answer.deltaWad[uint256(Valuation.MarkInitial)].mulWadUp(midWad);
            }
            if (size == 0) continue;
            netWad += SignedWad.mulFloor(size, midWad);
            grossWad += size.abs().mulWadUp(midWad);
        }
    }

    /// @notice Collateral at mid after the initial haircut, rounded down.
    function haircutCollateral(Book memory book, Sheet memory sheet) internal pure returns (uint256 valueWad) {
        if (book.holdingCount == 0) return 0;
        int256[] memory unitsWad = netUnits(book, sheet, Valuation.MarkInitial);
        for (uint256 i = 0; i < sheet.count; ++i) {
            valueWad += uint256(unitsWad[i] - book.sizeWad[i]).mulWad(sheet.views[i].midWad);
        }
    }

    /// @notice What decides about liquidation, all of it but the prices. Both shocks and the options must have been measured.
    function liquidationNumbers(
        Book memory book,
        Sheet memory sheet
    ) internal pure returns (IPortfolioMargin.LiquidationReport memory part) {
        part.equityWad = equity(book, sheet, Valuation.MarkInitial);
        part.favourableEquityWad = equity(book, sheet, Valuation.Intersection);
        part.initialWad = _shortfall(part.equityWad, surplus(book, sheet, Valuation.MarkInitial));
        part.maintenanceWad = _shortfall(part.equityWad, surplus(book, sheet, Valuation.MarkMaintenance));
        part.liquidationSurplusWad = surplus(book, sheet, Valuation.Intersection);
        (part.netPositionWad, part.grossNotionalWad) = positionsAtMid(book, sheet);
    }

    function _shortfall(int256 equityWad, int256 surplusWad) private pure returns (uint256) {
        return equityWad > surplusWad ? uint256(equityWad - surplusWad) : 0;
    }

    /// @dev Finds the mixed groups. Only these need vectors: on one side joint and sum are the same to the wei.
    function _prepare(Tally memory tally, Book memory book, Sheet memory sheet, int256[] memory unitsWad) private pure {
        uint256 mixed = book.offsetGroups;
        // Only collateral can change the side of a leg.
        if (book.holdingCount != 0) {
            uint256 long = 0;
            uint256 short = 0;
            for (uint256 i = 0; i < sheet.count; ++i) {
                int256 legWad = unitsWad[i];
                if (legWad > 0) long |= 1 << sheet.terms[i].correlationGroup();
                else if (legWad < 0) short |= 1 << sheet.terms[i].correlationGroup();
            }
            mixed &= long & short;
        }
        tally.mixed = mixed;
        if (mixed != 0) tally.sides = new int256[9][](2 * sheet.groups.length + 1);
    }

    /// @dev Initial takes the edge that hurts, liquidation the edge that helps; magnitudes round the same way. All
    /// vectors of a side rise, or all fall, so that the worst of their sum within a window is the sum of their worst.
    function _addLeg(
        Tally memory tally,
        Sheet memory sheet,
        uint256 leg,
        int256 unitsWad,
        uint256 lowWad,
        uint256 highWad
    ) private pure {
        ScenarioGrid.Exposure memory exposure = tally.exposure;
        bool atLow = (unitsWad > 0) == tally.initial;
        exposure.unitsWad = unitsWad;
        exposure.edgeWad = atLow ? lowWad : highWad;
        exposure.roundUp = !atLow;
        uint256 mixed = tally.mixed;
        if (mixed == 0) {
            tally.valueWad += ScenarioGrid.worst(exposure);
            return;
        }
        UnderlyingTerms terms = sheet.terms[leg];
        uint8 group = terms.correlationGroup();
        if ((mixed >> group) & 1 == 0) {
            tally.valueWad += ScenarioGrid.worst(exposure);
            return;
        }
        exposure.gainRhoWad = terms.rhoMinMaintenanceWad();
        int256[9][] memory sides = tally.sides;
        int256[9] memory vector = sides[sides.length - 1];
        ScenarioGrid.ladder(exposure, vector);
        uint256 g = 0;
        while (uint8(sheet.groups[g]) != group) ++g;
        CorrelationBlend.accumulate(sides[unitsWad > 0 ? 2 * g : 2 * g + 1], vector);
    }

    /// @dev Adds the value of all mixed groups.
    function _addBlends(Tally memory tally, Sheet memory sheet) private pure {
        for (uint256 g = 0; g < sheet.groups.length; ++g) {
            uint256 group = sheet.groups[g];
            if ((tally.mixed >> uint8(group)) & 1 == 0) continue;
            tally.valueWad += CorrelationBlend.blendSides(
                tally.sides[2 * g],
                tally.sides[2 * g + 1],
                group >> 16,
                uint8(group >> 8)
            );
        }
    }

    /// @dev Values of options are no monotone vectors: an underlying with options takes no part in offsets, and is counted at
    /// its own worst.
    function _addOptionLeg(
        Tally memory tally,
        Book memory book,
        Sheet memory sheet,
        uint256 leg,
        Valuation valuation
    ) private pure {
        OptionAnswer memory answer = book.answers[leg];
        tally.valueWad += answer.worstWad[uint256(valuation)];
        (uint256 lowWad, uint256 highWad) = PriceHull.hull(sheet.views[leg], valuation);
        uint256 deltaWad = answer.deltaWad[uint256(valuation)];
        _addNotional(tally, deltaWad + book.sizeWad[leg].abs(), lowWad, highWad);
        tally.exitWad += answer.exitWad[uint256(valuation)];
    }

    function _addNotional(
        Tally memory tally,
        uint256 unitsWad,
        uint256 lowWad,
        uint256 highWad
    ) private pure returns (uint256 notionalWad) {
        tally.open = true;
        notionalWad = tally.initial ? unitsWad.mulWadUp(highWad) : unitsWad.mulWad(lowWad);
        tally.grossWad += notionalWad;
    }

    function _addExit(Tally memory tally, Sheet memory sheet, uint256 leg, uint256 valueWad) private pure {
        bool initial = tally.initial;
        uint256 sigmaWad = initial ? sheet.sigmaInitialWad[leg] : sheet.views[leg].sigmaGlideWad;
        tally.exitWad += LiquidityCost.ofDelta(sheet.liquidity[leg], valueWad, sigmaWad, initial);
    }

    /// @dev Liquidation cost on gross position notional, what the market takes for the exit from net deltas and vegas, and the flat cost of an account with a position.
    function _addOns(Tally memory tally, Sheet memory sheet) private pure returns (uint256 costWad) {
        costWad =
            tally.initial
                ? tally.grossWad.fullMulDivUp(sheet.liquidationCostBps, BPS)
                : tally.grossWad.fullMulDiv(sheet.liquidationCostBps, BPS);
        return costWad + tally.exitWad + sheet.flatCostWad;
    }

    /// @dev Tokens to units of the underlying, at the ratio that the valuation takes.
    function _inUnderlying(
        Book memory book,
        Sheet memory sheet,
        uint256 holding,
        uint256 tokensWad,
        Valuation valuation
    ) private pure returns (uint256 unitsWad) {
        uint256 ratio = book.holdingRatio[holding];
        if (ratio == 0) return tokensWad;
        PriceViews memory views = sheet.views[sheet.count + ratio - 1];
        // What nobody can price any more secures nothing new; the breaker watches underlyings alone.
        if (views.grade == Grade.Blind && valuation == Valuation.Union) return 0;
        (uint256 lowWad, uint256 highWad) = PriceHull.hull(views, valuation);
        return PriceHull.isInitial(valuation) ? tokensWad.mulWad(lowWad) : tokensWad.mulWadUp(highWad);
    }

    function _copy(int256[] memory sizesWad) private pure returns (int256[] memory copyWad) {
        copyWad = new int256[](sizesWad.length);
        for (uint256 i = 0; i < copyWad.length; ++i) copyWad[i] = sizesWad[i];
    }
}
