// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {SignedWad} from "../math/SignedWad.sol";

/// @title CorrelationBlend
/// @notice Combines the value vectors of several underlyings: between every one at its own worst and all at the worst
/// indices that lie close together.
/// @dev With values instead of losses: sum <= result <= joint, result falls in kappa, rises in theta.
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
        int256 sumWad = jointWorst(vectors, members, MAX_KAPPA, monotone);
        int256 jointWad = jointWorst(vectors, members, kappa, monotone);
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
        int256[9] memory totals;
        uint256 windows = NODES - kappa;
        for (uint256 i = 0; i < vectors.length; ++i) {
            if ((members >> i) & 1 == 0) continue;
            if (monotone) _addEnds(totals, vectors[i], windows);
            else _addWorst(totals, vectors[i], windows);
        }
        worstWad = totals[0];
        for (uint256 w = 1; w < windows; ++w) worstWad = worstWad.min(totals[w]);
    }

    /// @dev A rising vector is worst at the lower end of every window, a falling one at the upper.
    function _addEnds(int256[9] memory totals, int256[9] memory vector, uint256 windows) private pure {
        uint256 end = vector[0] <= vector[NODES - 1] ? 0 : NODES - windows;
        for (uint256 w = 0; w < windows; ++w) totals[w] += vector[w + end];
    }

    function _addWorst(int256[9] memory totals, int256[9] memory vector, uint256 windows) private pure {
        for (uint256 w = 0; w < windows; ++w) {
            int256 worstWad = vector[w];
            for (uint256 k = w + 1; k <= w + NODES - windows; ++k) worstWad = worstWad.min(vector[k]);
            totals[w] += worstWad;
        }
    }
}
