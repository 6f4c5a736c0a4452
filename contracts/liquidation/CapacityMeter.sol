// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {AssetId} from "../types/AssetId.sol";

/// @title CapacityMeter
/// @notice How much of a market may be auctioned at a discount per window: a bucket that drains evenly.
/// @dev What may go in any window is at most twice the capacity, and no more than the capacity at once. A bucket is kept
/// as the time at which it will be empty, so that four markets share a word: what is used is a share of the capacity,
/// and stays that share when the capacity changes. Rounds toward more use.
library CapacityMeter {
    using FixedPointMathLib for uint256;

    /// @dev Times are kept in 2^-24 seconds: 40 bits of seconds, 24 of their fraction.
    uint256 private constant FRACTION_BITS = 24;
    uint256 private constant METERS_PER_WORD = 4;
    uint256 private constant METER_BITS = 64;

    /// @param words Meters of assets 1 to 4, 5 to 8 and so on.
    struct Meters {
        mapping(uint256 number => uint256 word) words;
    }

    /// @notice What is still counted as used, WAD of USD, rounded up.
    /// @param capacityWad Notional per window, WAD of USD; 0 = not metered.
    /// @param windowSeconds Seconds in which a full bucket drains.
    function used(
        Meters storage self,
        AssetId asset,
        uint256 capacityWad,
        uint256 windowSeconds
    ) internal view returns (uint256) {
        if (capacityWad == 0) return 0;
        (uint256 number, uint256 shift) = _placeOf(asset);
        uint256 emptyAt = uint64(self.words[number] >> shift);
        uint256 left = emptyAt.zeroFloorSub(block.timestamp << FRACTION_BITS);
        return left == 0 ? 0 : capacityWad.fullMulDivUp(left, windowSeconds << FRACTION_BITS);
    }

    /// @notice What may go now, WAD of USD; the largest number where nothing is metered.
    function available(
        Meters storage self,
        AssetId asset,
        uint256 capacityWad,
        uint256 windowSeconds
    ) internal view returns (uint256) {
        if (capacityWad == 0) return type(uint256).max;
        return capacityWad.zeroFloorSub(used(self, asset, capacityWad, windowSeconds));
    }

    /// @notice Counts `notionalWad`.
    /// @return usedAfterWad What is counted as used afterwards.
    function count(
        Meters storage self,
        AssetId asset,
        uint256 capacityWad,
        uint256 windowSeconds,
        uint256 notionalWad
    ) internal returns (uint256 usedAfterWad) {
        if (capacityWad == 0) return 0;
        usedAfterWad = used(self, asset, capacityWad, windowSeconds) + notionalWad;
        uint256 left = usedAfterWad.fullMulDivUp(windowSeconds << FRACTION_BITS, capacityWad);
        uint256 emptyAt = ((block.timestamp << FRACTION_BITS) + left).min(type(uint64).max);
        (uint256 number, uint256 shift) = _placeOf(asset);
        uint256 others = self.words[number] & ~(uint256(type(uint64).max) << shift);
        self.words[number] = others | (emptyAt << shift);
    }

    function _placeOf(AssetId asset) private pure returns (uint256 number, uint256 shift) {
        // Ids begin at 1: the first four share word 1.
        uint256 position = uint256(AssetId.unwrap(asset)) + METERS_PER_WORD - 1;
        return (position / METERS_PER_WORD, (position % METERS_PER_WORD) * METER_BITS);
    }
}
