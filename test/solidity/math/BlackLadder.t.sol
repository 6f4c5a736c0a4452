// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Test} from "../support/Test.sol";
import {Black} from "../../../contracts/math/Black.sol";
import {BlackLadder} from "../../../contracts/math/BlackLadder.sol";
import {LogRatio} from "../../../contracts/math/LogRatio.sol";
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
        int256 logX64 = LogRatio.signedLnX64(ladder.forwardsWad[0], leg.strikeWad);
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

    /// @dev Value and delta, within the table and beyond, of prices and volatilities from the least to the most that there are.
    function testFuzz_Single_AgreesWithBlack(uint256 forward, uint256 strike, uint256 vol) external view {
        uint256 forwardWad = _anySize(forward, 1e6, 2 ** 96 - 1);
        // Mostly close by, else any.
        uint256 strikeWad = _anySize(strike, 1, 2 ** 96 - 1);
        if (strike % 4 != 0)
            strikeWad = _anySize(strike, forwardWad / 20 + 1, FixedPointMathLib.min(forwardWad * 20, 2 ** 96 - 1));
        _checkSingle(forwardWad, strikeWad, _anySize(vol, 0, vol % 4 == 0 ? 2 ** 120 - 1 : 10e18));
    }

    /// @dev The ends of what is taken, and either side of the ends of the table: d1 or d2 of 6.
    function test_Single_AtTheEnds() external view {
        uint256[4] memory pricesWad = [uint256(1e6), 1e18, 2_000e18, 2 ** 96 - 1];
        uint256[6] memory volsWad = [uint256(0), 1, 1e9, 11.99e18, 12.01e18, 2 ** 120 - 1];
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 j = 0; j < 4; ++j) {
                for (uint256 k = 0; k < 6; ++k) _checkSingle(pricesWad[i], pricesWad[j], volsWad[k]);
            }
        }
        // e^0.6 and a volatility of 0.1: d1 = 6.05, d2 = 5.95; the other way round -5.95 and -6.05.
        _checkSingle(1_822.12e18, 1_000e18, 0.1e18);
        _checkSingle(1_000e18, 1_822.12e18, 0.1e18);
    }

    /// @dev A rung of a ladder says the same, on either path.
    function testFuzz_Single_IsTheLowestRung(Leg memory leg) external view {
        _bound(leg);
        leg.weight = 1;
        BlackLadder.Ladder memory ladder = _ladder(leg);
        int256[9] memory sumsX63;
        _add(ladder, leg, sumsX63);
        int256 logX64 = LogRatio.signedLnX64(ladder.forwardsWad[0], leg.strikeWad);
        int256 valueX63 = BlackLadder.single(
            ladder.table,
            ladder.forwardsWad[0],
            leg.strikeWad,
            logX64,
            leg.totalVolWad
        );
        assertEq(valueX63, sumsX63[0]);
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

    function _checkSingle(uint256 forwardWad, uint256 strikeWad, uint256 totalVolWad) private view {
        int256 logX64 = LogRatio.signedLnX64(forwardWad, strikeWad);
        uint256 table = BlackLadder.load(_table);
        int256 valueX63 = BlackLadder.single(table, forwardWad, strikeWad, logX64, totalVolWad);
        uint256 deltaX63 = BlackLadder.delta(table, logX64, totalVolWad);
        (uint256 callWad, , uint256 deltaWad, , ) = Black.greeks(forwardWad, strikeWad, totalVolWad);
        uint256 errorWad = BlackLadder.maxError(forwardWad, strikeWad);
        assertApproxEqAbs(valueX63 >> BlackLadder.VALUE_SHIFT, int256(callWad), errorWad);
        // Black's own is short by up to one over the forward in wei.
        assertApproxEqAbs((deltaX63 * 1e18) >> 63, deltaWad, BlackLadder.ERROR_WAD + 1e18 / forwardWad + 1);
        assertLe(deltaX63, 2 ** 63);
    }

    /// @dev Of any order of magnitude.
    function _anySize(uint256 seed, uint256 least, uint256 most) private pure returns (uint256) {
        uint256 bits = FixedPointMathLib.log2(most - least + 1);
        seed = uint256(keccak256(abi.encode(seed)));
        return least + ((seed >> 8) % (2 ** (1 + ((seed % 256) % bits))));
    }

    function _add(BlackLadder.Ladder memory ladder, Leg memory leg, int256[9] memory sumsX63) private pure {
        int256 logX64 = LogRatio.signedLnX64(ladder.forwardsWad[0], leg.strikeWad);
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
