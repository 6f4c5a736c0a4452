// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ChainlinkAdapter} from "../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {OlderReaders} from "../support/OlderReaders.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleMockSource} from "../support/OracleMockSource.sol";

/// @dev New sources watch before they count, and what a change replaced can be brought back.
contract PriceOracleShadowTest is OracleFixture {
    uint256 private constant NEEDED = 48 hours;
    /// @dev The fixture's `freshSeconds`: no observation speaks for longer.
    uint256 private constant FRESH = 300;

    OracleMockSource private fourth;

    function setUp() public {
        setUpOracle(3);
        poke();
        fourth = new OracleMockSource(PRICE);
        oracle.addSource(ETH, sourceConfig(address(fourth), 3));
    }

    /// @dev `count` observations `seconds_` apart, the fourth source saying `priceWad`.
    function watch(uint256 count, uint256 seconds_, uint256 priceWad) internal {
        for (uint256 i; i < count; ++i) {
            vm.warp(block.timestamp + seconds_);
            setAll(PRICE);
            fourth.set(priceWad, 0, block.timestamp);
            poke();
        }
    }

    function cleanSeconds() internal view returns (uint256) {
        return oracle.standingsOf(ETH)[3].cleanSeconds;
    }

    function matured() internal {
        watch(NEEDED / FRESH, FRESH, PRICE);
    }

    function test_Activate_AfterFortyEightHoursOfAgreement() public {
        watch(NEEDED / FRESH - 1, FRESH, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_StillInShadow.selector, NEEDED - FRESH, NEEDED));
        oracle.activate(ETH, 3);
        watch(1, FRESH - 1, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_StillInShadow.selector, NEEDED - 1, NEEDED));
        oracle.activate(ETH, 3);
        watch(1, 1, PRICE);
        assertEq(views().groups, 3);
        vm.expectEmit();
        emit IPriceOracle.SourceActivated(ETH, 3);
        vm.prank(address(0xbeef));
        oracle.activate(ETH, 3);
        assertFalse(oracle.standingsOf(ETH)[3].quarantined);
        watch(1, 12, PRICE);
        assertEq(views().groups, 4);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NotInShadow.selector, ETH, 3));
        oracle.activate(ETH, 3);
    }

    /// @dev Two days in which nobody looked are not two days of agreement.
    function test_Activate_CountsOnlyWhatWasObserved() public {
        watch(1, 30 days, PRICE);
        assertEq(cleanSeconds(), FRESH);
        watch(3, 12, PRICE);
        assertEq(cleanSeconds(), FRESH + 36);
    }

    /// @dev Silence proves nothing and costs nothing.
    function test_Shadow_SilenceDoesNotCount() public {
        watch(3, 12, PRICE);
        watch(5, 12, 0);
        assertEq(cleanSeconds(), 36);
        watch(1, 12, PRICE);
        assertEq(cleanSeconds(), 48);
    }

    /// @dev Class A: 1 %, half of the gate.
    function test_Shadow_OneDeviationStartsItOver() public {
        watch(10, 12, (PRICE * 10_100) / 10_000);
        assertEq(cleanSeconds(), 120);
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        uint256 off = (PRICE * 10_100) / 10_000 + 1;
        fourth.set(off, 0, block.timestamp);
        vm.expectEmit();
        emit IPriceOracle.ShadowRestarted(ETH, 3, off, PRICE);
        poke();
        assertEq(cleanSeconds(), 0);
        assertEq(views().groups, 3);
    }

    /// @dev Class C: the gate is 8 %, the shadow's 3 %.
    function test_Shadow_IsHeldToThreePercentAtMost() public {
        IPriceOracle.AssetConfig memory c = config();
        c.gateBps = 800;
        oracle.configureAsset(ETH, c);
        watch(2, 12, (PRICE * 10_300) / 10_000);
        assertEq(cleanSeconds(), 24);
        watch(1, 12, (PRICE * 10_301) / 10_000);
        assertEq(cleanSeconds(), 0);
    }

    function test_Shadow_WrongStatementStartsItOverWithoutConsensus() public {
        watch(2, 12, PRICE);
        vm.warp(block.timestamp + 12);
        // Nobody else speaks: agreement cannot be seen, an absurd price can.
        fourth.set(PRICE, 0, block.timestamp);
        for (uint256 i; i < 3; ++i) sources[i].set(0, 0, 0);
        poke();
        assertEq(cleanSeconds(), 24);
        vm.warp(block.timestamp + 12);
        fourth.set(1, 0, block.timestamp);
        poke();
        assertEq(cleanSeconds(), 0);
    }

    /// @dev In shadow nothing that it says reaches the price, whatever it is.
    function testFuzz_Shadow_NeverMovesThePrice(uint256 said, uint256 confidence) public {
        watch(1, 12, PRICE);
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        fourth.set(said, confidence, block.timestamp);
        poke();
        assertEq(views().midWad, PRICE);
        assertEq(views().groups, 3);
        assertEq(views().highWad, (PRICE * 10_010) / 10_000);
        assertGrade(views().grade, Grade.Firm);
    }

    function test_Suspend_StartsAShadowOver() public {
        watch(2, 12, PRICE);
        oracle.suspendSource(ETH, 3);
        assertEq(cleanSeconds(), 0);
        assertTrue(oracle.standingsOf(ETH)[3].inShadow);
    }

    /// @dev Ribbon 2025: a source whose decimals changed after it was reviewed must not get in.
    function test_Incident20_Ribbon_Activate_RevertsWhen_TheUnitChanged() public {
        MockV3Aggregator feed = new MockV3Aggregator(8, 2000e8);
        ChainlinkAdapter adapter = new ChainlinkAdapter(AggregatorV3Interface(address(feed)), "ETH", "USD", 0, 0, 0);
        oracle.addSource(ETH, sourceConfig(address(adapter), 4));
        for (uint256 i; i < NEEDED / FRESH; ++i) {
            vm.warp(block.timestamp + FRESH);
            setAll(PRICE);
            feed.updateAnswer(2000e8);
            poke();
        }
        vm.mockCall(address(feed), abi.encodeCall(AggregatorV3Interface.decimals, ()), abi.encode(uint8(18)));
        // Who scales by the decimals that were reviewed takes ten billion times the price: any debt is covered.
        feed.updateAnswer(2000e18);
        (, int256 answer, , , ) = feed.latestRoundData();
        assertFalse(OlderReaders.isBeyond(1, uint256(answer) * 1e10, 1_000_000, PRICE, 8_000));
        assertTrue(OlderReaders.isBeyond(1, views().highWad, 1_000_000, PRICE, 8_000));
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_UnitChanged.selector, 32_776, 32_786));
        oracle.activate(ETH, 4);
        vm.clearMockedCalls();
        feed.updateAnswer(2000e8);
        oracle.activate(ETH, 4);
    }

    /// @dev Moonwell 2026: the ratio alone where the ratio times the price was meant. It cannot become active.
    function test_Activate_RevertsWhen_TheDimensionIsWrong() public {
        watch(300, FRESH, 1.12e18);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_StillInShadow.selector, 0, NEEDED));
        oracle.activate(ETH, 3);
    }

    function test_Rollback_BringsBackTheSetBeforeTheChange() public {
        IPriceOracle.SourceConfig[] memory before = oracle.sourcesOf(ETH);
        matured();
        oracle.activate(ETH, 3);
        oracle.removeSource(ETH, 0);
        watch(1, 12, PRICE);
        assertEq(oracle.sourcesOf(ETH).length, 3);
        vm.expectEmit();
        emit IPriceOracle.SourcesRolledBack(ETH, 2, 4);
        oracle.rollbackSources(ETH);
        IPriceOracle.SourceConfig[] memory afterwards = oracle.sourcesOf(ETH);
        assertEq(abi.encode(afterwards), abi.encode(before));
        // Back in shadow, from the beginning; the removed one counts at once.
        assertTrue(oracle.standingsOf(ETH)[3].inShadow);
        assertEq(cleanSeconds(), 0);
        watch(1, 12, PRICE);
        assertEq(views().groups, 3);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NothingToRollBack.selector, ETH, 0));
        oracle.rollbackSources(ETH);
    }

    /// @dev What is held against a source survives a rollback, wherever its index goes.
    function test_Rollback_KeepsStandings() public {
        matured();
        oracle.activate(ETH, 3);
        oracle.removeSource(ETH, 0);
        // The fourth moved to index 0; the second and the third are where they were.
        oracle.suspendSource(ETH, 1);
        oracle.rollbackSources(ETH);
        assertFalse(oracle.standingsOf(ETH)[0].quarantined);
        assertTrue(oracle.standingsOf(ETH)[1].quarantined);
        assertFalse(oracle.standingsOf(ETH)[1].inShadow);
        assertFalse(oracle.standingsOf(ETH)[2].quarantined);
        assertTrue(oracle.standingsOf(ETH)[3].inShadow);
    }

    /// @dev Several changes within seven days go back to what had stood before the first.
    function test_Rollback_WithinSevenDaysOfTheLastChange() public {
        matured();
        oracle.activate(ETH, 3);
        vm.warp(block.timestamp + 6 days);
        oracle.removeSource(ETH, 0);
        uint256 changedAt = block.timestamp;
        vm.warp(changedAt + 7 days);
        uint256 snapshot = vm.snapshotState();
        oracle.rollbackSources(ETH);
        assertEq(oracle.sourcesOf(ETH)[0].adapter, address(sources[0]));
        vm.revertToState(snapshot);
        vm.warp(changedAt + 7 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IPriceOracle.Oracle_NothingToRollBack.selector, ETH, changedAt + 7 days)
        );
        oracle.rollbackSources(ETH);
        // The next change is measured against what has stood since.
        oracle.removeSource(ETH, 0);
        oracle.rollbackSources(ETH);
        assertEq(oracle.sourcesOf(ETH).length, 3);
        assertEq(oracle.sourcesOf(ETH)[0].adapter, address(fourth));
    }

    /// @dev Adding to or taking from the shadow changes no set that counts.
    function test_Rollback_RevertsWhen_NothingThatCountsChanged() public {
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NothingToRollBack.selector, ETH, 0));
        oracle.rollbackSources(ETH);
        oracle.removeSource(ETH, 3);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_NothingToRollBack.selector, ETH, 0));
        oracle.rollbackSources(ETH);
    }

    function test_Rollback_RevertsWhen_CalledByAStranger() public {
        vm.prank(address(0xbeef));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbeef)));
        oracle.rollbackSources(ETH);
    }

    /// @dev P117 2022: an adapter whose code does not answer is replaced in one call, with no vote.
    function test_Rollback_WorksWhenTheNewSourceIsDead() public {
        matured();
        oracle.activate(ETH, 3);
        oracle.removeSource(ETH, 0);
        vm.etch(address(fourth), "");
        watch0(2);
        assertEq(views().groups, 2);
        oracle.rollbackSources(ETH);
        watch0(1);
        assertEq(views().groups, 3);
    }

    function watch0(uint256 count) private {
        for (uint256 i; i < count; ++i) step(12, PRICE);
    }
}
