// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Test} from "../support/Test.sol";
import {Black} from "../../../contracts/math/Black.sol";
import {BlackLadder} from "../../../contracts/math/BlackLadder.sol";
import {NormalTable} from "../../../contracts/math/NormalTable.sol";

contract BlackLadderTest is Test {
    struct Leg {
        uint256 forwardWad;
        uint256 strikeWad;
        uint256 totalVolWad;
        uint256 stepWad;
        int256 weight;
    }

    address private _table;

    function setUp() external {
        _table = address(new NormalTable());
    }

    function testFuzz_AddCalls_AgreesWithBlack(Leg memory leg) external view {
        _bound(leg);
        BlackLadder.Ladder memory ladder = _ladder(leg);
        int256[9] memory sumsX63;
        int256 logX64 = BlackLadder.logMoneynessX64(ladder, leg.strikeWad);
        BlackLadder.addCalls(ladder, leg.strikeWad, logX64, leg.totalVolWad, leg.weight, sumsX63);
        for (uint256 i = 0; i < BlackLadder.RUNGS; ++i) {
            uint256 forwardWad = ladder.forwardsWad[i];
            (uint256 callWad, ) = Black.prices(forwardWad, leg.strikeWad, leg.totalVolWad);
            uint256 errorWad = BlackLadder.maxError(forwardWad, leg.strikeWad);
            assertApproxEqAbs(
                sumsX63[i] >> BlackLadder.VALUE_SHIFT,
                leg.weight * int256(callWad),
                FixedPointMathLib.abs(leg.weight) * errorWad
            );
        }
    }

    /// @dev Where the whole ladder is within the table, and where it leaves it at either end.
    function test_AddCalls_OnEitherPath() external view {
        _checkWidth(0.3e18);
        _checkWidth(0.02e18);
        _checkWidth(0);
        _checkWidth(20e18);
    }

    function testFuzz_AddCalls_AddsUp(Leg memory a, Leg memory b) external view {
        _bound(a);
        _bound(b);
        (b.forwardWad, b.stepWad) = (a.forwardWad, a.stepWad);
        BlackLadder.Ladder memory ladder = _ladder(a);
        int256[9] memory together;
        int256[9] memory first;
        int256[9] memory second;
        _add(ladder, a, together);
        _add(ladder, b, together);
        _add(ladder, a, first);
        _add(ladder, b, second);
        for (uint256 i = 0; i < 9; ++i) assertEq(together[i], first[i] + second[i]);
    }

    function testFuzz_AddCalls_IsProportionalToTheWeight(Leg memory leg, int256 weight) external view {
        _bound(leg);
        weight = bound(weight, -1e6, 1e6);
        BlackLadder.Ladder memory ladder = _ladder(leg);
        int256[9] memory one;
        int256[9] memory many;
        leg.weight = 1;
        _add(ladder, leg, one);
        leg.weight = weight;
        _add(ladder, leg, many);
        for (uint256 i = 0; i < 9; ++i) assertEq(many[i], one[i] * weight);
    }

    function test_Load_RevertsWhen_ThereIsNoTable() external {
        vm.expectRevert(
            abi.encodeWithSelector(BlackLadder.Math_TableMissing.selector, address(0xdead), uint256(0), uint256(16408))
        );
        this.load(address(0xdead));
        uint256 size = address(this).code.length;
        vm.expectRevert(
            abi.encodeWithSelector(BlackLadder.Math_TableMissing.selector, address(this), size, uint256(16408))
        );
        this.load(address(this));
    }

    function test_Load_KeepsTheFreePointerAligned() external view {
        uint256 place = BlackLadder.load(_table);
        bytes memory behind = new bytes(1);
        behind[0] = 0x01;
        uint256 start;
        assembly ("memory-safe") {
            start := behind
        }
        assertEq(start % 32, 0);
        assertGe(start, place + 16408);
    }

    function test_NormalTable_IsSymmetric() external view {
        bytes memory table = _table.code;
        assertEq(table.length, 16408);
        assertEq(uint8(table[0]), 0);
        for (uint256 i = 0; i <= 1024; ++i) assertEq(_entry(table, i) + _entry(table, 2048 - i), 2 ** 43);
        for (uint256 i = 0; i < 2048; ++i) assertLe(_entry(table, i), _entry(table, i + 1));
        assertEq(_entry(table, 2049), 0);
        assertEq(_entry(table, 2050), 0);
    }

    function load(address table) external view returns (uint256) {
        return BlackLadder.load(table);
    }

    function _checkWidth(uint256 totalVolWad) private view {
        Leg memory leg = Leg(2000e18, 2000e18, totalVolWad, 0.05e18, 1);
        BlackLadder.Ladder memory ladder = _ladder(leg);
        int256[9] memory sumsX63;
        _add(ladder, leg, sumsX63);
        for (uint256 i = 0; i < 9; ++i) {
            uint256 forwardWad = ladder.forwardsWad[i];
            (uint256 callWad, ) = Black.prices(forwardWad, leg.strikeWad, totalVolWad);
            uint256 errorWad = BlackLadder.maxError(forwardWad, leg.strikeWad);
            assertApproxEqAbs(sumsX63[i] >> 63, int256(callWad), errorWad);
        }
        // Beyond the table the value is exact.
        if (totalVolWad == 0) assertApproxEqAbs(sumsX63[8] >> 63, int256(ladder.forwardsWad[8]) - 2000e18, 1);
        if (totalVolWad == 20e18) assertApproxEqAbs(sumsX63[8] >> 63, int256(ladder.forwardsWad[8]), 1);
    }

    function _add(BlackLadder.Ladder memory ladder, Leg memory leg, int256[9] memory sumsX63) private pure {
        int256 logX64 = BlackLadder.logMoneynessX64(ladder, leg.strikeWad);
        BlackLadder.addCalls(ladder, leg.strikeWad, logX64, leg.totalVolWad, leg.weight, sumsX63);
    }

    function _ladder(Leg memory leg) private view returns (BlackLadder.Ladder memory ladder) {
        ladder.table = BlackLadder.load(_table);
        ladder.stepX64 = (leg.stepWad << 64) / 1e18;
        for (uint256 i = 0; i < 9; ++i) {
            int256 exponentWad = (int256(i) - 4) * int256(leg.stepWad);
            ladder.forwardsWad[i] = FixedPointMathLib.mulWad(
                leg.forwardWad,
                uint256(FixedPointMathLib.expWad(exponentWad))
            );
        }
    }

    function _bound(Leg memory leg) private pure {
        leg.forwardWad = bound(leg.forwardWad, 1e14, 1e25);
        leg.strikeWad = bound(leg.strikeWad, leg.forwardWad / 8, leg.forwardWad * 8);
        leg.totalVolWad = bound(leg.totalVolWad, 0, leg.totalVolWad & 1 == 0 ? 1e18 : 30e18);
        leg.stepWad = bound(leg.stepWad, 0.001e18, 0.5e18);
        leg.weight = bound(leg.weight, -1e24, 1e24);
    }

    function _entry(bytes memory table, uint256 index) private pure returns (uint256 entry) {
        for (uint256 i = 0; i < 8; ++i) entry = (entry << 8) | uint8(table[8 * index + i]);
    }
}
