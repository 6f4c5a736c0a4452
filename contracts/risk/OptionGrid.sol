// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {BlackLadder} from "../math/BlackLadder.sol";
import {DirectedExp} from "../math/DirectedExp.sol";
import {LogRatio} from "../math/LogRatio.sol";
import {LEG_BITS, OptionWord} from "../types/OptionWord.sol";
import {ConvexBound} from "./ConvexBound.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {OptionVector} from "./OptionVector.sol";

/// @title OptionGrid
/// @notice Everything that an account holds of one underlying on which it has options, under the scenarios of a valuation:
/// nine prices times three volatilities.
/// @dev Domination (invariant 5): initial margin holds the value down at every price of the union, between the nodes too;
/// liquidation looks at nodes within the intersection, which lies inside, with every doubt for the account. Values come from
/// `BlackLadder`; its largest error is charged to whom the doubt is.
library OptionGrid {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;
    using ConvexBound for ConvexBound.Curve;
    using OptionVector for OptionVector.Calls;

    /// @notice What is asked of a book.
    /// - Initial: no more than its value at every price of the union, in every state of volatility; and the floors.
    /// - Liquidation: its least value at the nodes of the intersection, but no more than `Most`.
    /// - Most: no less than its value at any price of the range, volatilities as they are.
    enum Kind {
        Initial,
        Liquidation,
        Most
    }

    /// @param lowWad Lowest price that may be true; @param highWad the highest, WAD.
    /// @param favourable Whether doubt about volatilities and errors is for the account; not of `Initial`, always of `Most`.
    /// @param rhoWad Shock.
    /// @param unitsWad Linear units of the underlying beside the options, WAD, signed.
    struct Test {
        Kind kind;
        bool favourable;
        uint256 lowWad;
        uint256 highWad;
        uint256 rhoWad;
        int256 unitsWad;
    }

    /// @notice One reading of an account's options on one underlying, for any number of tests.
    /// @dev The far moves are priced for the first test that looks at them.
    struct Pass {
        OptionVector.Calls calls;
        BlackLadder.Ladder ladder;
        ConvexBound.Curve curve;
        uint256 midWad;
        OptionTerms terms;
        bool hasFar;
        int256 flatWad;
        uint256[9] farPricesWad;
        int256[9] farWad;
    }

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 1e4;
    uint256 private constant WAD_PER_UNIT = 1e9;
    uint256 private constant LAST = 8;
    /// @dev Prices that the kernel takes, and the least that counts as one: 1e-12 USD.
    uint256 private constant MAX_PRICE_WAD = type(uint96).max;
    uint256 private constant MIN_PRICE_WAD = 1e6;
    /// @dev Volatilities down, as they are, up.
    uint256 private constant DOWN = 0;
    uint256 private constant FLAT = 1;
    uint256 private constant UP = 2;
    /// @dev Far moves reach a sixth and six times the price; the fourth root of six is the ratio of two of them.
    uint256 private constant FAR_REACH = 6;
    uint256 private constant MIDDLE = 4;
    uint256 private constant NARROW_WEI = 1e4;
    uint256 private constant NARROW_SHARE = 1e13;
    uint256 private constant ROUNDING_SHARE = 1000;

    /// @notice Reads strips, at volatilities of the mid.
    /// @dev Prices count as at least 1e6 wei, so that an underlying that is worth nothing has an answer, and as less than
    /// 2^96: 79 billion, seventy times the largest strike of a grid.
    /// @param table Address of the `NormalTable`.
    function open(
        address table,
        uint256 midWad,
        uint256 nowSeconds,
        OptionTerms terms,
        OptionVector.Strip[] memory strips
    ) internal view returns (Pass memory pass) {
        pass.midWad = clampPrice(midWad);
        pass.terms = terms;
        pass.ladder.table = BlackLadder.load(table);
        // One array of prices for both.
        pass.curve.pricesWad = pass.ladder.forwardsWad;
        pass.calls = OptionVector.callsOf(strips, OptionVector.Look(pass.midWad, nowSeconds, terms, pass.ladder.table));
    }

    /// @notice Value of everything under a test, WAD, rounded down; of `Most`, up.
    function valueOf(Pass memory pass, Test memory test) internal pure returns (int256 valueWad) {
        (test.lowWad, test.highWad) = (clampPrice(test.lowWad), clampPrice(test.highWad));
        if (test.kind == Kind.Initial) return _initial(pass, test);
        return test.kind == Kind.Liquidation ? _liquidation(pass, test) : mostOf(pass, test);
    }

    /// @notice Value of the options alone at `priceWad`, WAD, rounded down, by the exact kernel: volatilities as they are at
    /// the mid, doubted against the account.
    function optionsAt(Pass memory pass, uint256 priceWad) internal pure returns (int256 valueWad) {
        return pass.calls.valueAt(clampPrice(priceWad));
    }

    /// @notice What closing the options is charged on, over a range of prices: see `OptionVector.closingOf`.
    function closingOf(
        Pass memory pass,
        uint256 lowWad,
        uint256 highWad,
        bool largest
    ) internal pure returns (OptionVector.Closing memory) {
        int256 low = LogRatio.signedLnX64(clampPrice(lowWad), pass.midWad);
        int256 high = lowWad == highWad ? low : LogRatio.signedLnX64(clampPrice(highWad), pass.midWad);
        return pass.calls.closingOf(pass.ladder.table, low, high, largest);
    }

    /// @notice Value at the mid of each leg alone, WAD, rounded down, in the order of the strips; the pass itself is used up.
    function legMarks(
        Pass memory pass,
        uint256 nowSeconds,
        OptionVector.Strip[] memory strips
    ) internal pure returns (int256[] memory markWad) {
        uint256 count = 0;
        for (uint256 i = 0; i < strips.length; ++i) count += strips[i].legs.legCount();
        markWad = new int256[](count);
        OptionVector.Look memory look = OptionVector.Look(pass.midWad, nowSeconds, pass.terms, pass.ladder.table);
        OptionVector.Strip[] memory single = new OptionVector.Strip[](1);
        count = 0;
        for (uint256 i = 0; i < strips.length; ++i) {
            OptionWord legs = strips[i].legs;
            single[0] = OptionVector.Strip(strips[i].expiry, legs, strips[i].smile, strips[i].fixedPriceWad);
            for (uint256 left = legs.legCount(); left != 0; --left) {
                // Legs come from the lowest bits up.
                single[0].legs = OptionWord.wrap(OptionWord.unwrap(legs) & type(uint32).max);
                legs = OptionWord.wrap(OptionWord.unwrap(legs) >> LEG_BITS);
                pass.calls = OptionVector.callsOf(single, look);
                markWad[count++] = optionsAt(pass, pass.midWad);
            }
        }
    }

    // ------------------------------------------------------------- parts, for who shows each scenario by itself

    /// @dev Over the union, between the nodes too, in every state of volatility; and the floors.
    function _initial(Pass memory pass, Test memory test) private pure returns (int256 valueWad) {
        int256 rho = int256(test.rhoWad);
        ConvexBound.Curve memory curve = pass.curve;
        int256 shiftX64 = setRungs(
            pass,
            clampPrice(test.lowWad.mulWad(DirectedExp.down(-rho))),
            clampPrice(test.highWad.mulWadUp(DirectedExp.up(rho)))
        );
        curve.longCallsWad = isNarrow(curve) ? 0 : pass.calls.longs.unitsWad;
        curve.setUnits(test.unitsWad + pass.calls.unitsWad);
        valueWad = type(int256).max;
        (uint256 state, uint256 last) = statesOf(pass.calls);
        for (; state <= last; ++state) {
            priceRungs(pass, shiftX64, state, false, curve.longsWad, curve.shortsWad);
            valueWad = curve.leastAnywhere(valueWad);
        }
        valueWad -= slackOf(pass, pass.calls.longs, pass.calls.shorts);
        return (valueWad + pass.calls.cashWad).min(_floors(pass, test));
    }

    /// @dev At nodes of the intersection; without one, unshocked.
    function _liquidation(Pass memory pass, Test memory test) private pure returns (int256 valueWad) {
        int256 rho = int256(test.rhoWad);
        uint256 startWad = clampPrice(test.highWad.mulWadUp(DirectedExp.up(-rho)));
        uint256 endWad = clampPrice(test.lowWad.mulWad(DirectedExp.down(rho)));
        if (startWad > endWad) return mostOf(pass, test);
        ConvexBound.Curve memory curve = pass.curve;
        int256 shiftX64 = setRungs(pass, startWad, endWad);
        curve.setUnits(test.unitsWad + pass.calls.unitsWad);
        valueWad = type(int256).max;
        (uint256 state, uint256 last) = statesOf(pass.calls);
        for (; state <= last; ++state) {
            priceRungs(pass, shiftX64, state, test.favourable, curve.longsWad, curve.shortsWad);
            valueWad = valueWad.min(curve.leastAtNodes());
        }
        int256 errorWad = errorOf(pass.calls.longs, endWad) + errorOf(pass.calls.shorts, endWad);
        valueWad += pass.calls.cashWad + (test.favourable ? errorWad : -errorWad);
        // Never more than the account can be worth at all: of one price the node in the middle says that, up to the error.
        return test.lowWad == test.highWad ? valueWad : valueWad.min(mostOf(pass, test));
    }

    /// @dev Over the range as it is, volatilities as they are: the least of the mirrored book, mirrored.
    function mostOf(Pass memory pass, Test memory test) internal pure returns (int256 valueWad) {
        ConvexBound.Curve memory curve = pass.curve;
        int256 shiftX64 = setRungs(pass, test.lowWad, test.highWad);
        curve.longCallsWad = isNarrow(curve) ? 0 : pass.calls.shorts.unitsWad;
        curve.setUnits(-test.unitsWad - pass.calls.unitsWad);
        priceRungs(pass, shiftX64, FLAT, true, curve.shortsWad, curve.longsWad);
        valueWad = slackOf(pass, pass.calls.shorts, pass.calls.longs);
        return valueWad - curve.leastAnywhere(type(int256).max) + pass.calls.cashWad;
    }

    /// @dev Far moves at a share of their loss, and the minimum of short options.
    function _floors(Pass memory pass, Test memory test) private pure returns (int256 valueWad) {
        uint256 shareWad = (test.rhoWad * pass.terms.farShareBps()) / BPS;
        uint256 midWad = pass.midWad;
        uint256 nakedWad = pass.calls.nakedWad;
        if (nakedWad == 0 && pass.calls.shorts.unitsWad == 0) {
            // Convex in the price: what is lost per step falls with the distance, so that the ends of the union ask for more.
            // Of the higher one that is so whatever the share: it is at most the shock, which is less than the move.
            uint256 reachWad = midWad.zeroFloorSub(pass.ladder.forwardsWad[0]);
            if (reachWad >= midWad.mulWadUp(shareWad)) return type(int256).max;
        }
        if (!pass.hasFar) priceFar(pass);
        int256 unitsWad = test.unitsWad + pass.calls.unitsWad;
        int256 markWad = pass.flatWad + ConvexBound.linear(unitsWad, midWad);
        valueWad = markWad - int256(nakedWad.mulWadUp(midWad).mulDivUp(pass.terms.shortMinimumBps(), BPS));
        if (shareWad == 0) return valueWad;
        uint256[9] memory pricesWad = pass.farPricesWad;
        int256[9] memory optionsWad = pass.farWad;
        for (uint256 k = 0; k <= LAST; ++k) {
            if (k == MIDDLE) continue;
            uint256 priceWad = pricesWad[k];
            int256 farWad = optionsWad[k] + ConvexBound.linear(unitsWad, priceWad);
            if (farWad >= markWad) continue;
            uint256 weightWad = (shareWad * midWad).divUp(priceWad.dist(midWad)).min(WAD);
            valueWad = valueWad.min(markWad - int256(uint256(markWad - farWad).mulWadUp(weightWad)));
        }
    }

    /// @dev Options and cash at the far moves, volatilities up, and at the mid, volatilities as they are: from below.
    function priceFar(Pass memory pass) internal pure {
        pass.hasFar = true;
        OptionVector.Calls memory calls = pass.calls;
        uint256[9] memory pricesWad = pass.farPricesWad;
        uint256[9] memory ownWad = pass.ladder.forwardsWad;
        pass.ladder.forwardsWad = pricesWad;
        int256 shiftX64 = setRungs(pass, pass.midWad / FAR_REACH, pass.midWad * FAR_REACH);
        uint256[9] memory longsWad;
        uint256[9] memory shortsWad;
        priceRungs(pass, shiftX64, UP, false, longsWad, shortsWad);
        pass.ladder.forwardsWad = ownWad;
        int256[9] memory farWad = pass.farWad;
        (int256 cashWad, uint256 unitsWad) = (calls.cashWad, calls.longs.unitsWad + calls.shorts.unitsWad);
        uint256 strikesWad = calls.longs.strikesWad + calls.shorts.strikesWad;
        // Options are worth less than 2^150.
        unchecked {
            for (uint256 k = 0; k <= LAST; ++k) {
                int256 valueWad = int256(longsWad[k]) - int256(shortsWad[k]);
                farWad[k] = cashWad + valueWad - errorOf(unitsWad, strikesWad, pricesWad[k]);
            }
        }
        int256 markWad = (calls.markX63 >> BlackLadder.VALUE_SHIFT) / int256(WAD_PER_UNIT) - 1;
        pass.flatWad = cashWad + markWad - errorOf(unitsWad, strikesWad, pass.midWad);
    }

    /// @dev In which states the least value can be. Options rise with volatility: who has only long ones fears that it falls,
    /// who has only short ones that it rises.
    function statesOf(OptionVector.Calls memory calls) internal pure returns (uint256 first, uint256 last) {
        if (calls.longs.unitsWad == 0) return (UP, UP);
        return (DOWN, calls.shorts.unitsWad == 0 ? DOWN : UP);
    }

    /// @dev Nine prices at equal ratios, both ends included.
    /// @return shiftX64 ln(start / mid).
    function setRungs(Pass memory pass, uint256 startWad, uint256 endWad) internal pure returns (int256 shiftX64) {
        uint256[9] memory pricesWad = pass.ladder.forwardsWad;
        uint256 stepX64 = LogRatio.lnX64(endWad, startWad) / LAST;
        pass.ladder.stepX64 = stepX64;
        // Prices below 2^100, ratios of neighbours below 2^10.
        unchecked {
            uint256 ratioX64 = (uint256(FixedPointMathLib.expWad(int256((stepX64 * WAD) >> 64))) << 64) / WAD;
            uint256 priceX64 = startWad << 64;
            pricesWad[0] = startWad;
            for (uint256 k = 1; k < LAST; ++k) {
                priceX64 = (priceX64 * ratioX64) >> 64;
                pricesWad[k] = (priceX64 >> 64).min(endWad);
            }
            pricesWad[LAST] = endWad;
        }
        return LogRatio.signedLnX64(startWad, pass.midWad);
    }

    /// @dev What long and short options are worth at the rungs, WAD, up to the error of the ladder.
    function priceRungs(
        Pass memory pass,
        int256 shiftX64,
        uint256 state,
        bool favourable,
        uint256[9] memory longsWad,
        uint256[9] memory shortsWad
    ) internal pure {
        int256[9] memory longsX63;
        int256[9] memory shortsX63;
        BlackLadder.Ladder memory ladder = pass.ladder;
        uint256 place = pass.calls.firstLeg;
        uint256 end = pass.calls.endLeg;
        // Logarithms are below 2^71.
        unchecked {
            while (place < end) {
                (int256 sizeE9, uint256 strikeWad, int256 logX64, uint256 volWad) = OptionVector.legAt(
                    place,
                    state,
                    favourable
                );
                place += OptionVector.LEG_BYTES;
                logX64 += shiftX64;
                if (sizeE9 > 0) BlackLadder.addCalls(ladder, strikeWad, logX64, volWad, sizeE9, longsX63);
                else BlackLadder.addCalls(ladder, strikeWad, logX64, volWad, -sizeE9, shortsX63);
            }
        }
        _toWad(longsX63, longsWad);
        _toWad(shortsX63, shortsWad);
    }

    /// @dev From X63 of 1e-9 WAD, rounded down; options are worth no less than nothing.
    function _toWad(int256[9] memory sumsX63, uint256[9] memory sumsWad) private pure {
        assembly ("memory-safe") {
            let offset := sub(sumsWad, sumsX63)
            let end := add(sumsX63, 0x120)
            for {} lt(sumsX63, end) {
                sumsX63 := add(sumsX63, 0x20)
            } {
                let sum := mload(sumsX63)
                mstore(add(sumsX63, offset), div(shr(63, mul(sum, sgt(sum, 0))), WAD_PER_UNIT))
            }
        }
    }

    /// @dev What errors may add to a bound between nodes, WAD. Longs are drawn on by the width of an interval from one that is
    /// 1 / ratio as wide, so that the errors of its ends count twice the ratio beside that of the node itself. Where rungs are
    /// too near to each other for that, nodes alone are looked at: between the ends a value moves by no more than the units.
    function slackOf(
        Pass memory pass,
        OptionVector.Amount memory longs,
        OptionVector.Amount memory shorts
    ) internal pure returns (int256 slackWad) {
        ConvexBound.Curve memory curve = pass.curve;
        uint256[9] memory pricesWad = curve.pricesWad;
        slackWad = errorOf(shorts, pricesWad[LAST]);
        uint256 longWad = uint256(errorOf(longs, pricesWad[LAST]));
        if (isNarrow(curve)) {
            uint256 unitsWad = curve.unitsWad.abs() + longs.unitsWad + shorts.unitsWad;
            return slackWad + int256(longWad + unitsWad.mulWadUp(pricesWad[LAST] - pricesWad[0]));
        }
        uint256 factorWad = WAD + 2 * pricesWad[1].divWadUp(pricesWad[0]);
        return slackWad + int256(longWad.mulWadUp(factorWad + factorWad / ROUNDING_SHARE));
    }

    /// @dev Whether rounding, by two wei and some 1e-17 of a price, may change the ratio of two intervals by a thousandth.
    function isNarrow(ConvexBound.Curve memory curve) internal pure returns (bool) {
        uint256[9] memory pricesWad = curve.pricesWad;
        return pricesWad[1] - pricesWad[0] < NARROW_WEI + pricesWad[LAST] / NARROW_SHARE;
    }

    /// @dev Largest error of a sum over options at a price up to `priceWad`, roundings and the wei of a rung included, WAD.
    function errorOf(OptionVector.Amount memory amount, uint256 priceWad) internal pure returns (int256) {
        return errorOf(amount.unitsWad, amount.strikesWad, priceWad);
    }

    /// @dev Units are below 2^110, prices below 2^100, and strikes below 2^90: nothing wraps.
    function errorOf(uint256 unitsWad, uint256 strikesWad, uint256 priceWad) internal pure returns (int256) {
        unchecked {
            uint256 sumWad = (unitsWad * priceWad) / WAD + strikesWad + 1;
            return int256((sumWad * BlackLadder.ERROR_WAD + 8 * unitsWad) / WAD + 3);
        }
    }

    function clampPrice(uint256 priceWad) internal pure returns (uint256) {
        return priceWad.clamp(MIN_PRICE_WAD, MAX_PRICE_WAD);
    }
}
