// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {IOracleDiagnostics} from "../../../contracts/oracle/IOracleDiagnostics.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {OracleDiagnostics} from "../../../contracts/oracle/OracleDiagnostics.sol";
import {AssetId, NO_ASSET} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleMockSource} from "../support/OracleMockSource.sol";

contract PriceOracleConfigTest is OracleFixture {
    AssetId private constant BTC = AssetId.wrap(2);
    address private constant STRANGER = address(0xBEEF);

    function setUp() public {
        setUpOracle(3);
    }

    function listOf(uint256 count) internal returns (IPriceOracle.SourceConfig[] memory list) {
        list = new IPriceOracle.SourceConfig[](count);
        for (uint256 i; i < count; ++i) list[i] = sourceConfig(address(new OracleMockSource(PRICE)), uint8(i % 7));
    }

    function field(
        uint256 index,
        uint256 actual,
        uint256 lowest,
        uint256 highest
    ) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IPriceOracle.Oracle_FieldOutOfBounds.selector, index, actual, lowest, highest);
    }

    function test_ListAsset_StoresAndAnnounces() public {
        IPriceOracle.SourceConfig[] memory list = listOf(8);
        vm.expectEmit();
        emit IPriceOracle.AssetListed(BTC, config());
        for (uint256 i; i < 8; ++i) {
            vm.expectEmit();
            emit IPriceOracle.SourceAdded(BTC, i, list[i]);
        }
        oracle.listAsset(BTC, config(), list, CARDINALITY);
        assertTrue(oracle.isListed(BTC));
        assertTrue(oracle.canPoke(BTC));
        assertEq(keccak256(abi.encode(oracle.configOf(BTC))), keccak256(abi.encode(config())));
        assertEq(keccak256(abi.encode(oracle.sourcesOf(BTC))), keccak256(abi.encode(list)));
        (uint256 cardinality, uint256 next, uint256 history) = oracle.ringOf(BTC);
        assertEq(cardinality, CARDINALITY);
        assertEq(next, CARDINALITY);
        assertEq(history, 0);
    }

    function test_ListAsset_RevertsWhen_ListedOrNone() public {
        IPriceOracle.SourceConfig[] memory list = listOf(1);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_CannotList.selector, ETH));
        oracle.listAsset(ETH, config(), list, CARDINALITY);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_CannotList.selector, NO_ASSET));
        oracle.listAsset(NO_ASSET, config(), list, CARDINALITY);
    }

    function test_ListAsset_RevertsWhen_SourceCount() public {
        IPriceOracle.SourceConfig[] memory list = listOf(0);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_SourceCount.selector, 0, 8));
        oracle.listAsset(BTC, config(), list, CARDINALITY);
        list = listOf(9);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_SourceCount.selector, 9, 8));
        oracle.listAsset(BTC, config(), list, CARDINALITY);
    }

    function test_ListAsset_RevertsWhen_Duplicate() public {
        IPriceOracle.SourceConfig[] memory list = listOf(3);
        list[2].adapter = list[0].adapter;
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_DuplicateSource.selector, list[0].adapter));
        oracle.listAsset(BTC, config(), list, CARDINALITY);
    }

    function test_ListAsset_RevertsWhen_NoCode() public {
        IPriceOracle.SourceConfig[] memory list = listOf(3);
        list[1].adapter = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_AdapterWithoutCode.selector, STRANGER));
        oracle.listAsset(BTC, config(), list, CARDINALITY);
    }

    function test_ListAsset_RevertsWhen_SourceFieldsOutOfBounds() public {
        IPriceOracle.SourceConfig[] memory list = listOf(1);
        list[0].group = 7;
        refuse(list, field(1, 7, 0, 6));
        list[0].group = 6;
        list[0].maxAgeSeconds = 0;
        refuse(list, field(2, 0, 1, 26 hours));
        list[0].maxAgeSeconds = 26 hours + 1;
        refuse(list, field(2, 26 hours + 1, 1, 26 hours));
        list[0].maxAgeSeconds = 26 hours;
        list[0].gasCap = 19_999;
        refuse(list, field(3, 19_999, 20_000, 2_000_000));
        list[0].gasCap = 20_000;
        list[0].floorWad = 0;
        refuse(list, field(4, 0, 1, type(uint96).max));
        list[0].floorWad = 2;
        list[0].ceilingWad = 1;
        refuse(list, field(5, 1, 2, type(uint96).max));
        list[0].ceilingWad = uint128(type(uint96).max) + 1;
        refuse(list, field(5, uint256(type(uint96).max) + 1, 2, type(uint96).max));
        list[0].ceilingWad = 2;
        oracle.listAsset(BTC, config(), list, CARDINALITY);
    }

    function refuse(IPriceOracle.SourceConfig[] memory list, bytes memory reason) internal {
        vm.expectRevert(reason);
        oracle.listAsset(BTC, config(), list, CARDINALITY);
    }

    function test_ListAsset_RevertsWhen_Cardinality() public {
        IPriceOracle.SourceConfig[] memory list = listOf(1);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_Cardinality.selector, 2, 3, 512));
        oracle.listAsset(BTC, config(), list, 2);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_Cardinality.selector, 513, 3, 512));
        oracle.listAsset(BTC, config(), list, 513);
        // 226 slots of 8 s hold 1792 s, 227 hold 1800.
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_RingTooShort.selector, 1792, 1800));
        oracle.listAsset(BTC, config(), list, 226);
        oracle.listAsset(BTC, config(), list, 227);
    }

    function test_ConfigureAsset_RevertsWhen_FieldOutOfBounds() public {
        uint16[14] memory low = [9, 0, 9, 0, 9, 0, 300, 0, 59, 180, 0, 99, 2999, 9];
        uint16[14] memory high = [2001, 1001, 5001, 1001, 5001, 65535, 1, 50001, 43200, 43201, 601, 50001, 1, 10001];
        uint16[14] memory lowest = [10, 1, 10, 1, 10, 1, 301, 0, 60, 181, 1, 100, 3000, 10];
        uint16[14] memory highest = [
            2000,
            1000,
            5000,
            1000,
            5000,
            65534,
            65535,
            50000,
            43199,
            43200,
            600,
            50000,
            65535,
            10000
        ];
        for (uint256 i; i < 14; ++i) {
            // Three fields have no value below their range or none above it.
            if (i != 7) refuseField(i, low[i], lowest[i], highest[i]);
            if (i != 6 && i != 12) refuseField(i, high[i], lowest[i], highest[i]);
        }
    }

    function refuseField(uint256 index, uint256 value, uint256 lowest, uint256 highest) internal {
        bytes memory encoded = abi.encode(config());
        assembly ("memory-safe") {
            mstore(add(add(encoded, 32), mul(index, 32)), value)
        }
        IPriceOracle.AssetConfig memory bad = abi.decode(encoded, (IPriceOracle.AssetConfig));
        vm.expectRevert(field(index, value, lowest, highest));
        oracle.configureAsset(ETH, bad);
    }

    function test_ConfigureAsset_AppliesFromTheNextObservation() public {
        poke();
        IPriceOracle.AssetConfig memory wider = config();
        wider.minHalfSpreadBps = 50;
        wider.longWindowSeconds = 2032;
        vm.expectEmit();
        emit IPriceOracle.AssetConfigured(ETH, config(), wider);
        oracle.configureAsset(ETH, wider);
        assertEq(views().highWad, (PRICE * 1001) / 1000);
        step(12, PRICE);
        assertEq(views().highWad, (PRICE * 1005) / 1000);
        wider.longWindowSeconds = 2033;
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_RingTooShort.selector, 2032, 2033));
        oracle.configureAsset(ETH, wider);
    }

    /// @dev A longer window reaches back to history that the shorter one had passed.
    function test_ConfigureAsset_LongerWindowFindsOldHistory() public {
        poke();
        for (uint256 i = 1; i <= 100; ++i) step(12, PRICE + (PRICE * i) / 10_000);
        IPriceOracle.AssetConfig memory longer = config();
        longer.shortWindowSeconds = 900;
        oracle.configureAsset(ETH, longer);
        step(12, PRICE);
        assertApproxEqRel(views().shortTwapWad, oracle.twap(ETH, 900), 1e11);
    }

    /// @dev Agreeing for an hour, or for days, does not make it count: somebody has to activate it.
    function test_AddSource_StartsInShadow() public {
        poke();
        OracleMockSource extra = new OracleMockSource(PRICE);
        sources.push(extra);
        vm.expectEmit();
        emit IPriceOracle.SourceAdded(ETH, 3, sourceConfig(address(extra), 3));
        assertEq(oracle.addSource(ETH, sourceConfig(address(extra), 3)), 3);
        assertTrue(oracle.standingsOf(ETH)[3].inShadow);
        for (uint256 i; i < 700; ++i) step(300, PRICE);
        assertEq(views().groups, 3);
        assertTrue(oracle.standingsOf(ETH)[3].quarantined);
    }

    function test_AddSource_RevertsWhen_FullOrDuplicate() public {
        IPriceOracle.SourceConfig memory again = oracle.sourcesOf(ETH)[0];
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_DuplicateSource.selector, again.adapter));
        oracle.addSource(ETH, again);
        IPriceOracle.SourceConfig[] memory list = listOf(6);
        for (uint256 i; i < 5; ++i) oracle.addSource(ETH, list[i]);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_SourceCount.selector, 9, 8));
        oracle.addSource(ETH, list[5]);
    }

    function test_RemoveSource_MovesTheLastWithItsStanding() public {
        IPriceOracle.SourceConfig[] memory before = oracle.sourcesOf(ETH);
        oracle.suspendSource(ETH, 2);
        vm.expectEmit();
        emit IPriceOracle.SourceRemoved(ETH, 0, before[0]);
        oracle.removeSource(ETH, 0);
        IPriceOracle.SourceConfig[] memory afterwards = oracle.sourcesOf(ETH);
        assertEq(afterwards.length, 2);
        assertEq(afterwards[0].adapter, before[2].adapter);
        assertEq(afterwards[1].adapter, before[1].adapter);
        assertTrue(oracle.standingsOf(ETH)[0].quarantined);
        assertFalse(oracle.standingsOf(ETH)[1].quarantined);
        assertEq(oracle.standingsOf(ETH)[0].releaseAt, START + 1 hours);
        oracle.removeSource(ETH, 1);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_SourceCount.selector, 0, 8));
        oracle.removeSource(ETH, 0);
    }

    function test_SourceIndex_RevertsWhen_Unknown() public {
        bytes memory reason = abi.encodeWithSelector(IPriceOracle.Oracle_NoSuchSource.selector, 3, 3);
        vm.expectRevert(reason);
        oracle.removeSource(ETH, 3);
        vm.expectRevert(reason);
        oracle.suspendSource(ETH, 3);
    }

    function test_SuspendSource_TakesItOutOfTheCount() public {
        vm.expectEmit();
        emit IPriceOracle.SourceQuarantined(ETH, 1, START + 1 hours);
        oracle.suspendSource(ETH, 1);
        poke();
        assertEq(views().groups, 2);
    }

    function test_Everything_RevertsWhen_NotListed() public {
        bytes memory reason = abi.encodeWithSelector(IPriceOracle.Oracle_NotListed.selector, BTC);
        vm.expectRevert(reason);
        oracle.poke(only(BTC));
        vm.expectRevert(reason);
        oracle.configureAsset(BTC, config());
        vm.expectRevert(reason);
        oracle.addSource(BTC, sourceConfig(address(sources[0]), 0));
        vm.expectRevert(reason);
        oracle.removeSource(BTC, 0);
        vm.expectRevert(reason);
        oracle.suspendSource(BTC, 0);
        vm.expectRevert(reason);
        oracle.growRing(BTC, 300);
        vm.expectRevert(reason);
        oracle.configOf(BTC);
        vm.expectRevert(reason);
        oracle.sourcesOf(BTC);
        vm.expectRevert(reason);
        oracle.standingsOf(BTC);
        vm.expectRevert(reason);
        oracle.ringOf(BTC);
        assertFalse(oracle.isListed(BTC));
        assertFalse(oracle.canPoke(BTC));
        assertEq(oracle.read(BTC).midWad, 0);
        assertEq(oracle.twap(BTC, 0) + oracle.priceAt(BTC, 0) + oracle.realisedVariance(BTC, 0), 0);
    }

    function test_Setters_RevertWhen_CalledByAStranger() public {
        IPriceOracle.SourceConfig[] memory list = listOf(1);
        bytes memory reason = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(reason);
        oracle.listAsset(BTC, config(), list, CARDINALITY);
        vm.expectRevert(reason);
        oracle.configureAsset(ETH, config());
        vm.expectRevert(reason);
        oracle.addSource(ETH, list[0]);
        vm.expectRevert(reason);
        oracle.removeSource(ETH, 0);
        vm.expectRevert(reason);
        oracle.suspendSource(ETH, 0);
        poke();
        oracle.growRing(ETH, CARDINALITY + 1);
    }

    function test_Poke_RevertsWhen_TooMany() public {
        AssetId[] memory many = new AssetId[](33);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_TooManyAssets.selector, 33, 32));
        oracle.poke(many);
        oracle.poke(new AssetId[](0));
    }

    function test_Poke_OncePerBlock() public {
        vm.expectEmit();
        emit IPriceOracle.ObservationCommitted(ETH, PRICE, 1e6, 3);
        poke();
        assertFalse(oracle.canPoke(ETH));
        setAll(PRICE * 2);
        poke();
        assertEq(views().midWad, PRICE);
    }

    function test_ReadMany_KeepsTheOrder() public {
        oracle.listAsset(BTC, config(), listOf(3), CARDINALITY);
        poke();
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (BTC, ETH);
        PriceViews[] memory many = oracle.readMany(both);
        assertEq(many[0].midWad, 0);
        assertEq(many[1].midWad, PRICE);
    }

    function test_GrowRing_ServesAtOnceWhileItHasNotWrapped() public {
        poke();
        vm.expectEmit();
        emit IPriceOracle.RingGrown(ETH, CARDINALITY, 400);
        oracle.growRing(ETH, 400);
        (uint256 cardinality, uint256 next, ) = oracle.ringOf(ETH);
        assertEq(cardinality, 400);
        assertEq(next, 400);
    }

    function test_GrowRing_WaitsForTheWrap() public {
        for (uint256 i; i < 300; ++i) step(12, PRICE);
        oracle.growRing(ETH, 400);
        (uint256 cardinality, uint256 next, uint256 history) = oracle.ringOf(ETH);
        assertEq(cardinality, CARDINALITY);
        assertEq(next, 400);
        assertEq(history, 255 * 12);
        for (uint256 i; i < 300; ++i) step(12, PRICE);
        (cardinality, , history) = oracle.ringOf(ETH);
        assertEq(cardinality, 400);
        assertGt(history, 300 * 12);
    }

    function test_GrowRing_RevertsWhen_NotGrowing() public {
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_Cardinality.selector, 256, 257, 768));
        oracle.growRing(ETH, 256);
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_Cardinality.selector, 769, 257, 768));
        oracle.growRing(ETH, 769);
    }

    function test_Diagnostics_RevertsWhen_NoOracle() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleDiagnostics.Oracle_NoOracle.selector, STRANGER));
        new OracleDiagnostics(IPriceOracle(STRANGER));
    }

    function test_Diagnose_SaysWhatAPokeWouldFind() public {
        sources[0].set(PRICE * 2, 0, block.timestamp);
        sources[1].set(PRICE, 1e18, block.timestamp - 100);
        oracle.suspendSource(ETH, 2);
        IOracleDiagnostics.Diagnosis memory d = new OracleDiagnostics(oracle).diagnose(ETH);
        assertFalse(d.agreed);
        assertEq(d.validGroups, 2);
        assertEq(d.acceptedGroups, 1);
        assertEq(d.medianWad, PRICE);
        assertEq(d.sources[0].valueWad, PRICE * 2);
        assertEq(d.sources[1].confidenceWad, 1e18);
        assertEq(d.sources[1].ageSeconds, 100);
        assertTrue(d.sources[2].standing.quarantined);
        assertEq(d.sources[2].config.adapter, address(sources[2]));
    }

    /// @dev The word of an asset that holds its version: the third of its state.
    function controlSlot(AssetId asset) private view returns (bytes32) {
        for (uint256 slot; slot < 8; ++slot) {
            uint256 first = uint256(keccak256(abi.encode(asset, slot)));
            if (uint256(vm.load(address(oracle), bytes32(first + 2))) != 0) return bytes32(first + 2);
        }
        revert("no state of the asset was found");
    }

    function saltOf(AssetId asset, uint256 version) private pure returns (bytes32) {
        return bytes32((uint256(AssetId.unwrap(asset)) << 128) | version);
    }

    function test_Configure_RevertsWhen_VersionsAreUsedUp() public {
        bytes32 slot = controlSlot(ETH);
        uint256 word = uint256(vm.load(address(oracle), slot));
        assertEq(uint16(word >> 32), 1);
        // A spec lives at an address that follows from its version: the first stands in for the last.
        uint256 last = (word & ~(uint256(type(uint16).max) << 32)) | (uint256(type(uint16).max) << 32);
        IPriceOracle.SourceConfig memory added = sourceConfig(address(new OracleMockSource(PRICE)), 5);
        address spec = SSTORE2.predictDeterministicAddress(saltOf(ETH, 1), address(oracle));
        assertGt(spec.code.length, 0);
        bytes32 salt = saltOf(ETH, type(uint16).max);
        vm.etch(SSTORE2.predictDeterministicAddress(salt, address(oracle)), spec.code);
        vm.store(address(oracle), slot, bytes32(last));
        bytes memory refusal = abi.encodeWithSelector(IPriceOracle.Oracle_SpecVersionsExhausted.selector, ETH);
        vm.expectRevert(refusal);
        oracle.configureAsset(ETH, config());
        vm.expectRevert(refusal);
        oracle.addSource(ETH, added);
    }
}
