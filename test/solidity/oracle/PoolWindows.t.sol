// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibSort} from "solady/src/utils/LibSort.sol";

import {IUniswapV3TwapAdapter} from "../../../contracts/oracle/adapters/IUniswapV3TwapAdapter.sol";
import {PoolWindows} from "../../../contracts/oracle/adapters/PoolWindows.sol";
import {Test} from "../support/Test.sol";

contract PoolWindowsTest is Test {
    int256 private constant HIGHEST_TICK = 887_272;
    int256 private constant BIAS = 1_048_576;

    /// @dev The median by counting who reaches whom is the sixth of the sorted ticks, near and far apart and with ties.
    function testFuzz_MedianOf_IsTheSixthOfEleven(uint256 seed, uint256 spread) public pure {
        spread = bound(spread, 1, 2 * uint256(HIGHEST_TICK) + 1);
        uint256[] memory ticks = new uint256[](PoolWindows.COUNT);
        uint256 means;
        for (uint256 i; i < ticks.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i))) % spread;
            ticks[i] = uint256(BIAS - HIGHEST_TICK) + random;
            means |= ticks[i] << (21 * i);
        }
        LibSort.insertionSort(ticks);
        assertEq(PoolWindows.medianOf(means), ticks[5]);
    }

    function test_MedianOf_AtTheEndsOfTheRange() public pure {
        uint256 lowest = uint256(BIAS - HIGHEST_TICK);
        uint256 highest = uint256(BIAS + HIGHEST_TICK);
        uint256 means;
        for (uint256 i; i < PoolWindows.COUNT; ++i) means |= (i < 6 ? lowest : highest) << (21 * i);
        assertEq(PoolWindows.medianOf(means), lowest);
        means = 0;
        for (uint256 i; i < PoolWindows.COUNT; ++i) means |= (i < 5 ? lowest : highest) << (21 * i);
        assertEq(PoolWindows.medianOf(means), highest);
    }

    function close(int256 tickCumulative, uint256 seconds_) external pure returns (PoolWindows.Windows memory windows) {
        for (uint256 i = 1; i < PoolWindows.COUNT; ++i) PoolWindows.close(windows, int256(i) * 60, 0, 60, 1);
        PoolWindows.close(windows, int256(PoolWindows.COUNT - 1) * 60 + tickCumulative, 0, seconds_, 1);
    }

    /// @dev One sub-window below all ticks set every bit of the other ten: the pool's price was 2^20 - 1 ticks, and none was
    /// given until six sub-windows later. What a pool says once changes one sub-window, or nothing.
    function testFuzz_Close_ChangesOneSubWindowOrNothing(int40 tickCumulative, uint256 seconds_) public {
        seconds_ = bound(seconds_, 1, 8191);
        int256 mean = int256(tickCumulative) / int256(seconds_);
        bool isTick = -HIGHEST_TICK <= mean && mean <= HIGHEST_TICK;
        if (!isTick) vm.expectRevert(abi.encodeWithSelector(IUniswapV3TwapAdapter.Oracle_NotATick.selector, mean));
        uint256 means = this.close(tickCumulative, seconds_).means;
        if (!isTick) return;
        assertEq(int256(means & 0x1fffff) - BIAS, mean);
        for (uint256 i = 1; i < PoolWindows.COUNT; ++i) {
            assertEq(int256((means >> (21 * i)) & 0x1fffff) - BIAS, 1, "another sub-window");
        }
    }

    function test_Close_RefusesATickThatNoPoolHas() public {
        int256[2] memory beyond = [-HIGHEST_TICK - 1, HIGHEST_TICK + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IUniswapV3TwapAdapter.Oracle_NotATick.selector, beyond[i]));
            this.close(beyond[i] * 60, 60);
            int256 last = beyond[i] < 0 ? -HIGHEST_TICK : HIGHEST_TICK;
            assertEq(int256(this.close(last * 60, 60).means & 0x1fffff) - BIAS, last);
        }
    }
}
