// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {ChainlinkAdapter} from "../../../../contracts/oracle/adapters/ChainlinkAdapter.sol";
import {IChainlinkAggregator} from "../../../../contracts/oracle/adapters/IChainlinkAggregator.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {OracleAggregatorMock} from "../../support/OracleAggregatorMock.sol";
import {OraclePhaseProxyMock} from "../../support/OraclePhaseProxyMock.sol";
import {Test} from "../../support/Test.sol";

contract ChainlinkAdapterPhasesTest is Test {
    uint256 private constant START = 1_700_000_000;

    OracleAggregatorMock private aggregator;
    OraclePhaseProxyMock private proxy;
    ChainlinkAdapter private adapter;

    function setUp() public {
        vm.warp(START);
        aggregator = aggregate(10e8, 1000e8);
        proxy = new OraclePhaseProxyMock(aggregator);
        adapter = make(0, 0, 0);
    }

    function aggregate(int192 lower, int192 upper) internal returns (OracleAggregatorMock) {
        return new OracleAggregatorMock(8, 100e8, lower, upper);
    }

    function make(int256 lower, int256 upper, uint256 deviationBps) internal returns (ChainlinkAdapter) {
        return new ChainlinkAdapter(proxy, "LUNA", "USD", lower, upper, deviationBps);
    }

    function priceOf() internal view returns (uint256 price) {
        (price, , ) = adapter.latest();
    }

    function assertRange(int256 above, int256 below) internal {
        OracleAggregatorMock current = OracleAggregatorMock(address(proxy.aggregator()));
        int256[2] memory believed = [above + 1, below - 1];
        int256[2] memory refused = [above, below];
        for (uint256 i; i < 2; ++i) {
            current.updateAnswer(believed[i]);
            assertEq(priceOf(), uint256(believed[i]) * 1e10);
            current.updateAnswer(refused[i]);
            assertEq(priceOf(), 0);
        }
        current.updateAnswer(100e8);
    }

    function assertUnbounded() internal {
        OracleAggregatorMock current = OracleAggregatorMock(address(proxy.aggregator()));
        int256[3] memory answers = [int256(0), 1, 2 ** 150];
        for (uint256 i; i < 3; ++i) {
            current.updateAnswer(answers[i]);
            assertEq(priceOf(), uint256(answers[i]) * 1e10);
        }
    }

    function test_Bounds_AreReadFromTheAggregatorBehindTheProxy() public {
        (int256 lowest, int256 highest) = adapter.bounds();
        assertEq(lowest, 10.1e8);
        assertEq(highest, 990e8);
        assertRange(10.1e8, 990e8);
    }

    /// @dev LUNA, May 2022: the aggregator refuses the truth, its last answer stays. Near the bound it is not believed.
    function test_Latest_NoValueWhereTheAggregatorStops() public {
        aggregator.transmit(10.2e8);
        assertEq(priceOf(), 10.2e18);
        aggregator.transmit(10.1e8);
        assertEq(priceOf(), 0);
        vm.expectRevert("median is out of min-max range");
        aggregator.transmit(1e8);
        assertEq(priceOf(), 0);
    }

    function test_Phase_NewBoundsHoldFromTheFirstAnswer() public {
        proxy.confirm(aggregate(1e8, 200e8));
        assertRange(1.01e8, 198e8);
        vm.expectEmit(address(adapter));
        emit ChainlinkAdapter.BoundsRefreshed(2, 1.01e8, 198e8);
        adapter.refreshBounds();
        assertRange(1.01e8, 198e8);
        // Once stored, they cost one word of storage.
        vm.mockCallRevert(address(proxy.aggregator()), abi.encodeCall(IChainlinkAggregator.minAnswer, ()), "");
        assertRange(1.01e8, 198e8);
    }

    function test_Phase_BoundsOfTheFormerPhaseDoNotLeak() public {
        // From bounds to none, and to looser ones.
        proxy.confirm(new OracleAggregatorMock(8, 100e8, -5, type(int192).max));
        assertUnbounded();
        adapter.refreshBounds();
        assertUnbounded();
        (int256 lowest, int256 highest) = adapter.bounds();
        assertEq(lowest, 0);
        assertEq(highest, type(int256).max);
        proxy.confirm(aggregate(1, 2 ** 100));
        assertRange(1, 2 ** 100 - int256(2 ** 100) / 100);
    }

    function test_Phase_RoundsOfTheAggregatorStartAtOneAgain() public {
        OracleAggregatorMock next = aggregate(10e8, 1000e8);
        next.updateRoundData(0, 100e8, START, START);
        proxy.confirm(next);
        assertEq(priceOf(), 0);
        next.updateRoundData(1, 101e8, START, START);
        assertEq(priceOf(), 101e18);
    }

    function test_Phase_NoValueWhenTheAnswerIsOfAnEarlierPhase() public {
        uint80 now_ = (uint80(2) << 64) | 1;
        uint80 before = (uint80(1) << 64) | 700;
        vm.mockCall(
            address(proxy),
            abi.encodeCall(AggregatorV3Interface.latestRoundData, ()),
            abi.encode(now_, int256(100e8), START, START, before)
        );
        assertEq(priceOf(), 0);
    }

    function test_Phase_NoValueWhenDecimalsChange() public {
        assertEq(adapter.unitDecimals(), 8);
        proxy.confirm(new OracleAggregatorMock(18, 100e18, 1, 1e30));
        assertEq(adapter.unitDecimals(), 18);
        assertEq(priceOf(), 0);
        proxy.confirm(aggregate(10e8, 1000e8));
        assertEq(priceOf(), 100e18);
    }

    function test_Bounds_DeclaredOnesHoldToo() public {
        adapter = make(20e8, 500e8, 0);
        assertRange(20.2e8, 495e8);
        proxy.confirm(aggregate(30e8, 2000e8));
        assertRange(30.3e8, 495e8);
        (int256 lowest, int256 highest) = adapter.bounds();
        assertEq(lowest, 30.3e8);
        assertEq(highest, 495e8);
    }

    function test_Bounds_OfAnAggregatorWithoutAProxy() public {
        adapter = new ChainlinkAdapter(aggregator, "LUNA", "USD", 0, 0, 0);
        (int256 lowest, int256 highest) = adapter.bounds();
        assertEq(lowest, 10.1e8);
        assertEq(highest, 990e8);
        aggregator.updateAnswer(10.1e8);
        (uint256 price, , ) = adapter.latest();
        assertEq(price, 0);
    }

    function testFuzz_Bounds_WhateverTheAggregatorSays(int192 lower, int192 upper, int128 answer) public {
        proxy.confirm(new OracleAggregatorMock(8, answer, lower, upper));
        uint256 live = priceOf();
        adapter.refreshBounds();
        assertEq(priceOf(), live);
        if (live == 0) return;
        assertGt(answer, 0);
        if (lower > 0 && lower < 2 ** 118) assertGt(answer, lower);
        if (upper > 0 && upper < 2 ** 118) assertLt(answer, upper);
    }

    /// @dev No gas limit stores or uses missing bounds for bounds that are there.
    function testFuzz_RefreshBounds_NeverForWantOfGas(uint256 gas_, bool reading) public {
        proxy.confirm(aggregate(50e8, 150e8));
        aggregator = OracleAggregatorMock(address(proxy.aggregator()));
        aggregator.updateAnswer(50e8);
        gas_ = bound(gas_, 1_000, 90_000);
        vm.cool(address(adapter));
        vm.cool(address(proxy));
        vm.cool(address(aggregator));
        if (reading) {
            (bool success, bytes memory answer) = address(adapter).staticcall{gas: gas_}(
                abi.encodeCall(adapter.latest, ())
            );
            if (success) assertEq(abi.decode(answer, (uint256)), 0);
        } else {
            (bool success, ) = address(adapter).call{gas: gas_}(abi.encodeCall(adapter.refreshBounds, ()));
            if (!success) return;
            (int256 lowest, int256 highest) = adapter.bounds();
            assertEq(lowest, 50.5e8);
            assertEq(highest, 148.5e8);
        }
    }

    function test_RefreshBounds_RevertsWhen_GasIsShort() public {
        proxy.confirm(aggregate(50e8, 150e8));
        (bool success, bytes memory reason) = address(adapter).call{gas: 23_000}(
            abi.encodeCall(adapter.refreshBounds, ())
        );
        assertFalse(success);
        assertEq(reason.length, 68);
        assertEq(bytes4(reason), ChainlinkAdapter.Oracle_InsufficientBoundsGas.selector);
        (uint256 available, uint256 needed) = (0, 0);
        assembly ("memory-safe") {
            available := mload(add(reason, 0x24))
            needed := mload(add(reason, 0x44))
        }
        assertEq(needed, 24_000);
        assertGt(available, 0);
        assertLt(available, 23_000);
        // Nothing was stored: the bounds of the new phase are still read from the aggregator.
        assertRange(50.5e8, 148.5e8);
    }

    function test_Latest_FitsItsGasCapWithUnknownBounds() public {
        proxy.confirm(aggregate(10e8, 1000e8));
        vm.cool(address(adapter));
        vm.cool(address(proxy));
        vm.cool(address(proxy.aggregator()));
        (uint256 price, , ) = adapter.latest{gas: 60_000}();
        assertEq(price, 100e18);
    }

    function testFuzz_Latest_DeviationThresholdIsItsHalfWidth(uint64 answer, uint16 deviationBps) public {
        deviationBps = uint16(bound(deviationBps, 0, 1000));
        aggregator.setBounds(0, type(int192).max);
        vm.assume(answer != 0);
        aggregator.updateAnswer(int256(uint256(answer)));
        adapter = make(0, 0, deviationBps);
        (uint256 price, uint256 confidence, ) = adapter.latest();
        assertEq(price, uint256(answer) * 1e10);
        assertEq(confidence, (price * deviationBps + 9999) / 10_000);
    }

    function test_Describe() public {
        IDescribedSource.SourceCard memory card = adapter.describe();
        assertEq(card.kind, "chainlink");
        assertEq(card.base, "LUNA");
        assertEq(card.quote, "USD");
        assertEq(card.feed, address(proxy));
        assertEq(card.decimals, 8);
        assertEq(card.description, "v0.8/tests/MockV3Aggregator.sol");
        assertEq(card.lowestWad, 10.1e18);
        assertEq(card.highestWad, 990e18);
        proxy.confirm(new OracleAggregatorMock(8, 1e8, 0, type(int192).max));
        assertEq(adapter.describe().highestWad, type(uint256).max);
    }

    function test_Constructor_RevertsWhen_BadDeviation() public {
        vm.expectRevert(abi.encodeWithSelector(ChainlinkAdapter.Oracle_BadDeviation.selector, 1001, 1000));
        make(0, 0, 1001);
    }
}
