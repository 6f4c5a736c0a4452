// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IApi3ReaderProxy} from "@api3/contracts/interfaces/IApi3ReaderProxy.sol";

import {Api3Adapter} from "../../../../contracts/oracle/adapters/Api3Adapter.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {OracleApi3Mock} from "../../support/OracleApi3Mock.sol";
import {Test} from "../../support/Test.sol";

contract Api3AdapterTest is Test {
    OracleApi3Mock private proxy;
    Api3Adapter private adapter;

    function setUp() public {
        vm.warp(1_700_000_000);
        proxy = new OracleApi3Mock();
        adapter = new Api3Adapter(proxy, "ETH", "USD");
    }

    function assertNoValue() internal view {
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price + confidence + updatedAt, 0);
    }

    function testFuzz_Latest_PassesOnWhatWasSigned(int224 value, uint32 timestamp) public {
        proxy.set(value, timestamp);
        if (value <= 0 || timestamp == 0) return assertNoValue();
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price, uint256(int256(value)));
        assertEq(confidence, 0);
        assertEq(updatedAt, timestamp);
    }

    function test_Latest_NoValueWhenNotPositive() public {
        int224[3] memory values = [int224(0), -1, type(int224).min];
        for (uint256 i; i < 3; ++i) {
            proxy.set(values[i], 1);
            assertNoValue();
        }
    }

    function test_Latest_NoValueWhenTheProxyIsUpgraded() public {
        proxy.set(2000e18, 1);
        assertEq(adapter.unitDecimals(), 18);
        proxy.upgrade(8);
        assertEq(adapter.unitDecimals(), 8);
        assertNoValue();
        proxy.upgrade(18);
        (uint256 price, , ) = adapter.latest();
        assertEq(price, 2000e18);
    }

    function test_Describe() public view {
        IDescribedSource.SourceCard memory card = adapter.describe();
        assertEq(card.kind, "api3");
        assertEq(card.base, "ETH");
        assertEq(card.quote, "USD");
        assertEq(card.feed, address(proxy));
        assertEq(card.decimals, 18);
        assertEq(card.highestWad, type(uint256).max);
    }

    function test_Constructor_RevertsWhen_BadProxy() public {
        vm.expectRevert(abi.encodeWithSelector(Api3Adapter.Oracle_BadApi3Proxy.selector, address(1), 0));
        new Api3Adapter(IApi3ReaderProxy(address(1)), "ETH", "USD");
        proxy.upgrade(8);
        vm.expectRevert(abi.encodeWithSelector(Api3Adapter.Oracle_BadApi3Proxy.selector, address(proxy), 8));
        new Api3Adapter(proxy, "ETH", "USD");
    }
}
