// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/src/utils/SafeCastLib.sol";

/// @title DrawWindow
/// @notice What one market drew in the last 24 hours, in constant storage.
/// @dev Fifteen past spans of 96 minutes and the current one: every window of 24 hours lies within what is counted, so
/// the limit holds for each of them. (A bucket that refills continuously would admit twice its size in one window.)
library DrawWindow {
    using FixedPointMathLib for uint256;
    using SafeCastLib for uint256;

    uint256 internal constant SPANS = 16;
    uint256 internal constant SPAN_SECONDS = 24 hours / (SPANS - 1);

    /// @dev Draws are counted in millionths of a unit of cash, rounded up: four spans fit a slot, each up to 1.8e13 units.
    uint256 internal constant QUANTUM_WAD = 1e12;

    /// @dev Keeps the counters far from their width.
    uint256 private constant LARGEST_DRAW_WAD = (type(uint64).max / SPANS) * QUANTUM_WAD;

    uint256 private constant BPS = 10_000;

    /// @dev Slot 0, 8 + 8 + 8 bytes: all that a draw needs in the span of the last one. Slots 1-4: the spans.
    /// @param current Drawn in the span `lastSpan`, quanta.
    /// @param past Drawn in the fifteen spans before it, quanta.
    /// @param lastSpan Number of the span of the last draw; 0 = never.
    /// @param closed Draws of those fifteen, at their number modulo 16; the entry of `lastSpan` itself means nothing.
    struct Window {
        uint64 current;
        uint64 past;
        uint64 lastSpan;
        uint64[SPANS] closed;
    }

    /// @notice Drawn in the last 24 hours and up to 96 minutes more, WAD, rounded up.
    function drawnWad(Window storage self) internal view returns (uint256 totalWad) {
        return _drawn(self) * QUANTUM_WAD;
    }

    /// @notice What may be drawn now of a fund that holds `heldWad`, WAD, rounded down: `limitBps` of what it held
    /// before the draws of the window, less these draws.
    function availableWad(Window storage self, uint256 heldWad, uint256 limitBps) internal view returns (uint256) {
        uint256 drawn = drawnWad(self);
        uint256 limitWad = (heldWad + drawn).fullMulDiv(limitBps, BPS);
        return limitWad.zeroFloorSub(drawn).min(LARGEST_DRAW_WAD);
    }

    /// @notice Counts a draw.
    function record(Window storage self, uint256 amountWad) internal {
        uint256 span = block.timestamp / SPAN_SECONDS;
        uint256 lastSpan = self.lastSpan;
        if (span != lastSpan) {
            if (lastSpan != 0) self.past = _close(self, lastSpan, span).toUint64();
            self.current = 0;
            self.lastSpan = span.toUint64();
        }
        self.current = (self.current + amountWad.divUp(QUANTUM_WAD)).toUint64();
    }

    function _drawn(Window storage self) private view returns (uint256 total) {
        uint256 lastSpan = self.lastSpan;
        uint256 age = block.timestamp / SPAN_SECONDS - lastSpan;
        if (age >= SPANS) return 0;
        uint256 past = self.past;
        // The oldest spans have left the window.
        for (uint256 i = 1; i <= age && past != 0; ++i) past -= self.closed[(lastSpan + i) % SPANS];
        return self.current + past;
    }

    /// @dev Puts the last span among the closed ones; those without a draw since then are empty.
    /// @return past What was drawn in the fifteen spans before `span`.
    function _close(Window storage self, uint256 lastSpan, uint256 span) private returns (uint256 past) {
        if (span - lastSpan >= SPANS) {
            delete self.closed;
            return 0;
        }
        past = _drawn(self);
        self.closed[lastSpan % SPANS] = self.current;
        for (uint256 empty = lastSpan + 1; empty < span; ++empty) self.closed[empty % SPANS] = 0;
    }
}
