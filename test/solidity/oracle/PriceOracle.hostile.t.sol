// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {IPriceSource} from "../../../contracts/oracle/IPriceSource.sol";
import {OracleDiagnostics} from "../../../contracts/oracle/OracleDiagnostics.sol";
import {IOracleDiagnostics} from "../../../contracts/oracle/IOracleDiagnostics.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleHostileSource} from "../support/OracleHostileSource.sol";
import {OracleMockSource} from "../support/OracleMockSource.sol";
import {OracleProxySource} from "../support/OracleProxySource.sol";

contract PriceOracleHostileTest is OracleFixture {
    AssetId private constant BTC = AssetId.wrap(2);

    OracleHostileSource private hostile;
    IPriceOracle.SourceConfig[] private list;

    /// @dev Three honest groups and a hostile fourth.
    function setUp() public {
        setUpOracle(3);
        hostile = new OracleHostileSource(PRICE, oracle, BTC);
        for (uint256 i; i < 3; ++i) list.push(sourceConfig(address(sources[i]), uint8(i)));
        list.push(sourceConfig(address(hostile), 3));
        oracle.listAsset(BTC, config(), list, CARDINALITY);
    }

    function expectFault(OracleHostileSource.Mode mode, IPriceOracle.SourceFault fault) internal {
        hostile.set(mode, PRICE);
        uint256 gasBefore = gasleft();
        oracle.poke(only(BTC));
        assertLt(gasBefore - gasleft(), 1_000_000, "a source may cost no more than its cap");
        PriceViews memory v = oracle.read(BTC);
        assertEq(v.midWad, PRICE);
        assertEq(v.groups, fault == IPriceOracle.SourceFault.None ? 4 : 3);
        assertGrade(v.grade, Grade.Firm);
        OracleDiagnostics diagnostics = new OracleDiagnostics(oracle);
        IOracleDiagnostics.Diagnosis memory d = diagnostics.diagnose(BTC);
        assertEq(uint256(d.sources[3].fault), uint256(fault), "fault");
        bool wrong = fault >= IPriceOracle.SourceFault.Malformed;
        assertEq(oracle.standingsOf(BTC)[3].strikes, wrong ? 1 : 0, "strikes");
    }

    function test_Poke_CountsTheHonest() public {
        expectFault(OracleHostileSource.Mode.Honest, IPriceOracle.SourceFault.None);
    }

    function test_Poke_SurvivesRevert() public {
        expectFault(OracleHostileSource.Mode.Revert, IPriceOracle.SourceFault.Reverted);
    }

    function test_Poke_SurvivesRevertBomb() public {
        expectFault(OracleHostileSource.Mode.RevertBomb, IPriceOracle.SourceFault.Reverted);
    }

    function test_Poke_SurvivesEmptyAnswer() public {
        expectFault(OracleHostileSource.Mode.Empty, IPriceOracle.SourceFault.Malformed);
    }

    function test_Poke_SurvivesShortAnswer() public {
        expectFault(OracleHostileSource.Mode.Short, IPriceOracle.SourceFault.Malformed);
    }

    function test_Poke_SurvivesLongAnswer() public {
        expectFault(OracleHostileSource.Mode.Long, IPriceOracle.SourceFault.Malformed);
    }

    /// @dev A megabyte does not fit into the cap: the source runs out of its own gas.
    function test_Poke_SurvivesReturnBomb() public {
        expectFault(OracleHostileSource.Mode.Bomb, IPriceOracle.SourceFault.Reverted);
    }

    /// @dev With a cap that pays for the megabyte, only 128 bytes of it are copied.
    function test_Poke_SurvivesReturnBombThatFits() public {
        AssetId asset = AssetId.wrap(3);
        list[3].gasCap = 2_000_000 * 2;
        vm.expectRevert(
            abi.encodeWithSelector(IPriceOracle.Oracle_FieldOutOfBounds.selector, 3, 4_000_000, 20_000, 2_000_000)
        );
        oracle.listAsset(asset, config(), list, CARDINALITY);
        list[3].gasCap = 2_000_000;
        oracle.listAsset(asset, config(), list, CARDINALITY);
        hostile.set(OracleHostileSource.Mode.Bomb, PRICE);
        oracle.poke(only(asset));
        assertEq(oracle.read(asset).groups, 3);
    }

    function test_Poke_SurvivesBurner() public {
        expectFault(OracleHostileSource.Mode.BurnAll, IPriceOracle.SourceFault.Reverted);
    }

    function test_Poke_SurvivesZero() public {
        expectFault(OracleHostileSource.Mode.Zero, IPriceOracle.SourceFault.NoValue);
    }

    function test_Poke_SurvivesHuge() public {
        expectFault(OracleHostileSource.Mode.Huge, IPriceOracle.SourceFault.OutOfBounds);
    }

    function test_Poke_SurvivesFuture() public {
        expectFault(OracleHostileSource.Mode.Future, IPriceOracle.SourceFault.Future);
    }

    function test_Poke_SurvivesStale() public {
        expectFault(OracleHostileSource.Mode.Stale, IPriceOracle.SourceFault.Stale);
    }

    function test_Poke_SurvivesUnconfident() public {
        expectFault(OracleHostileSource.Mode.Unconfident, IPriceOracle.SourceFault.Unconfident);
    }

    function test_Poke_SurvivesDeviant() public {
        expectFault(OracleHostileSource.Mode.Deviant, IPriceOracle.SourceFault.OutOfBounds);
        vm.warp(block.timestamp + 1 minutes);
        setAll(PRICE);
        hostile.set(OracleHostileSource.Mode.Honest, PRICE * 2);
        oracle.poke(only(BTC));
        assertEq(oracle.standingsOf(BTC)[3].strikes, 2);
        assertEq(oracle.read(BTC).midWad, PRICE);
    }

    /// @dev A source is called with STATICCALL: poking from inside writes, and so reverts inside.
    function test_Poke_SurvivesReentrance() public {
        hostile.set(OracleHostileSource.Mode.Reenter, PRICE);
        vm.expectEmit();
        emit IPriceOracle.SourceExcluded(BTC, 3, IPriceOracle.SourceFault.Reverted, 0, PRICE, 0);
        oracle.poke(only(BTC));
        assertEq(oracle.read(BTC).groups, 3);
    }

    function test_Poke_SurvivesVanishedCode() public {
        vm.etch(address(hostile), "");
        oracle.poke(only(BTC));
        assertEq(oracle.read(BTC).groups, 3);
        assertEq(uint256(new OracleDiagnostics(oracle).diagnose(BTC).sources[3].fault), 1);
    }

    function test_Poke_SurvivesFlipFlop() public {
        hostile.set(OracleHostileSource.Mode.FlipFlop, PRICE);
        for (uint256 i; i < 20; ++i) {
            vm.warp(block.timestamp + 13);
            setAll(PRICE);
            hostile.set(OracleHostileSource.Mode.FlipFlop, PRICE);
            oracle.poke(only(BTC));
            assertEq(oracle.read(BTC).midWad, PRICE);
        }
        assertTrue(oracle.standingsOf(BTC)[3].quarantined);
    }

    /// @dev One value at its age limit counts, one second older does not; likewise for the clock running ahead.
    function test_Poke_TimeBoundaries() public {
        sources[0].set(PRICE, 0, block.timestamp - 3659);
        sources[1].set(PRICE, 0, block.timestamp + 60);
        poke();
        assertEq(views().groups, 3);
        vm.warp(block.timestamp + 1);
        sources[1].set(PRICE, 0, block.timestamp);
        poke();
        assertEq(views().groups, 2);
    }

    /// @dev Floor and ceiling are inclusive.
    function test_Poke_PriceBoundaries() public {
        AssetId asset = AssetId.wrap(4);
        for (uint256 i; i < 3; ++i) (list[i].floorWad, list[i].ceilingWad) = (uint128(PRICE), uint128(PRICE));
        list.pop();
        oracle.listAsset(asset, config(), list, CARDINALITY);
        oracle.poke(only(asset));
        assertEq(oracle.read(asset).groups, 3);
        vm.warp(block.timestamp + 12);
        sources[0].set(PRICE - 1, 0, block.timestamp);
        sources[1].set(PRICE + 1, 0, block.timestamp);
        oracle.poke(only(asset));
        assertEq(oracle.standingsOf(asset)[0].strikes, 1);
        assertEq(oracle.standingsOf(asset)[1].strikes, 1);
        assertEq(oracle.standingsOf(asset)[2].strikes, 0);
    }

    /// @dev Whatever gas the caller brings, at any depth of proxies: either everything is recorded as with plenty, or
    /// nothing is.
    function testFuzz_Poke_NoGasLimitTurnsAHealthySourceIntoAFailure(
        uint256 gasLimit,
        uint256 depth,
        uint256 rounds
    ) public {
        AssetId asset = AssetId.wrap(5);
        rounds = bound(rounds, 0, 300);
        depth = bound(depth, 0, 3);
        IPriceOracle.SourceConfig[] memory proxied = new IPriceOracle.SourceConfig[](3);
        for (uint256 i; i < 3; ++i) {
            IPriceSource source = sources[i];
            for (uint256 d; d < depth; ++d) source = new OracleProxySource(source, d == 0 ? rounds : 0);
            proxied[i] = sourceConfig(address(source), uint8(i));
            proxied[i].gasCap = 200_000;
        }
        oracle.listAsset(asset, config(), proxied, CARDINALITY);
        gasLimit = bound(gasLimit, 21_000, 1_200_000);
        (bool success, ) = address(oracle).call{gas: gasLimit}(abi.encodeCall(oracle.poke, (only(asset))));
        PriceViews memory v = oracle.read(asset);
        if (success) {
            assertEq(v.groups, 3, "a healthy source was left out");
            assertGrade(v.grade, Grade.Firm);
        } else {
            assertEq(v.updatedAt, 0, "a failed call left a trace");
        }
        for (uint256 i; i < 3; ++i) assertEq(oracle.standingsOf(asset)[i].strikes, 0, "strike");
    }

    function test_Poke_RevertsWhen_GasIsShort() public {
        // 3 caps of 100k * 64/63, 3 turns of 8k, 60k for the rest.
        uint256 needed = (uint256(300_000) * 64) / 63 + 3 * 8_000 + 60_000;
        (bool success, bytes memory reason) = address(oracle).call{gas: 300_000}(
            abi.encodeCall(oracle.poke, (only(ETH)))
        );
        assertFalse(success);
        assertEq(bytes4(reason), IPriceOracle.Oracle_InsufficientGas.selector);
        bytes memory arguments = new bytes(64);
        for (uint256 i; i < 64; ++i) arguments[i] = reason[i + 4];
        (uint256 available, uint256 asked) = abi.decode(arguments, (uint256, uint256));
        assertEq(asked, needed);
        assertLt(available, needed);
    }
}
