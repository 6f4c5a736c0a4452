// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibSort} from "solady/src/utils/LibSort.sol";

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
}
