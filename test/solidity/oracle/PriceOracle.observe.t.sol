// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

contract PriceOracleObserveTest is OracleFixture {
    function setUp() public {
        setUpOracle(3);
    }

    function test_Read_IsBlindBeforeTheFirstObservation() public view {
        PriceViews memory v = views();
        assertGrade(v.grade, Grade.Blind);
        assertEq(v.highWad, 0);
        assertEq(v.midWad, 0);
    }

    function test_Poke_FirstObservationServesEverything() public {
        poke();
        PriceViews memory v = views();
        assertGrade(v.grade, Grade.Firm);
        assertEq(v.midWad, PRICE);
        assertEq(v.lowWad, 1998e18);
        assertEq(v.highWad, 2002e18);
        assertEq(v.shortTwapWad, PRICE);
        assertEq(v.longTwapWad, PRICE);
        assertEq(v.groups, 3);
        assertEq(v.updatedAt, START);
        assertApproxEqAbs(v.sigmaFastWad, 0.6e18, 1e10);
        assertApproxEqAbs(v.sigmaSlowWad, 0.6e18, 1e10);
        assertEq(v.sigmaGlideWad, 0.6e18);
    }

    function test_Poke_LongRunAtOnePriceKeepsTwapsExact() public {
        poke();
        for (uint256 i; i < 400; ++i) step(12, PRICE);
        PriceViews memory v = views();
        assertEq(v.shortTwapWad, PRICE);
        assertEq(v.longTwapWad, PRICE);
        assertApproxEqRel(oracle.twap(ETH, 1800), PRICE, 1e4);
        assertGrade(v.grade, Grade.Firm);
    }
}
