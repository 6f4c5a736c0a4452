// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {ConvexBound} from "../../../contracts/risk/ConvexBound.sol";
import {IPortfolioMargin} from "../../../contracts/risk/IPortfolioMargin.sol";
import {Test} from "../support/Test.sol";

/// @dev Books of calls that expire: the true value is a line between two kinks, so that its least is at one of them or at an
/// end, and is known to the wei.
contract ConvexBoundTest is Test {
    using ConvexBound for ConvexBound.Curve;

    uint256 private constant WAD = 1e18;
    uint256 private constant CALLS = 3;

    /// @param linearWad Units of the underlying beside the calls.
    struct Book {
        int256 linearWad;
        uint256[CALLS] longsWad;
        uint256[CALLS] longStrikesWad;
        uint256[CALLS] shortsWad;
        uint256[CALLS] shortStrikesWad;
    }

    /// @dev A kink in any interval, the first and the last included: what is drawn on from both sides meets in it.
    function testFuzz_OneKink_IsFoundWhereverItLies(uint256 interval, uint256 where, uint256 short) external pure {
        ConvexBound.Curve memory curve = _nodes(1_500e18, 1.05e18);
        interval = bound(interval, 0, 7);
        (uint256 startWad, uint256 endWad) = (curve.pricesWad[interval], curve.pricesWad[interval + 1]);
        Book memory book;
        book.longsWad[0] = WAD;
        book.longStrikesWad[0] = bound(where, startWad, endWad);
        // Less than what is long: the value falls up to the kink and rises behind it.
        uint256 shortWad = bound(short, 0.1e18, 0.9e18);
        book.linearWad = -int256(shortWad);
        _fill(curve, book, 0, 0);
        int256 truthWad = -int256((shortWad * book.longStrikesWad[0]) / WAD);
        int256 boundWad = curve.leastAnywhere(type(int256).max);
        assertLe(boundWad, truthWad);
        assertGe(boundWad, truthWad - 100);
    }

    /// @dev Where errors of the values do most: a kink at the end of an interval, its first node seen too high and the one
    /// before too low, so that what is drawn on lies above the truth by E + 2 r E.
    function test_Errors_CountOnceAndTwiceTheRatio() external pure {
        (uint256 ratioWad, uint256 errorWad) = (1.2e18, 1e12);
        ConvexBound.Curve memory curve = _nodes(1_500e18, ratioWad);
        Book memory book;
        // The second call is in the money throughout: there is something to be seen too low.
        (book.longsWad[0], book.longsWad[1], book.linearWad) = (WAD, WAD, -1.001e18);
        // As far before node 5 as the right line needs to meet the left one there.
        book.longStrikesWad[0] = curve.pricesWad[5] - (2 * errorWad * ratioWad) / WAD;
        _fill(curve, book, 0, 0);
        int256 truthWad = curve.leastAnywhere(type(int256).max);
        assertApproxEqAbs(truthWad, -int256(book.longStrikesWad[0] / 1_000), 100);
        for (uint256 k = 0; k < 9; ++k) curve.longsWad[k] += errorWad;
        curve.longsWad[3] -= 2 * errorWad;
        uint256 offWad = uint256(curve.leastAnywhere(type(int256).max) - truthWad);
        uint256 mostWad = (errorWad * (WAD + 2 * ratioWad)) / WAD;
        assertLe(offWad, mostWad);
        assertGe(offWad, (mostWad * 99) / 100);
    }

    /// @dev With every value off by up to E, in whichever direction hurts, the bound exceeds the true value nowhere by more than
    /// (1 + 2 r) E for the longs and E for the shorts.
    function testFuzz_Bound_IsNowhereAboveTheTruthByMoreThanTheErrors(uint256 seed, uint64 most) external pure {
        uint256 ratioWad = 1.0005e18 + (_draw(seed, "ratio") % (seed % 2 == 0 ? 0.05e18 : 2e18));
        ConvexBound.Curve memory curve = _nodes(1e18 + (_draw(seed, "start") % 1e23), ratioWad);
        Book memory book = _book(curve, seed);
        uint256 errorWad = bound(most, 0, 1e15);
        _fill(curve, book, seed, errorWad);
        int256 boundWad = curve.leastAnywhere(type(int256).max);
        // Prices are whole wei: ratios of two widths may exceed that of two prices by as much.
        uint256 mostWad = (errorWad * (2 * WAD + 2 * ratioWad)) / WAD + errorWad / 1e6 + 10;
        assertLe(boundWad - int256(mostWad), _least(curve, book));
    }

    /// @dev Less than what is already known is not looked for.
    function testFuzz_Bound_IsNoMoreThanWhatIsKnown(uint256 seed, int128 known) external pure {
        ConvexBound.Curve memory curve = _nodes(1_500e18, 1.05e18);
        Book memory book = _book(curve, seed);
        _fill(curve, book, 0, 0);
        int256 boundWad = curve.leastAnywhere(type(int256).max);
        int256 knownWad = int256(bound(known, boundWad - 1e22, boundWad + 1e22));
        int256 leastWad = curve.leastAnywhere(knownWad);
        assertLe(leastWad, knownWad);
        assertApproxEqAbs(leastWad, FixedPointMathLib.min(knownWad, boundWad), 8);
        assertLe(boundWad, curve.leastAtNodes());
    }

    function test_SetUnits_RevertsWhen_TheyAreTooMany() external {
        this.setUnits(2 ** 127 - 1);
        this.setUnits(1 - 2 ** 127);
        bytes4 refusal = IPortfolioMargin.Risk_ValueTooLarge.selector;
        vm.expectRevert(abi.encodeWithSelector(refusal, 2 ** 127, 2 ** 127 - 1));
        this.setUnits(2 ** 127);
        vm.expectRevert(abi.encodeWithSelector(refusal, 2 ** 127, 2 ** 127 - 1));
        this.setUnits(-(2 ** 127));
    }

    function setUnits(int256 unitsWad) external pure {
        _nodes(1_500e18, 1.05e18).setUnits(unitsWad);
    }

    // ---------------------------------------------------------------------------------------------- private

    function _nodes(uint256 startWad, uint256 ratioWad) private pure returns (ConvexBound.Curve memory curve) {
        curve.pricesWad[0] = startWad;
        uint256 priceX64 = startWad << 64;
        for (uint256 k = 1; k < 9; ++k) {
            priceX64 = (priceX64 * ratioWad) / WAD;
            curve.pricesWad[k] = priceX64 >> 64;
        }
    }

    /// @dev Strikes in the range and around it, sizes up to ten; often next to nothing beside them.
    function _book(ConvexBound.Curve memory curve, uint256 seed) private pure returns (Book memory book) {
        uint256 widthWad = curve.pricesWad[8] - curve.pricesWad[0];
        for (uint256 i = 0; i < CALLS; ++i) {
            uint256 each = _draw(seed, "call") / (i + 1);
            book.longsWad[i] = _draw(each, "long") % 10e18;
            book.longStrikesWad[i] = curve.pricesWad[0] + (_draw(each, "long strike") % widthWad);
            if (seed % 3 == 0) continue;
            book.shortsWad[i] = _draw(each, "short") % 10e18;
            book.shortStrikesWad[i] = (curve.pricesWad[0] * 9) / 10 + (_draw(each, "short strike") % (2 * widthWad));
        }
        // From all to none of what is long, sold: that makes dips.
        book.linearWad = 5e18 - int256(_draw(seed, "linear") % 25e18);
    }

    /// @dev True values, each off by up to `errorWad`.
    function _fill(ConvexBound.Curve memory curve, Book memory book, uint256 seed, uint256 errorWad) private pure {
        for (uint256 k = 0; k < 9; ++k) {
            uint256 longWad = _worth(book.longsWad, book.longStrikesWad, curve.pricesWad[k]);
            uint256 shortWad = _worth(book.shortsWad, book.shortStrikesWad, curve.pricesWad[k]);
            curve.longsWad[k] = _off(longWad, errorWad, _draw(seed / (k + 1), "long error"));
            curve.shortsWad[k] = _off(shortWad, errorWad, _draw(seed / (k + 1), "short error"));
        }
        for (uint256 i = 0; i < CALLS; ++i) curve.longCallsWad += book.longsWad[i];
        curve.setUnits(book.linearWad);
    }

    /// @dev Mostly all of the error; what is worth less than nothing counts as nothing.
    function _off(uint256 valueWad, uint256 errorWad, uint256 random) private pure returns (uint256) {
        if (random % 8 == 0) errorWad = (random >> 8) % (errorWad + 1);
        if (random & 16 == 0) return valueWad + errorWad;
        return FixedPointMathLib.zeroFloorSub(valueWad, errorWad);
    }

    /// @dev Least true value, rounded up: at one of the ends or a kink.
    function _least(ConvexBound.Curve memory curve, Book memory book) private pure returns (int256 leastWad) {
        leastWad = FixedPointMathLib.min(_value(book, curve.pricesWad[0]), _value(book, curve.pricesWad[8]));
        for (uint256 i = 0; i < CALLS; ++i) {
            leastWad = FixedPointMathLib.min(leastWad, _valueWithin(curve, book, book.longStrikesWad[i]));
            leastWad = FixedPointMathLib.min(leastWad, _valueWithin(curve, book, book.shortStrikesWad[i]));
        }
    }

    function _valueWithin(
        ConvexBound.Curve memory curve,
        Book memory book,
        uint256 priceWad
    ) private pure returns (int256) {
        return _value(book, FixedPointMathLib.clamp(priceWad, curve.pricesWad[0], curve.pricesWad[8]));
    }

    function _value(Book memory book, uint256 priceWad) private pure returns (int256) {
        uint256 longWad = _worth(book.longsWad, book.longStrikesWad, priceWad);
        uint256 shortWad = _worth(book.shortsWad, book.shortStrikesWad, priceWad);
        return (book.linearWad * int256(priceWad)) / int256(WAD) + 1 + int256(longWad) - int256(shortWad);
    }

    function _worth(
        uint256[CALLS] memory sizesWad,
        uint256[CALLS] memory strikesWad,
        uint256 priceWad
    ) private pure returns (uint256 valueWad) {
        for (uint256 i = 0; i < CALLS; ++i) {
            valueWad += (sizesWad[i] * FixedPointMathLib.zeroFloorSub(priceWad, strikesWad[i])) / WAD;
        }
    }

    function _draw(uint256 seed, string memory what) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }
}
