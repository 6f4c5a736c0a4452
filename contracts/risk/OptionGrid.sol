// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Black} from "../math/Black.sol";
import {DirectedExp} from "../math/DirectedExp.sol";
import {SignedWad} from "../math/SignedWad.sol";
import {ConvexBound} from "./ConvexBound.sol";
import {OptionTerms} from "./OptionTerms.sol";
import {OptionVector} from "./OptionVector.sol";

/// @title OptionGrid
/// @notice Everything that an account holds of one underlying on which it has options, under the scenarios of a valuation:
/// nine prices times three volatilities. Linked into the risk engine, so that who holds no options does not pay for it.
/// @dev Domination (invariant 5): initial margin holds the value down at every price of the union, between the nodes too;
/// liquidation looks at nodes within the intersection, which lies inside, with every doubt for the account.
library OptionGrid {
    using FixedPointMathLib for uint256;
    using FixedPointMathLib for int256;

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 1e4;
    /// @dev Prices that the kernel takes.
    uint256 private constant MAX_PRICE_WAD = type(uint96).max;
    /// @dev By how much the errors of four node prices can move a bound between them, each twice its own: see `ConvexBound`.
    /// Nodes are no further from their neighbours on one side than fifteen times as far as on the other, rounding included.
    uint256 private constant ERRORS = 32;

    /// @dev Volatilities down, as they are, up.
    uint256 private constant STATES = 3;

    /// @dev Number of far moves.
    uint256 private constant FAR_MOVES = 8;

    /// @notice What is asked.
    /// @param lowWad Lowest price that may be true; @param highWad the highest, WAD.
    /// @param midWad Price of the values unshocked.
    /// @param markWad Price at which volatilities are read: the mark.
    /// @param rhoWad Shock.
    /// @param initial Whether for initial margin: over the union and against the account. Else for liquidation.
    /// @param unitsWad Linear units of the underlying, WAD, signed.
    struct Question {
        uint256 lowWad;
        uint256 highWad;
        uint256 midWad;
        uint256 markWad;
        uint256 rhoWad;
        bool initial;
        int256 unitsWad;
        OptionTerms terms;
        uint256 nowSeconds;
    }

    /// @notice What an underlying with options comes to.
    /// @param worstWad Least value over the scenarios, WAD. Of liquidation, where no price lies in the range of every price
    /// that may be true: `mostWad`. Of an unshocked question, 0.
    /// @param mostWad The most that it can be worth at a price from `lowWad` to `highWad`, WAD. Of initial margin, 0.
    /// @param markWad Value at the mark, volatilities doubted against the account, WAD, rounded down. Of liquidation, 0.
    /// @param optionsWad The options' part of it.
    /// @param deltaWad Sum of the absolute deltas of what is held at each strike, and that of all synthetic forwards
    /// together, in units of the underlying, WAD, rounded up. The same for both margins.
    struct Answer {
        int256 worstWad;
        int256 mostWad;
        int256 markWad;
        int256 optionsWad;
        uint256 deltaWad;
    }

    /// @notice Answers a question.
    /// @dev Prices count as at least one unit, so that an underlying that is worth nothing has an answer, and as less than
    /// 2^96: 79 billion, seventy times the largest strike of a grid.
    function assess(
        Question memory question,
        OptionVector.Strip[] memory strips
    ) external pure returns (Answer memory answer) {
        question.lowWad = question.lowWad.clamp(1, MAX_PRICE_WAD);
        question.highWad = question.highWad.clamp(1, MAX_PRICE_WAD);
        question.midWad = question.midWad.clamp(1, MAX_PRICE_WAD);
        question.markWad = question.markWad.clamp(1, MAX_PRICE_WAD);
        OptionVector.Look memory look = _lookOf(question);
        look.favourable = !question.initial;
        OptionVector.Calls memory calls = OptionVector.callsOf(strips, look);
        // Deltas at the volatility without doubt, so that both margins count the same.
        answer.deltaWad = calls.syntheticWad.abs();
        for (uint256 i = 0; i < calls.legs.length; ++i) answer.deltaWad += _delta(calls.legs[i], question.midWad);
        if (!question.initial) {
            answer.mostWad = _most(question, strips, look);
            answer.worstWad = _liquidation(question, calls, answer.mostWad);
            return answer;
        }
        answer.optionsWad = _unshocked(calls, 0, question.midWad);
        answer.markWad = answer.optionsWad + SignedWad.mulFloor(question.unitsWad, question.midWad);
        if (question.rhoWad != 0) answer.worstWad = _initial(question, strips, calls, answer.markWad);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _lookOf(Question memory question) private pure returns (OptionVector.Look memory look) {
        (look.markWad, look.nowSeconds, look.terms) = (question.markWad, question.nowSeconds, question.terms);
    }

    /// @dev Over the union, between the nodes too, in every state of volatility; and the floors.
    function _initial(
        Question memory question,
        OptionVector.Strip[] memory strips,
        OptionVector.Calls memory calls,
        int256 markWad
    ) private pure returns (int256 valueWad) {
        (uint256 startWad, uint256 endWad) = _range(question);
        ConvexBound.Curve memory curve = _curve(calls, question.unitsWad, startWad, endWad);
        valueWad = type(int256).max;
        for (uint256 state = 0; state < STATES; ++state) {
            _price(curve, calls.legs, state, false);
            valueWad = ConvexBound.leastAnywhere(curve, valueWad);
        }
        valueWad += calls.cashWad - int256(_slack(calls.legs, endWad));
        return valueWad.min(_floors(question, strips, calls, markWad));
    }

    /// @dev At nodes of the intersection; without one, unshocked.
    function _liquidation(
        Question memory question,
        OptionVector.Calls memory calls,
        int256 mostWad
    ) private pure returns (int256 valueWad) {
        (uint256 startWad, uint256 endWad) = _range(question);
        if (startWad > endWad) return mostWad;
        ConvexBound.Curve memory curve = _curve(calls, question.unitsWad, startWad, endWad);
        valueWad = type(int256).max;
        for (uint256 state = 0; state < STATES; ++state) {
            _price(curve, calls.legs, state, true);
            valueWad = valueWad.min(ConvexBound.leastAtNodes(curve));
        }
        // Never more than the account can be worth at all.
        return mostWad.min(valueWad + calls.cashWad);
    }

    /// @dev The union of all shocked ranges, outward; or their intersection, inward.
    function _range(Question memory question) private pure returns (uint256 startWad, uint256 endWad) {
        int256 rho = int256(question.rhoWad);
        if (question.initial) {
            startWad = question.lowWad.mulWad(DirectedExp.down(-rho));
            endWad = question.highWad.mulWadUp(DirectedExp.up(rho));
        } else {
            startWad = question.highWad.mulWadUp(DirectedExp.up(-rho));
            endWad = question.lowWad.mulWad(DirectedExp.down(rho));
        }
        startWad = startWad.clamp(1, MAX_PRICE_WAD);
        endWad = endWad.clamp(1, MAX_PRICE_WAD);
    }

    /// @dev Nodes at equal ratios.
    function _curve(
        OptionVector.Calls memory calls,
        int256 unitsWad,
        uint256 startWad,
        uint256 endWad
    ) private pure returns (ConvexBound.Curve memory curve) {
        curve.unitsWad = unitsWad + calls.unitsWad;
        uint256[9] memory pricesWad = curve.pricesWad;
        int256 logWad = FixedPointMathLib.lnWad(int256((endWad * WAD) / startWad)) / 8;
        uint256 stepWad = uint256(FixedPointMathLib.expWad(logWad));
        pricesWad[0] = startWad;
        for (uint256 k = 1; k < 8; ++k) {
            pricesWad[k] = pricesWad[k - 1].mulWad(stepWad).clamp(pricesWad[k - 1], endWad);
        }
        pricesWad[8] = endWad;
        for (uint256 i = 0; i < calls.legs.length; ++i) {
            if (calls.legs[i].long) curve.longCallsWad += calls.legs[i].sizeWad;
        }
    }

    /// @param state 0: volatilities down; 1: as they are; 2: up.
    function _price(
        ConvexBound.Curve memory curve,
        OptionVector.Leg[] memory legs,
        uint256 state,
        bool favourable
    ) private pure {
        for (uint256 k = 0; k < ConvexBound.NODES; ++k) (curve.longsWad[k], curve.shortsWad[k]) = (0, 0);
        for (uint256 i = 0; i < legs.length; ++i) {
            OptionVector.Leg memory leg = legs[i];
            uint256 volWad =
                state == 0
                    ? leg.downWad
                    : state == 1
                        ? leg.flatWad
                        : leg.upWad;
            uint256[9] memory sumsWad = leg.long ? curve.longsWad : curve.shortsWad;
            bool up = leg.long == favourable;
            for (uint256 k = 0; k < ConvexBound.NODES; ++k) {
                uint256 unitWad = OptionVector.priceOf(leg, curve.pricesWad[k], volWad, favourable);
                sumsWad[k] += up ? leg.sizeWad.mulWadUp(unitWad) : leg.sizeWad.mulWad(unitWad);
            }
        }
    }

    /// @dev What the errors of the kernel may add to a bound between nodes, WAD.
    function _slack(OptionVector.Leg[] memory legs, uint256 endWad) private pure returns (uint256 slackWad) {
        for (uint256 i = 0; i < legs.length; ++i) {
            if (!legs[i].long) continue;
            slackWad += legs[i].sizeWad.mulWadUp(ERRORS * Black.maxError(endWad, legs[i].strikeWad)) + ERRORS;
        }
    }

    /// @dev Between the price range as it is, at volatilities as they are: the least of the mirrored book, mirrored.
    function _most(
        Question memory question,
        OptionVector.Strip[] memory strips,
        OptionVector.Look memory look
    ) private pure returns (int256) {
        (look.mirrored, look.favourable) = (true, false);
        OptionVector.Calls memory calls = OptionVector.callsOf(strips, look);
        ConvexBound.Curve memory curve = _curve(calls, -question.unitsWad, question.lowWad, question.highWad);
        _price(curve, calls.legs, 1, false);
        return
            int256(_slack(calls.legs, question.highWad)) -
            ConvexBound.leastAnywhere(curve, type(int256).max) -
            calls.cashWad;
    }

    /// @dev Far moves at a share of their loss, and the minimum of short options.
    function _floors(
        Question memory question,
        OptionVector.Strip[] memory strips,
        OptionVector.Calls memory calls,
        int256 markWad
    ) private pure returns (int256 valueWad) {
        uint256 minimumWad = _netShorts(strips).mulWadUp(question.midWad);
        valueWad = markWad - int256(minimumWad.mulDivUp(question.terms.shortMinimumBps(), BPS));
        uint256 shareWad = (question.rhoWad * question.terms.farShareBps()) / BPS;
        if (shareWad == 0) return valueWad;
        for (uint256 i = 0; i < calls.legs.length; ++i) calls.legs[i].flatWad = calls.legs[i].upWad;
        for (uint256 m = 0; m < FAR_MOVES; ++m) {
            uint256 factorWad = _farMove(m);
            uint256 priceWad = question.midWad.mulWad(factorWad).clamp(1, MAX_PRICE_WAD);
            int256 farWad = _unshocked(calls, question.unitsWad, priceWad);
            if (farWad >= markWad) continue;
            uint256 weightWad = shareWad.divWadUp(factorWad.dist(WAD)).min(WAD);
            valueWad = valueWad.min(markWad - int256(uint256(markWad - farWad).mulWadUp(weightWad)));
        }
    }

    /// @dev Of each expiry and right what is short beyond what is long, in units of the underlying, WAD.
    function _netShorts(OptionVector.Strip[] memory strips) private pure returns (uint256 unitsWad) {
        for (uint256 i = 0; i < strips.length; ++i) {
            int256 calls = 0;
            int256 puts = 0;
            uint256 count = strips[i].legs.legCount();
            for (uint256 j = 0; j < count; ++j) {
                (int24 lots, , bool isPut) = strips[i].legs.legAt(j);
                if (isPut) puts += lots;
                else calls += lots;
            }
            int256 net = (calls < 0 ? -calls : int256(0)) + (puts < 0 ? -puts : int256(0));
            unitsWad += uint256(net) * strips[i].expiry.lotSizeWadOf();
        }
    }

    /// @dev Value at one price with volatilities as they are, against the account.
    function _unshocked(
        OptionVector.Calls memory calls,
        int256 unitsWad,
        uint256 priceWad
    ) private pure returns (int256 valueWad) {
        valueWad = OptionVector.valueAt(calls.legs, priceWad, false) + calls.cashWad;
        return valueWad + SignedWad.mulFloor(unitsWad + calls.unitsWad, priceWad);
    }

    /// @dev Of what is held at one strike: calls * delta + puts * (delta - 1), in units of the underlying, WAD.
    function _delta(OptionVector.Leg memory leg, uint256 markWad) private pure returns (uint256) {
        (, , uint256 deltaWad, , ) = Black.greeks(markWad, leg.strikeWad, leg.plainWad);
        int256 sizeWad = leg.long ? int256(leg.sizeWad) : -int256(leg.sizeWad);
        return (SignedWad.mulFloor(sizeWad, deltaWad) - leg.putsWad).abs() + 1;
    }

    /// @dev 0.34, 0.67, 1.5, 2, 3, 4, 5, 6: see docs/risk.md.
    function _farMove(uint256 m) private pure returns (uint256) {
        if (m == 0) return 0.34e18;
        if (m == 1) return 0.67e18;
        return m == 2 ? 1.5e18 : (m - 1) * WAD;
    }
}
