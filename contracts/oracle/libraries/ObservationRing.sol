// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Observation, PAID_FOR} from "./Observation.sol";

/// @title ObservationRing
/// @notice The history of one asset, a slot per observation, searched in logarithmic time.
/// @dev At most one slot per `spacing` seconds is opened: later observations in the same bucket of time overwrite the
/// newest. The sums lose nothing by that, and nobody can shorten history by observing often.
library ObservationRing {
    /// @notice A moment of the past: the newest observation at or before `target`, the next one, and the newest of all.
    struct Past {
        uint256 target;
        Observation older;
        Observation newer;
        Observation head;
    }

    /// @notice Where a window begins: `back` slots behind the newest. `nextCode` stands for the time of the slot after it, so
    /// that neither needs to be read to see whether the window has moved on: see `toCode`.
    struct Cursor {
        uint256 back;
        uint256 nextCode;
    }

    /// @dev Two slots around a target: the younger after it, the older not.
    struct Span {
        uint256 youngerBack;
        uint256 youngerTime;
        uint256 olderBack;
        uint256 olderTime;
    }

    /// @dev Guesses before the search halves: observations in regular use are evenly spaced, but nobody has to keep to that.
    uint256 private constant MAX_GUESSES = 4;

    /// @dev Times are kept in units of 4 seconds modulo 65535, plus one; 0 = not known. Unambiguous for three days.
    uint256 private constant CODE_SECONDS = 4;
    uint256 private constant CODES = 65_535;

    /// @notice Slots of the ring. Only the first `cardinality` are in use, a number that the caller keeps.
    struct Ring {
        uint256 cardinalityNext;
        Observation[65536] slots;
    }

    /// @notice Writes `observation` after slot `index`, or over it when both fall in one bucket of `spacing` seconds.
    /// @param head The observation at `index`, if any.
    /// @return indexAfter Slot written.
    /// @return cardinalityAfter Grown when the ring wraps and more slots were paid for.
    function write(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        Observation head,
        Observation observation,
        uint256 spacing
    ) internal returns (uint256 indexAfter, uint256 cardinalityAfter) {
        indexAfter = index;
        cardinalityAfter = cardinality;
        // Spacing and cardinality are positive, indices are below 2^16.
        unchecked {
            if (head.isWritten() && observation.timeOf() / spacing != head.timeOf() / spacing) {
                if (index + 1 == cardinality) cardinalityAfter = self.cardinalityNext;
                indexAfter = index + 1 == cardinalityAfter ? 0 : index + 1;
            }
        }
        self.slots[indexAfter] = observation;
    }

    /// @notice Pays for slots up to `cardinality`.
    function grow(Ring storage self, uint256 cardinality) internal {
        for (uint256 i = self.cardinalityNext; i < cardinality; ++i) self.slots[i] = PAID_FOR;
        self.cardinalityNext = cardinality;
    }

    /// @notice How many slots behind the newest the oldest lies.
    function oldestBack(Ring storage self, uint256 index, uint256 cardinality) internal view returns (uint256) {
        // Full if the slot after the newest was written; otherwise the oldest is in slot 0.
        return self.slots[(index + 1) % cardinality].isWritten() ? cardinality - 1 : index;
    }

    /// @notice Moves where a window begins one slot further back, because the newest slot is a new one.
    function recede(Cursor memory window, uint256 cardinality) internal pure {
        // Cardinalities are positive and below 2^16.
        unchecked {
            if (window.back < cardinality - 1) {
                window.back += 1;
            } else {
                // What falls out of a full ring is replaced by its neighbour.
                window.nextCode = 0;
            }
        }
    }

    /// @notice Mean log-price over [`target`, time of `head`], or over the history there is if it is shorter.
    /// @dev Exact when the slot that the window begins in held one observation. Of several in one bucket the last one's
    /// log-price stands for the rest of the bucket: an error for less than `spacing` seconds at the window's edge.
    /// @param head The newest observation, at slot `index`, after `target`.
    /// @param window Where it began before: a slot not after the one to find unless history is short. Moved to where it
    /// begins now.
    /// @return meanE16 Rounded toward minus infinity.
    function meanSince(
        Ring storage self,
        Observation head,
        uint256 index,
        uint256 cardinality,
        Cursor memory window,
        uint256 target
    ) internal view returns (int256 meanE16) {
        if (window.back == 0) return head.logE16Of();
        // Times rise along the ring and windows are positive, so no difference is negative and no divisor zero.
        unchecked {
            if (fromCode(window.nextCode, head.timeOf()) <= target) follow(self, index, cardinality, window, target);
            Observation older = slotBehind(self, index, cardinality, window.back);
            if (older.timeOf() > target) {
                return floorDiv(head.logSince(older), head.timeOf() - older.timeOf());
            }
            int256 covered = head.logSince(older) - older.logE16Of() * int256(target - older.timeOf());
            meanE16 = floorDiv(covered, head.timeOf() - target);
        }
    }

    /// @notice Finds the newest observation at or before `target`, and what lies around it.
    /// @return found Whether history reaches back that far.
    function lookBack(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 target
    ) internal view returns (bool found, Past memory past) {
        past.target = target;
        past.head = slotBehind(self, index, cardinality, 0);
        if (!past.head.isWritten()) return (false, past);
        past.older = past.head;
        past.newer = past.head;
        if (past.head.timeOf() <= target) return (true, past);
        uint256 oldest = oldestBack(self, index, cardinality);
        uint256 oldestTime = slotBehind(self, index, cardinality, oldest).timeOf();
        if (oldestTime > target) return (false, past);
        uint256 back = interpolate(self, index, cardinality, Span(0, past.head.timeOf(), oldest, oldestTime), target);
        past.older = slotBehind(self, index, cardinality, back);
        past.newer = slotBehind(self, index, cardinality, back - 1);
        return (true, past);
    }

    /// @notice Mean log-price from the target of `past` to `nowSeconds`, the newest log-price holding on.
    /// @return meanE16 Rounded toward minus infinity.
    function meanUntil(Past memory past, uint256 nowSeconds) internal pure returns (int256 meanE16) {
        if (past.older.timeOf() == past.head.timeOf()) return past.head.logE16Of();
        int256 covered = past.head.logSince(past.older) - logAfter(past.older, past.newer, past.target);
        covered += past.head.logE16Of() * int256(nowSeconds - past.head.timeOf());
        return floorDiv(covered, nowSeconds - past.target);
    }

    /// @notice The observation `back` slots behind slot `index`.
    function slotBehind(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 back
    ) internal view returns (Observation) {
        // `back` is below the cardinality, which is positive and below 2^16.
        unchecked {
            return self.slots[back <= index ? index - back : index + cardinality - back];
        }
    }

    /// @dev Moves `window` to the newest slot at or before `target`, unless it is there already or history is short.
    function follow(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        Cursor memory window,
        uint256 target
    ) private view {
        unchecked {
            uint256 nextAt = slotBehind(self, index, cardinality, window.back - 1).timeOf();
            if (nextAt <= target) {
                window.back = gallop(self, index, cardinality, window.back - 1, target);
                nextAt = slotBehind(self, index, cardinality, window.back - 1).timeOf();
            }
            window.nextCode = toCode(nextAt);
        }
    }

    /// @dev Rounded down.
    function toCode(uint256 time) private pure returns (uint256) {
        unchecked {
            return ((time / CODE_SECONDS) % CODES) + 1;
        }
    }

    /// @dev The newest time not after `nowSeconds` that has this code; 0 if there is none. Too late by three days for each
    /// three days that the true time is further back: whoever pauses that long starts over with 0.
    function fromCode(uint256 code, uint256 nowSeconds) private pure returns (uint256) {
        if (code == 0) return 0;
        unchecked {
            uint256 steps = nowSeconds / CODE_SECONDS;
            return (steps - (((steps % CODES) + CODES + 1 - code) % CODES)) * CODE_SECONDS;
        }
    }

    /// @dev The newest slot at or before `target`, from `back`, which is. In regular use it is that one or the next;
    /// strides double, so that after a pause the search stays logarithmic.
    function gallop(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 back,
        uint256 target
    ) private view returns (uint256) {
        uint256 stride = 1;
        // The newest slot, 0 behind, is after `target`: `back` stays positive, strides stay below 2^17.
        unchecked {
            while (stride < back) {
                uint256 probe = back - stride;
                if (slotBehind(self, index, cardinality, probe).timeOf() > target) {
                    return bisect(self, index, cardinality, probe, back, target);
                }
                back = probe;
                stride *= 2;
            }
        }
        return bisect(self, index, cardinality, 0, back, target);
    }

    /// @dev The newest slot at or before `target`, first where it would be if slots were evenly spaced.
    function interpolate(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        Span memory span,
        uint256 target
    ) private view returns (uint256) {
        // Times are below 2^32 and rise along the ring, distances below 2^16.
        unchecked {
            for (uint256 i; i < MAX_GUESSES && span.olderBack - span.youngerBack > 1; ++i) {
                uint256 gap = span.olderBack - span.youngerBack;
                uint256 guess = (gap * (span.youngerTime - target)) / (span.youngerTime - span.olderTime);
                guess = span.youngerBack + FixedPointMathLib.clamp(guess, 1, gap - 1);
                uint256 time = slotBehind(self, index, cardinality, guess).timeOf();
                if (time > target) (span.youngerBack, span.youngerTime) = (guess, time);
                else (span.olderBack, span.olderTime) = (guess, time);
            }
        }
        return bisect(self, index, cardinality, span.youngerBack, span.olderBack, target);
    }

    /// @dev The newest slot at or before `target`, given that `tooNew` is after it and `back` is not.
    function bisect(
        Ring storage self,
        uint256 index,
        uint256 cardinality,
        uint256 tooNew,
        uint256 back,
        uint256 target
    ) private view returns (uint256) {
        // Both stay between 0 and `back`, below 2^16.
        unchecked {
            while (back - tooNew > 1) {
                uint256 middle = (back + tooNew) / 2;
                if (slotBehind(self, index, cardinality, middle).timeOf() > target) tooNew = middle;
                else back = middle;
            }
        }
        return back;
    }

    /// @dev Cumulative log from `older` to `target`, linear between `older` and its neighbour `newer`, which is later.
    function logAfter(Observation older, Observation newer, uint256 target) private pure returns (int256) {
        // 88 signed bits times a span of seconds.
        unchecked {
            int256 span = int256(newer.timeOf() - older.timeOf());
            return (newer.logSince(older) * int256(target - older.timeOf())) / span;
        }
    }

    /// @dev `numerator / denominator` rounded toward minus infinity; the denominator is a positive span of seconds.
    function floorDiv(int256 numerator, uint256 denominator) private pure returns (int256 quotient) {
        unchecked {
            quotient = numerator / int256(denominator);
            if (numerator % int256(denominator) < 0) --quotient;
        }
    }
}
