// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DrawWindow} from "../../../contracts/insurance/DrawWindow.sol";
import {Test} from "../support/Test.sol";

contract DrawWindowTest is Test {
    using DrawWindow for DrawWindow.Window;

    uint256 private constant SPAN = 96 minutes;
    uint256 private constant LIMIT_BPS = 2_000;

    DrawWindow.Window private window;

    function setUp() public {
        vm.warp(SPAN * 300_000);
    }

    function test_Available_IsTheLimitOfAFreshMarket() public view {
        assertEq(window.availableWad(1_000e18, LIMIT_BPS), 200e18);
        assertEq(window.availableWad(0, LIMIT_BPS), 0);
        assertEq(window.availableWad(4, LIMIT_BPS), 0);
        assertEq(window.drawnWad(), 0);
    }

    function test_Available_IsTheSameInOnePieceOrMany() public {
        uint256 held = 1_000e18;
        window.record(50e18);
        held -= 50e18;
        assertEq(window.availableWad(held, LIMIT_BPS), 150e18);
        window.record(150e18);
        held -= 150e18;
        assertEq(window.availableWad(held, LIMIT_BPS), 0);
    }

    function test_Draw_LeavesTheWindowAfterADayAtTheEarliest() public {
        skip(SPAN - 1);
        window.record(200e18);
        skip(24 hours);
        assertEq(window.drawnWad(), 200e18);
        skip(1);
        assertEq(window.drawnWad(), 0);
    }

    function test_Draw_LeavesTheWindowASpanLaterAtTheLatest() public {
        window.record(200e18);
        skip(24 hours + SPAN - 1);
        assertEq(window.drawnWad(), 200e18);
        skip(1);
        assertEq(window.drawnWad(), 0);
        assertEq(window.availableWad(800e18, LIMIT_BPS), 160e18);
    }

    function test_Draw_CountsRoundedUp() public {
        window.record(1);
        assertEq(window.drawnWad(), 1e12);
        window.record(1e12);
        assertEq(window.drawnWad(), 2e12);
        window.record(0);
        assertEq(window.drawnWad(), 2e12);
    }

    function test_Available_NeverOverflowsTheCounter() public {
        for (uint256 i = 0; i < 15; ++i) {
            uint256 amount = window.availableWad(type(uint128).max, LIMIT_BPS);
            assertGt(amount, 1e30);
            window.record(amount);
        }
    }

    /// @dev Independent form: a list of all draws, walked for each question.
    function testFuzz_Drawn_CoversEveryWindowOfADay(uint64[24] memory amounts, uint32[24] memory waits) public {
        uint256[24] memory times;
        for (uint256 i = 0; i < amounts.length; ++i) {
            window.record(amounts[i]);
            times[i] = block.timestamp;
            skip(waits[i] % 12 hours);

            uint256 lower;
            uint256 upper;
            for (uint256 k = 0; k <= i; ++k) {
                uint256 rounded = ((uint256(amounts[k]) + 1e12 - 1) / 1e12) * 1e12;
                if (block.timestamp - times[k] <= 24 hours) lower += rounded;
                if (block.timestamp - times[k] < 24 hours + SPAN) upper += rounded;
            }
            assertGe(window.drawnWad(), lower);
            assertLe(window.drawnWad(), upper);
        }
    }

    function testFuzz_Limit_HoldsInEveryWindowOfADay(uint256[24] memory wants, uint32[24] memory waits) public {
        uint256 held = 1_000_000e18;
        uint256[24] memory drawn;
        uint256[24] memory times;
        uint256[24] memory heldBefore;
        for (uint256 i = 0; i < wants.length; ++i) {
            uint256 limit = window.availableWad(held, LIMIT_BPS);
            uint256 amount = bound(wants[i], 0, limit);
            window.record(amount);
            (drawn[i], times[i], heldBefore[i]) = (amount, block.timestamp, held);
            held -= amount;

            uint256 inWindow;
            uint256 heldThen = heldBefore[i];
            for (uint256 back = 0; back <= i; ++back) {
                uint256 k = i - back;
                if (block.timestamp - times[k] > 24 hours + SPAN) break;
                heldThen = heldBefore[k];
                if (block.timestamp - times[k] <= 24 hours) inWindow += drawn[k];
            }
            assertLe(inWindow, (heldThen * LIMIT_BPS) / 10_000);
            skip(waits[i] % 12 hours);
        }
    }
}
