// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";

contract PriceOracleGradeTest is OracleFixture {
    function setUp() public {
        setUpOracle(3);
        poke();
    }

    /// @dev `count` of the sources speak, the others are stale, for `pokes` observations 12 s apart.
    function run(uint256 pokes, uint256 count) internal {
        for (uint256 i; i < pokes; ++i) {
            vm.warp(block.timestamp + 12);
            for (uint256 j; j < sources.length; ++j) {
                sources[j].set(PRICE, 0, j < count ? block.timestamp : block.timestamp - 4000);
            }
            poke();
        }
    }

    function test_Grade_OneFlapChangesNothingButWidensAtOnce() public {
        run(1, 2);
        assertGrade(views().grade, Grade.Firm);
        assertEq(views().lowWad, (PRICE * 98) / 100);
        assertEq(views().groups, 2);
        run(1, 3);
        run(1, 2);
        assertGrade(views().grade, Grade.Firm);
    }

    function testFuzz_GradesOf_IsWhatReadManySays(uint256 pokes, uint256 count, uint256 wait) public {
        run(bound(pokes, 1, 4), bound(count, 0, 3));
        skip(bound(wait, 0, 3 days));
        AssetId[] memory assets = new AssetId[](2);
        (assets[0], assets[1]) = (AssetId.wrap(9), ETH);
        Grade[] memory grades = oracle.gradesOf(assets);
        PriceViews[] memory expected = oracle.readMany(assets);
        assertEq(grades.length, 2);
        for (uint256 i; i < 2; ++i) assertGrade(grades[i], expected[i].grade);
    }

    function test_Grade_TwoStrikesWorsen() public {
        run(1, 2);
        vm.warp(block.timestamp + 12);
        sources[0].set(PRICE, 0, block.timestamp);
        sources[1].set(PRICE, 0, block.timestamp);
        vm.expectEmit();
        emit IPriceOracle.GradeChanged(ETH, Grade.Firm, Grade.Thin);
        poke();
        assertGrade(views().grade, Grade.Thin);
    }

    function test_Grade_TwoMissesAreBlindAndKeepThePrice() public {
        run(2, 1);
        PriceViews memory v = views();
        assertGrade(v.grade, Grade.Blind);
        assertEq(v.midWad, PRICE);
        assertEq(v.updatedAt, START);
    }

    /// @dev Two strikes support only the better of the two.
    function test_Grade_ThinThenBlindIsThin() public {
        run(1, 2);
        run(1, 1);
        assertGrade(views().grade, Grade.Thin);
        run(1, 1);
        assertGrade(views().grade, Grade.Blind);
    }

    function test_Grade_ThinRecoversAfterThirtyMinutes() public {
        run(2, 2);
        run(150, 3);
        assertGrade(views().grade, Grade.Thin);
        run(1, 3);
        assertGrade(views().grade, Grade.Firm);
    }

    function test_Grade_BlindRecoversAfterAnHour() public {
        run(2, 1);
        run(300, 3);
        assertGrade(views().grade, Grade.Blind);
        run(1, 3);
        assertGrade(views().grade, Grade.Firm);
    }

    /// @dev An hour of Thin lifts Blind to Thin, no further.
    function test_Grade_RecoversToTheWorstThatHeld() public {
        run(2, 1);
        run(150, 3);
        run(1, 2);
        run(150, 3);
        assertGrade(views().grade, Grade.Thin);
    }

    function test_Grade_AFlapRestartsTheHold() public {
        run(2, 2);
        run(149, 3);
        run(1, 2);
        run(150, 3);
        assertGrade(views().grade, Grade.Thin);
        run(1, 3);
        assertGrade(views().grade, Grade.Firm);
    }

    /// @dev Time between observations counts as held only up to `freshSeconds`.
    function test_Grade_SilenceIsNotRecovery() public {
        run(2, 2);
        run(1, 3);
        vm.warp(block.timestamp + 2 hours);
        run(1, 3);
        assertGrade(views().grade, Grade.Thin);
    }

    function test_Grade_AgesWithoutAnyCall() public {
        vm.warp(START + 300);
        assertGrade(views().grade, Grade.Firm);
        vm.warp(START + 301);
        assertGrade(views().grade, Grade.Wide);
        vm.warp(START + 3600);
        assertGrade(views().grade, Grade.Wide);
        vm.warp(START + 3601);
        assertGrade(views().grade, Grade.Blind);
        step(0, PRICE);
        assertGrade(views().grade, Grade.Firm);
    }

    function test_Read_BlindWidensToEverythingInADay() public {
        vm.warp(START + 12 hours);
        PriceViews memory v = views();
        // 0.1 % + 99.9 % * 1/2
        assertApproxEqRel(v.lowWad, (PRICE * 49_95) / 100_00, 1e10);
        assertApproxEqRel(v.highWad, (PRICE * 150_05) / 100_00, 1e10);
        vm.warp(START + 24 hours);
        assertEq(views().lowWad, 0);
        assertEq(views().highWad, 2 * PRICE);
        vm.warp(START + 30 days);
        assertEq(views().lowWad, 0);
        assertEq(views().highWad, 2 * PRICE);
        assertEq(views().midWad, PRICE);
    }

    /// @dev k * sigma * sqrt(age): 60 % over five minutes is 0.185 %.
    function test_Read_WidensWithTheRootOfAge() public {
        vm.warp(START + 300);
        assertApproxEqRel(views().highWad, PRICE + (PRICE * 1_850_583) / 1e9, 1e9);
    }

    function test_Velocity_IsWideAtOnce() public {
        step(12, (PRICE * 94) / 100);
        PriceViews memory v = views();
        assertGrade(v.grade, Grade.Wide);
        // ln(0.94) = 618 bps down, gate 500: half of 119 bps.
        assertApproxEqRel(v.lowWad, (v.midWad * 99_405) / 100_000, 1e10);
        for (uint256 i; i < 100; ++i) step(12, (PRICE * 94) / 100);
        assertGrade(views().grade, Grade.Firm);
    }

    function test_Velocity_SeesASlowerSlide() public {
        // 6 % over ten minutes, in steps below the gate.
        vm.warp(START - (START % 300) + 600);
        step(0, PRICE);
        for (uint256 i = 1; i <= 60; ++i) step(12, PRICE - (PRICE * i) / 1000);
        assertGrade(views().grade, Grade.Wide);
    }

    function test_Velocity_IgnoresAnOrdinaryHour() public {
        for (uint256 i = 1; i <= 300; ++i) step(12, PRICE + (PRICE * i) / 10_000);
        assertGrade(views().grade, Grade.Firm);
    }

    function test_Dispersion_IsWideAfterTwoAndNarrowsSlowly() public {
        for (uint256 i; i < 2; ++i) {
            vm.warp(block.timestamp + 12);
            setAll(PRICE);
            sources[0].set((PRICE * 981) / 1000, 0, block.timestamp);
            sources[2].set((PRICE * 1019) / 1000, 0, block.timestamp);
            poke();
            assertEq(views().lowWad, (PRICE * 981) / 1000);
        }
        assertGrade(views().grade, Grade.Wide);
        step(150, PRICE);
        assertApproxEqRel(views().lowWad, (PRICE * 9905) / 10_000, 1e10);
        step(150, PRICE);
        step(300, PRICE);
        assertEq(views().lowWad, (PRICE * 999) / 1000);
    }

    function test_Confidence_WidensUpToTheGate() public {
        vm.warp(START + 12);
        setAll(PRICE);
        sources[1].set(PRICE, PRICE / 50, block.timestamp);
        poke();
        assertEq(views().groups, 3);
        assertEq(views().highWad, (PRICE * 102) / 100);
        vm.warp(START + 24);
        setAll(PRICE);
        sources[1].set(PRICE, PRICE / 50 + 1, block.timestamp);
        poke();
        assertEq(views().groups, 2);
    }

    /// @dev A dead group takes its dispersion with it; the interval does not follow.
    function test_Dispersion_IsRememberedWhenTheGroupLeaves() public {
        vm.warp(START + 12);
        setAll(PRICE);
        sources[0].set((PRICE * 1019) / 1000, 0, block.timestamp);
        poke();
        uint256 high = views().highWad;
        vm.warp(START + 24);
        setAll(PRICE);
        sources[0].set(0, 0, 0);
        poke();
        assertGe(views().highWad, high);
    }

    /// @dev One against one is not a price, and the old one stays (the mean of two is never taken).
    function test_Consensus_ATieIsNone() public {
        for (uint256 i; i < 2; ++i) {
            vm.warp(block.timestamp + 12);
            setAll(PRICE);
            sources[0].set(PRICE / 2, 0, block.timestamp);
            sources[1].set(0, 0, 0);
            vm.expectEmit();
            emit IPriceOracle.ConsensusMissed(ETH, 2, 1);
            poke();
        }
        assertEq(views().midWad, PRICE);
        assertGrade(views().grade, Grade.Blind);
        assertEq(oracle.standingsOf(ETH)[0].strikes, 0);
    }

    function test_Consensus_OfTwoContainsBoth() public {
        vm.warp(START + 12);
        sources[0].set(PRICE, 0, block.timestamp);
        sources[1].set((PRICE * 1015) / 1000, 0, block.timestamp);
        sources[2].set(0, 0, 0);
        poke();
        assertEq(views().midWad, PRICE);
        assertEq(views().groups, 2);
        assertGe(views().highWad, (PRICE * 1015) / 1000);
    }

    function prepareStrike() internal {
        vm.warp(block.timestamp + 1 minutes);
        setAll(PRICE);
        sources[2].set(PRICE * 2, 0, block.timestamp);
    }

    function strikeOut() internal {
        for (uint256 i; i < 3; ++i) {
            prepareStrike();
            poke();
        }
    }

    function test_Quarantine_AfterThreeStrikesAndBackByItself() public {
        prepareStrike();
        vm.expectEmit();
        emit IPriceOracle.SourceExcluded(ETH, 2, IPriceOracle.SourceFault.Deviant, 2 * PRICE, PRICE, 0);
        vm.expectEmit();
        emit IPriceOracle.SourceStruck(ETH, 2, 1);
        poke();
        prepareStrike();
        poke();
        prepareStrike();
        vm.expectEmit();
        emit IPriceOracle.SourceStruck(ETH, 2, 3);
        vm.expectEmit();
        emit IPriceOracle.SourceQuarantined(ETH, 2, START + 3 minutes + 1 hours);
        poke();
        assertTrue(oracle.standingsOf(ETH)[2].quarantined);
        step(12, PRICE);
        assertEq(views().groups, 2);
        for (uint256 i; i < 298; ++i) step(12, PRICE);
        assertTrue(oracle.standingsOf(ETH)[2].quarantined);
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        vm.expectEmit();
        emit IPriceOracle.SourceReturned(ETH, 2);
        poke();
        step(12, PRICE);
        assertEq(views().groups, 3);
    }

    function test_Quarantine_StartsOverAfterAnotherStrike() public {
        strikeOut();
        for (uint256 i; i < 250; ++i) step(12, PRICE);
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        sources[2].set(PRICE * 2, 0, block.timestamp);
        poke();
        for (uint256 i; i < 100; ++i) step(12, PRICE);
        assertTrue(oracle.standingsOf(ETH)[2].quarantined);
    }

    function test_Strikes_AreForgottenAfterAnHour() public {
        for (uint256 i; i < 6; ++i) {
            vm.warp(block.timestamp + 1 hours + 1);
            setAll(PRICE);
            sources[2].set(PRICE * 2, 0, block.timestamp);
            poke();
            assertEq(oracle.standingsOf(ETH)[2].strikes, 1);
        }
        assertFalse(oracle.standingsOf(ETH)[2].quarantined);
    }

    /// @dev When everybody is in quarantine there is no consensus to compare with: valid is enough to return.
    function test_Quarantine_OfAllEnds() public {
        for (uint256 i; i < 3; ++i) oracle.suspendSource(ETH, i);
        for (uint256 i; i < 300; ++i) step(12, PRICE);
        step(12, PRICE);
        assertEq(views().groups, 3);
        assertEq(views().updatedAt, block.timestamp);
    }
}
