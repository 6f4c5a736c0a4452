// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title DirectedExp
/// @notice e^x in WAD with a guaranteed side: below or above the true value.
/// @dev Solady's `expWad` is within one part in 2^60 and one unit of the truth on this domain; both are given away here.
/// Monotone across the two: for a <= b, down(a) <= up(b), always. On one side it is monotone only between exponents that
/// are far enough apart for their difference to exceed the error: multiples of `GRID_WAD` are, above e^-19.
library DirectedExp {
    /// @dev Beyond it e^x leaves the range in which prices and shocks make sense: e^20 is 485 million.
    int256 internal constant MAX_EXPONENT_WAD = 20e18;

    /// @dev Exponents on this grid keep their order on each side.
    uint256 internal constant GRID_WAD = 1e9;

    /// @dev 1 part in 2^59 exceeds the relative error of `expWad`.
    uint256 private constant ERROR_SHIFT = 59;

    /// @notice The exponent is larger than the domain, WAD.
    error Math_ExponentTooLarge(int256 exponentWad, int256 maxWad);

    /// @notice e^x, rounded down, never below zero.
    /// @param exponentWad x in WAD, at most 20e18.
    function down(int256 exponentWad) internal pure returns (uint256 resultWad) {
        resultWad = nearest(exponentWad);
        // The error is at most the result, but for a result of zero.
        unchecked {
            return resultWad == 0 ? 0 : resultWad - (resultWad >> ERROR_SHIFT) - 1;
        }
    }

    /// @notice e^x, rounded up.
    /// @param exponentWad x in WAD, at most 20e18.
    function up(int256 exponentWad) internal pure returns (uint256 resultWad) {
        resultWad = nearest(exponentWad);
        // e^20 in WAD is far from 2^256.
        unchecked {
            return resultWad + (resultWad >> ERROR_SHIFT) + 1;
        }
    }

    /// @notice e^x without a guaranteed side.
    /// @param exponentWad x in WAD, at most 20e18.
    function nearest(int256 exponentWad) internal pure returns (uint256 resultWad) {
        if (exponentWad > MAX_EXPONENT_WAD) revert Math_ExponentTooLarge(exponentWad, MAX_EXPONENT_WAD);
        return uint256(FixedPointMathLib.expWad(exponentWad));
    }
}
