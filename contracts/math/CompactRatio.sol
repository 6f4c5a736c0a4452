// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title CompactRatio
/// @notice A positive ratio of two prices in 32 bits: 24 bits of mantissa, 8 bits of exponent. Exact for a ratio of 1,
/// within 2^-24 (6e-8) of any other, rounded to nearest.
library CompactRatio {
    /// @dev Ratios are taken in 96 fractional bits; two prices below 2^96 keep every product below 2^192.
    uint256 private constant FRACTION_BITS = 96;
    uint256 private constant MANTISSA_BITS = 24;
    uint256 private constant EXPONENT_BITS = 8;
    uint256 private constant EXPONENT_MASK = 255;
    /// @dev Logarithms near zero: up to 1/16, taken in 64 fractional bits.
    int256 internal constant NEAR_E16 = 0.0625e16;
    int256 private constant E16 = 1e16;
    uint256 private constant LOG_BITS = 64;
    int256 private constant ONE = 1 << 64;
    /// @dev A ratio of one: its mantissa has the highest bit only.
    uint256 private constant ONE_PACKED = (1 << 31) | 73;

    /// @notice Packs `numerator / denominator`. Both below 2^96, denominator positive.
    /// @return packed 0 for a ratio below 2^-96; otherwise mantissa * 2^8 + exponent.
    function pack(uint256 numerator, uint256 denominator) internal pure returns (uint256 packed) {
        uint256 ratio = (numerator << FRACTION_BITS) / denominator;
        if (ratio >> MANTISSA_BITS == 0) return ratio << EXPONENT_BITS;
        // The ratio has 25 to 192 bits here: the exponent is 1 to 169.
        unchecked {
            uint256 exponent = FixedPointMathLib.log2(ratio) + 1 - MANTISSA_BITS;
            uint256 mantissa = ((ratio >> (exponent - 1)) + 1) >> 1;
            if (mantissa >> MANTISSA_BITS != 0) {
                mantissa >>= 1;
                exponent += 1;
            }
            return (mantissa << EXPONENT_BITS) | exponent;
        }
    }

    /// @notice Packs exp(logE16) for a logarithm of at most `NEAR_E16` in size, for a tenth of the gas of exp, logarithm
    /// and division.
    /// @dev Taylor to the fourth power: what is left out is below x^5/119, 8e-9 of the ratio or 2^-26, at the far end.
    function packNear(int256 logE16) internal pure returns (uint256 packed) {
        // |x| <= 2^-4 in 64 fractional bits: products are below 2^128. The ratio is between 0.93 and 1.07.
        unchecked {
            int256 x = (logE16 << LOG_BITS) / E16;
            int256 sum = ONE + x / 4;
            sum = ONE + (((x / 3) * sum) >> LOG_BITS);
            sum = ONE + (((x / 2) * sum) >> LOG_BITS);
            sum = ONE + ((x * sum) >> LOG_BITS);
            // One and more has 65 bits, less than one 64.
            uint256 drop = sum < ONE ? LOG_BITS - MANTISSA_BITS : LOG_BITS + 1 - MANTISSA_BITS;
            uint256 mantissa = ((uint256(sum) >> (drop - 1)) + 1) >> 1;
            if (mantissa >> MANTISSA_BITS != 0) return ONE_PACKED;
            return (mantissa << EXPONENT_BITS) | (drop + FRACTION_BITS - LOG_BITS);
        }
    }

    /// @notice `denominator` times the packed ratio, rounded down. `denominator` below 2^96.
    /// @dev Only for what `pack` made: the exponent is split around the multiplication, so that nothing is lost.
    function unpack(uint256 packed, uint256 denominator) internal pure returns (uint256 numerator) {
        // 96 + 24 bits.
        unchecked {
            uint256 product = denominator * (packed >> EXPONENT_BITS);
            uint256 exponent = packed & EXPONENT_MASK;
            if (exponent >= FRACTION_BITS) return product << (exponent - FRACTION_BITS);
            return product >> (FRACTION_BITS - exponent);
        }
    }
}
