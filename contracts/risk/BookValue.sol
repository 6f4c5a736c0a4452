// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {PriceViews} from "../types/Price.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {Book, Valuation} from "./Book.sol";
import {CorrelationBlend} from "./CorrelationBlend.sol";
import {DynamicMargin} from "./DynamicMargin.sol";
import {Haircut} from "./Haircut.sol";
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

    /// @dev Up to this spread, as a share of the mid, the mid decides liquidation instead of the whole interval.
    uint256 private constant NARROW_SPREAD_WAD = 0.01e18;

    /// @notice Cash + value at the worst indices - add-ons.
    /// @dev Only a group with legs on both sides needs vectors: on one side joint and sum are the same to the wei.
    function surplus(
        Book memory book,
        Valuation valuation,
        uint256 stressWad
    ) internal pure returns (int256 surplusWad) {
        int256[] memory unitsWad = netUnits(book, valuation);
        uint256 mixed = book.groups.length == 0 ? 0 : _mixedGroups(book, unitsWad);
        int256[9][] memory vectors = new int256[9][](mixed == 0 ? 0 : unitsWad.length);
        surplusWad = book.cashWad - addOns(book, valuation).toInt256();
        for (uint256 i = 0; i < unitsWad.length; ++i) {
            if (unitsWad[i] == 0) continue;
            ScenarioGrid.Exposure memory exposure = _exposureOf(book, i, unitsWad[i], valuation, stressWad);
            if ((mixed >> book.terms[i].correlationGroup()) & 1 == 0) surplusWad += ScenarioGrid.worst(exposure);
            else ScenarioGrid.ladder(exposure, vectors[i]);
        }
        if (mixed != 0) surplusWad += _blend(book, vectors, mixed);
    }

    /// @notice Position plus haircut collateral per leg, in units of the underlying, WAD.
    function netUnits(Book memory book, Valuation valuation) internal pure returns (int256[] memory unitsWad) {
        bool initial = isInitial(valuation);
        unitsWad = new int256[](book.legCount);
        for (uint256 i = 0; i < unitsWad.length; ++i) unitsWad[i] = book.sizeWad[i];
        for (uint256 h = 0; h < book.holdingCount; ++h) {
            uint256 leg = book.holdingLeg[h];
            uint256 sigmaWad = sigmaOf(book.terms[leg], book.views[leg], initial);
            uint256 tokensWad = Haircut.credit(book.holdingTerms[h], book.holdingAmountWad[h], sigmaWad, !initial);
            unitsWad[leg] += _inUnderlying(book, h, tokensWad, valuation).toInt256();
        }
    }

    /// @notice Equity without haircut: per leg at the edge of the liquidation interval that favours the account, or at
    /// mid.
    /// @param valuation Intersection, or MarkInitial for the mid.
    function equity(Book memory book, Valuation valuation) internal pure returns (int256 equityWad) {
        equityWad = book.cashWad;
        bool favourable = valuation == Valuation.Intersection;
        int256[] memory unitsWad = new int256[](book.legCount);
        for (uint256 i = 0; i < unitsWad.length; ++i) unitsWad[i] = book.sizeWad[i];
        for (uint256 h = 0; h < book.holdingCount; ++h) {
            unitsWad[book.holdingLeg[h]] += _inUnderlying(book, h, book.holdingAmountWad[h], valuation).toInt256();
        }
        for (uint256 i = 0; i < unitsWad.length; ++i) {
            (uint256 lowWad, uint256 highWad) = hull(book.views[i], valuation);
            equityWad +=
                favourable
                    ? SignedWad.mulCeil(unitsWad[i], unitsWad[i] > 0 ? highWad : lowWad)
                    : SignedWad.mulFloor(unitsWad[i], lowWad);
        }
    }

    /// @notice Positions alone at mid: their net value, rounded down, and their gross notional, rounded up.
    function positionsAtMid(Book memory book) internal pure returns (int256 netWad, uint256 grossWad) {
        for (uint256 i = 0; i < book.legCount; ++i) {
            netWad += SignedWad.mulFloor(book.sizeWad[i], book.views[i].midWad);
            grossWad += book.sizeWad[i].abs().mulWadUp(book.views[i].midWad);
        }
    }

    /// @notice Collateral at mid after the initial haircut, rounded down.
    function haircutCollateral(Book memory book) internal pure returns (uint256 valueWad) {
        int256[] memory unitsWad = netUnits(book, Valuation.MarkInitial);
        for (uint256 i = 0; i < unitsWad.length; ++i) {
            valueWad += uint256(unitsWad[i] - book.sizeWad[i]).mulWad(book.views[i].midWad);
        }
    }

    /// @notice Liquidation cost on gross position notional, and the flat cost when there is a position.
    function addOns(Book memory book, Valuation valuation) internal pure returns (uint256 costWad) {
        uint256 grossWad = 0;
        bool initial = isInitial(valuation);
        bool open = false;
        for (uint256 i = 0; i < book.legCount; ++i) {
            uint256 size = book.sizeWad[i].abs();
            if (size == 0) continue;
            open = true;
            (uint256 lowWad, uint256 highWad) = hull(book.views[i], valuation);
            grossWad += initial ? size.mulWadUp(highWad) : size.mulWad(lowWad);
        }
        if (!open) return 0;
        costWad =
            initial
                ? grossWad.fullMulDivUp(book.liquidationCostBps, BPS)
                : grossWad.fullMulDiv(book.liquidationCostBps, BPS);
        return costWad + book.flatCostWad;
    }

    /// @notice The interval of prices that a valuation considers.
    function hull(
        PriceViews memory views,
        Valuation valuation
    ) internal pure returns (uint256 lowWad, uint256 highWad) {
        if (valuation > Valuation.Intersection) return (views.midWad, views.midWad);
        (lowWad, highWad) = (views.lowWad, views.highWad);
        if (valuation == Valuation.Intersection && highWad - lowWad <= views.midWad.mulWad(NARROW_SPREAD_WAD)) {
            (lowWad, highWad) = (views.midWad, views.midWad);
        }
        (lowWad, highWad) = _include(lowWad, highWad, views.shortTwapWad);
        if (valuation == Valuation.Union) (lowWad, highWad) = _include(lowWad, highWad, views.longTwapWad);
    }

    /// @notice Volatility that a valuation uses, WAD per square root of a year.
    function sigmaOf(
        UnderlyingTerms terms,
        PriceViews memory views,
        bool initial
    ) internal pure returns (uint256 sigmaWad) {
        return initial ? DynamicMargin.sigmaInitial(terms, views) : views.sigmaGlideWad;
    }

    /// @notice Whether a valuation belongs to initial margin.
    function isInitial(Valuation valuation) internal pure returns (bool) {
        return valuation == Valuation.Union || valuation == Valuation.MarkInitial;
    }

    /// @return mixed Bitmap of the groups with offsets that have legs on both sides.
    function _mixedGroups(Book memory book, int256[] memory unitsWad) private pure returns (uint256 mixed) {
        uint256 long = 0;
        uint256 short = 0;
        for (uint256 i = 0; i < unitsWad.length; ++i) {
            uint256 bit = 1 << book.terms[i].correlationGroup();
            if (unitsWad[i] > 0) long |= bit;
            else if (unitsWad[i] < 0) short |= bit;
        }
        // Group 0 has no offsets.
        return long & short & ~uint256(1);
    }

    /// @dev Value of all mixed groups. The vector of a leg without units is zero: it changes no sum.
    function _blend(
        Book memory book,
        int256[9][] memory vectors,
        uint256 mixed
    ) private pure returns (int256 valueWad) {
        for (uint256 g = 0; g < book.groups.length; ++g) {
            uint256 group = book.groups[g];
            if ((mixed >> uint8(group)) & 1 == 0) continue;
            uint256 members = 0;
            for (uint256 i = 0; i < vectors.length; ++i) {
                if (book.terms[i].correlationGroup() == uint8(group)) members |= 1 << i;
            }
            valueWad += CorrelationBlend.blend(vectors, members, group >> 16, uint8(group >> 8), true);
        }
    }

    function _exposureOf(
        Book memory book,
        uint256 leg,
        int256 unitsWad,
        Valuation valuation,
        uint256 stressWad
    ) private pure returns (ScenarioGrid.Exposure memory exposure) {
        UnderlyingTerms terms = book.terms[leg];
        PriceViews memory views = book.views[leg];
        bool initial = isInitial(valuation);
        (uint256 lowWad, uint256 highWad) = hull(views, valuation);
        uint256 sigmaWad = sigmaOf(terms, views, initial);
        exposure.unitsWad = unitsWad;
        // Initial takes the edge that hurts, liquidation the edge that helps; magnitudes round the same way.
        exposure.edgeWad = (unitsWad > 0) == initial ? lowWad : highWad;
        exposure.roundUp = (unitsWad > 0) != initial;
        exposure.rhoWad =
            initial
                ? DynamicMargin.rhoInitial(terms, sigmaWad, stressWad)
                : DynamicMargin.rhoMaintenance(terms, sigmaWad);
        exposure.gainRhoWad = terms.rhoMinMaintenanceWad();
    }

    /// @dev Tokens to units of the underlying, at the ratio that the valuation takes.
    function _inUnderlying(
        Book memory book,
        uint256 holding,
        uint256 tokensWad,
        Valuation valuation
    ) private pure returns (uint256 unitsWad) {
        uint256 position = book.holdingRatio[holding];
        if (position == 0) return tokensWad;
        (uint256 lowWad, uint256 highWad) = hull(book.views[position], valuation);
        return isInitial(valuation) ? tokensWad.mulWad(lowWad) : tokensWad.mulWadUp(highWad);
    }

    /// @dev A mean of 0 says that there is no history yet.
    function _include(uint256 lowWad, uint256 highWad, uint256 priceWad) private pure returns (uint256, uint256) {
        if (priceWad == 0) return (lowWad, highWad);
        return (lowWad.min(priceWad), highWad.max(priceWad));
    }
}
