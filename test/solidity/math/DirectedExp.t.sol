// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "../support/Test.sol";
import {DirectedExp} from "../../../contracts/math/DirectedExp.sol";

contract DirectedExpTest is Test {
    /// @dev Floors of the true values, computed with 60 digits.
    function test_DirectedExp_EnclosesGoldenValues() external pure {
        _check(0, 1000000000000000000);
        _check(1, 1000000000000000001);
        _check(-1, 999999999999999999);
        _check(25000000000000000, 1025315120524428840);
        _check(-25000000000000000, 975309912028332668);
        _check(100000000000000000, 1105170918075647624);
        _check(-100000000000000000, 904837418035959573);
        _check(500000000000000000, 1648721270700128146);
        _check(-500000000000000000, 606530659712633423);
        _check(750000000000000000, 2117000016612674668);
        _check(-750000000000000000, 472366552741014707);
        _check(1250000000000000000, 3490342957461841376);
        _check(-1250000000000000000, 286504796860190100);
        _check(2000000000000000000, 7389056098930650227);
        _check(-2000000000000000000, 135335283236612691);
        _check(5000000000000000000, 148413159102576603421);
        _check(-5000000000000000000, 6737946999085467);
        _check(12345678901234567890, 229964194852988545184257);
        _check(-12345678901234567890, 4348503038219);
        _check(20000000000000000000, 485165195409790277969106830);
        _check(-41000000000000000000, 1);
        _check(-45000000000000000000, 0);
        _check(693147180559945300, 1999999999999999981);
        _check(-346573590279972650, 707106781186547527);
    }

    function test_Down_NeverBelowZero() external pure {
        assertEq(DirectedExp.down(-42e18), 0);
        assertEq(DirectedExp.down(type(int256).min), 0);
        assertEq(DirectedExp.up(type(int256).min), 1);
    }

    function test_DirectedExp_RevertsWhen_BeyondItsDomain() external {
        this.outward(20e18);
        vm.expectRevert(
            abi.encodeWithSelector(DirectedExp.Math_ExponentTooLarge.selector, int256(20e18) + 1, int256(20e18))
        );
        this.outward(20e18 + 1);
    }

    function testFuzz_DirectedExp_IsMonotoneAcrossSides(int256 a, int256 b) external pure {
        a = bound(a, -45e18, 20e18);
        b = bound(b, a, 20e18);
        assertLe(DirectedExp.down(a), DirectedExp.up(b));
        assertLe(DirectedExp.down(a), DirectedExp.nearest(a));
        assertLe(DirectedExp.nearest(a), DirectedExp.up(a));
    }

    /// @dev One unit of exponent apart is where an approximation would lose its order.
    function testFuzz_DirectedExp_KeepsOrderOfNeighbours(int256 a) external pure {
        a = bound(a, -45e18, 20e18 - 1);
        assertLe(DirectedExp.down(a), DirectedExp.down(a + 1) + DirectedExp.up(a) / 1e17 + 2);
        assertLe(DirectedExp.down(a), DirectedExp.up(a + 1));
    }

    function testFuzz_DirectedExp_InversesMultiplyToOne(int256 a) external pure {
        a = bound(a, -20e18, 20e18);
        uint256 least = DirectedExp.down(a) * DirectedExp.down(-a);
        uint256 most = DirectedExp.up(a) * DirectedExp.up(-a);
        assertLe(least, 1e36);
        assertGe(most, 1e36);
    }

    function outward(int256 x) external pure returns (uint256) {
        return DirectedExp.up(x);
    }

    function _check(int256 x, uint256 floorWad) private pure {
        uint256 low = DirectedExp.down(x);
        uint256 high = DirectedExp.up(x);
        assertLe(low, floorWad);
        assertGe(high, floorWad + (x == 0 ? 0 : 1));
        // No wider than 4 units, or 6 parts in 2^59.
        assertLe(high - low, 4 + (6 * floorWad) / 2 ** 59);
    }
}
