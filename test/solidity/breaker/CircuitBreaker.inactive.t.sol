// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICircuitBreaker} from "../../../contracts/breaker/ICircuitBreaker.sol";
import {AssetId} from "../../../contracts/types/AssetId.sol";
import {Action, Level, Rule} from "../../../contracts/types/Policy.sol";
import {Grade} from "../../../contracts/types/Price.sol";
import {BreakerFixture} from "../support/BreakerFixture.sol";

contract CircuitBreakerInactiveTest is BreakerFixture {
    function inactive() internal view returns (uint256) {
        return breaker.inactiveSeconds(bit(ETH));
    }

    function test_InactiveSeconds_StaysZeroWhileAccountsCanAct() external {
        update(ETH);
        run(60);
        assertEq(inactive(), 0);
        oracle.setGrade(ETH, Grade.Thin);
        run(60);
        assertEq(inactive(), 0);
    }

    function test_InactiveSeconds_NothingIsCountedBeforeTheFirstUpdate() external {
        pass(30 days);
        assertEq(inactive(), 0);
        update(ETH);
        assertEq(inactive(), 0);
    }

    function test_InactiveSeconds_CountsAStoredProtectedToTheSecond() external {
        oracle.setGrade(ETH, Grade.Blind);
        update(ETH);
        oracle.setGrade(ETH, Grade.Firm);
        pass(1);
        assertEq(inactive(), 1);
        pass(999);
        assertEq(inactive(), 1_000);
        update(ETH);
        assertEq(inactive(), 1_000);
        assertEq(breaker.inactiveSeconds(bit(BTC)), 0);
        // That was the first good evaluation: from it ten minutes.
        run(10);
        assertLevel(stored(ETH), Level.ReduceOnly);
        assertEq(inactive(), 1_000 + 10 minutes);
        run(10);
        assertEq(inactive(), 1_000 + 10 minutes);
    }

    /// @dev Conservative: an update that finds a price Blind counts everything since the update before.
    function test_InactiveSeconds_ABlindFindCountsBackToTheLastUpdate() external {
        update(ETH);
        pass(14 minutes);
        oracle.setGrade(ETH, Grade.Blind);
        assertEq(inactive(), 0);
        update(ETH);
        assertEq(inactive(), 14 minutes);
    }

    function test_InactiveSeconds_CountWhatNobodyVouchesFor() external {
        update(ETH);
        vm.warp(block.timestamp + 15 minutes);
        assertEq(inactive(), 0);
        vm.warp(block.timestamp + 1);
        assertEq(inactive(), 1);
        vm.warp(block.timestamp + 599);
        assertEq(inactive(), 600);
        // The price had aged; poked afresh it is good again, and the seconds stay counted.
        oracle.setUpdatedAt(ETH, block.timestamp);
        update(ETH);
        assertEq(inactive(), 600);
        pass(15 minutes);
        assertEq(inactive(), 600);
    }

    /// @dev An observation that was already old vouches for less; one from the future for no more than from now on.
    function test_InactiveSeconds_VouchStartsAtTheObservation() external {
        oracle.setUpdatedAt(ETH, block.timestamp - 10 minutes);
        update(ETH);
        vm.warp(block.timestamp + 5 minutes + 1);
        assertEq(inactive(), 1);
        oracle.setUpdatedAt(ETH, block.timestamp + 1 days);
        update(ETH);
        vm.warp(block.timestamp + 15 minutes + 1);
        assertEq(inactive(), 2);
        oracle.setUpdatedAt(ETH, 0);
        update(ETH);
        vm.warp(block.timestamp + 1);
        assertEq(inactive(), 3);
    }

    function test_InactiveSeconds_CountsARaiseUntilItEnds() external {
        breaker.raiseLevel(DOMAIN, Level.Protected);
        vm.warp(block.timestamp + 72 hours);
        assertEq(inactive(), 72 hours);
        vm.warp(block.timestamp + 5 days);
        assertEq(inactive(), 72 hours);
        assertEq(breaker.inactiveSeconds(0), 72 hours);
        breaker.raiseLevel(DOMAIN, Level.Protected);
        vm.warp(block.timestamp + 1 hours);
        breaker.lowerLevel(DOMAIN, Level.Normal);
        vm.warp(block.timestamp + 1 hours);
        assertEq(inactive(), 73 hours);
    }

    function test_InactiveSeconds_DoesNotCountALowerRaise() external {
        breaker.raiseLevel(ETH, Level.ReduceOnly);
        vm.warp(block.timestamp + 72 hours);
        assertEq(inactive(), 0);
    }

    function test_InactiveSeconds_ARaiseBeforeVouchEndsCountsOnce() external {
        update(ETH);
        breaker.raiseLevel(ETH, Level.Protected);
        vm.warp(block.timestamp + 74 hours);
        // 72 hours raised, 2 hours vouched for by nobody.
        assertEq(inactive(), 74 hours);
    }

    function test_InactiveSeconds_AddsDomainAndAssets() external {
        breaker.declareSettling(DOMAIN);
        breaker.declareSettling(ETH);
        breaker.declareSettling(BTC);
        vm.warp(block.timestamp + 100);
        assertEq(breaker.inactiveSeconds(0), 100);
        assertEq(breaker.inactiveSeconds(bit(ETH)), 200);
        assertEq(breaker.inactiveSeconds(bit(ETH) | bit(BTC)), 300);
    }

    /// @dev An outage keeps everybody from updating: its seconds and those that nobody vouches for are the same ones.
    function test_InactiveSeconds_AnOutageIsNotCountedAgainForWantOfAnObservation() external {
        breaker.setChainPace(12, 300);
        update(ETH);
        update(BTC);
        vm.warp(block.timestamp + 2 hours);
        vm.roll(block.number + 1);
        uint256 gap = 2 hours - 12;
        assertEq(breaker.inactiveSeconds(0), gap);
        assertEq(inactive(), gap);
        assertEq(breaker.inactiveSeconds(bit(ETH) | bit(BTC)), gap);
        oracle.setUpdatedAt(ETH, block.timestamp);
        oracle.setUpdatedAt(BTC, block.timestamp);
        update(ETH);
        update(BTC);
        assertEq(breaker.inactiveSeconds(bit(ETH) | bit(BTC)), gap);
        // A grace of just under half an hour, in which nobody looks: what nobody vouches for is within it.
        pass(30 minutes);
        assertEq(breaker.inactiveSeconds(bit(ETH) | bit(BTC)), gap + 30 minutes);
        assertEq(breaker.inactiveSeconds(0), gap + gap / 4);
        pass(10 minutes);
        assertEq(breaker.inactiveSeconds(bit(ETH) | bit(BTC)), gap + 40 minutes);
    }

    /// @dev Nor when the update after it finds the price Blind: the oracles come back after the chain.
    function test_InactiveSeconds_ABlindFindCountsAnOutageOnce() external {
        breaker.setChainPace(12, 300);
        update(ETH);
        pass(10 minutes);
        vm.warp(block.timestamp + 2 hours);
        vm.roll(block.number + 1);
        oracle.setGrade(ETH, Grade.Blind);
        update(ETH);
        assertEq(breaker.inactiveSeconds(0), 2 hours - 12);
        assertEq(inactive(), 2 hours + 10 minutes);
    }

    /// @dev All of the assets have been without a voucher since the first of them was: one time, not three.
    function test_InactiveSeconds_WhatNobodyVouchesForIsOneTimeForAllAssets() external {
        update(ETH);
        pass(5 minutes);
        update(BTC);
        pass(25 minutes);
        assertEq(inactive(), 15 minutes);
        assertEq(breaker.inactiveSeconds(bit(BTC)), 10 minutes);
        assertEq(breaker.inactiveSeconds(bit(ETH) | bit(BTC)), 15 minutes);
    }

    function test_InactiveSeconds_AProtectedDomainInAnOutageIsCountedOnce() external {
        breaker.setChainPace(12, 300);
        breaker.raiseLevel(DOMAIN, Level.Protected);
        pass(1 hours);
        vm.warp(block.timestamp + 2 hours);
        vm.roll(block.number + 1);
        assertEq(breaker.inactiveSeconds(0), 3 hours);
        breaker.update(new AssetId[](0));
        assertEq(breaker.inactiveSeconds(0), 3 hours);
        breaker.lowerLevel(DOMAIN, Level.Normal);
        assertEq(breaker.inactiveSeconds(0), 3 hours);
        // The grace holds on its own.
        assertLevel(breaker.domainLevel(), Level.Protected);
        pass(1 hours);
        assertEq(breaker.inactiveSeconds(0), 3 hours + (2 hours - 12) / 4);
    }
}
