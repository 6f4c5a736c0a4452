// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {OptionGrid} from "../../../contracts/risk/OptionGrid.sol";
import {OptionTerms} from "../../../contracts/risk/OptionTerms.sol";
import {OptionVector} from "../../../contracts/risk/OptionVector.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {OptionGridFixture} from "../support/OptionGridFixture.sol";

/// @dev What a book is held to between two nodes and within an interval; the floors are in `OptionGrid.floors`.
contract OptionGridTest is OptionGridFixture {
    function test_LongOptions_NeedNothing() public view {
        OptionVector.Strip[] memory strips = one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(10, false, 100).withLots(8, true, 50);
        // Up to what the errors of the ladder may be, drawn on between nodes.
        assertGt(worst(initial(0), strips), -0.02e18);
    }

    /// @dev A naked short call of 1 ETH at the money: about what the price gains at the top of the range, and more than that.
    function test_ShortCall_IsHeldToTheTopOfTheRange() public view {
        OptionVector.Strip[] memory strips = one(7 days, 0);
        strips[0].legs = strips[0].legs.withLots(10, false, -100);
        int256 valueWad = worst(initial(0), strips);
        int256 topWad = int256((2_002e18 * uint256(FixedPointMathLib.expWad(0.2e18))) / WAD);
        assertLt(valueWad, 2_000e18 - topWad);
        assertGt(valueWad, 2_000e18 - topWad - 100e18);
    }

    function test_CoveredCall_NeedsNoMoreThanItsUnderlyingCanLose() public view {
        OptionVector.Strip[] memory strips = one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(12, false, -100);
        int256 coveredWad = worst(initial(1e18), strips);
        strips[0].legs = OptionWord.wrap(0);
        int256 bareWad = worst(initial(1e18), strips);
        // It starts out worth less by the premium, and loses less by it.
        int256 markWad = 2_000e18 + optionsAt(2_000e18, covered());
        assertLe(markWad - coveredWad, 2_000e18 - bareWad);
    }

    /// @dev Long box: worth the distance of its strikes at every price. What it needs is the error of the bounds.
    function test_Box_IsWorthItsWidthEverywhere() public view {
        OptionVector.Strip[] memory strips = one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(8, false, 100).withLots(12, false, -100);
        strips[0].legs = strips[0].legs.withLots(12, true, 100).withLots(8, true, -100);
        int256 valueWad = worst(initial(0), strips);
        assertGt(valueWad, 400e18 - 1e3);
        assertLe(valueWad, 400e18);
        strips = one(30 days, 400);
        strips[0].legs = strips[0].legs.withLots(8, false, 100).withLots(12, false, -100);
        strips[0].legs = strips[0].legs.withLots(12, true, 100).withLots(8, true, -100);
        // Doubt about volatility cancels with what it is doubted for.
        assertEq(worst(initial(0), strips), valueWad);
    }

    /// @dev A long straddle that expires between two nodes, hedged by nothing: worth nothing at its strike, which no node
    /// shows. The bound does.
    function test_BoundSeesWhatLiesBetweenTheNodes() public view {
        OptionVector.Strip[] memory strips = one(0, 0);
        strips[0].legs = strips[0].legs.withLots(11, false, 100).withLots(11, true, 100);
        int256 atNodesWad = worst(liquidation(0), strips);
        int256 boundWad = worst(initial(0), strips);
        assertGt(atNodesWad, 1e18);
        assertLe(boundWad, 0);
        assertGt(boundWad, -60e18);
    }

    /// @dev Wherever in the range its strike lies, the first and the last interval included: worth nothing there.
    function test_BoundSeesTheStrikeOfAStraddleInEveryInterval() public view {
        for (uint8 index = 7; index < 15; ++index) {
            int256 valueWad = worst(initial(0), only(0, NONE.withLots(index, false, 100).withLots(index, true, 100)));
            assertLe(valueWad, 0);
            assertGt(valueWad, -60e18);
        }
    }

    /// @dev Between nodes an error of the ladder counts once for what is short, and once and twice the ratio of two nodes for
    /// what is long. A call at 1,000 that expires has no error of its own: what is missing is what was charged.
    function test_Initial_ChargesTheErrorsOfTheLadder() public view {
        int256 topWad = 2_445.2484e18;
        int256 errorWad = (6 * (topWad + 1_000e18)) / 1e7;
        // Nodes are apart by the eighth root of 2,445.25 / 1,635.82.
        int256 longWad = (errorWad * (1e18 + 2 * 1.051534e18)) / 1e18;
        int256 valueWad = worst(initial(0), only(0, NONE.withLots(0, false, 100)));
        assertLe(valueWad, 635.824045e18 - longWad);
        assertGe(valueWad, 635.824044e18 - longWad - longWad / 500);
        valueWad = worst(initial(0), only(0, NONE.withLots(0, false, -100)));
        assertLe(valueWad, 1_000e18 - topWad - errorWad + 0.0001e18);
        assertGe(valueWad, 1_000e18 - topWad - errorWad - 0.0002e18);
    }

    /// @dev Of the most that a book can be worth it is the other way round.
    function test_Most_GivesTheErrorsOfTheLadder() public view {
        OptionGrid.Test memory test = initial(0);
        test.kind = OptionGrid.Kind.Most;
        uint256 errorWad = (6 * 3_002e18) / 1e7;
        assertApproxEqAbs(worst(test, only(0, NONE.withLots(0, false, 100))), int256(1_002e18 + errorWad), 1e12);
        int256 valueWad = worst(test, only(0, NONE.withLots(0, false, -100)));
        // Nodes are a quarter of a thousandth apart.
        assertApproxEqAbs(valueWad, -998e18 + int256(3 * errorWad), errorWad / 200);
    }

    /// @dev Invariant 5 in one underlying: what initial margin holds a book to is no more than any node of liquidation.
    function testFuzz_INV05_InitialIsBelowLiquidation(uint256 seed) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        OptionGrid.Test memory first = spread(initial(unitsWad), seed);
        OptionGrid.Test memory last = spread(liquidation(unitsWad), seed);
        last.rhoWad = first.rhoWad - (first.rhoWad % 5e16);
        int256 initialWad = worst(first, strips);
        assertLe(initialWad, worst(last, strips));
        last.kind = OptionGrid.Kind.Most;
        assertLe(initialWad, worst(last, strips));
    }

    /// @dev The bound holds at prices that are no nodes, in every state of volatility.
    function testFuzz_ValueAtAnyPriceIsNotBelowTheBound(uint256 seed, uint256 where) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        int256 boundWad = worst(initial(unitsWad), strips);
        uint256 priceWad = bound(where, 1_998e18, 2_002e18);
        int256 shockWad = int256(bound(where >> 8, 0, 0.4e18)) - 0.2e18;
        priceWad = (priceWad * uint256(FixedPointMathLib.expWad(shockWad))) / WAD;
        for (uint256 state; state < 3; ++state) {
            assertGe(exact(strips, unitsWad, priceWad, state, false), boundWad);
        }
    }

    /// @dev Without an interval, and with no shock to speak of, both margins know one price: they enclose the exact value, and closely.
    function testFuzz_OnePrice_EnclosesTheExactValue(uint256 seed) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        OptionGrid.Test memory test = OptionGrid.Test(OptionGrid.Kind.Most, true, 2_000e18, 2_000e18, 0, unitsWad);
        int256 exactWad = exact(strips, unitsWad, 2_000e18, 1, true);
        // Error of a ladder, four thousand times 6e-7, for at most twenty options that count up to 2 + 3 times.
        assertGe(worst(test, strips), exactWad);
        assertLe(worst(test, strips), exactWad + 20 * 12 * 0.0024e18);
        (test.kind, test.rhoWad) = (OptionGrid.Kind.Liquidation, 1e6);
        int256 worstWad = worst(test, strips);
        int256 leastWad = exactWad;
        for (uint256 state; state < 3; ++state) {
            int256 valueWad = exact(strips, unitsWad, 2_000e18, state, true);
            if (valueWad < leastWad) leastWad = valueWad;
        }
        assertGe(worstWad, leastWad - 1e9);
        assertLe(worstWad, leastWad + 20 * 2 * 0.0024e18);
        exactWad = exact(strips, 0, 2_000e18, 1, false);
        assertApproxEqAbs(optionsAt(2_000e18, strips), exactWad, 1e9);
    }

    /// @dev The most that a book can be worth is found at either end of the interval, and within it.
    function test_Most_IsFoundInTheWholeInterval() public view {
        OptionGrid.Test memory test = OptionGrid.Test(OptionGrid.Kind.Most, true, 1_800e18, 2_150e18, 0, 0);
        OptionVector.Strip[] memory strips = only(7 days, NONE.withLots(10, false, 100));
        assertApproxEqAbs(worst(test, strips), exact(strips, 0, 2_150e18, 1, true), 0.02e18);
        strips = only(7 days, NONE.withLots(10, true, 100));
        assertApproxEqAbs(worst(test, strips), exact(strips, 0, 1_800e18, 1, true), 0.02e18);
        // Short, it is worth nothing at its strike, which is no node.
        strips = only(0, NONE.withLots(9, false, -100).withLots(9, true, -100));
        assertGe(worst(test, strips), 0);
        assertLe(worst(test, strips), 15e18);
    }

    function testFuzz_Most_IsNoLessThanTheValueAtAnyPrice(uint256 seed, uint256 where) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        OptionGrid.Test memory test = spread(initial(unitsWad), seed);
        test.kind = OptionGrid.Kind.Most;
        uint256 priceWad = bound(where, test.lowWad, test.highWad);
        assertGe(worst(test, strips), exact(strips, unitsWad, priceWad, 1, true));
    }

    /// @dev Liquidation is never held above that, not by the errors that its nodes are given either: they lie further out, where
    /// errors are larger.
    function testFuzz_Liquidation_IsNoMoreThanTheMost(uint256 seed, uint64 width) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        OptionGrid.Test memory test = spread(liquidation(unitsWad), seed);
        if (seed % 2 == 0) (test.lowWad, test.highWad) = (2_000e18, 2_000e18 + bound(width, 1, 1e9));
        int256 worstWad = worst(test, strips);
        test.kind = OptionGrid.Kind.Most;
        assertLe(worstWad, worst(test, strips));
    }

    /// @dev A straddle at its strike, worth nothing in an interval of one wei; the nodes of liquidation reach 65 % further up.
    function test_Liquidation_OfHardlyAnIntervalIsNoMoreThanTheMost() public view {
        OptionGrid.Test memory test = OptionGrid.Test(
            OptionGrid.Kind.Liquidation,
            true,
            2_000e18,
            2_000e18 + 1,
            0.5e18,
            0
        );
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(10, false, 10_000).withLots(10, true, 10_000));
        int256 worstWad = worst(test, strips);
        test.kind = OptionGrid.Kind.Most;
        assertLe(worstWad, worst(test, strips));
    }

    /// @dev An underlying that is worth next to nothing, and one that is worth more than a dollar can say, have answers.
    function testFuzz_AnyPriceHasAnAnswer(uint256 seed, uint256 low, uint256 high, uint64 rho) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        low = bound(low, 0, type(uint128).max);
        high = bound(high, low, type(uint128).max);
        OptionGrid.Test memory test = OptionGrid.Test(
            OptionGrid.Kind.Initial,
            false,
            low,
            high,
            bound(rho, 1, 5e18),
            unitsWad
        );
        int256 initialWad = worstAt((low + high) / 2, TERMS, test, strips);
        test = OptionGrid.Test(OptionGrid.Kind.Liquidation, true, low, high, test.rhoWad, unitsWad);
        assertLe(initialWad, worstAt((low + high) / 2, TERMS, test, strips));
    }

    /// @dev A further long option never lowers what a book is held to.
    function testFuzz_ALongOptionNeverHurts(uint256 seed, uint8 strike, bool put, uint16 lots) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        OptionGrid.Test memory question = initial(unitsWad);
        // Far moves count at a share of their loss, which is measured from a mark that the option raises: left out here.
        OptionTerms terms = OptionTerms.wrap(OptionTerms.unwrap(TERMS) & (2 ** 80 - 1));
        int256 beforeWad = worstAt(2_000e18, terms, question, strips);
        uint8 index = strike % 21;
        OptionWord legs = strips[0].legs;
        if (legs.legCount() == 8) return;
        int24 held = legs.lotsOf(index, put);
        strips[0].legs = legs.withLots(index, put, held + int24(uint24(bound(lots, 1, 1_000))));
        // Between nodes a long option may be seen less well than the chord of what was there before.
        int256 afterWad = worstAt(2_000e18, terms, question, strips);
        assertGe(afterWad + int256(gross(strips) / 100), beforeWad);
    }

    function testFuzz_INV15_MoreShockAndMoreSpreadNeverHelp(uint256 seed, uint64 more) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        OptionGrid.Test memory question = initial(unitsWad);
        int256 beforeWad = worst(question, strips);
        question.lowWad -= bound(more, 0, 200e18);
        question.highWad += bound(more >> 1, 0, 200e18);
        // Bounds between nodes depend on where the nodes are: a wider range may see a dip less well, by a share of the gap.
        int256 afterWad = worst(question, strips);
        uint256 grossWad = gross(strips);
        assertLe(afterWad, beforeWad + int256(grossWad / 50));
    }
}
