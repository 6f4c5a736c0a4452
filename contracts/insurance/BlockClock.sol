// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @title BlockClock
/// @notice Adds up the seconds for which redemptions wait: while an insolvency is open or a gate is closed.
library BlockClock {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    /// @dev 8 + 8 + 8 + 8 bytes. Unix seconds, seconds, and a count.
    struct Clock {
        uint64 elapsed;
        uint64 touchedAt;
        uint64 gatedUntil;
        uint64 open;
    }

    /// @notice Whether redemptions wait now.
    function isBlocked(Clock storage self) internal view returns (bool) {
        return self.open != 0 || block.timestamp < self.gatedUntil;
    }

    /// @notice Seconds so far.
    function blockedSeconds(Clock storage self) internal view returns (uint256) {
        uint256 until = self.open != 0 ? block.timestamp : block.timestamp.min(self.gatedUntil);
        return self.elapsed + until.zeroFloorSub(self.touchedAt);
    }

    /// @notice One more insolvency is open, or one less.
    function changeOpen(Clock storage self, bool opened) internal returns (uint256 open) {
        touch(self);
        open = opened ? self.open + 1 : self.open - 1;
        self.open = open.toUint64();
    }

    /// @notice The gate is closed until `until`; in the past: open.
    function setGate(Clock storage self, uint256 until) internal {
        touch(self);
        self.gatedUntil = until.toUint64();
    }

    /// @dev Everything before now is settled under the state that held until now.
    function touch(Clock storage self) private {
        self.elapsed = blockedSeconds(self).toUint64();
        self.touchedAt = block.timestamp.toUint64();
    }
}
