// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {IPyth} from "@pythnetwork/pyth-sdk-solidity/IPyth.sol";

import {ChainlinkAdapter} from "../../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {IChainlinkAggregator} from "../../../../contracts/oracle/adapters/IChainlinkAggregator.sol";
import {IPythPrice} from "../../../../contracts/oracle/adapters/IPythPrice.sol";
import {PushFeeds} from "../../../../contracts/oracle/adapters/PushFeeds.sol";
import {PythAdapter} from "../../../../contracts/oracle/adapters/PythAdapter.sol";
import {IPriceSource} from "../../../../contracts/oracle/IPriceSource.sol";
import {IRoutedSource} from "../../../../contracts/oracle/IRoutedSource.sol";
import {HostileProvider} from "../../support/HostileProvider.sol";
import {Test} from "../../support/Test.sol";

/// @dev Whatever a provider says: through the common reader an adapter's answer is what the adapter says itself.
contract PushFeedsTest is Test {
    bytes32 private constant ID = bytes32(uint256(0x22));
    uint256 private constant PHASE = 1 << 64;

    HostileProvider private provider;

    function setUp() public {
        vm.warp(1_700_000_000);
        provider = new HostileProvider();
        sayRound(PHASE | 1, 2000e8, block.timestamp, PHASE | 1);
        sayDecimals(8);
    }

    function sayRound(uint256 roundId, int256 answer, uint256 madeAt, uint256 answeredIn) private {
        bytes memory words = abi.encode(roundId, answer, madeAt, madeAt, answeredIn);
        provider.answer(IChainlinkAggregator.latestRoundData.selector, words);
    }

    function sayDecimals(uint256 decimals) private {
        provider.answer(IChainlinkAggregator.decimals.selector, abi.encode(decimals));
    }

    function sayBounds(int256 lower, int256 upper) private {
        provider.answer(IChainlinkAggregator.minAnswer.selector, abi.encode(lower));
        provider.answer(IChainlinkAggregator.maxAnswer.selector, abi.encode(upper));
    }

    function chainlink(int256 lower, int256 upper, uint256 deviationBps) private returns (ChainlinkAdapter) {
        return new ChainlinkAdapter(AggregatorV3Interface(address(provider)), "ETH", "USD", lower, upper, deviationBps);
    }

    function throughReader(IRoutedSource source) private view returns (bool success, bytes memory answer) {
        IRoutedSource.Route memory route = source.route();
        bytes memory request = abi.encodeWithSelector(route.selector, address(source), route.first, route.second);
        return route.reader.staticcall(request);
    }

    function assertSame(IRoutedSource source) private view returns (bytes memory answer) {
        bool success;
        (success, answer) = throughReader(source);
        (bool ownSuccess, bytes memory own) = address(source).staticcall(abi.encodeCall(IPriceSource.latest, ()));
        assertEq(success, ownSuccess, "success");
        assertEq(answer, own, "answer");
    }

    function decode(bytes memory answer) private pure returns (uint256 priceWad, uint256 confidenceWad, uint256 time) {
        return abi.decode(answer, (uint256, uint256, uint256));
    }

    function test_Route_SaysHowToAsk() public {
        sayBounds(1e8, 1e14);
        ChainlinkAdapter adapter = chainlink(0, 0, 50);
        IRoutedSource.Route memory route = adapter.route();
        assertEq(route.reader, address(PushFeeds));
        assertEq(route.selector, PushFeeds.chainlink.selector);
        assertEq(route.first, (1 << 184) | (50 << 168) | (8 << 160) | uint160(address(provider)));
        assertEq(route.second, ((1e14 - 1e12) << 128) | 1.01e8);

        PythAdapter pyth = new PythAdapter(IPyth(address(provider)), ID, "ETH", "USD");
        route = pyth.route();
        assertEq(route.reader, address(PushFeeds));
        assertEq(route.selector, PushFeeds.pyth.selector);
        assertEq(route.first, uint160(address(provider)));
        assertEq(route.second, uint256(ID));
    }

    /// @dev A lower bound beyond half a word leaves nothing to be read quickly; an upper one means no bound that counts.
    function test_Route_NoneWhereBoundsDoNotFit() public {
        int256 largest = int256(uint256(type(uint128).max));
        sayBounds(0, 0);
        assertEq(chainlink(largest, 0, 0).route().reader, address(0));
        ChainlinkAdapter adapter = chainlink(0, 0, 0);
        assertEq(adapter.route().second, uint256(largest) << 128);
        sayRound(PHASE | 1, largest + 1, block.timestamp, PHASE | 1);
        (uint256 priceWad, , ) = decode(assertSame(adapter));
        assertEq(priceWad, uint256(largest + 1) * 1e10);
    }

    function test_Chainlink_Usual() public {
        (uint256 priceWad, uint256 confidenceWad, uint256 time) = decode(assertSame(chainlink(0, 0, 50)));
        assertEq(priceWad, 2000e18);
        assertEq(confidenceWad, 10e18);
        assertEq(time, block.timestamp);
    }

    function test_Chainlink_BoundsAreExclusive() public {
        sayBounds(1e8, 1e14);
        ChainlinkAdapter adapter = chainlink(0, 0, 0);
        int256[4] memory answers = [int256(1.01e8), 1.01e8 + 1, 1e14 - 1e12, 1e14 - 1e12 - 1];
        for (uint256 i; i < answers.length; ++i) {
            sayRound(PHASE | 1, answers[i], block.timestamp, PHASE | 1);
            (uint256 priceWad, , ) = decode(assertSame(adapter));
            assertEq(priceWad, i % 2 == 0 ? 0 : uint256(answers[i]) * 1e10);
        }
    }

    /// @dev The unit is asked again each time.
    function test_Chainlink_OtherDecimals() public {
        ChainlinkAdapter adapter = chainlink(0, 0, 0);
        sayDecimals(18);
        (uint256 priceWad, , ) = decode(assertSame(adapter));
        assertEq(priceWad, 0);
    }

    /// @dev The aggregator of a new phase has bounds of its own, which the adapter asks for.
    function test_Chainlink_NewPhase() public {
        ChainlinkAdapter adapter = chainlink(0, 0, 0);
        sayRound((2 * PHASE) | 1, 2000e8, block.timestamp, (2 * PHASE) | 1);
        (uint256 priceWad, , ) = decode(assertSame(adapter));
        assertEq(priceWad, 2000e18);
        sayBounds(1990e8, 1e14);
        (priceWad, , ) = decode(assertSame(adapter));
        assertEq(priceWad, 0);
    }

    function testFuzz_Chainlink_AsTheAdapter(
        uint256 roundId,
        int256 answer,
        uint256 madeAt,
        uint256 answeredIn,
        uint8 decimals,
        uint16 deviationBps,
        uint8 kind
    ) public {
        // Half of the rounds are usual ones, and half of the others miss in one respect only.
        if (kind & 1 == 0) (roundId, answeredIn) = (PHASE | 7, PHASE | 7);
        if (kind & 2 == 0) answer = int256(bound(uint256(answer), 0, 1.1e14));
        if (kind & 4 == 0) decimals = uint8(bound(decimals, 0, 36));
        sayDecimals(bound(decimals, 0, 36));
        ChainlinkAdapter adapter = chainlink(0, 0, bound(deviationBps, 0, 1000));
        sayDecimals(decimals);
        sayRound(roundId, answer, madeAt, answeredIn);
        assertSame(adapter);
    }

    /// @dev Against the formula with signed numbers and checked arithmetic.
    function testFuzz_Pyth(int64 price, uint64 conf, int32 expo, uint256 publishTime, bool isUsual) public {
        if (isUsual) expo = int32(bound(expo, -19, 13));
        if (isUsual) price = int64(bound(price, -2, type(int64).max));
        provider.answer(IPythPrice.getPriceUnsafe.selector, abi.encode(price, conf, expo, publishTime));
        PythAdapter adapter = new PythAdapter(IPyth(address(provider)), ID, "ETH", "USD");
        (uint256 priceWad, uint256 confidenceWad, uint256 time) = decode(assertSame(adapter));
        if (price <= 0 || expo < -18 || expo > 12 || int256(uint256(conf)) >= price) {
            assertEq(priceWad + confidenceWad + time, 0);
            return;
        }
        uint256 scale = 10 ** uint256(18 + int256(expo));
        assertEq(priceWad, uint256(int256(price)) * scale);
        assertEq(confidenceWad, conf * scale);
        assertEq(time, publishTime);
    }

    /// @dev Numbers wider than the provider's types are no prices.
    function test_Pyth_WideNumbers() public {
        PythAdapter adapter = new PythAdapter(IPyth(address(provider)), ID, "ETH", "USD");
        int256 most = int256(type(int64).max);
        int256[4] memory prices = [most, most + 1, type(int256).min, type(int256).max];
        for (uint256 i; i < prices.length; ++i) {
            provider.answer(IPythPrice.getPriceUnsafe.selector, abi.encode(prices[i], 1, -8, block.timestamp));
            (uint256 priceWad, , ) = decode(assertSame(adapter));
            assertEq(priceWad, i == 0 ? uint256(most) * 1e10 : 0);
        }
    }

    /// @dev What is shorter than a round, or no contract, is no answer.
    function test_Read_RevertsWhen_ProviderFails() public {
        ChainlinkAdapter adapter = chainlink(0, 0, 0);
        PythAdapter pyth = new PythAdapter(IPyth(address(provider)), ID, "ETH", "USD");
        provider.answer(IChainlinkAggregator.latestRoundData.selector, new bytes(159));
        provider.answer(IPythPrice.getPriceUnsafe.selector, new bytes(127));
        assertReverts(adapter);
        assertReverts(pyth);
        sayRound(PHASE | 1, 2000e8, block.timestamp, PHASE | 1);
        provider.answer(IChainlinkAggregator.decimals.selector, new bytes(31));
        assertReverts(adapter);
        vm.etch(address(provider), "");
        assertReverts(adapter);
        assertReverts(pyth);
    }

    function assertReverts(IRoutedSource source) private view {
        (bool success, ) = throughReader(source);
        assertFalse(success);
        assertSame(source);
    }
}
