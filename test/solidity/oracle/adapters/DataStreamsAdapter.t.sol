// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVerifierProxy} from "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/interfaces/IVerifierProxy.sol";

import {DataStreamsAdapter} from "../../../../contracts/oracle/adapters/DataStreamsAdapter.sol";
import {IDataStreamsAdapter} from "../../../../contracts/oracle/adapters/IDataStreamsAdapter.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {OracleVerifierMock} from "../../support/OracleVerifierMock.sol";
import {Test} from "../../support/Test.sol";

contract DataStreamsAdapterTest is Test {
    bytes32 private constant FEED = bytes32((uint256(3) << 240) | 0xE7);
    uint32 private constant START = 1_700_000_000;
    address private constant ANYONE = address(0xBEEF);

    OracleVerifierMock private verifier;
    DataStreamsAdapter private adapter;

    function setUp() public {
        vm.warp(START);
        verifier = new OracleVerifierMock();
        adapter = make(FEED, 18);
        vm.deal(ANYONE, 1 ether);
    }

    function make(bytes32 feedId, uint8 decimals) internal returns (DataStreamsAdapter) {
        return new DataStreamsAdapter(IVerifierProxy(address(verifier)), feedId, decimals, "ETH", "USD");
    }

    function sample() internal pure returns (DataStreamsAdapter.Report memory) {
        return DataStreamsAdapter.Report(FEED, START - 2, START - 1, 0, 0, START + 60, 2000e18, 1999e18, 2002e18);
    }

    function pack(bytes memory report) internal pure returns (bytes memory) {
        bytes32[3] memory context;
        return abi.encode(context, report);
    }

    function submit(DataStreamsAdapter.Report memory report) internal {
        adapter.submit(pack(abi.encode(report)));
    }

    function expectPrices(DataStreamsAdapter.Report memory report) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IDataStreamsAdapter.Oracle_ReportPrices.selector,
                report.bid,
                report.price,
                report.ask
            )
        );
    }

    function expectNotValidNow(DataStreamsAdapter.Report memory report) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IDataStreamsAdapter.Oracle_ReportNotValidNow.selector,
                report.validFromTimestamp,
                report.observationsTimestamp,
                report.expiresAt,
                block.timestamp
            )
        );
    }

    function test_Latest_NothingBeforeTheFirstReport() public view {
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price + confidence + updatedAt, 0);
    }

    function test_Submit_KeepsPriceAndTheWiderSide() public {
        vm.expectEmit(address(adapter));
        emit IDataStreamsAdapter.ReportAccepted(2000e18, 2e18, START - 1);
        vm.prank(ANYONE);
        submit(sample());
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price, 2000e18);
        assertEq(confidence, 2e18);
        assertEq(updatedAt, START - 1);
        DataStreamsAdapter.Report memory next = sample();
        (next.observationsTimestamp, next.bid) = (START, 1900e18);
        submit(next);
        (, confidence, updatedAt) = adapter.latest();
        assertEq(confidence, 100e18);
        assertEq(updatedAt, START);
    }

    function testFuzz_Submit_AnyPrices(int192 bid, int192 price, int192 ask, uint8 decimals) public {
        decimals = uint8(bound(decimals, 0, 18));
        adapter = make(FEED, decimals);
        uint256 scale = 10 ** (18 - decimals);
        DataStreamsAdapter.Report memory report = sample();
        (report.bid, report.price, report.ask) = (bid, price, ask);
        bool fine = 0 < bid && bid <= price && price <= ask && uint192(ask) <= type(uint112).max / scale;
        if (!fine) expectPrices(report);
        submit(report);
        if (!fine) return;
        (uint256 priceWad, uint256 width, ) = adapter.latest();
        assertEq(priceWad, uint192(price) * scale);
        assertLe(priceWad - width, uint192(bid) * scale);
        assertGe(priceWad + width, uint192(ask) * scale);
    }

    function testFuzz_Submit_SensiblePrices(uint112 price, uint112 below, uint112 above) public {
        price = uint112(bound(price, 1, type(uint112).max));
        DataStreamsAdapter.Report memory report = sample();
        report.price = int192(uint192(price));
        report.bid = report.price - int192(uint192(bound(below, 0, price - 1)));
        report.ask = report.price + int192(uint192(bound(above, 0, type(uint112).max - price)));
        submit(report);
        (uint256 priceWad, uint256 width, ) = adapter.latest();
        assertEq(priceWad, price);
        int192 wider = report.ask - report.price;
        if (report.price - report.bid > wider) wider = report.price - report.bid;
        assertEq(width, uint192(wider));
    }

    function test_Submit_RevertsWhen_PricesOutOfOrder() public {
        int192[3][5] memory bad = [
            [int192(0), 1, 1],
            [int192(-1), 1, 1],
            [int192(3), 2, 4],
            [int192(1), 3, 2],
            [int192(1), 1, int192(uint192(type(uint112).max)) + 1]
        ];
        DataStreamsAdapter.Report memory report = sample();
        for (uint256 i; i < 5; ++i) {
            (report.bid, report.price, report.ask) = (bad[i][0], bad[i][1], bad[i][2]);
            expectPrices(report);
            submit(report);
        }
    }

    function test_Submit_RevertsWhen_NotNewer() public {
        submit(sample());
        DataStreamsAdapter.Report memory report = sample();
        for (uint32 time = START - 2; time < START; ++time) {
            (report.validFromTimestamp, report.observationsTimestamp) = (time, time);
            vm.expectRevert(
                abi.encodeWithSelector(IDataStreamsAdapter.Oracle_ReportNotNewer.selector, time, START - 1)
            );
            submit(report);
        }
        report.observationsTimestamp = START;
        submit(report);
    }

    function test_Submit_RevertsWhen_NotValidNow() public {
        DataStreamsAdapter.Report memory report = sample();
        report.validFromTimestamp = report.observationsTimestamp + 1;
        expectNotValidNow(report);
        submit(report);
        report = sample();
        report.observationsTimestamp = START + 61;
        expectNotValidNow(report);
        submit(report);
        report = sample();
        report.expiresAt = START - 1;
        expectNotValidNow(report);
        submit(report);
        // The last moments that are still right.
        report = sample();
        (report.validFromTimestamp, report.expiresAt) = (report.observationsTimestamp, START);
        submit(report);
        report.observationsTimestamp = START + 60;
        submit(report);
    }

    function test_Submit_RevertsWhen_AnotherFeedOrLength() public {
        DataStreamsAdapter.Report memory report = sample();
        report.feedId = bytes32(uint256(FEED) + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDataStreamsAdapter.Oracle_ReportOfAnotherFeed.selector, report.feedId, FEED)
        );
        submit(report);
        bytes memory longer = pack(abi.encode(sample(), uint256(0)));
        vm.expectRevert(abi.encodeWithSelector(IDataStreamsAdapter.Oracle_ReportLength.selector, 320, 288));
        adapter.submit(longer);
    }

    function testFuzz_Submit_TheCallerPaysExactly(uint256 feeWei, uint256 valueWei) public {
        feeWei = bound(feeWei, 0, 1 ether);
        valueWei = bound(valueWei, 0, 1 ether);
        verifier.charge(feeWei);
        bytes memory payload = pack(abi.encode(sample()));
        assertEq(adapter.submitFee(payload), feeWei);
        if (valueWei < feeWei) {
            vm.expectRevert(
                abi.encodeWithSelector(IDataStreamsAdapter.Oracle_ReportFeeNotCovered.selector, valueWei, feeWei)
            );
        }
        vm.prank(ANYONE);
        adapter.submit{value: valueWei}(payload);
        assertEq(address(adapter).balance, 0);
        assertEq(ANYONE.balance, 1 ether - (valueWei < feeWei ? 0 : feeWei));
    }

    function test_Submit_HandsBackWhatNobodyCharges() public {
        bytes memory payload = pack(abi.encode(sample()));
        vm.prank(ANYONE);
        adapter.submit{value: 1 ether}(payload);
        assertEq(ANYONE.balance, 1 ether);
    }

    function test_Submit_RevertsWhen_ChangeIsNotTaken() public {
        // This contract takes no ether.
        bytes memory payload = pack(abi.encode(sample()));
        vm.expectRevert(
            abi.encodeWithSelector(IDataStreamsAdapter.Oracle_ReportChangeNotTaken.selector, address(this), 1)
        );
        adapter.submit{value: 1}(payload);
    }

    function test_Describe() public view {
        IDescribedSource.SourceCard memory card = adapter.describe();
        assertEq(card.kind, "data-streams");
        assertEq(card.base, "ETH");
        assertEq(card.quote, "USD");
        assertEq(card.feed, address(verifier));
        assertEq(card.feedId, FEED);
        assertEq(card.decimals, 18);
    }

    function test_Constructor_RevertsWhen_BadStream() public {
        bytes4 selector = IDataStreamsAdapter.Oracle_BadStream.selector;
        bytes32 other = bytes32(uint256(2) << 240);
        vm.expectRevert(abi.encodeWithSelector(selector, address(verifier), other, 18));
        make(other, 18);
        vm.expectRevert(abi.encodeWithSelector(selector, address(verifier), FEED, 19));
        make(FEED, 19);
        vm.expectRevert(abi.encodeWithSelector(selector, address(1), FEED, 18));
        new DataStreamsAdapter(IVerifierProxy(address(1)), FEED, 18, "ETH", "USD");
    }
}
