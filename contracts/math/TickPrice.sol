// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title TickPrice
/// @notice Prices from Uniswap v3 ticks: 1.0001^tick raw token1 per raw token0, scaled by the tokens' decimals.
library TickPrice {
    /// @dev ln(1.0001) in 1e-36.
    int256 private constant LN_TICK_E36 = 99995000333308335333166680951131;
    /// @dev ln(10) in WAD, to the nearest unit.
    int256 private constant LN_10_WAD = 2302585092994045684;
    int256 private constant E36_PER_WAD = 1e18;

    /// @notice 1.0001^tick * 10^decimalShift in WAD, rounded down; relative error below 1e-15 where the result has so
    /// many digits.
    /// @dev The shift is added in the exponent, so that small raw prices (18 against 6 decimals) lose no digits. Reverts
    /// when the result exceeds 2^255, which no tick and no shift within +-20 reaches together with a real price.
    /// @param tick Within +-887272.
    /// @param decimalShift Decimals of the base token less those of the quote token, within +-77.
    function toPriceWad(int256 tick, int256 decimalShift) internal pure returns (uint256 priceWad) {
        // 21 + 107 bits, and 62 more than the shift has.
        unchecked {
            int256 exponentWad = (tick * LN_TICK_E36) / E36_PER_WAD + decimalShift * LN_10_WAD;
            return uint256(FixedPointMathLib.expWad(exponentWad));
        }
    }
}
