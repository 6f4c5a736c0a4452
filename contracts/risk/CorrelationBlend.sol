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
    /// @param kappa Most that the indices may differ in the joint test, 0..8.
    /// @param monotone Whether every vector only rises or only falls: then the worst of a window is one of its ends.
    function blend(
        int256[9][] memory vectors,
        uint256 thetaWad,
        uint256 kappa,
        bool monotone
    ) internal pure returns (int256 valueWad) {
        int256 sumWad = jointWorst(vectors, MAX_KAPPA, monotone);
        int256 jointWad = jointWorst(vectors, kappa, monotone);
        return sumWad + SignedWad.mulFloor(jointWad - sumWad, thetaWad);
    }

    /// @notice Least sum over all choices of one index per underlying that differ by at most `kappa`.
    /// @dev Such choices are those that lie in one window of kappa + 1 indices. With kappa 8 every underlying is free.
    function jointWorst(
        int256[9][] memory vectors,
        uint256 kappa,
        bool monotone
    ) internal pure returns (int256 worstWad) {
        worstWad = type(int256).max;
        for (uint256 from = 0; from + kappa < NODES; ++from) {
            int256 totalWad = 0;
            for (uint256 i = 0; i < vectors.length; ++i) {
                totalWad +=
                    monotone
                        ? vectors[i][from].min(vectors[i][from + kappa])
                        : _windowWorst(vectors[i], from, from + kappa);
            }
            worstWad = worstWad.min(totalWad);
        }
    }

    function _windowWorst(int256[9] memory vector, uint256 from, uint256 to) private pure returns (int256 worstWad) {
        worstWad = vector[from];
        for (uint256 k = from + 1; k <= to; ++k) worstWad = worstWad.min(vector[k]);
    }
}
