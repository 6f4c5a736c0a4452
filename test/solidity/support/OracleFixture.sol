// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {PriceOracle} from "../../../contracts/oracle/PriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Grade, PriceViews} from "../../../contracts/types/Price.sol";
import {OracleMockSource} from "./OracleMockSource.sol";
import {Test} from "./Test.sol";

/// @dev An oracle with one listed asset; this contract is its admin.
abstract contract OracleFixture is Test {
    AssetId internal constant ETH = AssetId.wrap(1);
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant PRICE = 2000e18;
    uint16 internal constant CARDINALITY = 256;

    PriceOracle internal oracle;
    OracleMockSource[] internal sources;

    function setUpOracle(uint256 count) internal {
        vm.warp(START);
        oracle = new PriceOracle(address(new AccessManager(address(this))));
        IPriceOracle.SourceConfig[] memory list = new IPriceOracle.SourceConfig[](count);
        for (uint256 i; i < count; ++i) {
            sources.push(new OracleMockSource(PRICE));
            list[i] = sourceConfig(address(sources[i]), uint8(i % 7));
        }
        oracle.listAsset(ETH, config(), list, CARDINALITY);
    }

    function config() internal pure virtual returns (IPriceOracle.AssetConfig memory) {
        return
            IPriceOracle.AssetConfig({
                gateBps: 200,
                truncationBps: 200,
                velocityBps: 500,
                minHalfSpreadBps: 10,
                wideHalfSpreadBps: 100,
                freshSeconds: 300,
                maxAgeSeconds: 3600,
                ageSpreadBps: 10_000,
                shortWindowSeconds: 180,
                longWindowSeconds: 1800,
                ringSpacingSeconds: 8,
                sigmaFloorBps: 3000,
                sigmaSeedBps: 6000,
                glideBpsPerHour: 1000
            });
    }

    function sourceConfig(address adapter, uint8 group) internal pure returns (IPriceOracle.SourceConfig memory) {
        return
            IPriceOracle.SourceConfig({
                adapter: adapter,
                group: group,
                maxAgeSeconds: 3660,
                gasCap: 100_000,
                floorWad: 1e18,
                ceilingWad: 1_000_000e18
            });
    }

    /// @dev All sources say `priceWad` now.
    function setAll(uint256 priceWad) internal {
        for (uint256 i; i < sources.length; ++i) sources[i].set(priceWad, 0, block.timestamp);
    }

    function poke() internal {
        oracle.poke(only(ETH));
    }

    /// @dev `seconds_` later, all sources say `priceWad` and the oracle is poked.
    function step(uint256 seconds_, uint256 priceWad) internal {
        vm.warp(block.timestamp + seconds_);
        setAll(priceWad);
        poke();
    }

    function views() internal view returns (PriceViews memory) {
        return oracle.read(ETH);
    }

    function only(AssetId asset) internal pure returns (AssetId[] memory list) {
        list = new AssetId[](1);
        list[0] = asset;
    }

    function assertGrade(Grade actual, Grade expected) internal pure {
        assertEq(uint256(actual), uint256(expected), "grade");
    }
}
