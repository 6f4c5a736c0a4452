// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SignedWad} from "../math/SignedWad.sol";

/// @title CorrelationBlend
/// @notice Combines the value vectors of several underlyings: between every one at its own worst and all at the worst
/// indices that lie close together.
/// @dev With values instead of losses: sum <= result <= joint, result falls in kappa, rises in theta. Values of one
/// underlying are below 2^197 (see `ScenarioGrid`), so that no sum of those of all of them wraps.
library CorrelationBlend {
    using FixedPointMathLib for int256;

    uint256 internal constant NODES = 9;
    uint256 internal constant MAX_KAPPA = 8;

    /// @notice Value of the group: sum + theta * (joint - sum), rounded down.
    /// @param vectors Values per underlying at shock indices -4..4.
    /// @param members Bitmap of the vectors that take part.
    /// @param kappa Most that the indices may differ in the joint test, 0..8.
    /// @param monotone Whether every vector only rises or only falls: then the worst of a window is one of its ends.
    function blend(
        int256[9][] memory vectors,
        uint256 members,
        uint256 thetaWad,
        uint256 kappa,
        bool monotone
    ) internal pure returns (int256 valueWad) {
        if (monotone) {
            (int256[9] memory rising, int256[9] memory falling) = _sides(vectors, members);
            return blendSides(rising, falling, thetaWad, kappa);
        }
        int256 sumWad = jointWorst(vectors, members, MAX_KAPPA, false);
        int256 jointWad = jointWorst(vectors, members, kappa, false);
        return sumWad + SignedWad.mulFloor(jointWad - sumWad, thetaWad);
    }

    /// @notice `blend` of monotone vectors that were added up by side. The sum of rising vectors rises, so that its worst
    /// within a window is the sum of theirs; likewise of falling ones.
    function blendSides(
        int256[9] memory rising,
        int256[9] memory falling,
        uint256 thetaWad,
        uint256 kappa
    ) internal pure returns (int256 valueWad) {
        int256 sumWad = rising[0] + falling[8];
        int256 jointWad = _worstOfSides(rising, falling, kappa);
        return sumWad + SignedWad.mulFloor(jointWad - sumWad, thetaWad);
    }

    /// @notice Least sum over all choices of one index per underlying that differ by at most `kappa`.
    /// @dev Such choices are those that lie in one window of kappa + 1 indices. With kappa 8 every underlying is free.
    function jointWorst(
        int256[9][] memory vectors,
        uint256 members,
        uint256 kappa,
        bool monotone
    ) internal pure returns (int256 worstWad) {
        if (monotone) {
            (int256[9] memory rising, int256[9] memory falling) = _sides(vectors, members);
            return _worstOfSides(rising, falling, kappa);
        }
        int256[9] memory totals;
        uint256 windows = NODES - kappa;
        for (uint256 i = 0; i < vectors.length; ++i) {
            if ((members >> i) & 1 != 0) _addWorst(totals, vectors[i], windows);
        }
        worstWad = totals[0];
        for (uint256 w = 1; w < windows; ++w) worstWad = worstWad.min(totals[w]);
    }

    /// @notice Adds a vector to the total of its side, in place.
    function accumulate(int256[9] memory totals, int256[9] memory vector) internal pure {
        // See the header.
        unchecked {
            totals[0] += vector[0];
            totals[1] += vector[1];
            totals[2] += vector[2];
            totals[3] += vector[3];
            totals[4] += vector[4];
            totals[5] += vector[5];
            totals[6] += vector[6];
            totals[7] += vector[7];
            totals[8] += vector[8];
        }
    }

    /// @dev Sums of the rising and of the falling vectors.
    function _sides(
        int256[9][] memory vectors,
        uint256 members
    ) private pure returns (int256[9] memory rising, int256[9] memory falling) {
        for (uint256 i = 0; i < vectors.length; ++i) {
            if ((members >> i) & 1 == 0) continue;
            int256[9] memory vector = vectors[i];
            accumulate(vector[0] <= vector[8] ? rising : falling, vector);
        }
    }

    /// @dev A rising vector is worst at the lower end of every window, a falling one at the upper.
    function _worstOfSides(
        int256[9] memory rising,
        int256[9] memory falling,
        uint256 kappa
    ) private pure returns (int256 worstWad) {
        // See the header; the indices stay below NODES.
        unchecked {
            worstWad = rising[0] + falling[kappa];
            for (uint256 w = 1; w + kappa < NODES; ++w) {
                int256 totalWad = rising[w] + falling[w + kappa];
                if (totalWad < worstWad) worstWad = totalWad;
            }
        }
    }

    function _addWorst(int256[9] memory totals, int256[9] memory vector, uint256 windows) private pure {
        for (uint256 w = 0; w < windows; ++w) {
            int256 worstWad = vector[w];
            for (uint256 k = w + 1; k <= w + NODES - windows; ++k) worstWad = worstWad.min(vector[k]);
            totals[w] += worstWad;
        }
    }
}
