// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title OptionTime
/// @notice Between `Black`, which knows total volatility alone, and a volatility per year with a time to expiry.
/// @dev Volatilities up to 2^96 and times up to 2^40 seconds. A year is 365 days.
library OptionTime {
    using FixedPointMathLib for uint256;

    uint256 private constant YEAR_SECONDS = 365 days;
    uint256 private constant WAD_SQUARED = 1e36;

    /// @notice Square root of a time in years, WAD, rounded down.
    function sqrtYears(uint256 timeSeconds) internal pure returns (uint256 sqrtYearsWad) {
        return ((timeSeconds * WAD_SQUARED) / YEAR_SECONDS).sqrt();
    }

    /// @notice Total volatility sigma * sqrt(T), WAD, rounded down: for prices of what is owned.
    /// @param sigmaWad Volatility per square root of a year, WAD.
    function totalVolDown(uint256 sigmaWad, uint256 sqrtYearsWad) internal pure returns (uint256 totalVolWad) {
        return sigmaWad.mulWad(sqrtYearsWad);
    }

    /// @notice Total volatility, not below the truth: for prices of what is owed.
    /// @param sqrtYearsWad As of `sqrtYears`: rounded down by at most one unit, which is given back here.
    function totalVolUp(uint256 sigmaWad, uint256 sqrtYearsWad) internal pure returns (uint256 totalVolWad) {
        return sigmaWad.mulWadUp(sqrtYearsWad + 1);
    }

    /// @notice dC/dsigma = vega * sqrt(T): price for a volatility of 100 %, WAD, rounded down.
    /// @param vegaWad As of `Black.greeks`.
    function vegaOfSigma(uint256 vegaWad, uint256 sqrtYearsWad) internal pure returns (uint256 priceWad) {
        return vegaWad.mulWad(sqrtYearsWad);
    }

    /// @notice Theta dC/dt = -(sigma^2 / 2) F^2 d2C/dF2, WAD of the unit of account per year, never positive; rounded
    /// towards minus infinity. Call and put have the same.
    /// @param gammaWad As of `Black.greeks`.
    function thetaPerYear(uint256 gammaWad, uint256 sigmaWad) internal pure returns (int256 thetaWad) {
        uint256 varianceWad = sigmaWad.mulWadUp(sigmaWad);
        return -int256(gammaWad.fullMulDivUp(varianceWad, 2 * 1e18));
    }
}
