// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {ScenarioGrid} from "../../../contracts/risk/ScenarioGrid.sol";
import {Test} from "../support/Test.sol";

contract ScenarioGridTest is Test {
    function testFuzz_Ladder_MatchesTheExponential(
        int96 units,
        uint96 edge,
        uint64 rho,
        uint64 gainRho,
        bool roundUp
    ) external pure {
        ScenarioGrid.Exposure memory exposure = _exposure(units, edge, rho, gainRho, roundUp);
        int256[9] memory values;
        ScenarioGrid.ladder(exposure, values);
        for (int256 k = -4; k <= 4; ++k) {
            bool losing = (k < 0) == (units > 0);
            int256 shock = (int256(losing ? exposure.rhoWad : exposure.gainRhoWad) * k) / 4;
            int256 exact = (((int256(units) * int256(uint256(edge))) / 1e18) * FixedPointMathLib.expWad(shock)) / 1e18;
            uint256 size = uint256(exact < 0 ? -exact : exact);
            assertApproxEqAbs(values[uint256(k + 4)], exact, 200 + size / 1e15);
        }
    }

    /// @dev Monotone to the wei, and the shortcut is the worst of them.
    function testFuzz_Worst_IsTheWorstOfTheLadder(
        int96 units,
        uint96 edge,
        uint64 rho,
        uint64 gainRho,
        bool roundUp
    ) external pure {
        ScenarioGrid.Exposure memory exposure = _exposure(units, edge, rho, gainRho, roundUp);
        int256[9] memory values;
        ScenarioGrid.ladder(exposure, values);
        int256 least = values[0];
        for (uint256 k = 1; k < 9; ++k) {
            if (values[k] < least) least = values[k];
            if (units > 0) assertGe(values[k], values[k - 1]);
            else assertLe(values[k], values[k - 1]);
        }
        assertEq(ScenarioGrid.worst(exposure), least);
    }

    function testFuzz_Worst_FallsInTheShock(
        int96 units,
        uint96 edge,
        uint64 rho,
        uint32 more,
        bool roundUp
    ) external pure {
        ScenarioGrid.Exposure memory exposure = _exposure(units, edge, rho, 0.01e18, roundUp);
        int256 before = ScenarioGrid.worst(exposure);
        exposure.rhoWad += uint256(more) * 4e9;
        assertLe(ScenarioGrid.worst(exposure), before);
    }

    function test_Spots_AreTenRisingPrices() external pure {
        uint256[] memory spots = ScenarioGrid.spots(90e18, 110e18, 0.4e18);
        assertEq(spots.length, 10);
        assertApproxEqRel(spots[0], 60.328804146e18, 1e10);
        assertApproxEqRel(spots[3], 81.435367624e18, 1e10);
        assertEq(spots[4], 90e18);
        assertEq(spots[5], 110e18);
        assertApproxEqRel(spots[6], 121.568800989e18, 1e10);
        assertApproxEqRel(spots[9], 164.100716740e18, 1e10);
    }

    function _exposure(
        int96 units,
        uint96 edge,
        uint64 rho,
        uint64 gainRho,
        bool roundUp
    ) private pure returns (ScenarioGrid.Exposure memory) {
        // On the grid of shocks, as the terms give them.
        uint256 gain = _bound(gainRho, 2_500_000, 750_000_000) * 4e9;
        uint256 loss = _bound(rho, gain / 4e9, 1_250_000_000) * 4e9;
        return ScenarioGrid.Exposure(units, edge, loss, gain, roundUp);
    }
}
