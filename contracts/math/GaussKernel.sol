// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title GaussKernel
/// @notice Density and Mills' ratio of the normal distribution N with 64 fraction bits ("X64"). Their product is the tail:
/// 1 - N(x) = density(x) * millsRatio(x) for x >= 0, within 5e-15 of the truth.
/// @dev The constants are minimax fits: `npm run kernels` computes and prints them, and a test compares. The numbers at
/// their ends are powers of the variable. Polynomials are evaluated by Horner's rule without a shift after each product:
/// a sum gains 64 fraction bits with each, until it is shifted back. Denominators have 1 as their highest coefficient.
library GaussKernel {
    /// @dev log2(e) / 2.
    uint256 private constant HALF_LOG2_E_X64 = 0xb8aa3b295c17f0bc;
    /// @dev 1 / sqrt(2 pi).
    uint256 private constant DENSITY_AT_0_X112 = 0x662114cf50d942343f2cf1402eae;

    /// @dev P(f^2) / Q(f^2) = tanh(f ln(2) / 2) / f for |f| <= 1/2; relative error of the power of two below 1e-18.
    uint256 private constant POWER_P_0 = 0x5e9e8241f36996276e9f322fb1b5cbc12fba897e8e298bcd689;
    uint256 private constant POWER_P_1 = 0x1433ba93621f30cfa54006059ce8d44417;
    uint256 private constant POWER_P_2 = 0x5e972152635be3d;
    uint256 private constant POWER_Q_0 = 0x1110362fee0c5a0f82e23caacbc2dcdf01ce;
    uint256 private constant POWER_Q_1 = 0xe92f287fe75c480583;

    /// @dev P(x) / Q(x) = millsRatio(x) on [0, 9.3]; absolute error 4.95e-15 / density(x).
    uint256 private constant MILLS_P_0 = 0x477ecfb3edb8a7c0818aea941c0302fbcf83b3a6a74661417d4;
    uint256 private constant MILLS_P_1 = 0x3ed8e159a6a76f4746a41d8f5724f68dd8c;
    uint256 private constant MILLS_P_2 = 0x1bcd0f8fd6f575ea0102f67ee7af106f895;
    uint256 private constant MILLS_P_3 = 0x6fa973149ee8c586cd1a67e87cadd31c647d95e18dece0d9b0;
    uint256 private constant MILLS_P_4 = 0xfc776a1e9fc87acf77907cff0027f01bb;
    uint256 private constant MILLS_P_5 = 0xfff923bd6971c6af;
    uint256 private constant MILLS_Q_0 = 0x390b87d48a83abf452eef52fbc1fcb4c9f7;
    uint256 private constant MILLS_Q_1 = 0x5fa90031cc2966c724e2c17d56e0ced23af36fb67384049e154;
    uint256 private constant MILLS_Q_2 = 0x45fc392690e91f12b78e13d61f7be5a146f;
    uint256 private constant MILLS_Q_3 = 0x1cc00c3add94b0c7876a09c20afc12fd12cf962d100b2aa8cd5;
    uint256 private constant MILLS_Q_4 = 0x70b7c8ff7fdd25799c0447d83326253afa;
    uint256 private constant MILLS_Q_5 = 0xfc693ca8c790c9d4a;

    /// @notice exp(-x^2 / 2) / sqrt(2 pi), X64. Error: 2 units of 2^-64, and 1e-17 of the result. 0 from |x| = 9.4 on.
    /// @param xX64 Below 2^127 in magnitude.
    function density(int256 xX64) internal pure returns (uint256 densityX64) {
        assembly ("memory-safe") {
            // exp(-x^2 / 2) = 2^-u; u is below 2^190. f = u less the nearest whole number.
            let u := shr(64, mul(shr(64, mul(xX64, xX64)), HALF_LOG2_E_X64))
            let f := signextend(7, u)
            let s := shr(64, mul(f, f))
            // 2^-f = (1 - h) / (1 + h), h = tanh(f ln(2) / 2) = p / q; both with 128 fraction bits and below 2^141.
            let p := mul(f, shr(128, add(POWER_P_0, mul(s, add(POWER_P_1, mul(s, POWER_P_2))))))
            let q := add(POWER_Q_0, mul(s, add(POWER_Q_1, s)))
            densityX64 := div(shr(add(48, shr(64, sub(u, f))), mul(sub(q, p), DENSITY_AT_0_X112)), add(q, p))
        }
    }

    /// @notice (1 - N(x)) / density(x) for x >= 0, X64. Without meaning where the density is 0.
    function millsRatio(uint256 xX64) internal pure returns (uint256 ratioX64) {
        assembly ("memory-safe") {
            // At x = 9.4 the largest sums are below 2^214; beyond, they may wrap.
            let q := add(MILLS_Q_3, mul(xX64, add(MILLS_Q_4, mul(xX64, add(MILLS_Q_5, xX64)))))
            q := add(MILLS_Q_1, mul(xX64, add(MILLS_Q_2, mul(xX64, shr(128, q)))))
            q := add(MILLS_Q_0, mul(xX64, shr(128, q)))
            let p := add(MILLS_P_3, mul(xX64, add(MILLS_P_4, mul(xX64, MILLS_P_5))))
            p := add(MILLS_P_2, mul(xX64, shr(128, p)))
            p := add(MILLS_P_0, mul(xX64, add(MILLS_P_1, mul(xX64, shr(64, p)))))
            ratioX64 := div(p, q)
        }
    }
}
