// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMoveCost} from "../../../contracts/oracle/IMoveCost.sol";
import {IPerpMarkets} from "../../../contracts/products/perp/IPerpMarkets.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {PerpFixture} from "../support/PerpFixture.sol";
import {PerpMoveCostMock} from "../support/PerpMoveCostMock.sol";

/// @dev A pool that costs 500 to move backs 200 of open interest.
contract PerpMarketsBackingTest is PerpFixture {
    PerpMoveCostMock private pool;

    function setUp() public override {
        super.setUp();
        pool = new PerpMoveCostMock();
        pool.set(500e18);
    }

    function test_SetBacking_NamesThePool() external {
        vm.expectEmit(address(markets));
        emit IPerpMarkets.BackingSet(ETH, IMoveCost(address(0)), pool);
        markets.setBacking(ETH, pool);
        (IMoveCost source, uint256 capacityUsd, uint256 syncedAt) = markets.backingOf(ETH);
        assertEq(address(source), address(pool));
        assertEq(capacityUsd + syncedAt, 0);
    }

    function test_SetBacking_RevertsWhen_ItMakesNoSense() external {
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_NotListed.selector, AssetId.wrap(9)));
        markets.setBacking(AssetId.wrap(9), pool);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_NoBacking.selector, ETH, address(77)));
        markets.setBacking(ETH, IMoveCost(address(77)));
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_NoBacking.selector, ETH, address(0)));
        markets.syncBacking(ETH);
    }

    /// @dev The pool's gate counts what is open at the moment it looks. Without the limit somebody who trades with himself
    /// within one call takes the pool out of the quorum for the price of the fees; with it, he is refused.
    function test_Record_RefusesMoreThanThePoolCosts() external {
        open(ETH, 7, MID);
        _close(7);
        markets.setBacking(ETH, pool);
        vm.expectRevert(abi.encodeWithSelector(IPerpMarkets.Perp_OpenInterestCap.selector, 210e18, 200e18));
        open(ETH, 7, MID);
        vm.expectEmit(address(markets));
        emit IPerpMarkets.BackingSynced(ETH, pool, 200);
        open(ETH, 6, MID);
        // What is open may always be closed.
        pool.set(0);
        markets.syncBacking(ETH);
        _close(6);
    }

    function test_Record_AsksAnewAfterAnHour() external {
        markets.setBacking(ETH, pool);
        open(ETH, 1, MID);
        pool.set(0);
        vm.warp(block.timestamp + 1 hours);
        open(ETH, 1, MID);
        vm.warp(block.timestamp + 1);
        vm.expectPartialRevert(IPerpMarkets.Perp_OpenInterestCap.selector);
        open(ETH, 1, MID);
    }

    function test_SyncBacking_APoolThatDoesNotAnswerBacksNothing() external {
        markets.setBacking(ETH, pool);
        assertEq(markets.syncBacking(ETH), 200);
        pool.setBroken(true);
        vm.expectEmit(address(markets));
        emit IPerpMarkets.BackingSynced(ETH, pool, 0);
        assertEq(markets.syncBacking(ETH), 0);
        pool.setBroken(false);
        pool.set(type(uint256).max);
        assertEq(markets.syncBacking(ETH), type(uint56).max);
        (, uint256 capacityUsd, uint256 syncedAt) = markets.backingOf(ETH);
        assertEq(capacityUsd, type(uint56).max);
        assertEq(syncedAt, block.timestamp);
    }

    /// @dev Nobody can make a pool that answers back nothing by giving it too little gas.
    function testFuzz_SyncBacking_NoGasLimitMakesAPoolSilent(uint256 gasLimit) external {
        markets.setBacking(ETH, pool);
        gasLimit = bound(gasLimit, 40_000, 600_000);
        (bool ok, bytes memory answer) = address(markets).call{gas: gasLimit}(
            abi.encodeCall(IPerpMarkets.syncBacking, (ETH))
        );
        if (ok) assertEq(abi.decode(answer, (uint256)), 200);
        else if (answer.length != 0) assertEq(bytes4(answer), IPerpMarkets.Perp_InsufficientGas.selector);
    }

    function _close(int64 lots) private {
        markets.record(IPerpMarkets.PositionChange(ETH, lots, 0, -lots, 0, MID));
    }
}
