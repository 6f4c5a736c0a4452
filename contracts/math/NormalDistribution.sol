// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {GaussKernel} from "./GaussKernel.sol";

/// @title NormalDistribution
/// @notice Distribution and density of a standard normal variable, WAD in and out, for every int256.
library NormalDistribution {
    uint256 private constant WAD = 1e18;

    /// @dev The tail is below 1e-23 there.
    uint256 private constant LIMIT_WAD = 10e18;

    /// @notice N(x). Absolute error 5e-15. cdf(x) + cdf(-x) = 1e18 exactly; 0 <= cdf <= 1e18.
    /// @dev Rising, up to 2e-17 where |x| <= 7, and up to twice the error further out.
    /// @param xWad x, WAD.
    function cdf(int256 xWad) internal pure returns (uint256 probabilityWad) {
        if (xWad == 0) return WAD / 2;
        uint256 distanceWad = FixedPointMathLib.abs(xWad);
        if (distanceWad < LIMIT_WAD) {
            // x is below 2^68 in X64, the density below 2^63, the ratio below 2^65.
            unchecked {
                uint256 xX64 = (distanceWad << 64) / WAD;
                uint256 tailX128 = GaussKernel.density(int256(xX64)) * GaussKernel.millsRatio(xX64);
                probabilityWad = (tailX128 * WAD) >> 128;
            }
        }
        // The tail is at most a half.
        unchecked {
            if (xWad > 0) probabilityWad = WAD - probabilityWad;
        }
    }

    /// @notice exp(-x^2 / 2) / sqrt(2 pi), WAD, rounded down. Absolute error 2e-18.
    /// @param xWad x, WAD.
    function pdf(int256 xWad) internal pure returns (uint256 densityWad) {
        uint256 distanceWad = FixedPointMathLib.abs(xWad);
        if (distanceWad >= LIMIT_WAD) return 0;
        // See `cdf`.
        unchecked {
            return (GaussKernel.density(int256((distanceWad << 64) / WAD)) * WAD) >> 64;
        }
    }
}
