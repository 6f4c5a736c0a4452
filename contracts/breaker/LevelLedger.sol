// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Level} from "../types/Policy.sol";
import {ChainLiveness} from "./ChainLiveness.sol";
import {GuardianTerms} from "./GuardianTerms.sol";
import {ICircuitBreaker} from "./ICircuitBreaker.sol";

/// @title LevelLedger
/// @notice The state of one asset or of the domain: its level, its way back, and the seconds it could not act.
library LevelLedger {
    using ChainLiveness for ChainLiveness.Clock;

    /// @dev Criteria must hold this long before the step down from Guarded, ReduceOnly, Protected. What the oracle's
    /// grade caused steps down at the pace of Guarded: the oracle held the grade for 10, 30 or 60 minutes already.
    uint256 internal constant GUARDED_SECONDS = 10 minutes;
    uint256 internal constant REDUCE_ONLY_SECONDS = 30 minutes;
    uint256 internal constant PROTECTED_SECONDS = 60 minutes;

    /// @dev A gap between two evaluations is evidence for at most this long.
    uint256 internal constant SAMPLE_SECONDS = 5 minutes;

    /// @dev Everything that a user's action reads is in slot 0 (224 bits); slot 1 (80 bits) and `raises` (120 bits) are
    /// touched by evaluations and guardians.
    /// @param inactiveSeconds Counted up to `accruedAt`.
    /// @param accruedAt 0 = nothing was ever counted here.
    /// @param vouchedUntil Until when the last evaluation vouches that accounts could act; 0 = no such limit.
    /// The others are those of `ICircuitBreaker.LevelRecord`.
    struct State {
        Level level;
        ICircuitBreaker.Cause cause;
        bool recovering;
        uint32 heldSeconds;
        Level raisedLevel;
        uint40 raisedUntil;
        uint40 inactiveSeconds;
        uint40 accruedAt;
        uint40 vouchedUntil;
        uint40 since;
        uint40 evaluatedAt;
        GuardianTerms.Terms raises;
    }

    /// @notice Stored level or raise in force, whichever is worse.
    function current(State storage self) internal view returns (Level) {
        Level level = self.level;
        if (self.raisedLevel > level && block.timestamp < self.raisedUntil) return self.raisedLevel;
        return level;
    }

    /// @notice The state as views show it.
    function toRecord(State storage self) internal view returns (ICircuitBreaker.LevelRecord memory record) {
        record.level = self.level;
        record.cause = self.cause;
        record.since = self.since;
        record.recovering = self.recovering;
        record.heldSeconds = self.heldSeconds;
        record.evaluatedAt = self.evaluatedAt;
        record.raisedLevel = self.raisedLevel;
        record.raisedUntil = self.raisedUntil;
    }

    /// @notice Inactive seconds up to now that follow from stored levels and raises. Never falls.
    function certain(State storage self) internal view returns (uint256) {
        return self.inactiveSeconds + (_certainUntil(self) - self.accruedAt);
    }

    /// @notice The same less what the chain's last outage counts already.
    function certainApartFrom(State storage self, ChainLiveness.Clock memory clock) internal view returns (uint256) {
        return certain(self) - clock.overlap(self.accruedAt, _certainUntil(self));
    }

    /// @notice Seconds up to now, beyond the certain ones, for which nobody vouches and which neither the chain's last outage nor the
    /// domain counts. Of several assets they all end now, so the longest holds the others.
    /// @dev Apart from both: an outage that is told of late takes its seconds from what else counted them, and must not take them
    /// from two for the one that it adds.
    function unvouched(
        State storage self,
        State storage domain,
        ChainLiveness.Clock memory clock
    ) internal view returns (uint256) {
        uint256 vouchedUntil = self.vouchedUntil;
        if (vouchedUntil == 0 || block.timestamp <= vouchedUntil) return 0;
        uint256 from = FixedPointMathLib.max(_certainUntil(self), vouchedUntil);
        uint256 elsewhere = clock.overlap(from, block.timestamp);
        uint256 domainFrom = FixedPointMathLib.max(from, domain.accruedAt);
        uint256 domainUntil = _certainUntil(domain);
        if (domainUntil > domainFrom) elsewhere += domainUntil - domainFrom - clock.overlap(domainFrom, domainUntil);
        return block.timestamp - from - elsewhere;
    }

    /// @notice Counts inactive seconds up to now.
    /// @param blind Whether the time since the last count, outages of the chain apart, must be taken as inactive as a whole.
    function accrue(State storage self, State storage domain, ChainLiveness.Clock memory clock, bool blind) internal {
        uint256 from = self.accruedAt;
        uint256 counted = certain(self) + unvouched(self, domain, clock);
        if (blind && from != 0) {
            uint256 whole = block.timestamp - from - clock.overlap(from, block.timestamp);
            counted = FixedPointMathLib.max(counted, self.inactiveSeconds + whole);
        }
        _store(self, counted);
    }

    /// @notice Counts inactive seconds of the domain up to now.
    function accrueApartFrom(State storage self, ChainLiveness.Clock memory clock) internal {
        _store(self, certainApartFrom(self, clock));
    }

    function _store(State storage self, uint256 inactiveSeconds) private {
        self.inactiveSeconds = uint40(inactiveSeconds);
        self.accruedAt = uint40(block.timestamp);
    }

    /// @dev Until when everything since `accruedAt` is inactive for certain: each state change accrues first, so one rule covers
    /// the whole span: all of it at a stored Protected, else up to the end of a raise.
    function _certainUntil(State storage self) private view returns (uint256) {
        uint256 from = self.accruedAt;
        if (from == 0) return 0;
        if (self.level >= Level.Protected) return block.timestamp;
        if (self.raisedLevel < Level.Protected || self.raisedUntil <= from) return from;
        return FixedPointMathLib.min(block.timestamp, self.raisedUntil);
    }

    /// @notice Puts the stored level at `level` now; recovery starts anew.
    function moveTo(State storage self, Level level, ICircuitBreaker.Cause cause) internal {
        self.level = level;
        self.cause = cause;
        self.since = uint40(block.timestamp);
        self.recovering = false;
        self.heldSeconds = 0;
    }

    /// @notice Takes an evaluation that implies no more than the stored level into account, and steps down one level
    /// when the criteria held long enough.
    /// @param cause What implies it.
    /// @return stepped Whether it stepped down.
    function recover(State storage self, Level implied, ICircuitBreaker.Cause cause) internal returns (bool stepped) {
        Level level = self.level;
        if (level == Level.Settling) return false;
        if (implied == level) {
            self.cause = cause;
            self.recovering = false;
            self.heldSeconds = 0;
            return false;
        }
        if (!self.recovering) {
            self.recovering = true;
            return false;
        }
        uint256 gap = FixedPointMathLib.min(block.timestamp - self.evaluatedAt, SAMPLE_SECONDS);
        uint256 held = self.heldSeconds + gap;
        stepped = held >= requiredSeconds(level, self.cause);
        if (stepped) {
            Level lower = Level(uint8(level) - 1);
            moveTo(self, lower, lower == Level.Normal ? ICircuitBreaker.Cause.None : self.cause);
            self.recovering = implied < lower;
        } else {
            self.heldSeconds = uint32(held);
        }
    }

    /// @notice Seconds that the criteria must hold before the step down from a level with a cause.
    function requiredSeconds(Level level, ICircuitBreaker.Cause cause) internal pure returns (uint256) {
        if (level == Level.Guarded || cause == ICircuitBreaker.Cause.Grade) return GUARDED_SECONDS;
        return level == Level.ReduceOnly ? REDUCE_ONLY_SECONDS : PROTECTED_SECONDS;
    }
}
