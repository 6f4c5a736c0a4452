// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IVenueAllocator} from "../../../contracts/insurance/IVenueAllocator.sol";
import {VenueAllocator} from "../../../contracts/insurance/VenueAllocator.sol";
import {VenueFixture} from "../support/VenueFixture.sol";
import {VenueMock} from "../support/VenueMock.sol";

/// @dev What becomes of the fund when a venue loses, freezes, lies or attacks.
contract VenueAllocatorHealthTest is VenueFixture {
    function setUp() public {
        _deployVenues();
    }

    // ---------------------------------------------------------------- a venue that loses

    function test_Heal_LeavesAVenueThatLost() public {
        allocator.rebalance();
        first.lose(30_000 * UNIT);
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Fell));
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.VenueSuspended(address(first), IVenueAllocator.Health.Fell);
        assertEq(allocator.heal(), 0);
        skip(59);
        assertEq(allocator.heal(), 0);
        skip(1);
        uint256 recalled = allocator.heal();
        assertApproxEqAbs(recalled, 270_000 * UNIT, 1);
        assertEq(fund.managedAssets(), FUND - (CAP - recalled));
        assertEq(fund.totalAssets(), fund.managedAssets());
        assertFalse(allocator.isStuck());
        assertEq(allocator.venueOf(address(first)).counted, 0);
        // The other one is left alone.
        assertEq(allocator.venueOf(address(second)).counted, 200_000 * UNIT);
    }

    /// @dev A share price that is bent within one transaction moves nothing: who leaves at it would hand the difference over.
    function test_Heal_DoesNotLeaveAtABentPrice() public {
        allocator.rebalance();
        first.setWorthBps(9_000);
        allocator.heal();
        first.setWorthBps(10_000);
        allocator.heal();
        skip(1 hours);
        // Suspended, and healthy: it leaves whole.
        assertEq(allocator.heal(), 0);
        assertEq(fund.managedAssets(), FUND);
        assertEq(allocator.venueOf(address(first)).counted, 0);
    }

    function test_Heal_FallsAddUp() public {
        allocator.rebalance();
        for (uint256 i = 0; i < 2; ++i) {
            first.lose(120 * UNIT);
            allocator.heal();
            assertFalse(allocator.venueOf(address(first)).suspended);
        }
        first.lose(120 * UNIT);
        allocator.heal();
        assertTrue(allocator.venueOf(address(first)).suspended);
    }

    function test_Heal_DistrustsAJump() public {
        allocator.rebalance();
        first.setWorthBps(10_021);
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Rose));
        skip(365 days / 50);
        // Half in a year is a hundredth by now.
        first.setWorthBps(10_119);
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Healthy));
        first.setWorthBps(10_121);
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Rose));
    }

    // ---------------------------------------------------------------- a venue that freezes

    function test_Heal_WaitsForAFrozenVenueThenWritesItOff() public {
        allocator.rebalance();
        _request(fund, alice, shares);
        first.setMood(VenueMock.Mood.Frozen);
        first.setPaused(true);
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.VenueStuck(address(first), CAP);
        allocator.heal();
        assertTrue(fund.isBlocked());
        assertEq(fund.maxDeposit(bob), 0);
        assertEq(fund.maxMint(bob), 0);
        uint256 until = block.timestamp + 3 days;
        skip(3 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_NotStuck.selector, address(first), until));
        allocator.writeOff(address(first));
        skip(1);
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.VenueWrittenOff(address(first), CAP);
        allocator.writeOff(address(first));
        assertEq(fund.totalAssets(), FUND - CAP);
        assertFalse(fund.isBlocked());
        assertEq(fund.blockedSeconds(), 3 days);
        // The request's window is longer by what it waited.
        skip(9 days - 1);
        assertGt(fund.maxRedeem(alice), 0);
        skip(1);
        assertEq(fund.maxRedeem(alice), 0);
    }

    function test_Heal_WhatAFrozenVenuePaysLaterIsIncome() public {
        test_Heal_WaitsForAFrozenVenueThenWritesItOff();
        // Who came now would have what others lost.
        assertEq(fund.maxDeposit(bob), 0);
        first.setMood(VenueMock.Mood.Honest);
        assertEq(allocator.heal(), CAP);
        assertEq(fund.managedAssets(), FUND - CAP);
        assertEq(fund.streamIncome(), CAP);
        assertGt(fund.maxDeposit(bob), 0);
    }

    /// @dev A venue that was only made to look frozen is asked once more.
    function test_WriteOff_AsksOnceMore() public {
        allocator.rebalance();
        first.setLiquid(0);
        allocator.heal();
        skip(3 days);
        first.setLiquid(type(uint256).max);
        allocator.writeOff(address(first));
        assertEq(fund.managedAssets(), FUND);
        assertFalse(allocator.hasWrittenOff());
        assertFalse(allocator.isStuck());
    }

    /// @dev Home lacks assets and the price of a venue is bent: nothing leaves at it.
    function test_Rebalance_LeavesNothingAtABentPrice() public {
        allocator.rebalance();
        waterfallMock.pay(fund, defaulter, 400_000 * UNIT * SCALE);
        second.setWorthBps(9_000);
        (, uint256 recalled) = allocator.rebalance();
        assertEq(allocator.venueOf(address(second)).counted, 200_000 * UNIT);
        assertEq(recalled, 200_000 * UNIT);
        assertEq(allocator.venueOf(address(first)).counted, 100_000 * UNIT);
    }

    /// @dev Many small jumps do not add up to what is believed.
    function test_Heal_LearnsNoJump() public {
        allocator.rebalance();
        first.setWorthBps(10_019);
        for (uint256 i = 0; i < 3; ++i) allocator.heal();
        first.setWorthBps(10_030);
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Rose));
        first.setWorthBps(10_000);
        assertEq(uint256(allocator.healthOf(address(first))), uint256(IVenueAllocator.Health.Healthy));
    }

    function test_Heal_ForgetsAnOldSuspicion() public {
        allocator.rebalance();
        first.setWorthBps(9_000);
        allocator.heal();
        skip(11 minutes);
        assertEq(allocator.heal(), 0);
        skip(1 minutes);
        assertGt(allocator.heal(), 0);
    }

    function test_Heal_AFrozenVenueThatThawsCostsNothing() public {
        allocator.rebalance();
        first.setMood(VenueMock.Mood.Frozen);
        first.setPaused(true);
        allocator.heal();
        skip(1 days);
        first.setMood(VenueMock.Mood.Honest);
        assertEq(allocator.heal(), CAP);
        assertEq(fund.totalAssets(), FUND);
        assertFalse(fund.isBlocked());
        assertEq(fund.blockedSeconds(), 1 days);
        vm.expectRevert(abi.encodeWithSelector(IVenueAllocator.Venue_NotStuck.selector, address(first), 0));
        allocator.writeOff(address(first));
    }

    function test_Heal_TakesWhatAnIlliquidVenueHas() public {
        allocator.rebalance();
        first.setLiquid(100_000 * UNIT);
        assertEq(allocator.heal(), 100_000 * UNIT);
        assertEq(allocator.venueOf(address(first)).counted, 200_000 * UNIT);
        assertTrue(allocator.isStuck());
        first.setLiquid(type(uint256).max);
        assertEq(allocator.heal(), 200_000 * UNIT);
        assertEq(fund.totalAssets(), FUND);
        assertFalse(allocator.isStuck());
    }

    // ---------------------------------------------------------------- a venue that lies

    function test_Lie_AWorthThatIsNotThereIsNeverCounted() public {
        allocator.rebalance();
        first.setWorthBps(10_015);
        allocator.rebalance();
        assertEq(fund.managedAssets(), FUND);
        assertEq(fund.streamIncome(), 0);
        // Having said more it is worth less, once it is honest: it is left, whole.
        first.setWorthBps(10_000);
        allocator.heal();
        skip(1 minutes);
        allocator.heal();
        assertEq(fund.managedAssets(), FUND);
    }

    function test_Thief_CostsNoMoreThanItsCap() public {
        allocator.rebalance();
        first.setMood(VenueMock.Mood.Thief);
        first.setPaused(true);
        vm.expectEmit(address(allocator));
        emit IVenueAllocator.Recalled(address(first), CAP, 0);
        allocator.heal();
        assertEq(fund.managedAssets(), FUND - CAP);
        assertFalse(allocator.isStuck());
    }

    function test_Hostile_ViewsSuspendAndHealGoesOn() public {
        VenueMock.Mood[3] memory moods = [VenueMock.Mood.Mute, VenueMock.Mood.Bomb, VenueMock.Mood.Burner];
        for (uint256 i = 0; i < moods.length; ++i) {
            _deployVenues();
            allocator.rebalance();
            first.setMood(moods[i]);
            second.lose(20_000 * UNIT);
            uint256 before = gasleft();
            allocator.heal();
            assertLt(before - gasleft(), 6_000_000);
            assertTrue(allocator.venueOf(address(first)).suspended);
            assertTrue(allocator.venueOf(address(second)).suspended);
        }
    }

    function test_Intruder_GetsNowhere() public {
        allocator.rebalance();
        bytes[3] memory calls = [
            abi.encodeCall(VenueAllocator.heal, ()),
            abi.encodeCall(VenueAllocator.rebalance, ()),
            abi.encodeCall(VenueAllocator.writeOff, (address(first)))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            first.setIntrusion(address(allocator), calls[i]);
            allocator.setCap(address(first), CAP - (i + 1) * 20_000 * UNIT);
            allocator.rebalance();
            assertTrue(first.intrusionFailed());
            assertEq(fund.managedAssets(), FUND);
        }
    }

    function test_Gas_TooLittleIsNotAFailureOfTheVenue() public {
        allocator.rebalance();
        (bool done, bytes memory answer) = address(allocator).call{gas: 1_200_000}(
            abi.encodeCall(VenueAllocator.heal, ())
        );
        assertFalse(done);
        assertEq(bytes4(answer), IVenueAllocator.Venue_OutOfGas.selector);
    }

    /// @dev Whatever the gas, a call that succeeds suspends no healthy venue.
    function testFuzz_Gas_NoLimitSuspendsAHealthyVenue(uint256 limit) public {
        allocator.rebalance();
        limit = bound(limit, 30_000, 6_000_000);
        (bool done, ) = address(allocator).call{gas: limit}(abi.encodeCall(VenueAllocator.heal, ()));
        done;
        assertFalse(allocator.venueOf(address(first)).suspended);
        assertFalse(allocator.venueOf(address(second)).suspended);
        assertEq(fund.placedAssets(), 500_000 * UNIT);
    }
}
