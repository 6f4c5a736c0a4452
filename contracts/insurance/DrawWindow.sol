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

    /// @dev Keeps a span's counter far from its width.
    uint256 private constant LARGEST_DRAW_WAD = (type(uint64).max / SPANS) * QUANTUM_WAD;

    uint256 private constant BPS = 10_000;

    /// @dev Slots 0-3: draws per span, quanta; slot 4: number of the span that was last written.
    struct Window {
        uint64[SPANS] drawn;
        uint64 lastSpan;
    }

    /// @notice Drawn in the last 24 hours and up to 96 minutes more, WAD, rounded up.
    function drawnWad(Window storage self) internal view returns (uint256 totalWad) {
        uint256 age = block.timestamp / SPAN_SECONDS - self.lastSpan;
        if (age >= SPANS) return 0;
        // Spans last written before `lastSpan - (SPANS - 1 - age)` have left the window.
        uint64[SPANS] memory drawn = self.drawn;
        for (uint256 back = 0; back < SPANS - age; ++back) {
            totalWad += drawn[(self.lastSpan + SPANS - back) % SPANS];
        }
        totalWad *= QUANTUM_WAD;
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
            uint256 skipped = (span - lastSpan).min(SPANS);
            for (uint256 i = 0; i < skipped; ++i) self.drawn[(span + SPANS - i) % SPANS] = 0;
            self.lastSpan = span.toUint64();
        }
        uint256 drawn = self.drawn[span % SPANS] + amountWad.divUp(QUANTUM_WAD);
        self.drawn[span % SPANS] = drawn.toUint64();
    }
}
