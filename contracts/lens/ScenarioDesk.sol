// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {DirectedExp} from "../math/DirectedExp.sol";
import {ConvexBound} from "../risk/ConvexBound.sol";
import {OptionDesk} from "../risk/OptionDesk.sol";
import {OptionGrid} from "../risk/OptionGrid.sol";
import {OptionVector} from "../risk/OptionVector.sol";
import {PriceHull} from "../risk/PriceHull.sol";
import {Valuation} from "../risk/Book.sol";
import {OptionHolding} from "../types/Portfolio.sol";

/// @notice Which kind of scenario decides.
/// - Nothing: the account has nothing on the underlying.
/// - Node: one of the nine prices in one state of volatility.
/// - Between: the bound between a node and the next one (initial margin of books with long options).
/// - FarMove: a far move at the share of its loss (initial margin).
/// - ShortMinimum: the least margin of naked short options (initial margin).
/// - Most: what the account can be worth at most within the interval (liquidation).
enum Cause {
    Nothing,
    Node,
    Between,
    FarMove,
    ShortMinimum,
    Most
}

/// @notice A scenario by its name.
/// @param state Volatilities: 0 down, 1 as they are, 2 up.
/// @param index Of the node, of the node below what lies between, or of the far move; 0..8.
/// @param priceWad Price there, WAD; of `Between` that of the node below, of `ShortMinimum` and `Most` the mid.
/// @param valueWad What everything linked to the underlying counts for in it, WAD.
struct Scenario {
    Cause cause;
    uint256 state;
    uint256 index;
    uint256 priceWad;
    int256 valueWad;
}

/// @notice Every scenario of one underlying. A value that was not looked at is `NOT_LOOKED_AT`.
/// @param pricesWad Nine prices, rising, WAD.
/// @param valuesWad Value per state of volatility at each, WAD; without options the second row alone.
/// @param betweenWad Bound between each price and the next per state, WAD.
/// @param farPricesWad Far moves, rising, WAD; the one in the middle is none. @param farWad What each counts for, WAD.
/// @param shortMinimumWad What the minimum for short options leaves, WAD.
/// @param mostWad What everything can be worth at most, WAD: where liquidation is held to it.
/// @param binding The least of all.
struct Scenarios {
    uint256[9] pricesWad;
    int256[9][3] valuesWad;
    int256[8][3] betweenWad;
    uint256[9] farPricesWad;
    int256[9] farWad;
    int256 shortMinimumWad;
    int256 mostWad;
    Scenario binding;
}

int256 constant NOT_LOOKED_AT = type(int256).max;

/// @title ScenarioDesk
/// @notice The scenarios of an underlying with options one by one, as the engine's grid has them: same parts, same order of
/// roundings, so that the least is the engine's number to the wei. Linked into `MatrixLens`.
library ScenarioDesk {
    using ConvexBound for ConvexBound.Curve;
    using FixedPointMathLib for uint256;
    using OptionGrid for OptionGrid.Pass;

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 1e4;
    uint256 private constant NODES = 9;
    uint256 private constant MIDDLE = 4;

    /// @notice Lists the scenarios of a valuation.
    /// @dev Encoded, and the valuation by its number: enums of a library's ABI have names that tools cannot read.
    /// @param question As of `OptionDesk`; its units are those of the valuation.
    /// @return encoded `Scenarios`; int256, the options alone at mid, WAD; uint256, what closing them is charged on, units of
    /// the underlying, WAD.
    function list(
        OptionDesk.Question memory question,
        OptionHolding[] calldata holdings,
        uint256 valuation
    ) external view returns (bytes memory encoded) {
        (Scenarios memory scenarios, int256 optionsWad, uint256 deltaWad, uint256 exitWad) = _list(
            question,
            holdings,
            Valuation(valuation)
        );
        return abi.encode(scenarios, optionsWad, deltaWad, exitWad);
    }

    /// @notice Marks everything as not looked at.
    function clear(Scenarios memory scenarios) internal pure {
        for (uint256 state; state < 3; ++state) {
            for (uint256 k; k < NODES; ++k) {
                scenarios.valuesWad[state][k] = NOT_LOOKED_AT;
                if (k + 1 < NODES) scenarios.betweenWad[state][k] = NOT_LOOKED_AT;
            }
        }
        for (uint256 k; k < NODES; ++k) scenarios.farWad[k] = NOT_LOOKED_AT;
        (scenarios.shortMinimumWad, scenarios.mostWad) = (NOT_LOOKED_AT, NOT_LOOKED_AT);
        scenarios.binding.valueWad = NOT_LOOKED_AT;
    }

    /// @notice Takes a scenario as the binding one if it is worse than all before.
    function offer(Scenarios memory scenarios, Scenario memory scenario) internal pure {
        if (scenario.valueWad < scenarios.binding.valueWad) scenarios.binding = scenario;
    }

    // ---------------------------------------------------------------------------------------------- private

    function _list(
        OptionDesk.Question memory question,
        OptionHolding[] calldata holdings,
        Valuation valuation
    ) private view returns (Scenarios memory scenarios, int256 optionsWad, uint256 deltaWad, uint256 exitWad) {
        OptionGrid.Pass memory pass = OptionDesk.read(question, holdings);
        OptionGrid.Test memory test;
        bool initial = PriceHull.isInitial(valuation);
        test.favourable = valuation == Valuation.Intersection;
        test.rhoWad = initial ? question.rhoInitialWad : question.rhoMaintenanceWad;
        test.unitsWad = question.unitsWad[uint256(valuation)];
        (test.lowWad, test.highWad) = PriceHull.hull(OptionDesk.viewsOf(question), valuation);
        optionsWad = pass.optionsAt(question.midWad);
        OptionVector.Closing memory closing = pass.closingOf(test.lowWad, test.highWad, initial);
        deltaWad = closing.grossWad;
        exitWad = OptionDesk.exitCost(question, closing, initial ? test.highWad : test.lowWad, initial);
        (test.lowWad, test.highWad) = (OptionGrid.clampPrice(test.lowWad), OptionGrid.clampPrice(test.highWad));
        clear(scenarios);
        if (initial) _initial(pass, test, scenarios);
        else _liquidation(pass, test, scenarios);
    }

    function _initial(
        OptionGrid.Pass memory pass,
        OptionGrid.Test memory test,
        Scenarios memory scenarios
    ) private pure {
        int256 rho = int256(test.rhoWad);
        ConvexBound.Curve memory curve = pass.curve;
        int256 shiftX64 = pass.setRungs(
            OptionGrid.clampPrice(test.lowWad.mulWad(DirectedExp.down(-rho))),
            OptionGrid.clampPrice(test.highWad.mulWadUp(DirectedExp.up(rho)))
        );
        curve.longCallsWad = OptionGrid.isNarrow(curve) ? 0 : pass.calls.longs.unitsWad;
        curve.setUnits(test.unitsWad + pass.calls.unitsWad);
        int256 shiftWad = pass.calls.cashWad - pass.slackOf(pass.calls.longs, pass.calls.shorts);
        _takeStates(pass, scenarios, shiftX64, shiftWad, false);
        _takeFloors(pass, test, scenarios);
    }

    function _liquidation(
        OptionGrid.Pass memory pass,
        OptionGrid.Test memory test,
        Scenarios memory scenarios
    ) private pure {
        int256 rho = int256(test.rhoWad);
        uint256 startWad = OptionGrid.clampPrice(test.highWad.mulWadUp(DirectedExp.up(-rho)));
        uint256 endWad = OptionGrid.clampPrice(test.lowWad.mulWad(DirectedExp.down(rho)));
        if (startWad <= endWad) {
            ConvexBound.Curve memory curve = pass.curve;
            int256 shiftX64 = pass.setRungs(startWad, endWad);
            curve.setUnits(test.unitsWad + pass.calls.unitsWad);
            int256 errorWad =
                OptionGrid.errorOf(pass.calls.longs, endWad) + OptionGrid.errorOf(pass.calls.shorts, endWad);
            int256 shiftWad = pass.calls.cashWad + (test.favourable ? errorWad : -errorWad);
            _takeStates(pass, scenarios, shiftX64, shiftWad, test.favourable);
            if (test.lowWad == test.highWad) return;
        }
        scenarios.mostWad = pass.mostOf(test);
        offer(scenarios, Scenario(Cause.Most, 1, 0, pass.midWad, scenarios.mostWad));
    }

    /// @dev Values at the rungs that are set, and between them if the curve is asked for that.
    /// @param shiftX64 As `OptionGrid.setRungs` gave it. @param shiftWad What is added to every value, WAD.
    function _takeStates(
        OptionGrid.Pass memory pass,
        Scenarios memory scenarios,
        int256 shiftX64,
        int256 shiftWad,
        bool favourable
    ) private pure {
        ConvexBound.Curve memory curve = pass.curve;
        for (uint256 k; k < NODES; ++k) scenarios.pricesWad[k] = curve.pricesWad[k];
        (uint256 state, uint256 last) = OptionGrid.statesOf(pass.calls);
        for (; state <= last; ++state) {
            pass.priceRungs(shiftX64, state, favourable, curve.longsWad, curve.shortsWad);
            _takeNodes(curve, scenarios, state, shiftWad);
            if (curve.longCallsWad != 0) _takeBetween(curve, scenarios, state, shiftWad);
        }
    }

    function _takeNodes(
        ConvexBound.Curve memory curve,
        Scenarios memory scenarios,
        uint256 state,
        int256 shiftWad
    ) private pure {
        int256[9] memory valuesWad = curve.valuesOf();
        for (uint256 k; k < NODES; ++k) {
            int256 valueWad = valuesWad[k] + shiftWad;
            scenarios.valuesWad[state][k] = valueWad;
            offer(scenarios, Scenario(Cause.Node, state, k, curve.pricesWad[k], valueWad));
        }
    }

    function _takeBetween(
        ConvexBound.Curve memory curve,
        Scenarios memory scenarios,
        uint256 state,
        int256 shiftWad
    ) private pure {
        for (uint256 k; k + 1 < NODES; ++k) {
            int256 valueWad = curve.leastBetween(k);
            if (valueWad == NOT_LOOKED_AT) continue;
            valueWad += shiftWad;
            scenarios.betweenWad[state][k] = valueWad;
            offer(scenarios, Scenario(Cause.Between, state, k, curve.pricesWad[k], valueWad));
        }
    }

    /// @dev See `OptionGrid`: not looked at where the end of the union asks for more in any case.
    function _takeFloors(
        OptionGrid.Pass memory pass,
        OptionGrid.Test memory test,
        Scenarios memory scenarios
    ) private pure {
        uint256 shareWad = (test.rhoWad * pass.terms.farShareBps()) / BPS;
        uint256 midWad = pass.midWad;
        uint256 nakedWad = pass.calls.nakedWad;
        if (nakedWad == 0 && pass.calls.shorts.unitsWad == 0) {
            if (midWad.zeroFloorSub(pass.ladder.forwardsWad[0]) >= midWad.mulWadUp(shareWad)) return;
        }
        if (!pass.hasFar) pass.priceFar();
        int256 unitsWad = test.unitsWad + pass.calls.unitsWad;
        int256 markWad = pass.flatWad + ConvexBound.linear(unitsWad, midWad);
        int256 valueWad = markWad - int256(nakedWad.mulWadUp(midWad).mulDivUp(pass.terms.shortMinimumBps(), BPS));
        scenarios.shortMinimumWad = valueWad;
        offer(scenarios, Scenario(Cause.ShortMinimum, 1, MIDDLE, midWad, valueWad));
        if (shareWad == 0) return;
        for (uint256 k; k < NODES; ++k) {
            uint256 priceWad = pass.farPricesWad[k];
            scenarios.farPricesWad[k] = priceWad;
            if (k == MIDDLE) continue;
            valueWad = pass.farWad[k] + ConvexBound.linear(unitsWad, priceWad);
            // A gain counts for nothing.
            if (valueWad >= markWad) continue;
            uint256 weightWad = (shareWad * midWad).divUp(priceWad.dist(midWad)).min(WAD);
            valueWad = markWad - int256(uint256(markWad - valueWad).mulWadUp(weightWad));
            scenarios.farWad[k] = valueWad;
            offer(scenarios, Scenario(Cause.FarMove, 2, k, priceWad, valueWad));
        }
    }
}
