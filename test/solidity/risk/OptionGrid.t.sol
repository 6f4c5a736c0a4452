// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Black} from "../../../contracts/math/Black.sol";
import {NormalTable} from "../../../contracts/math/NormalTable.sol";
import {OptionTime} from "../../../contracts/math/OptionTime.sol";
import {OptionGrid} from "../../../contracts/risk/OptionGrid.sol";
import {OptionTerms} from "../../../contracts/risk/OptionTerms.sol";
import {OptionVector} from "../../../contracts/risk/OptionVector.sol";
import {ExpiryWord} from "../../../contracts/types/ExpiryWord.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {SmileSource, SmileWord, packSmile, packSmileFrame} from "../../../contracts/types/SmileWord.sol";
import {Test} from "../support/Test.sol";

/// @dev ETH at 2,000, volatility 80 %; strikes 1,000 to 3,000 by 100; lots of 0.01.
contract OptionGridTest is Test {
    uint256 private constant WAD = 1e18;
    uint256 private constant NOW = 1_700_000_000;
    /// @dev 50 % up, 30 % down, powers 0.3 and 0.13, minimum 1 %, far moves at 0.77 of the shock.
    OptionTerms private constant TERMS = OptionTerms.wrap(
        5_000 | (3_000 << 16) | (3_000 << 32) | (1_300 << 48) | (100 << 64) | (7_700 << 80)
    );

    address private table = address(new NormalTable());

    function test_LongOptions_NeedNothing() public view {
        OptionVector.Strip[] memory strips = _one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(10, false, 100).withLots(8, true, 50);
        // Up to what the errors of the ladder may be, drawn on between nodes.
        assertGt(_worst(_initial(0), strips), -0.02e18);
    }

    /// @dev A naked short call of 1 ETH at the money: about what the price gains at the top of the range, and more than that.
    function test_ShortCall_IsHeldToTheTopOfTheRange() public view {
        OptionVector.Strip[] memory strips = _one(7 days, 0);
        strips[0].legs = strips[0].legs.withLots(10, false, -100);
        int256 valueWad = _worst(_initial(0), strips);
        int256 topWad = int256((2_002e18 * uint256(FixedPointMathLib.expWad(0.2e18))) / WAD);
        assertLt(valueWad, 2_000e18 - topWad);
        assertGt(valueWad, 2_000e18 - topWad - 100e18);
    }

    function test_CoveredCall_NeedsNoMoreThanItsUnderlyingCanLose() public view {
        OptionVector.Strip[] memory strips = _one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(12, false, -100);
        int256 coveredWad = _worst(_initial(1e18), strips);
        strips[0].legs = OptionWord.wrap(0);
        int256 bareWad = _worst(_initial(1e18), strips);
        // It starts out worth less by the premium, and loses less by it.
        int256 markWad = 2_000e18 + _optionsAt(2_000e18, _covered());
        assertLe(markWad - coveredWad, 2_000e18 - bareWad);
    }

    /// @dev Long box: worth the distance of its strikes at every price. What it needs is the error of the bounds.
    function test_Box_IsWorthItsWidthEverywhere() public view {
        OptionVector.Strip[] memory strips = _one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(8, false, 100).withLots(12, false, -100);
        strips[0].legs = strips[0].legs.withLots(12, true, 100).withLots(8, true, -100);
        int256 valueWad = _worst(_initial(0), strips);
        assertGt(valueWad, 400e18 - 1e3);
        assertLe(valueWad, 400e18);
        strips = _one(30 days, 400);
        strips[0].legs = strips[0].legs.withLots(8, false, 100).withLots(12, false, -100);
        strips[0].legs = strips[0].legs.withLots(12, true, 100).withLots(8, true, -100);
        // Doubt about volatility cancels with what it is doubted for.
        assertEq(_worst(_initial(0), strips), valueWad);
    }

    /// @dev A long straddle that expires between two nodes, hedged by nothing: worth nothing at its strike, which no node
    /// shows. The bound does.
    function test_BoundSeesWhatLiesBetweenTheNodes() public view {
        OptionVector.Strip[] memory strips = _one(0, 0);
        strips[0].legs = strips[0].legs.withLots(11, false, 100).withLots(11, true, 100);
        int256 atNodesWad = _worst(_liquidation(0), strips);
        int256 boundWad = _worst(_initial(0), strips);
        assertGt(atNodesWad, 1e18);
        assertLe(boundWad, 0);
        assertGt(boundWad, -60e18);
    }

    /// @dev Invariant 5 in one underlying: what initial margin holds a book to is no more than any node of liquidation.
    function testFuzz_INV05_InitialIsBelowLiquidation(uint256 seed) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = _book(seed);
        OptionGrid.Test memory first = _spread(_initial(unitsWad), seed);
        OptionGrid.Test memory last = _spread(_liquidation(unitsWad), seed);
        last.rhoWad = first.rhoWad - (first.rhoWad % 5e16);
        int256 initialWad = _worst(first, strips);
        assertLe(initialWad, _worst(last, strips));
        last.kind = OptionGrid.Kind.Most;
        assertLe(initialWad, _worst(last, strips));
    }

    /// @dev The bound holds at prices that are no nodes, in every state of volatility.
    function testFuzz_ValueAtAnyPriceIsNotBelowTheBound(uint256 seed, uint256 where) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = _book(seed);
        int256 boundWad = _worst(_initial(unitsWad), strips);
        uint256 priceWad = bound(where, 1_998e18, 2_002e18);
        int256 shockWad = int256(bound(where >> 8, 0, 0.4e18)) - 0.2e18;
        priceWad = (priceWad * uint256(FixedPointMathLib.expWad(shockWad))) / WAD;
        for (uint256 state; state < 3; ++state) {
            assertGe(_exact(strips, unitsWad, priceWad, state, false), boundWad);
        }
    }

    /// @dev Without an interval, and with no shock to speak of, both margins know one price: they enclose the exact value, and closely.
    function testFuzz_OnePrice_EnclosesTheExactValue(uint256 seed) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = _book(seed);
        OptionGrid.Test memory test = OptionGrid.Test(OptionGrid.Kind.Most, true, 2_000e18, 2_000e18, 0, unitsWad);
        int256 exactWad = _exact(strips, unitsWad, 2_000e18, 1, true);
        // Error of a ladder, four thousand times 6e-7, for at most twenty options that count up to 2 + 3 times.
        assertGe(_worst(test, strips), exactWad);
        assertLe(_worst(test, strips), exactWad + 20 * 12 * 0.0024e18);
        (test.kind, test.rhoWad) = (OptionGrid.Kind.Liquidation, 1e6);
        int256 worstWad = _worst(test, strips);
        int256 leastWad = exactWad;
        for (uint256 state; state < 3; ++state) {
            int256 valueWad = _exact(strips, unitsWad, 2_000e18, state, true);
            if (valueWad < leastWad) leastWad = valueWad;
        }
        assertGe(worstWad, leastWad - 1e9);
        assertLe(worstWad, leastWad + 20 * 2 * 0.0024e18);
        exactWad = _exact(strips, 0, 2_000e18, 1, false);
        assertApproxEqAbs(_optionsAt(2_000e18, strips), exactWad, 1e9);
    }

    /// @dev An underlying that is worth next to nothing, and one that is worth more than a dollar can say, have answers.
    function testFuzz_AnyPriceHasAnAnswer(uint256 seed, uint256 low, uint256 high, uint64 rho) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = _book(seed);
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
        int256 initialWad = _worstAt((low + high) / 2, TERMS, test, strips);
        test = OptionGrid.Test(OptionGrid.Kind.Liquidation, true, low, high, test.rhoWad, unitsWad);
        assertLe(initialWad, _worstAt((low + high) / 2, TERMS, test, strips));
    }

    /// @dev A further long option never lowers what a book is held to.
    function testFuzz_ALongOptionNeverHurts(uint256 seed, uint8 strike, bool put, uint16 lots) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = _book(seed);
        OptionGrid.Test memory question = _initial(unitsWad);
        // Far moves count at a share of their loss, which is measured from a mark that the option raises: left out here.
        OptionTerms terms = OptionTerms.wrap(OptionTerms.unwrap(TERMS) & (2 ** 80 - 1));
        int256 beforeWad = _worstAt(2_000e18, terms, question, strips);
        uint8 index = strike % 21;
        OptionWord legs = strips[0].legs;
        if (legs.legCount() == 8) return;
        int24 held = legs.lotsOf(index, put);
        strips[0].legs = legs.withLots(index, put, held + int24(uint24(bound(lots, 1, 1_000))));
        // Between nodes a long option may be seen less well than the chord of what was there before.
        int256 afterWad = _worstAt(2_000e18, terms, question, strips);
        assertGe(afterWad + int256(_gross(strips) / 100), beforeWad);
    }

    function testFuzz_INV15_MoreShockAndMoreSpreadNeverHelp(uint256 seed, uint64 more) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = _book(seed);
        OptionGrid.Test memory question = _initial(unitsWad);
        int256 beforeWad = _worst(question, strips);
        question.lowWad -= bound(more, 0, 200e18);
        question.highWad += bound(more >> 1, 0, 200e18);
        // Bounds between nodes depend on where the nodes are: a wider range may see a dip less well, by a share of the gap.
        int256 afterWad = _worst(question, strips);
        uint256 grossWad = _gross(strips);
        assertLe(afterWad, beforeWad + int256(grossWad / 50));
    }

    function _worst(OptionGrid.Test memory test, OptionVector.Strip[] memory strips) private view returns (int256) {
        return _worstAt(2_000e18, TERMS, test, strips);
    }

    function _worstAt(
        uint256 midWad,
        OptionTerms terms,
        OptionGrid.Test memory test,
        OptionVector.Strip[] memory strips
    ) private view returns (int256) {
        return OptionGrid.valueOf(OptionGrid.open(table, midWad, NOW, terms, strips), test);
    }

    function _optionsAt(uint256 priceWad, OptionVector.Strip[] memory strips) private view returns (int256) {
        return OptionGrid.optionsAt(OptionGrid.open(table, 2_000e18, NOW, TERMS, strips), priceWad);
    }

    /// @dev Leg by leg, call and put each by its own formula.
    /// @param favourable Whether doubt about volatilities goes to the account; roundings are left out.
    function _exact(
        OptionVector.Strip[] memory strips,
        int256 unitsWad,
        uint256 priceWad,
        uint256 state,
        bool favourable
    ) private pure returns (int256 valueWad) {
        for (uint256 i; i < strips.length; ++i) {
            for (uint256 j; j < strips[i].legs.legCount(); ++j) {
                valueWad += _exactLeg(strips[i], j, priceWad, state, favourable);
            }
        }
        valueWad += unitsWad * int256(priceWad);
        return valueWad / int256(WAD);
    }

    function _exactLeg(
        OptionVector.Strip memory strip,
        uint256 position,
        uint256 priceWad,
        uint256 state,
        bool favourable
    ) private pure returns (int256) {
        (int24 lots, uint8 index, bool isPut) = strip.legs.legAt(position);
        // Doubt is about what is left of call and put of one strike.
        bool long = int256(strip.legs.lotsOf(index, false)) + strip.legs.lotsOf(index, true) > 0;
        uint256 strikeWad = strip.expiry.strikeWadOf(index);
        uint256 volWad = _exactVol(strip, strikeWad, state, long == favourable);
        (uint256 callWad, uint256 putWad) = Black.prices(priceWad, strikeWad, volWad);
        return int256(lots) * 0.01e18 * int256(isPut ? putWad : callWad);
    }

    function _exactVol(
        OptionVector.Strip memory strip,
        uint256 strikeWad,
        uint256 state,
        bool high
    ) private pure returns (uint256 volWad) {
        int256 yWad = FixedPointMathLib.lnWad(int256((strikeWad * WAD) / 2_000e18));
        volWad = high ? strip.smile.volAtWad(yWad) : strip.smile.lowVolAtWad(yWad);
        uint256 secondsLeft = strip.expiry.expiryOf() - NOW;
        (uint256 upWad, uint256 downWad) = TERMS.volFactors(secondsLeft);
        if (state != 1) volWad = (volWad * (state == 0 ? downWad : upWad)) / WAD;
        return (volWad * OptionTime.sqrtYears(secondsLeft)) / WAD;
    }

    function _gross(OptionVector.Strip[] memory strips) private pure returns (uint256 grossWad) {
        for (uint256 i; i < strips.length; ++i) {
            for (uint256 j; j < strips[i].legs.legCount(); ++j) {
                (int24 lots, , ) = strips[i].legs.legAt(j);
                grossWad += uint256(lots < 0 ? -int256(lots) : int256(lots)) * 20e18;
            }
        }
    }

    function _covered() private pure returns (OptionVector.Strip[] memory strips) {
        strips = _one(30 days, 0);
        strips[0].legs = strips[0].legs.withLots(12, false, -100);
    }

    function _initial(int256 unitsWad) private pure returns (OptionGrid.Test memory) {
        return OptionGrid.Test(OptionGrid.Kind.Initial, false, 1_998e18, 2_002e18, 0.2e18, unitsWad);
    }

    function _liquidation(int256 unitsWad) private pure returns (OptionGrid.Test memory) {
        return OptionGrid.Test(OptionGrid.Kind.Liquidation, true, 1_998e18, 2_002e18, 0.2e18, unitsWad);
    }

    function _spread(OptionGrid.Test memory question, uint256 seed) private pure returns (OptionGrid.Test memory) {
        uint256 half = uint256(keccak256(abi.encode(seed, "spread"))) % 300e18;
        (question.lowWad, question.highWad) = (2_000e18 - half, 2_000e18 + half / 2);
        question.rhoWad = 0.1e18 + 0.05e18 * (seed % 8);
        return question;
    }

    function _one(uint256 timeLeft, uint256 spreadBps) private pure returns (OptionVector.Strip[] memory strips) {
        strips = new OptionVector.Strip[](1);
        strips[0] = _strip(timeLeft, spreadBps);
    }

    function _strip(uint256 timeLeft, uint256 spreadBps) private pure returns (OptionVector.Strip memory strip) {
        uint256 word = 1 | ((NOW + timeLeft) << 16) | (uint256(1_000e8) << 56);
        word |= (uint256(100e8) << 112) | (uint256(21) << 160) | (uint256(0.01e9) << 168);
        strip.expiry = ExpiryWord.wrap(word);
        uint256 frame = SmileWord.unwrap(packSmileFrame(0, spreadBps, SmileSource.Fallback, 10_000, 1_000, 40_000));
        uint256 q24 = 2 ** 24;
        int256 skew = -int256((q24 * 10) / 100);
        strip.smile = SmileWord.wrap(frame | SmileWord.unwrap(packSmile((q24 * 80) / 100, skew, int256(q24 / 5))));
    }

    /// @dev Two expiries, up to five legs each, and a position.
    function _book(uint256 seed) private pure returns (OptionVector.Strip[] memory strips, int256 unitsWad) {
        strips = new OptionVector.Strip[](2);
        uint256 near = seed % 40 == 0 ? 0 : (uint256(keccak256(abi.encode(seed, "t"))) % 10 days);
        strips[0] = _strip(near, (seed >> 8) % 2 == 0 ? 0 : 300);
        strips[1] = _strip(near + 20 days, (seed >> 9) % 2 == 0 ? 0 : 500);
        for (uint256 i; i < 10; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            if (draw % 4 == 0) continue;
            int24 lots = int24(int256((draw >> 8) % 400)) - 200;
            uint8 strike = uint8((draw >> 32) % 21);
            strips[i % 2].legs = strips[i % 2].legs.withLots(strike, (draw >> 48) % 2 == 0, lots);
        }
        unitsWad = (int256(uint256(keccak256(abi.encode(seed, "u"))) % 600) - 300) * 1e16;
    }
}
