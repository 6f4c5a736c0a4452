// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Test} from "../support/Test.sol";
import {SignedWad} from "../../../contracts/math/SignedWad.sol";

contract SignedWadTest is Test {
    function testFuzz_MulFloor_IsTheFloor(int128 a, uint120 b) external pure {
        int256 exact = int256(a) * int256(uint256(b));
        int256 result = SignedWad.mulFloor(a, b);
        assertLe(result * 1e18, exact);
        assertGt((result + 1) * 1e18, exact);
    }

    function testFuzz_MulCeil_IsTheCeiling(int128 a, uint120 b) external pure {
        int256 exact = int256(a) * int256(uint256(b));
        int256 result = SignedWad.mulCeil(a, b);
        assertGe(result * 1e18, exact);
        assertLt((result - 1) * 1e18, exact);
    }

    function testFuzz_MulDivTrunc_DropsTheFraction(int128 a, uint120 b, uint256 d) external pure {
        d = bound(d, 1, type(uint120).max);
        assertEq(SignedWad.mulDivTrunc(a, b, d), (int256(a) * int256(uint256(b))) / int256(d));
    }

    function test_SignedWad_RevertsWhen_ResultDoesNotFit() external {
        vm.expectRevert(FixedPointMathLib.MulWadFailed.selector);
        this.floorOutward(type(int256).max, 2e18);
        vm.expectRevert(FixedPointMathLib.MulWadFailed.selector);
        this.ceilOutward(type(int256).min, 2e18);
        vm.expectRevert(FixedPointMathLib.FullMulDivFailed.selector);
        this.truncOutward(type(int256).max, 4, 1);
        vm.expectRevert(SafeCastLib.Overflow.selector);
        this.truncOutward(type(int256).max, 2, 1);
    }

    function test_MulDivTrunc_SurvivesWideIntermediate() external pure {
        assertEq(SignedWad.mulDivTrunc(type(int256).min + 1, 1e36, 1e36), type(int256).min + 1);
    }

    function floorOutward(int256 a, uint256 b) external pure returns (int256) {
        return SignedWad.mulFloor(a, b);
    }

    function ceilOutward(int256 a, uint256 b) external pure returns (int256) {
        return SignedWad.mulCeil(a, b);
    }

    function truncOutward(int256 a, uint256 b, uint256 d) external pure returns (int256) {
        return SignedWad.mulDivTrunc(a, b, d);
    }
}
