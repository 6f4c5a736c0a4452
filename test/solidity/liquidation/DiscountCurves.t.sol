// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ExponentialCurve} from "../../../contracts/liquidation/ExponentialCurve.sol";
import {IDiscountCurve} from "../../../contracts/liquidation/IDiscountCurve.sol";
import {LinearCurve} from "../../../contracts/liquidation/LinearCurve.sol";
import {StairstepCurve} from "../../../contracts/liquidation/StairstepCurve.sol";
import {Test} from "../support/Test.sol";

contract DiscountCurvesTest is Test {
    uint256 private constant MAX_DURATION = 30 days;

    LinearCurve private linear = new LinearCurve(1_000);
    StairstepCurve private stairs = new StairstepCurve(90, 10);
    ExponentialCurve private exponential = new ExponentialCurve(300);

    function test_Linear_MeetsItsPoints() public view {
        assertEq(linear.discount(0.1e18, 0.5e18, 0), 0.1e18);
        assertEq(linear.discount(0.1e18, 0.5e18, 500), 0.3e18);
        assertEq(linear.discount(0.1e18, 0.5e18, 1_000), 0.5e18);
        assertEq(linear.discount(0.1e18, 0.5e18, type(uint256).max), 0.5e18);
        assertEq(linear.discount(0.3e18, 0.3e18, 500), 0.3e18);
    }

    function test_Stairstep_HoldsWithinAStep() public view {
        assertEq(stairs.discount(0.1e18, 0.5e18, 89), 0.1e18);
        assertEq(stairs.discount(0.1e18, 0.5e18, 90), 0.14e18);
        assertEq(stairs.discount(0.1e18, 0.5e18, 179), 0.14e18);
        assertEq(stairs.discount(0.1e18, 0.5e18, 899), 0.46e18);
        assertEq(stairs.discount(0.1e18, 0.5e18, 900), 0.5e18);
    }

    function test_Exponential_HalvesTheDistance() public view {
        assertEq(exponential.discount(0.1e18, 0.5e18, 0), 0.1e18);
        assertApproxEqAbs(exponential.discount(0.1e18, 0.5e18, 300), 0.3e18, 100);
        assertApproxEqAbs(exponential.discount(0.1e18, 0.5e18, 600), 0.4e18, 100);
        assertApproxEqAbs(exponential.discount(0.1e18, 0.5e18, 900), 0.45e18, 100);
        assertLe(exponential.discount(0.1e18, 0.5e18, 300), 0.3e18);
        assertEq(exponential.discount(0.1e18, 0.5e18, 60 * 300), 0.5e18);
    }

    function test_New_RevertsWhen_DurationOutOfBounds() public {
        bytes memory none = abi.encodeWithSelector(
            IDiscountCurve.Auction_CurveDurationOutOfBounds.selector,
            0,
            MAX_DURATION
        );
        bytes memory long = abi.encodeWithSelector(
            IDiscountCurve.Auction_CurveDurationOutOfBounds.selector,
            MAX_DURATION + 1,
            MAX_DURATION
        );
        vm.expectRevert(none);
        new LinearCurve(0);
        vm.expectRevert(long);
        new LinearCurve(MAX_DURATION + 1);
        vm.expectRevert(none);
        new StairstepCurve(0, 1);
        vm.expectRevert(long);
        new StairstepCurve(MAX_DURATION + 1, 1);
        vm.expectRevert(none);
        new ExponentialCurve(0);
        vm.expectRevert(long);
        new ExponentialCurve(MAX_DURATION + 1);
        new LinearCurve(MAX_DURATION);
    }

    function test_New_RevertsWhen_StepsOutOfBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IDiscountCurve.Auction_CurveStepsOutOfBounds.selector, 0, 1_000));
        new StairstepCurve(1, 0);
        vm.expectRevert(abi.encodeWithSelector(IDiscountCurve.Auction_CurveStepsOutOfBounds.selector, 1_001, 1_000));
        new StairstepCurve(1, 1_001);
        new StairstepCurve(1, 1_000);
    }

    function test_Discount_RevertsWhen_StartAboveMax() public {
        IDiscountCurve[3] memory curves = [IDiscountCurve(linear), stairs, exponential];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDiscountCurve.Auction_CurveStartAboveMax.selector, 2, 1));
            curves[i].discount(2, 1, 0);
        }
    }

    function testFuzz_Discount_RisesWithinItsBounds(
        uint256 start,
        uint256 max,
        uint256 first,
        uint256 second
    ) public view {
        max = bound(max, 0, 1e18);
        start = bound(start, 0, max);
        second = bound(second, 0, 40 days);
        first = bound(first, 0, second);
        IDiscountCurve[3] memory curves = [IDiscountCurve(linear), stairs, exponential];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 early = curves[i].discount(start, max, first);
            uint256 late = curves[i].discount(start, max, second);
            assertLe(start, early);
            assertLe(early, late);
            assertLe(late, max);
            assertEq(curves[i].discount(start, max, 0), start);
        }
    }

    /// @dev The naive form: halve once per half-life, and interpolate 2^-x within one by its bounds 1 - x and 1 - x/2.
    function testFuzz_Exponential_LiesBetweenItsChordAndItsTangent(uint256 elapsed) public view {
        elapsed = bound(elapsed, 0, 50 * 300);
        uint256 leftWad = 1e18 >> (elapsed / 300);
        uint256 within = elapsed % 300;
        uint256 discountWad = exponential.discount(0, 1e18, elapsed);
        // 2^-x is convex: below the chord from 1 to 1/2, above the tangent at 0.
        assertGe(discountWad + 100, 1e18 - (leftWad * (600 - within)) / 600);
        assertLe(discountWad, 1e18 - (leftWad * (1e6 - (within * 693_148) / 300)) / 1e6 + 100);
    }
}
