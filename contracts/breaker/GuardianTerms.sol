// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title GuardianTerms
/// @notice Rations what a guardian may do by hand: each act ends by itself, and only so many fit in a month.
library GuardianTerms {
    /// @dev What a guardian does lasts this long.
    uint256 internal constant TERM = 72 hours;

    /// @dev One act and two renewals fit into this time.
    uint256 internal constant SPAN = 30 days;

    /// @notice Start times of the last three acts, unix seconds. One slot.
    struct Terms {
        uint40 oldest;
        uint40 middle;
        uint40 latest;
    }

    /// @notice Unix seconds from which the next act is possible; 0 = at once.
    function nextAt(Terms storage self) internal view returns (uint256) {
        uint256 oldest = self.oldest;
        return oldest == 0 || oldest + SPAN <= block.timestamp ? 0 : oldest + SPAN;
    }

    /// @notice Counts an act now and returns when it ends. Ask `nextAt` first.
    function start(Terms storage self) internal returns (uint40 until) {
        (self.oldest, self.middle, self.latest) = (self.middle, self.latest, uint40(block.timestamp));
        return uint40(block.timestamp + TERM);
    }
}
