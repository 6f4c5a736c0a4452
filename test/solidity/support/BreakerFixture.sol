// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {CircuitBreaker} from "../../../contracts/breaker/CircuitBreaker.sol";
import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {IPriceOracle} from "../../../contracts/oracle/IPriceOracle.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Level} from "../../../contracts/types/Policy.sol";

import {BreakerOracleMock} from "./BreakerOracleMock.sol";
import {Test} from "./Test.sol";

/// @dev A breaker over a mock oracle with two underlyings; the test contract is the administrator.
abstract contract BreakerFixture is Test {
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant PRICE = 2_000e18;
    AssetId internal constant ETH = AssetId.wrap(1);
    AssetId internal constant BTC = AssetId.wrap(2);
    AssetId internal constant DOMAIN = AssetId.wrap(0);
    uint32 internal constant BASELINE = 10 minutes;
    uint32 internal constant ANCHOR = 4 hours;

    AccessManager internal manager;
    BreakerOracleMock internal oracle;
    CircuitBreaker internal breaker;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1_000);
        manager = new AccessManager(address(this));
        oracle = new BreakerOracleMock();
        breaker = new CircuitBreaker(address(manager), IPriceOracle(address(oracle)));
        oracle.list(ETH, PRICE);
        oracle.list(BTC, PRICE);
        setPast(ETH, PRICE);
        setPast(BTC, PRICE);
    }

    function setPast(AssetId asset, uint256 priceWad) internal {
        oracle.setPast(asset, BASELINE, priceWad);
        oracle.setPast(asset, ANCHOR, priceWad);
    }

    function update(AssetId asset) internal {
        AssetId[] memory assets = new AssetId[](1);
        assets[0] = asset;
        breaker.update(assets);
    }

    /// @dev Time passes, the chain and the oracle live.
    function pass(uint256 seconds_) internal {
        vm.warp(block.timestamp + seconds_);
        vm.roll(block.number + seconds_ / 12);
        oracle.setUpdatedAt(ETH, block.timestamp);
        oracle.setUpdatedAt(BTC, block.timestamp);
    }

    /// @dev Updates ETH every minute for `minutes_`.
    function run(uint256 minutes_) internal {
        for (uint256 i; i < minutes_; ++i) {
            pass(1 minutes);
            update(ETH);
        }
    }

    function stored(AssetId asset) internal view returns (Level) {
        return breaker.recordOf(asset).level;
    }

    function bit(AssetId asset) internal pure returns (uint256) {
        return uint256(1) << AssetId.unwrap(asset);
    }

    function assertLevel(Level actual, Level expected) internal pure {
        assertEq(uint256(actual), uint256(expected), "level");
    }

    function assertCause(AssetId asset, ICircuitBreaker.Cause expected) internal view {
        assertEq(uint256(breaker.recordOf(asset).cause), uint256(expected), "cause");
    }
}
