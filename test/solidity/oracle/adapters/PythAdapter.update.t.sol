// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPyth} from "@pythnetwork/pyth-sdk-solidity/IPyth.sol";
import {MockPyth} from "@pythnetwork/pyth-sdk-solidity/MockPyth.sol";
import {PythErrors} from "@pythnetwork/pyth-sdk-solidity/PythErrors.sol";

import {IPythAdapter} from "../../../../contracts/oracle/adapters/IPythAdapter.sol";
import {PythAdapter} from "../../../../contracts/oracle/adapters/PythAdapter.sol";
import {IDescribedSource} from "../../../../contracts/oracle/IDescribedSource.sol";
import {OraclePythCaller} from "../../support/OraclePythCaller.sol";
import {Test} from "../../support/Test.sol";

contract PythAdapterUpdateTest is Test {
    bytes32 private constant ID = keccak256("ETH/USD");
    uint256 private constant FEE = 3 gwei;
    uint64 private constant START = 1_700_000_000;
    address private constant ANYONE = address(0xBEEF);

    MockPyth private pyth;
    PythAdapter private adapter;

    function setUp() public {
        vm.warp(START);
        pyth = new MockPyth(3600, FEE);
        adapter = new PythAdapter(IPyth(address(pyth)), ID, "ETH", "USD");
        vm.deal(ANYONE, 1 ether);
    }

    function signed(int64 price, uint64 confidence, uint64 publishedAt) internal view returns (bytes memory) {
        return
            pyth.createPriceFeedUpdateData(ID, price, confidence, -8, price, confidence, publishedAt, publishedAt - 1);
    }

    function only(bytes memory one) internal pure returns (bytes[] memory list) {
        list = new bytes[](1);
        list[0] = one;
    }

    function test_Update_AnyonePaysTheFeeAndGetsTheRest() public {
        bytes[] memory updates = new bytes[](2);
        updates[0] = signed(2000e8, 1e8, START - 5);
        updates[1] = signed(2001e8, 1e8, START - 4);
        assertEq(adapter.updateFee(updates), 2 * FEE);
        vm.prank(ANYONE);
        adapter.update{value: 1 ether}(updates);
        assertEq(ANYONE.balance, 1 ether - 2 * FEE);
        assertEq(address(pyth).balance, 2 * FEE);
        assertEq(address(adapter).balance, 0);
        (uint256 price, uint256 confidence, uint256 updatedAt) = adapter.latest();
        assertEq(price, 2001e18);
        assertEq(confidence, 1e18);
        assertEq(updatedAt, START - 4);
    }

    function testFuzz_Update_NothingStaysBehind(uint256 valueWei, uint8 count) public {
        count = uint8(bound(count, 0, 6));
        valueWei = bound(valueWei, 0, 20 * FEE);
        bytes[] memory updates = new bytes[](count);
        for (uint256 i; i < count; ++i) updates[i] = signed(2000e8, 1e8, START - 1);
        uint256 fee = count * FEE;
        if (valueWei < fee) {
            vm.expectRevert(abi.encodeWithSelector(IPythAdapter.Oracle_PythFeeNotCovered.selector, valueWei, fee));
        }
        vm.prank(ANYONE);
        adapter.update{value: valueWei}(updates);
        assertEq(address(adapter).balance, 0);
        assertEq(ANYONE.balance, 1 ether - (valueWei < fee ? 0 : fee));
    }

    function test_Update_AnOlderPriceChangesNothing() public {
        adapter.update{value: FEE}(only(signed(2000e8, 1e8, START)));
        adapter.update{value: FEE}(only(signed(1e8, 1, START - 60)));
        (uint256 price, , uint256 updatedAt) = adapter.latest();
        assertEq(price, 2000e18);
        assertEq(updatedAt, START);
    }

    function test_Update_RevertsAsPythDoes() public {
        vm.mockCallRevert(
            address(pyth),
            FEE,
            abi.encodeWithSelector(IPyth.updatePriceFeeds.selector),
            abi.encodeWithSelector(PythErrors.InvalidUpdateData.selector)
        );
        bytes[] memory updates = only(signed(2000e8, 1e8, START));
        vm.expectRevert(PythErrors.InvalidUpdateData.selector);
        adapter.update{value: FEE}(updates);
    }

    function test_Update_RevertsWhen_ChangeIsNotTaken() public {
        OraclePythCaller caller = new OraclePythCaller{value: 1 ether}(adapter);
        bytes[] memory updates = only(signed(2000e8, 1e8, START));
        vm.expectRevert(
            abi.encodeWithSelector(IPythAdapter.Oracle_ChangeNotTaken.selector, address(caller), 1 ether - FEE)
        );
        caller.update(updates, 1 ether, false);
        caller.update(updates, FEE, false);
        assertEq(address(caller).balance, 1 ether - FEE);
    }

    function test_Update_ReenteringPaysTwiceAndGainsNothing() public {
        OraclePythCaller caller = new OraclePythCaller{value: 1 ether}(adapter);
        vm.deal(address(adapter), 0);
        caller.update(only(signed(2000e8, 1e8, START)), 2 * FEE, true);
        assertEq(address(caller).balance, 1 ether - 2 * FEE);
        assertEq(address(pyth).balance, 2 * FEE);
        assertEq(address(adapter).balance, 0);
    }

    function test_Receive_RefusesEther() public {
        (bool taken, ) = address(adapter).call{value: 1}("");
        assertFalse(taken);
    }

    function testFuzz_Latest_ConfidenceNeverReachesZero(uint64 price, uint64 confidence) public {
        price = uint64(bound(price, 1, uint64(type(int64).max)));
        adapter.update{value: FEE}(only(signed(int64(price), confidence, START)));
        (uint256 priceWad, uint256 confidenceWad, uint256 updatedAt) = adapter.latest();
        if (confidence >= price) assertEq(priceWad + confidenceWad + updatedAt, 0);
        else assertEq(confidenceWad, uint256(confidence) * 1e10);
        assertEq(confidence < price, confidenceWad < priceWad);
    }

    function test_Describe() public {
        assertEq(adapter.describe().decimals, 0);
        adapter.update{value: FEE}(only(signed(2000e8, 1e8, START)));
        assertEq(adapter.unitDecimals(), 8);
        IDescribedSource.SourceCard memory card = adapter.describe();
        assertEq(card.kind, "pyth");
        assertEq(card.base, "ETH");
        assertEq(card.quote, "USD");
        assertEq(card.feed, address(pyth));
        assertEq(card.feedId, ID);
        assertEq(card.decimals, 8);
        assertEq(card.highestWad, type(uint256).max);
    }
}
