// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVolSurface} from "../IVolSurface.sol";

/// @title SurfaceBounds
/// @notice Refuses terms of a surface outside hard bounds. Fields are numbered as in the struct.
library SurfaceBounds {
    uint256 private constant BPS = 1e4;
    uint256 private constant MAX_WORD_BPS = type(uint16).max;

    function check(IVolSurface.SurfaceTerms memory terms) internal pure {
        within(0, terms.freshSeconds, 1 minutes, 1 days);
        within(1, terms.maxAgeSeconds, uint256(terms.freshSeconds) + 1 minutes, 7 days);
        within(2, terms.lowestRatioBps, BPS / 10, BPS);
        within(3, terms.highestRatioBps, BPS, 4 * BPS);
        within(4, terms.markupBps, BPS, 2 * BPS);
        within(5, terms.wingMarkupBps, 0, BPS);
        // The cap first: with it the floor's upper bound is known to be in order.
        within(7, terms.volCapBps, BPS / 10, MAX_WORD_BPS);
        within(6, terms.volFloorBps, BPS / 100, uint256(terms.volCapBps) - 1);
        within(8, terms.maxSkewBps, 0, MAX_WORD_BPS);
        within(9, terms.maxCurvatureBps, 0, 100 * BPS);
        within(10, terms.wingDeviationsBps, BPS, 6 * BPS);
        within(11, terms.wingBps, BPS / 100, 3 * BPS);
    }

    function within(uint256 field, uint256 actual, uint256 lowest, uint256 highest) private pure {
        if (actual < lowest || actual > highest) {
            revert IVolSurface.Oracle_SurfaceField(field, actual, lowest, highest);
        }
    }
}
