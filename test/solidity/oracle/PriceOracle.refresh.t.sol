// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleFixture} from "../support/OracleFixture.sol";
import {OracleRefreshedSource} from "../support/OracleRefreshedSource.sol";

/// @dev Sources that keep state: the oracle calls them, and whatever the call does must not matter.
contract PriceOracleRefreshTest is OracleFixture {
    AssetId private constant BTC = AssetId.wrap(2);
    uint256 private constant REFRESH_GAS = 900_000;

    OracleRefreshedSource private fourth;
    IPriceOracle.SourceConfig[] private list;

    function setUp() public {
        setUpOracle(3);
        fourth = new OracleRefreshedSource(oracle, BTC, PRICE, REFRESH_GAS);
        for (uint256 i; i < 3; ++i) list.push(sourceConfig(address(sources[i]), uint8(i)));
        list.push(sourceConfig(address(fourth), 3));
        oracle.listAsset(BTC, config(), list, CARDINALITY);
        setAll(PRICE);
        oracle.poke(only(BTC));
    }

    function later() internal {
        vm.warp(block.timestamp + 12);
        setAll(PRICE);
    }

    function test_Poke_ReadsWhatTheRefreshFound() public {
        assertEq(fourth.refreshes(), 1);
        later();
        fourth.set(OracleRefreshedSource.Mode.Honest, PRICE + 1e18, 0);
        oracle.poke(only(BTC));
        assertEq(fourth.refreshes(), 2);
        PriceViews memory v = oracle.read(BTC);
        assertEq(v.groups, 4);
        // The dispersion tells that the fourth source's new value was read: half of 1 in 2000, in the interval.
        assertGe(v.highWad - v.midWad, 0.5e18);
        // Once per block: an asset that was tried is left alone, and so are its sources.
        oracle.poke(only(BTC));
        assertEq(fourth.refreshes(), 2);
    }

    function test_Poke_IgnoresWhatARefreshDoes() public {
        for (uint256 m = 1; m < 4; ++m) {
            later();
            fourth.set(OracleRefreshedSource.Mode(m), PRICE, 0);
            uint256 gasBefore = gasleft();
            oracle.poke(only(BTC));
            assertLt(gasBefore - gasleft(), REFRESH_GAS + 300_000);
            PriceViews memory v = oracle.read(BTC);
            assertEq(v.groups, 4, "its value still counts");
            assertGrade(v.grade, Grade.Firm);
            assertEq(oracle.standingsOf(BTC)[3].strikes, 0, "a refresh cannot strike");
        }
        assertEq(fourth.refreshes(), 1);
    }

    function test_Poke_JudgesTheValueAndNotTheRefresh() public {
        later();
        fourth.set(OracleRefreshedSource.Mode.Lie, PRICE, 0);
        oracle.poke(only(BTC));
        assertEq(oracle.read(BTC).groups, 3);
        assertEq(oracle.read(BTC).midWad, PRICE);
        assertEq(oracle.standingsOf(BTC)[3].strikes, 1);
    }

    /// @dev A poke of the same asset from within has less gas than it needs, always.
    function testFuzz_Poke_RefusesAPokeOfTheSameAssetFromWithin(uint256 refreshGas) public {
        fourth = new OracleRefreshedSource(oracle, BTC, PRICE, bound(refreshGas, 200_000, 2_000_000));
        list[3].adapter = address(fourth);
        fourth.aim(AssetId.wrap(3));
        oracle.listAsset(AssetId.wrap(3), config(), list, CARDINALITY);
        fourth.set(OracleRefreshedSource.Mode.Reenter, PRICE, 0);
        oracle.poke(only(AssetId.wrap(3)));
        assertEq(fourth.reentered(), 0);
        assertEq(fourth.refreshes(), 1);
        assertEq(oracle.read(AssetId.wrap(3)).groups, 4);
    }

    function test_Poke_SurvivesAPokeFromWithin() public {
        later();
        fourth.set(OracleRefreshedSource.Mode.Reenter, PRICE, 0);
        oracle.poke(only(BTC));
        assertEq(fourth.reentered(), 0);
        PriceViews memory v = oracle.read(BTC);
        assertEq(v.updatedAt, block.timestamp);
        assertEq(v.groups, 4);
        assertGrade(v.grade, Grade.Firm);
        for (uint256 i; i < 4; ++i) assertEq(oracle.standingsOf(BTC)[i].strikes, 0);
        later();
        oracle.poke(only(BTC));
        assertEq(oracle.read(BTC).updatedAt, block.timestamp);
    }

    /// @dev The other asset is being observed from within: both commit once.
    function test_Poke_SurvivesAPokeOfAnotherAssetFromWithin() public {
        later();
        fourth.aim(ETH);
        fourth.set(OracleRefreshedSource.Mode.ReenterOther, PRICE, 0);
        AssetId[] memory both = new AssetId[](2);
        (both[0], both[1]) = (BTC, ETH);
        oracle.poke(both);
        assertEq(fourth.reentered(), 1);
        assertEq(oracle.read(ETH).updatedAt, block.timestamp);
        assertEq(oracle.read(BTC).updatedAt, block.timestamp);
    }

    /// @dev Whatever gas the caller brings: the refresh has all it asked for, or nothing is recorded.
    function testFuzz_Poke_NoGasLimitStarvesARefresh(uint256 gasLimit, uint256 rounds) public {
        later();
        rounds = bound(rounds, 0, 2_000);
        fourth.set(OracleRefreshedSource.Mode.Honest, PRICE, rounds);
        uint256 before = fourth.refreshes();
        gasLimit = bound(gasLimit, 21_000, 2_500_000);
        (bool success, ) = address(oracle).call{gas: gasLimit}(abi.encodeCall(oracle.poke, (only(BTC))));
        if (success) {
            assertEq(fourth.refreshes(), before + 1, "a refresh was starved");
            assertEq(oracle.read(BTC).groups, 4);
        } else {
            assertEq(fourth.refreshes(), before);
            assertLt(oracle.read(BTC).updatedAt, block.timestamp);
        }
        for (uint256 i; i < 4; ++i) assertEq(oracle.standingsOf(BTC)[i].strikes, 0, "strike");
    }

    /// @dev What asks for more than 2M gas, or says nothing sensible, is read like any other source.
    function test_ListAsset_IgnoresAnUnreasonableRefresh() public {
        OracleRefreshedSource greedy = new OracleRefreshedSource(oracle, BTC, PRICE, 2_000_001);
        list[3].adapter = address(greedy);
        oracle.listAsset(AssetId.wrap(3), config(), list, CARDINALITY);
        oracle.poke(only(AssetId.wrap(3)));
        assertEq(greedy.refreshes(), 0);
        assertEq(oracle.read(AssetId.wrap(3)).groups, 4);
    }

    /// @dev An asset that no transaction could ever observe is refused.
    function test_ListAsset_RevertsWhen_TheCapsExceedATransaction() public {
        while (list.length < 8) list.push(list[3]);
        uint256 caps;
        for (uint256 i; i < 8; ++i) {
            if (i >= 3) {
                list[i].adapter = address(new OracleRefreshedSource(oracle, BTC, PRICE, 2_000_000));
                list[i].group = uint8(i % 7);
            }
            list[i].gasCap = 2_000_000;
            caps += 2_000_000 + (i >= 3 ? 2_000_000 : 0);
        }
        uint256 needed = 60_000 + 13 * 8_000 + (caps * 64) / 63;
        vm.expectRevert(abi.encodeWithSelector(IPriceOracle.Oracle_TooMuchGas.selector, needed, 2 ** 24 - 1));
        oracle.listAsset(AssetId.wrap(3), config(), list, CARDINALITY);
    }
}
