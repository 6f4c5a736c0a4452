// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title PriceLog
/// @notice Between WAD prices and natural logarithms in units of 1e-16 ("E16"), the unit of the observation ring: fine
/// enough for 15 digits of price, small enough for 64 bits.
library PriceLog {
    /// @dev One E16 unit in WAD.
    int256 private constant WAD_PER_E16 = 100;

    /// @notice ln(priceWad / 1e18) in E16, truncated toward zero. Reverts for prices of 0 or above 2^255 - 1.
    function toLogE16(uint256 priceWad) internal pure returns (int256 logE16) {
        // Prices are at most 2^96: the cast keeps the sign.
        return FixedPointMathLib.lnWad(int256(priceWad)) / WAD_PER_E16;
    }

    /// @notice exp(logE16) in WAD, rounded down. Reverts above 135e16, far beyond any price.
    function toPriceWad(int256 logE16) internal pure returns (uint256 priceWad) {
        return uint256(FixedPointMathLib.expWad(logE16 * WAD_PER_E16));
    }
}
