// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HealthFee} from "../../../contracts/math/HealthFee.sol";
import {Test} from "../support/Test.sol";

contract HealthFeeTest is Test {
    uint256 private constant WAD = 1e18;

    function test_Shortfall_Boundaries() external pure {
        assertEq(HealthFee.shortfallWad(450e18, 9_000e18, 500), 0);
        assertEq(HealthFee.shortfallWad(450e18 - 1, 9_000e18, 500), 1);
        assertEq(HealthFee.shortfallWad(225e18, 9_000e18, 500), WAD / 2);
        assertEq(HealthFee.shortfallWad(1, 9_000e18, 500), WAD);
        assertEq(HealthFee.shortfallWad(0, 9_000e18, 500), WAD);
        assertEq(HealthFee.shortfallWad(type(int256).min, 9_000e18, 500), WAD);
        assertEq(HealthFee.shortfallWad(type(int256).min, 9_000e18, 0), 0);
        assertEq(HealthFee.shortfallWad(type(int256).min, 0, 500), 0);
        assertEq(HealthFee.shortfallWad(0, 1, 1), WAD);
    }

    /// @dev k = 3 at base 5 bps: 15 bps at initial margin, a quarter of it half way.
    function test_Surcharge_Golden() external pure {
        assertEq(HealthFee.surchargeWad(5, 30_000, WAD), 0.0015e18);
        assertEq(HealthFee.surchargeWad(5, 30_000, WAD / 2), 0.000375e18);
        assertEq(HealthFee.surchargeWad(5, 30_000, 0), 0);
        assertEq(HealthFee.surchargeWad(5, 0, WAD), 0);
        assertEq(HealthFee.surchargeWad(1, 1, 1), 1);
        assertEq(HealthFee.largestFeeBps2(5, 30_000), 20 * 10_000);
        assertEq(HealthFee.carryWadPerYear(500, WAD, 9_000e18), 450e18);
        assertEq(HealthFee.carryWadPerYear(500, WAD / 2, 9_000e18), 112.5e18);
        assertEq(HealthFee.carryWadPerYear(500, 0, 9_000e18), 0);
    }

    /// @dev More surplus never costs more, more notional never less; within a wei of the plain formula.
    function testFuzz_Health_Monotone(
        uint96 surplus,
        uint96 more,
        uint96 gross,
        uint96 extra,
        uint16 safe
    ) external pure {
        uint256 safeBps = bound(safe, 1, 2_000);
        uint256 shortWad = HealthFee.shortfallWad(int256(uint256(surplus)), gross, safeBps);
        uint256 better = HealthFee.shortfallWad(int256(uint256(surplus) + more), gross, safeBps);
        uint256 worse = HealthFee.shortfallWad(int256(uint256(surplus)), uint256(gross) + extra, safeBps);
        assertLe(better, shortWad);
        assertGe(worse, shortWad);
        assertLe(shortWad, WAD);
        assertLe(HealthFee.surchargeWad(5, 30_000, better), HealthFee.surchargeWad(5, 30_000, shortWad));
        assertLe(
            HealthFee.carryWadPerYear(500, better, gross),
            HealthFee.carryWadPerYear(500, worse, uint256(gross) + extra)
        );
        if (uint256(surplus) * 10_000 >= uint256(gross) * safeBps) assertEq(shortWad, 0);
        if (uint256(surplus) * 10_000 < uint256(gross) * safeBps) assertGt(shortWad, 0);
        uint256 rate = HealthFee.surchargeWad(5, 30_000, shortWad);
        assertEq(rate, (15 * 1e14 * shortWad * shortWad + 1e36 - 1) / 1e36);
    }

    /// @dev One account split into two, however: they pay together no less than it did, but for roundings.
    function testFuzz_Carry_SplittingNeverPays(uint80 s1, uint80 g1, uint80 s2, uint80 g2) external pure {
        uint256 whole = _carry(uint256(s1) + s2, uint256(g1) + g2);
        assertGe(_carry(s1, g1) + _carry(s2, g2) + 1 + (uint256(g1) + g2) / 1e15, whole);
    }

    function _carry(uint256 surplus, uint256 gross) private pure returns (uint256) {
        return HealthFee.carryWadPerYear(500, HealthFee.shortfallWad(int256(surplus), gross, 500), gross);
    }
}
