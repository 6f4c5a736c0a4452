// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {OracleDiagnostics} from "../../../contracts/oracle/OracleDiagnostics.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

/// @dev What separates a source that is late, or early, from one that is wrong.
contract PriceOracleLagTest is OracleFixture {
    uint256 private constant GATE_BPS = 200;
    uint256 private constant LATE = 2;

    function setUp() public {
        setUpOracle(4);
        for (uint256 i; i < 60; ++i) step(12, PRICE);
    }

    /// @dev 12 s later, the source at `LATE` says `saidWad` and the others `priceWad`.
    function say(uint256 priceWad, uint256 saidWad) internal {
        vm.warp(block.timestamp + 12);
        setAll(priceWad);
        sources[LATE].set(saidWad, 0, block.timestamp);
        poke();
    }

    /// @dev 12 s later, the first three say so and the fourth nothing.
    function three(uint256 a, uint256 b, uint256 c) internal {
        vm.warp(block.timestamp + 12);
        sources[0].set(a, 0, block.timestamp);
        sources[1].set(b, 0, block.timestamp);
        sources[2].set(c, 0, block.timestamp);
        sources[3].set(0, 0, 0);
        poke();
    }

    function strikes() internal view returns (uint256) {
        return oracle.standingsOf(ETH)[LATE].strikes;
    }

    function isQuarantined() internal view returns (bool) {
        return oracle.standingsOf(ETH)[LATE].quarantined;
    }

    function faultNow() internal returns (IPriceOracle.SourceFault) {
        return new OracleDiagnostics(oracle).diagnose(ETH).sources[LATE].fault;
    }

    /// @dev A fall of 30 % in ten minutes, seen five minutes late: left out while it lasts, nothing held against it.
    function test_Lag_IsLeftOutWithoutAStrike() public {
        uint256[76] memory path;
        for (uint256 n; n < 76; ++n) {
            path[n] = (PRICE * (1000 - 6 * (n < 50 ? n : 50))) / 1000;
            say(path[n], path[n < 25 ? 0 : n - 25]);
            assertEq(views().midWad, path[n], "mid follows the market");
            if (n == 30) {
                assertEq(views().groups, 3);
                assertEq(uint256(faultNow()), uint256(IPriceOracle.SourceFault.Lagging));
            }
            assertEq(strikes(), 0);
        }
        assertEq(views().groups, 4, "back as soon as it agrees");
    }

    function test_Lag_IsReportedAsSuch() public {
        for (uint256 n = 1; n < 5; ++n) say((PRICE * (1000 - 5 * n)) / 1000, PRICE);
        vm.warp(block.timestamp + 12);
        setAll((PRICE * 975) / 1000);
        sources[LATE].set(PRICE, 0, block.timestamp);
        vm.expectEmit();
        emit IPriceOracle.SourceExcluded(ETH, LATE, IPriceOracle.SourceFault.Lagging, PRICE, (PRICE * 975) / 1000, 0);
        poke();
    }

    /// @dev Up to five minutes late, at any constant speed, up or down: never a strike.
    function testFuzz_Lag_OfAMonotoneMarketIsNeverAStrike(uint256 lateSteps, uint256 speedBps, bool up) public {
        lateSteps = bound(lateSteps, 0, 25);
        speedBps = bound(speedBps, 0, 150);
        uint256[] memory path = new uint256[](100);
        uint256 priceWad = PRICE;
        for (uint256 n; n < 100; ++n) {
            path[n] = priceWad;
            say(priceWad, path[n < lateSteps ? 0 : n - lateSteps]);
            assertEq(views().midWad, priceWad);
            if (n < 80)
                priceWad = up ? (priceWad * (10_000 + speedBps)) / 10_000 : (priceWad * (10_000 - speedBps)) / 10_000;
        }
        assertEq(strikes(), 0);
        assertFalse(isQuarantined());
    }

    /// @dev Who is ahead of slow ones by no more than they move is no liar either.
    function testFuzz_Lead_IsNoStrikeWhileTheOthersFollow(uint256 aheadSteps, uint256 speedBps) public {
        aheadSteps = bound(aheadSteps, 0, 20);
        speedBps = bound(speedBps, 1, 100);
        uint256[] memory path = new uint256[](121);
        path[0] = PRICE;
        for (uint256 n = 1; n < 121; ++n) path[n] = (path[n - 1] * (10_000 - speedBps)) / 10_000;
        for (uint256 n; n < 30; ++n) say(path[n], path[n]);
        for (uint256 n = 30; n < 100; ++n) say(path[n], path[n + aheadSteps]);
        assertEq(strikes(), 0);
    }

    /// @dev Wrong in a market that stands still: three strikes in three minutes, whatever the distance.
    function testFuzz_Fault_InACalmMarketIsQuarantined(uint256 offBps, bool up) public {
        offBps = bound(offBps, GATE_BPS + 1, 9_000);
        uint256 said = up ? (PRICE * (10_000 + offBps)) / 10_000 : (PRICE * (10_000 - offBps)) / 10_000;
        for (uint256 n; n < 11; ++n) say(PRICE, said);
        assertTrue(isQuarantined());
        assertEq(views().midWad, PRICE);
    }

    /// @dev In a moving market a strike is what lies beyond the gate and the move together, and only that.
    function testFuzz_Fault_IsWhatNoLagExplains(uint256 speedBps, uint256 saidWad) public {
        speedBps = bound(speedBps, 0, 100);
        uint256 priceWad = PRICE;
        for (uint256 n; n < 20; ++n) {
            priceWad = (priceWad * (10_000 - speedBps)) / 10_000;
            say(priceWad, priceWad);
        }
        saidWad = bound(saidWad, priceWad / 3, priceWad * 3);
        uint256 moveBps = oracle.moveOf(ETH, priceWad);
        say(priceWad, saidWad);
        // e^-x <= 1 - x + x^2 / 2 <= 1 / (1 + x): bounds on the near side of each edge, and on the far side.
        uint256 reachBps = GATE_BPS + moveBps;
        bool isInside =
            saidWad * 10_000 <= priceWad * (10_000 + reachBps) && saidWad * (10_000 + reachBps) >= priceWad * 10_000;
        uint256 squareBps = (reachBps * reachBps) / 10_000;
        bool isOutside =
            saidWad * 10_000 > priceWad * (10_000 + reachBps + squareBps + 1) ||
                saidWad * (10_000 + reachBps + squareBps + 1) < priceWad * 10_000;
        if (moveBps != 0 && isInside) assertEq(strikes(), 0, "a lag");
        if (isOutside) assertEq(strikes(), 1, "a fault");
        assertEq(views().midWad, priceWad);
    }

    function test_Fault_ThousandTimesWrongInACrashIsStruckAndLeftOut() public {
        uint256 priceWad = PRICE;
        for (uint256 n; n < 30; ++n) {
            priceWad = (priceWad * 99) / 100;
            say(priceWad, n % 2 == 0 ? priceWad * 400 : priceWad / 400);
            assertEq(views().midWad, priceWad);
            assertEq(views().groups, 3);
            assertEq(strikes(), isQuarantined() ? 0 : n / 5 + 1);
        }
        assertTrue(isQuarantined());
    }

    /// @dev A source that repeats an old price with a new time is late, until it is later than anybody can be.
    function test_Fault_AFrozenPriceWithAFreshTimeIsQuarantinedOnceItIsTooOld() public {
        for (uint256 n = 1; n <= 20; ++n) {
            say((PRICE * (100 - n)) / 100, PRICE);
            assertEq(strikes(), 0);
        }
        for (uint256 n; n < 75; ++n) say((PRICE * 80) / 100, PRICE);
        assertTrue(isQuarantined());
        assertEq(views().midWad, (PRICE * 80) / 100);
    }

    /// @dev Observations a few seconds apart are one: a wrong value of a minute's length is one strike.
    function test_Strikes_AreAMinuteApart() public {
        for (uint256 n; n < 5; ++n) {
            say(PRICE, PRICE * 2);
            assertEq(strikes(), 1);
        }
        say(PRICE, PRICE * 2);
        assertEq(strikes(), 2);
    }

    /// @dev A lag in quarantine does not start the hour over, and is no clean reading.
    function test_Quarantine_IsNotProlongedByALag() public {
        for (uint256 n; n < 11; ++n) say(PRICE, PRICE * 2);
        uint256 releaseAt = oracle.standingsOf(ETH)[LATE].releaseAt;
        say(PRICE, PRICE);
        assertEq(oracle.standingsOf(ETH)[LATE].cleanReads, 1);
        say((PRICE * 97) / 100, PRICE);
        assertEq(oracle.standingsOf(ETH)[LATE].cleanReads, 0);
        assertEq(oracle.standingsOf(ETH)[LATE].releaseAt, releaseAt);
    }

    /// @dev Three groups, late by different times: without room for the move there would be no price at all.
    function test_Gate_WidensForAQuorumThatMoves() public {
        for (uint256 n; n < 6; ++n) {
            three((PRICE * 95) / 100, (PRICE * 975) / 1000, PRICE);
            PriceViews memory v = views();
            assertEq(v.updatedAt, block.timestamp);
            assertEq(v.midWad, (PRICE * 975) / 1000);
            assertEq(v.groups, 3);
            assertLe(v.lowWad, (PRICE * 95) / 100);
            assertGe(v.highWad, PRICE);
        }
        assertGrade(views().grade, Grade.Wide);
    }

    /// @dev The same distances where nothing moved: a miss, as ever.
    function test_Gate_StaysWhereNothingMoves() public {
        for (uint256 n; n < 2; ++n) three((PRICE * 95) / 100, PRICE, (PRICE * 105) / 100);
        assertLt(views().updatedAt, block.timestamp);
        assertGrade(views().grade, Grade.Blind);
    }

    /// @dev However fast, no group further than three gates is taken in.
    function test_Gate_WidensByTwoGatesAtMost() public {
        three((PRICE * 6369) / 10_000, (PRICE * 60) / 100, (PRICE * 60) / 100);
        assertEq(views().groups, 2);
        three((PRICE * 6360) / 10_000, (PRICE * 60) / 100, (PRICE * 58) / 100);
        assertEq(views().groups, 3);
    }

    /// @dev Of two groups the lower median may be the liar's: his own move is no reason to believe him.
    function test_Gate_OfTwoGroupsDoesNotWiden() public {
        for (uint256 n; n < 3; ++n) {
            three((PRICE * 95) / 100, PRICE, 0);
            assertEq(views().midWad, PRICE);
            assertLt(views().updatedAt, block.timestamp);
        }
    }

    function test_MoveOf_IsTheFurtherAnchor() public {
        assertEq(oracle.moveOf(ETH, PRICE), 0);
        assertEq(oracle.moveOf(ETH, 0), 0);
        assertApproxEqAbs(oracle.moveOf(ETH, (PRICE * 9) / 10), 1_053, 1);
        assertApproxEqAbs(oracle.moveOf(ETH, (PRICE * 11) / 10), 953, 1);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NotListed.selector, 9));
        oracle.moveOf(AssetId.wrap(9), PRICE);
    }
}
