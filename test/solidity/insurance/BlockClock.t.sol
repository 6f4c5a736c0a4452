// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BlockClock} from "../../../contracts/insurance/BlockClock.sol";
import {Test} from "../support/Test.sol";

contract BlockClockTest is Test {
    using BlockClock for BlockClock.Clock;

    BlockClock.Clock private clock;

    function setUp() public {
        vm.warp(1_700_000_000);
    }

    function test_Clock_StartsAtZero() public {
        assertFalse(clock.isBlocked());
        assertEq(clock.blockedSeconds(), 0);
        skip(1 days);
        assertEq(clock.blockedSeconds(), 0);
    }

    function test_Open_CountsUntilTheLastCloses() public {
        assertEq(clock.changeOpen(true), 1);
        skip(10);
        assertEq(clock.changeOpen(true), 2);
        skip(10);
        assertEq(clock.changeOpen(false), 1);
        assertTrue(clock.isBlocked());
        skip(10);
        assertEq(clock.changeOpen(false), 0);
        assertFalse(clock.isBlocked());
        skip(10);
        assertEq(clock.blockedSeconds(), 30);
    }

    function test_Gate_EndsByItself() public {
        clock.setGate(block.timestamp + 100);
        skip(99);
        assertTrue(clock.isBlocked());
        assertEq(clock.blockedSeconds(), 99);
        skip(1);
        assertFalse(clock.isBlocked());
        skip(1_000);
        assertEq(clock.blockedSeconds(), 100);
        clock.changeOpen(true);
        assertEq(clock.blockedSeconds(), 100);
    }

    function test_Gate_LiftedEarlyCountsWhatPassed() public {
        clock.setGate(block.timestamp + 100);
        skip(40);
        clock.setGate(0);
        skip(60);
        assertEq(clock.blockedSeconds(), 40);
    }

    /// @dev Independent form: one second at a time.
    function testFuzz_BlockedSeconds_AreThoseInWhichItWasBlocked(
        uint8[12] memory steps,
        uint8[12] memory waits
    ) public {
        uint256 expected;
        for (uint256 i = 0; i < steps.length; ++i) {
            if (steps[i] % 3 == 0) clock.changeOpen(true);
            else if (steps[i] % 3 == 1 && clock.open != 0) clock.changeOpen(false);
            else clock.setGate(block.timestamp + steps[i]);
            for (uint256 s = 0; s < waits[i] % 64; ++s) {
                if (clock.isBlocked()) ++expected;
                skip(1);
            }
            assertEq(clock.blockedSeconds(), expected);
        }
    }
}
