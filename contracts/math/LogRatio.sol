// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title LogRatio
/// @notice ln(a / b) of two prices without dividing them: ln(a / b) = ln((1 + z) / (1 - z)), z = (a - b) / (a + b).
/// @dev On the constants see `GaussKernel`.
library LogRatio {
    /// @dev P(z^2) / Q(z^2) = ln((1 + z) / (1 - z)) / z for z <= 3/7; absolute error of the logarithm 9.2e-16.
    uint256 private constant LOG_P_0 = 0x1295e1c3816d3cc1e48e4062ee60535e7f1;
    uint256 private constant LOG_P_1 = 0x1d820421ba3bf8dc230515016b55bff50c778f02f50fcbd3b8b;
    uint256 private constant LOG_P_2 = 0xd3b416a4f4ddf447bb77c7f0c0e30bf226;
    uint256 private constant LOG_P_3 = 0x177149368d8619e351;
    uint256 private constant LOG_Q_0 = 0x94af0e1c0b6cbba7440ea14b354c74ad82;
    uint256 private constant LOG_Q_1 = 0x11d9fd06c82fc6b8b6a4baaaa69b770206109922dc164244ea4;
    uint256 private constant LOG_Q_2 = 0xab52b460b0d311a03dcc1530af926a5a6c;
    uint256 private constant LOG_Q_3 = 0x20f1d3f834d815ab0a;

    /// @dev 3/7: a ratio of 2.5.
    uint256 private constant Z_LIMIT_X64 = 0x6db6db6db6db6db6;
    uint256 private constant LN_2_X64 = 0xb17217f7d1cf79ac;

    /// @notice ln(larger / smaller) in X64, never negative. Absolute error 1e-15.
    /// @dev Beyond a ratio of 2.5 the smaller one is doubled until it is more than half of the larger, at some 50 gas each time.
    /// @param larger Below 2^127, and not below `smaller`.
    /// @param smaller In the same unit. 0 counts as 1.
    function lnX64(uint256 larger, uint256 smaller) internal pure returns (uint256 resultX64) {
        assembly ("memory-safe") {
            // z; 0 for two zeros.
            resultX64 := div(shl(64, sub(larger, smaller)), add(larger, smaller))
        }
        if (resultX64 > Z_LIMIT_X64) return _far(larger, smaller);
        assembly ("memory-safe") {
            // Sums alternate, and stay positive, for y is below 2^62.
            let y := shr(64, mul(resultX64, resultX64))
            let q := sub(LOG_Q_1, mul(y, sub(LOG_Q_2, mul(y, sub(LOG_Q_3, y)))))
            q := sub(LOG_Q_0, mul(y, shr(128, q)))
            let p := sub(LOG_P_1, mul(y, sub(LOG_P_2, mul(y, LOG_P_3))))
            p := sub(LOG_P_0, mul(y, shr(128, p)))
            resultX64 := div(mul(resultX64, p), q)
        }
    }

    /// @notice ln(a / b) in X64, signed; as `lnX64` for the rest.
    function signedLnX64(uint256 a, uint256 b) internal pure returns (int256) {
        return a < b ? -int256(lnX64(b, a)) : int256(lnX64(a, b));
    }

    /// @dev ln(a / b) = n ln(2) + ln(a / (2^n b)), with n such that the last ratio is below two.
    function _far(uint256 larger, uint256 smaller) private pure returns (uint256 resultX64) {
        if (smaller == 0) smaller = 1;
        // At most 127 rounds: the sum is below 2^71.
        unchecked {
            while (larger >> 1 >= smaller) {
                smaller <<= 1;
                resultX64 += LN_2_X64;
            }
            return resultX64 + lnX64(larger, smaller);
        }
    }
}
