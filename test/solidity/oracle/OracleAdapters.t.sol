// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MockV3Aggregator} from "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IPyth} from "@pythnetwork/pyth-sdk-solidity/IPyth.sol";
import {MockPyth} from "@pythnetwork/pyth-sdk-solidity/MockPyth.sol";
import {PythErrors} from "@pythnetwork/pyth-sdk-solidity/PythErrors.sol";

import {ChainlinkAdapter} from "../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {IPythAdapter} from "../../../contracts/oracle/adapters/IPythAdapter.sol";
import {PythAdapter} from "../../../contracts/oracle/adapters/PythAdapter.sol";
import {Test} from "../support/Test.sol";

contract ChainlinkAdapterTest is Test {
    MockV3Aggregator private feed;
    ChainlinkAdapter private adapter;

    function setUp() public {
        vm.warp(1_700_000_000);
        feed = new MockV3Aggregator(8, 2000e8);
        adapter = make(0, 0);
    }

    function make(int256 lower, int256 upper) internal returns (ChainlinkAdapter) {
        return new ChainlinkAdapter(AggregatorV3Interface(address(feed)), "ETH", "USD", lower, upper, 0);
    }

    function assertNoValue(ChainlinkAdapter a) internal view {
        (uint256 price, uint256 confidence, uint256 updatedAt) = a.latest();
        assertEq(price + confidence + updatedAt, 0);
    }

    function test_Latest_ScalesToWad() public {
        feed.updateRoundData(7, 1234_56789012, 1_699_999_000, 1_699_999_000);
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price, 1234.56789012e18);
        assertEq(confidence, 0);
        assertEq(updatedAt, 1_699_999_000);
    }

    function testFuzz_Latest_AnyDecimals(uint8 decimals, uint64 answer) public {
        decimals = uint8(bound(decimals, 0, 36));
        vm.assume(answer != 0);
        feed = new MockV3Aggregator(decimals, int256(uint256(answer)));
        (uint256 price, , ) = make(0, 0).latest();
        assertEq(price, decimals <= 18 ? answer * 10 ** (18 - decimals) : answer / 10 ** (decimals - 18));
    }

    function test_Latest_NoValueForBadRounds() public {
        feed.updateRoundData(0, 2000e8, block.timestamp, block.timestamp);
        assertNoValue(adapter);
        // A proxy's phase without a round of the aggregator.
        feed.updateRoundData(uint80(1) << 64, 2000e8, block.timestamp, block.timestamp);
        assertNoValue(adapter);
        feed.updateRoundData(1, 2000e8, 0, 0);
        assertNoValue(adapter);
    }

    function test_Latest_NoValueWhenAnsweredInAnEarlierRound() public {
        vm.mockCall(
            address(feed),
            abi.encodeCall(AggregatorV3Interface.latestRoundData, ()),
            abi.encode(uint80(5), int256(2000e8), block.timestamp, block.timestamp, uint80(4))
        );
        assertNoValue(adapter);
    }

    function test_Latest_NoValueForNonPositive() public {
        feed.updateAnswer(0);
        assertNoValue(adapter);
        feed.updateAnswer(-1);
        assertNoValue(adapter);
        feed.updateAnswer(1);
        (uint256 price, , ) = adapter.latest();
        assertEq(price, 1e10);
    }

    function test_Latest_NoValueNearTheBounds() public {
        // LUNA 2022: the aggregator's floor is not a price.
        adapter = make(10e8, 1000e8);
        int256[4] memory refused = [int256(10.1e8), 10e8, 990e8, 1000e8];
        for (uint256 i; i < 4; ++i) {
            feed.updateAnswer(refused[i]);
            assertNoValue(adapter);
        }
        int256[2] memory accepted = [int256(10.1e8) + 1, 990e8 - 1];
        for (uint256 i; i < 2; ++i) {
            feed.updateAnswer(accepted[i]);
            (uint256 price, , ) = adapter.latest();
            assertEq(price, uint256(accepted[i]) * 1e10);
        }
    }

    function test_Latest_NoValueWhenDecimalsChange() public {
        vm.mockCall(address(feed), abi.encodeCall(AggregatorV3Interface.decimals, ()), abi.encode(uint8(18)));
        assertNoValue(adapter);
    }

    function test_Latest_SaturatesOnTheAbsurd() public {
        feed.updateAnswer(type(int256).max - 1);
        (uint256 price, , ) = adapter.latest();
        assertEq(price, type(uint256).max);
    }

    function test_Constructor_RevertsWhen_BadFeed() public {
        vm.expectRevert(abi.encodeWithSelector(ChainlinkAdapter.Oracle_BadFeed.selector, address(1), 0));
        new ChainlinkAdapter(AggregatorV3Interface(address(1)), "ETH", "USD", 0, 0, 0);
        feed = new MockV3Aggregator(37, 1);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkAdapter.Oracle_BadFeed.selector, address(feed), 37));
        make(0, 0);
    }

    function test_Constructor_RevertsWhen_BadBounds() public {
        int256[2][3] memory bad = [[int256(-1), 0], [int256(0), -1], [int256(5), 5]];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ChainlinkAdapter.Oracle_BadFeedBounds.selector, bad[i][0], bad[i][1])
            );
            make(bad[i][0], bad[i][1]);
        }
    }
}

contract PythAdapterTest is Test {
    bytes32 private constant ID = keccak256("ETH/USD");

    MockPyth private pyth;
    PythAdapter private adapter;

    function setUp() public {
        vm.warp(1_700_000_000);
        pyth = new MockPyth(3600, 0);
        adapter = new PythAdapter(IPyth(address(pyth)), ID, "ETH", "USD");
    }

    function publish(int64 price, uint64 confidence, int32 exponent) internal {
        vm.warp(block.timestamp + 1);
        bytes[] memory updates = new bytes[](1);
        uint64 time = uint64(block.timestamp);
        updates[0] = pyth.createPriceFeedUpdateData(ID, price, confidence, exponent, price, confidence, time, time);
        pyth.updatePriceFeeds(updates);
    }

    function test_Latest_ScalesPriceAndConfidence() public {
        publish(2000_12345678, 1_50000000, -8);
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price, 2000.12345678e18);
        assertEq(confidence, 1.5e18);
        assertEq(updatedAt, block.timestamp);
    }

    function test_Latest_ServesOldPrices() public {
        publish(2000e8, 1, -8);
        uint256 publishedAt = block.timestamp;
        vm.warp(publishedAt + 30 days);
        (, , uint256 updatedAt) = adapter.latest();
        assertEq(updatedAt, publishedAt);
    }

    function testFuzz_Latest_AnyExponent(int64 price, uint64 confidence, int32 exponent) public {
        price = int64(bound(price, 1, type(int64).max));
        confidence = uint64(bound(confidence, 0, uint64(price) - 1));
        exponent = int32(bound(exponent, -18, 12));
        publish(price, confidence, exponent);
        (uint256 priceWad, uint256 confidenceWad, ) = adapter.latest();
        assertEq(priceWad, uint256(uint64(price)) * 10 ** uint256(int256(exponent) + 18));
        assertEq(confidenceWad, uint256(confidence) * 10 ** uint256(int256(exponent) + 18));
    }

    function test_Latest_NoValue() public {
        int64[4] memory prices = [int64(0), -1, 1, 1];
        int32[4] memory exponents = [int32(-8), -8, -19, 13];
        for (uint256 i; i < 4; ++i) {
            publish(prices[i], 1, exponents[i]);
            (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
            assertEq(price + confidence + updatedAt, 0);
        }
    }

    function test_Latest_RevertsWhen_NeverPublished() public {
        vm.expectRevert(PythErrors.PriceFeedNotFound.selector);
        adapter.latest();
    }

    function test_Constructor_RevertsWhen_BadFeed() public {
        vm.expectRevert(abi.encodeWithSelector(IPythAdapter.Oracle_BadPythFeed.selector, address(1), ID));
        new PythAdapter(IPyth(address(1)), ID, "ETH", "USD");
        vm.expectRevert(abi.encodeWithSelector(IPythAdapter.Oracle_BadPythFeed.selector, address(pyth), 0));
        new PythAdapter(IPyth(address(pyth)), 0, "ETH", "USD");
    }
}
