// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {OptionGrid} from "../../../contracts/risk/OptionGrid.sol";
import {OptionTerms} from "../../../contracts/risk/OptionTerms.sol";
import {OptionVector} from "../../../contracts/risk/OptionVector.sol";
import {OptionWord} from "../../../contracts/types/OptionWord.sol";
import {OptionGridFixture} from "../support/OptionGridFixture.sol";

/// @dev Far moves and the short minimum. The shock is 20 %: a far move costs what is linear 400 times the share of far moves.
/// Cases by hand are of options that expire at once: what they are worth needs no formula.
contract OptionGridFloorsTest is OptionGridFixture {
    /// @dev Errors of the ladder, 6e-7 of price and strike, on a few options.
    uint256 private constant CLOSE = 0.05e18;
    int256 private constant UNIT = 1e18;

    // -------------------------------------------------------------------------------------------- far moves

    /// @dev Short a call at 2,400 and a put at 1,600. At six times the price the call costs 9,600, of which counts what makes
    /// 10,000 of a linear position 308; at the ends of the union they cost 45 and nothing.
    function test_FarMoves_HoldAShortStrangle() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(14, false, -100).withLots(6, true, -100));
        assertApproxEqAbs(worst(initial(0), strips), -295.68e18, CLOSE);
        assertApproxEqAbs(_without(0, strips), -45.2e18, 0.1e18);
    }

    /// @dev Five puts at 1,600: at a sixth of the price each costs 1,266.67, of which counts what makes 1,666.67 308.
    function test_FarMoves_HoldShortPuts() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(6, true, -500));
        assertApproxEqAbs(worst(initial(0), strips), -1_170.4e18, CLOSE);
    }

    /// @dev Short a put at 2,000, long two at 1,000: no right is short on balance, and yet 722 are lost where the price falls
    /// by 722. Of a linear loss counts all of 400; the end of the union asks for 364.
    function test_FarMoves_HoldASpread() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(10, true, -100).withLots(0, true, 200));
        assertApproxEqAbs(_at(_terms(10_000, 100), 0, strips), -400e18, CLOSE);
        assertApproxEqAbs(_without(0, strips), -364.2e18, 0.1e18);
    }

    /// @dev Likewise where the union ends above both strikes, and asks for nothing: a put at 1,600 less one at 1,000 costs 600
    /// at 816.5, the root of six down, of which counts what makes 1,183.5 308.
    function test_FarMoves_HoldASpreadOutOfTheMoney() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(6, true, -100).withLots(0, true, 100));
        assertApproxEqAbs(worst(initial(0), strips), -156.147e18, CLOSE);
        assertApproxEqAbs(_without(0, strips), 0, CLOSE);
    }

    /// @dev A unit, and a call that is worth nothing below 3,000: without a short option, but far moves ask for 400 where the
    /// end of the union, 18.13 % down, asks for 364.
    function test_FarMoves_HoldALongBookWhereTheUnionAsksForLess() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(20, false, 1));
        assertApproxEqAbs(_at(_terms(10_000, 100), 1e18, strips), 1_600e18, CLOSE);
        assertApproxEqAbs(_without(1e18, strips), 1_635.8e18, 0.1e18);
    }

    /// @dev Likewise with half a put at 1,000 for 30 days, which is worth most where volatilities rise: it pays for a part of
    /// what is lost at 1,277.89, the fourth root of six down. Where volatilities are in doubt it counts at the low ones.
    function test_FarMoves_AreAtVolatilitiesUp() public view {
        OptionVector.Strip[] memory strips = one(30 days, 1_000);
        strips[0].legs = NONE.withLots(0, true, 50);
        int256 farWad = exact(strips, UNIT, 1_277.886e18, 2, false);
        int256 markWad = exact(strips, UNIT, 2_000e18, 1, false);
        int256 valueWad = _at(_terms(10_000, 100), UNIT, strips);
        assertApproxEqAbs(valueWad, markWad - ((markWad - farWad) * 400_000) / 722_114, CLOSE);
        // Were they down, the put would be worth next to nothing there.
        assertGt(valueWad, 1_615e18);
    }

    /// @dev With far moves initial margin is the lower one of what it is without them and of what they ask for, all of them
    /// looked at, by the exact formula.
    function testFuzz_FarMoves_AskForWhatIsStated(uint256 seed) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        uint256 shareBps = uint256(keccak256(abi.encode(seed, "share"))) % 10_001;
        _checkFar(spread(initial(unitsWad), seed), shareBps, strips);
    }

    /// @dev Of books without short options some far moves are passed over: these would not have asked for more.
    function testFuzz_FarMoves_AskForWhatIsStatedOfLongBooks(uint256 seed) public view {
        (OptionVector.Strip[] memory strips, int256 unitsWad) = book(seed);
        for (uint256 i; i < strips.length; ++i) strips[i].legs = _long(strips[i].legs);
        // Up to a share of 91 % the end of the union asks for more than a linear position loses at a far move.
        uint256 shareBps = 8_200 + (uint256(keccak256(abi.encode(seed, "share"))) % 1_801);
        _checkFar(initial(unitsWad), shareBps, strips);
    }

    // ---------------------------------------------------------------------------------------- short minimum

    /// @dev A call at 3,000 that cannot be worth anything in the union: 1 % of the price.
    function test_ShortMinimum_HoldsANakedCall() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(20, false, -100));
        assertApproxEqAbs(_at(_terms(0, 100), 0, strips), -20e18, CLOSE);
        assertApproxEqAbs(_at(_terms(0, 250), 0, strips), -50e18, CLOSE);
    }

    /// @dev It is below the mark: a unit less a call at 1,500 is worth 1,500 at every price of the union.
    function test_ShortMinimum_IsBelowTheMark() public view {
        OptionVector.Strip[] memory strips = only(0, NONE.withLots(5, false, -100));
        assertApproxEqAbs(_at(_terms(0, 100), 1e18, strips), 1_480e18, CLOSE);
    }

    /// @dev Per right: a put covers no call. Of one right and expiry counts the balance.
    function test_ShortMinimum_CountsEachRight() public view {
        OptionWord legs = NONE.withLots(20, false, -100).withLots(0, true, -100);
        assertApproxEqAbs(_at(_terms(0, 100), 0, only(0, legs)), -40e18, CLOSE);
        legs = NONE.withLots(20, false, -100).withLots(0, true, 100);
        assertApproxEqAbs(_at(_terms(0, 100), 0, only(0, legs)), -20e18, CLOSE);
        legs = NONE.withLots(20, false, -100).withLots(19, false, 60);
        assertApproxEqAbs(_at(_terms(0, 100), 0, only(0, legs)), -8e18, CLOSE);
    }

    /// @dev Per expiry: what expires later covers nothing that expires now.
    function test_ShortMinimum_CountsEachExpiry() public view {
        OptionVector.Strip[] memory strips = new OptionVector.Strip[](2);
        (strips[0], strips[1]) = (expiring(0, 0), expiring(1 hours, 0));
        strips[0].legs = NONE.withLots(20, false, -100);
        strips[1].legs = NONE.withLots(20, false, 100);
        assertApproxEqAbs(_at(_terms(0, 100), 0, strips), -20e18, CLOSE);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _terms(uint256 farShareBps, uint256 shortMinimumBps) private pure returns (OptionTerms) {
        uint256 others = OptionTerms.unwrap(TERMS) & (2 ** 64 - 1);
        return OptionTerms.wrap(others | (shortMinimumBps << 64) | (farShareBps << 80));
    }

    function _at(OptionTerms terms, int256 unitsWad, OptionVector.Strip[] memory strips) private view returns (int256) {
        return worstAt(2_000e18, terms, initial(unitsWad), strips);
    }

    /// @dev Without far moves.
    function _without(int256 unitsWad, OptionVector.Strip[] memory strips) private view returns (int256) {
        return _at(_terms(0, 100), unitsWad, strips);
    }

    function _checkFar(
        OptionGrid.Test memory question,
        uint256 shareBps,
        OptionVector.Strip[] memory strips
    ) private view {
        int256 valueWad = worstAt(2_000e18, _terms(shareBps, 100), question, strips);
        int256 withoutWad = worstAt(2_000e18, _terms(0, 100), question, strips);
        int256 farWad = _leastFar((question.rhoWad * shareBps) / 1e4, question.unitsWad, strips);
        // At most 6e-7 of 12,000 + 3,000 on two times ten options of two units.
        assertApproxEqAbs(valueWad, FixedPointMathLib.min(withoutWad, farWad), 0.4e18);
    }

    function _leastFar(
        uint256 shareWad,
        int256 unitsWad,
        OptionVector.Strip[] memory strips
    ) private pure returns (int256 leastWad) {
        int256 markWad = exact(strips, unitsWad, 2_000e18, 1, false);
        leastWad = type(int256).max;
        for (int256 k = -4; k <= 4; ++k) {
            if (k == 0) continue;
            // ln(6) / 4.
            uint256 priceWad = 2_000 * uint256(FixedPointMathLib.expWad(k * 447_939_867_307_013_764));
            int256 lossWad = markWad - exact(strips, unitsWad, priceWad, 2, false);
            if (lossWad < 0) continue;
            uint256 weightWad = (shareWad * 2_000e18) / FixedPointMathLib.dist(priceWad, 2_000e18);
            weightWad = FixedPointMathLib.min(weightWad, WAD);
            leastWad = FixedPointMathLib.min(leastWad, markWad - (lossWad * int256(weightWad)) / 1e18);
        }
    }

    function _long(OptionWord legs) private pure returns (OptionWord longs) {
        for (uint256 j; j < legs.legCount(); ++j) {
            (int24 lots, uint8 index, bool isPut) = legs.legAt(j);
            longs = longs.withLots(index, isPut, lots < 0 ? -lots : lots);
        }
    }
}
