// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {CorrelationMatrix} from "../../../contracts/oracle/CorrelationMatrix.sol";
import {ICorrelationMatrix} from "../../../contracts/oracle/ICorrelationMatrix.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {PriceOracle} from "../../../contracts/oracle/PriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {OracleMockSource} from "./OracleMockSource.sol";
import {Test} from "./Test.sol";

/// @dev Several assets of three sources each, and a correlation matrix beside the oracle; this contract is the admin.
abstract contract OraclePairFixture is Test {
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant PRICE = 2000e18;
    uint256 internal constant GROUPS = 3;
    AssetId internal constant A = AssetId.wrap(1);
    AssetId internal constant B = AssetId.wrap(2);

    AccessManager internal manager;
    PriceOracle internal oracle;
    CorrelationMatrix internal matrix;
    mapping(AssetId asset => OracleMockSource[]) internal sourcesOf;

    function setUpPairs(uint16 count) internal {
        vm.warp(START);
        manager = new AccessManager(address(this));
        oracle = new PriceOracle(address(manager));
        for (uint16 id = 1; id <= count; ++id) listAsset(AssetId.wrap(id));
        matrix = new CorrelationMatrix(address(manager), oracle);
    }

    function listAsset(AssetId asset) internal {
        IPriceOracle.SourceConfig[] memory list = new IPriceOracle.SourceConfig[](GROUPS);
        for (uint256 i; i < GROUPS; ++i) {
            OracleMockSource source = new OracleMockSource(PRICE);
            sourcesOf[asset].push(source);
            list[i] = IPriceOracle.SourceConfig(address(source), uint8(i), 3660, 60_000, 1e15, 1_000_000_000e18);
        }
        oracle.listAsset(asset, assetConfig(), list, 256);
    }

    function assetConfig() internal pure returns (IPriceOracle.AssetConfig memory) {
        return IPriceOracle.AssetConfig(200, 200, 500, 10, 100, 300, 3600, 10_000, 180, 1800, 8, 3000, 6000, 1000);
    }

    function setPrice(AssetId asset, uint256 priceWad) internal {
        for (uint256 i; i < GROUPS; ++i) sourcesOf[asset][i].set(priceWad, 0, block.timestamp);
    }

    /// @dev Only `healthy` of the three sources have a value of now.
    function setHealthy(AssetId asset, uint256 priceWad, uint256 healthy) internal {
        for (uint256 i; i < GROUPS; ++i) sourcesOf[asset][i].set(i < healthy ? priceWad : 0, 0, block.timestamp);
    }

    /// @dev `seconds_` later both assets have these prices and are observed.
    function stepPair(uint256 seconds_, uint256 priceAWad, uint256 priceBWad) internal returns (uint256 learnt) {
        vm.warp(block.timestamp + seconds_);
        setPrice(A, priceAWad);
        setPrice(B, priceBWad);
        return matrix.observe(both());
    }

    function both() internal pure returns (AssetId[] memory list) {
        list = new AssetId[](2);
        (list[0], list[1]) = (A, B);
    }

    function first(uint16 count) internal pure returns (AssetId[] memory list) {
        list = new AssetId[](count);
        for (uint16 i; i < count; ++i) list[i] = AssetId.wrap(i + 1);
    }

    function terms() internal pure returns (ICorrelationMatrix.PairTerms memory) {
        return ICorrelationMatrix.PairTerms(2000, 9000, 5000);
    }

    /// @dev A share of 1, WAD, drawn from a seed.
    function draw(uint256 seed, uint256 salt) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, salt)));
    }
}
