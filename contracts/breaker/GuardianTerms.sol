// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title GuardianTerms
/// @notice Rations what a guardian may do by hand: each act ends by itself, and only so many fit in a month.
library GuardianTerms {
    /// @dev What a guardian does lasts this long.
    uint256 internal constant TERM = 72 hours;

    /// @dev One act and two renewals fit into this time.
    uint256 internal constant SPAN = 30 days;
    uint256 internal constant ACTS = 3;

    /// @notice Start times of the last three acts. One slot: 3 x 40 + 8 bits.
    struct Terms {
        uint40[3] startedAt;
        uint8 next;
    }

    /// @notice Unix seconds from which the next act is possible; 0 = at once.
    function nextAt(Terms storage self) internal view returns (uint256) {
        uint256 oldest = self.startedAt[self.next];
        return oldest == 0 || oldest + SPAN <= block.timestamp ? 0 : oldest + SPAN;
    }

    /// @notice Counts an act now and returns when it ends. Ask `nextAt` first.
    function start(Terms storage self) internal returns (uint40 until) {
        uint8 position = self.next;
        self.startedAt[position] = uint40(block.timestamp);
        self.next = uint8((position + 1) % ACTS);
        return uint40(block.timestamp + TERM);
    }
}
