// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @title CapacityMeter
/// @notice How much of a market may be auctioned at a discount per window: a bucket that drains evenly.
/// @dev What may go in any window is at most twice the capacity, and no more than the capacity at once.
library CapacityMeter {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    /// @param usedWad Used when last counted, WAD of USD.
    /// @param countedAt Unix seconds of the last count.
    /// @dev 16 + 5 bytes.
    struct Meter {
        uint128 usedWad;
        uint40 countedAt;
    }

    /// @notice What is still counted as used, rounded up.
    /// @param capacityWad Notional per window, WAD of USD; 0 = not metered.
    /// @param windowSeconds Seconds in which a full bucket drains.
    function used(Meter storage self, uint256 capacityWad, uint256 windowSeconds) internal view returns (uint256) {
        uint256 elapsed = block.timestamp - self.countedAt;
        if (capacityWad == 0 || elapsed >= windowSeconds) return 0;
        return uint256(self.usedWad).zeroFloorSub((capacityWad * elapsed) / windowSeconds);
    }

    /// @notice What may go now, WAD of USD; the largest number where nothing is metered.
    function available(Meter storage self, uint256 capacityWad, uint256 windowSeconds) internal view returns (uint256) {
        if (capacityWad == 0) return type(uint256).max;
        return capacityWad.zeroFloorSub(used(self, capacityWad, windowSeconds));
    }

    /// @notice Counts `notionalWad`.
    /// @return usedAfterWad What is counted as used afterwards.
    function count(
        Meter storage self,
        uint256 capacityWad,
        uint256 windowSeconds,
        uint256 notionalWad
    ) internal returns (uint256 usedAfterWad) {
        if (capacityWad == 0) return 0;
        usedAfterWad = (used(self, capacityWad, windowSeconds) + notionalWad).min(type(uint128).max);
        self.usedWad = usedAfterWad.toUint128();
        self.countedAt = block.timestamp.toUint40();
    }
}
