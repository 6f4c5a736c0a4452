// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Level} from "../types/Policy.sol";
import {GuardianTerms} from "./GuardianTerms.sol";
import {ICircuitBreaker} from "./ICircuitBreaker.sol";

/// @title LevelLedger
/// @notice The state of one asset or of the domain: its level, its way back, and the seconds it could not act.
library LevelLedger {
    /// @dev Criteria must hold this long before the step down from Guarded, ReduceOnly, Protected.
    uint256 internal constant GUARDED_SECONDS = 10 minutes;
    uint256 internal constant REDUCE_ONLY_SECONDS = 30 minutes;
    uint256 internal constant PROTECTED_SECONDS = 60 minutes;

    /// @dev A gap between two evaluations is evidence for at most this long.
    uint256 internal constant SAMPLE_SECONDS = 5 minutes;

    /// @param record Slot 0 (184 bits).
    /// @param inactiveSeconds Counted up to `accruedAt`. Slot 1 (120 bits).
    /// @param accruedAt 0 = nothing was ever counted here.
    /// @param vouchedUntil Until when the last evaluation vouches that accounts could act; 0 = no such limit.
    /// @param raises Slot 2 (128 bits).
    struct State {
        ICircuitBreaker.LevelRecord record;
        uint40 inactiveSeconds;
        uint40 accruedAt;
        uint40 vouchedUntil;
        GuardianTerms.Terms raises;
    }

    /// @notice Stored level or raise in force, whichever is worse.
    function current(State storage self) internal view returns (Level) {
        ICircuitBreaker.LevelRecord storage record = self.record;
        Level level = record.level;
        if (record.raisedLevel > level && block.timestamp < record.raisedUntil) return record.raisedLevel;
        return level;
    }

    /// @notice Inactive seconds up to now. Never falls.
    function inactive(State storage self) internal view returns (uint256) {
        return self.inactiveSeconds + pending(self);
    }

    /// @dev Inactive seconds since `accruedAt`. Each state change accrues first, so one rule covers the whole span:
    /// all of it at a stored Protected; else up to the end of a raise, and then whatever nobody vouches for.
    function pending(State storage self) internal view returns (uint256) {
        uint256 from = self.accruedAt;
        if (from == 0) return 0;
        ICircuitBreaker.LevelRecord storage record = self.record;
        if (record.level >= Level.Protected) return block.timestamp - from;

        uint256 activeFrom = from;
        if (record.raisedLevel >= Level.Protected && record.raisedUntil > from) {
            activeFrom = FixedPointMathLib.min(block.timestamp, record.raisedUntil);
        }
        uint256 unvouchedFrom = FixedPointMathLib.max(activeFrom, self.vouchedUntil);
        bool overdue = self.vouchedUntil != 0 && block.timestamp > unvouchedFrom;
        return activeFrom - from + (overdue ? block.timestamp - unvouchedFrom : 0);
    }

    /// @notice Counts inactive seconds up to now.
    /// @param blind Whether the time since the last count must be taken as inactive as a whole.
    function accrue(State storage self, bool blind) internal {
        uint256 from = self.accruedAt;
        uint256 added = blind && from != 0 ? block.timestamp - from : pending(self);
        self.inactiveSeconds += uint40(added);
        self.accruedAt = uint40(block.timestamp);
    }

    /// @notice Puts the stored level at `level` now; recovery starts anew.
    function moveTo(State storage self, Level level, ICircuitBreaker.Cause cause) internal {
        ICircuitBreaker.LevelRecord storage record = self.record;
        record.level = level;
        record.cause = cause;
        record.since = uint40(block.timestamp);
        record.recovering = false;
        record.heldSeconds = 0;
    }

    /// @notice Takes an evaluation that implies no more than the stored level into account, and steps down one level
    /// when the criteria held long enough.
    /// @return stepped Whether it stepped down.
    function recover(State storage self, Level implied) internal returns (bool stepped) {
        ICircuitBreaker.LevelRecord storage record = self.record;
        Level level = record.level;
        if (level == Level.Settling || implied == level) {
            record.recovering = false;
            record.heldSeconds = 0;
            return false;
        }
        if (!record.recovering) {
            record.recovering = true;
            return false;
        }
        uint256 gap = FixedPointMathLib.min(block.timestamp - record.evaluatedAt, SAMPLE_SECONDS);
        uint256 held = record.heldSeconds + gap;
        stepped = held >= requiredSeconds(level);
        if (stepped) {
            Level lower = Level(uint8(level) - 1);
            moveTo(self, lower, lower == Level.Normal ? ICircuitBreaker.Cause.None : record.cause);
            record.recovering = implied < lower;
        } else {
            record.heldSeconds = uint32(held);
        }
    }

    /// @notice Seconds that the criteria must hold at `level` before the step down.
    function requiredSeconds(Level level) internal pure returns (uint256) {
        if (level == Level.Guarded) return GUARDED_SECONDS;
        return level == Level.ReduceOnly ? REDUCE_ONLY_SECONDS : PROTECTED_SECONDS;
    }
}
