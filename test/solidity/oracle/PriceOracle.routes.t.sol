// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleDiagnostics} from "../../../contracts/oracle/IOracleDiagnostics.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {OracleDiagnostics} from "../../../contracts/oracle/OracleDiagnostics.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleRoutedSource} from "../support/OracleRoutedSource.sol";

/// @dev Sources that are read through another contract.
contract PriceOracleRoutesTest is OracleFixture {
    AssetId private constant BTC = AssetId.wrap(2);

    OracleRoutedSource private routed;
    OracleRoutedSource private reader;

    function setUp() public {
        setUpOracle(3);
        routed = new OracleRoutedSource(1);
        reader = new OracleRoutedSource(PRICE);
    }

    function listWith(bytes memory route, bool fails) private {
        routed.setRoute(route, fails);
        IPriceOracle.SourceConfig[] memory list = new IPriceOracle.SourceConfig[](4);
        for (uint256 i; i < 3; ++i) list[i] = sourceConfig(address(sources[i]), uint8(i));
        list[3] = sourceConfig(address(routed), 3);
        oracle.listAsset(BTC, config(), list, CARDINALITY);
        assertEq(oracle.sourcesOf(BTC)[3].adapter, address(routed), "the registry names the adapter");
        oracle.poke(only(BTC));
    }

    function routeTo(address target, bytes4 selector) private pure returns (bytes memory) {
        return abi.encode(target, selector, PRICE + 1e18, 0.5e18);
    }

    function assertFault(IPriceOracle.SourceFault fault, uint256 valueWad) private {
        assertEq(oracle.read(BTC).groups, fault == IPriceOracle.SourceFault.None ? 4 : 3, "groups");
        IOracleDiagnostics.Diagnosis memory d = new OracleDiagnostics(oracle).diagnose(BTC);
        assertEq(uint256(d.sources[3].fault), uint256(fault), "fault");
        assertEq(d.sources[3].valueWad, valueWad, "value");
        bool wrong = fault >= IPriceOracle.SourceFault.Malformed;
        assertEq(oracle.standingsOf(BTC)[3].strikes, wrong ? 1 : 0, "strikes");
    }

    /// @dev The reader gets the adapter's address and both words.
    function test_Poke_AsksTheReader() public {
        listWith(routeTo(address(reader), OracleRoutedSource.tell.selector), false);
        assertFault(IPriceOracle.SourceFault.None, PRICE + 1e18);
    }

    function test_Poke_ReaderWithoutCode() public {
        listWith(routeTo(address(0xdead), OracleRoutedSource.tell.selector), false);
        assertFault(IPriceOracle.SourceFault.NoCode, 0);
    }

    function test_Poke_ReaderSpeaksAmiss() public {
        listWith(routeTo(address(reader), OracleRoutedSource.mumble.selector), false);
        assertFault(IPriceOracle.SourceFault.Malformed, 0);
    }

    function test_Poke_ReaderBurnsAll() public {
        uint256 before = gasleft();
        listWith(routeTo(address(reader), OracleRoutedSource.burn.selector), false);
        assertFault(IPriceOracle.SourceFault.Reverted, 0);
        before = gasleft();
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
        oracle.poke(only(BTC));
        assertLt(before - gasleft(), 400_000, "no more than its cap");
    }

    /// @dev A route is kept with the spec: what the adapter says later counts once the spec is written anew.
    function test_Poke_KeepsTheRoute() public {
        listWith(routeTo(address(reader), OracleRoutedSource.tell.selector), false);
        routed.setRoute(routeTo(address(reader), OracleRoutedSource.mumble.selector), false);
        vm.warp(block.timestamp + 61);
        setAll(PRICE);
        oracle.poke(only(BTC));
        assertEq(oracle.read(BTC).groups, 4);
        oracle.configureAsset(BTC, config());
        vm.warp(block.timestamp + 61);
        setAll(PRICE);
        oracle.poke(only(BTC));
        assertEq(oracle.read(BTC).groups, 3);
    }

    /// @dev What is no route cannot make a listing fail; the source is read by itself, and says 1 wei.
    function test_List_WithoutARoute() public {
        bytes[4] memory routes = [bytes(""), new bytes(127), new bytes(129), new bytes(128)];
        for (uint256 i; i < 5; ++i) {
            uint256 snapshot = vm.snapshotState();
            listWith(i == 4 ? routeTo(address(reader), OracleRoutedSource.tell.selector) : routes[i], i == 4);
            assertFault(IPriceOracle.SourceFault.OutOfBounds, 1);
            vm.revertToState(snapshot);
        }
    }

    /// @dev Bits beyond the width of address and selector are dropped.
    function test_List_WithADirtyRoute() public {
        bytes32 selector = bytes32(OracleRoutedSource.tell.selector) | bytes32(uint256(type(uint224).max));
        uint256 target = (uint256(type(uint96).max) << 160) | uint160(address(reader));
        listWith(abi.encode(target, selector, PRICE + 1e18, 0.5e18), false);
        assertFault(IPriceOracle.SourceFault.None, PRICE + 1e18);
    }
}
