// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title HealthFee
/// @notice What an account pays for being close to its limit. With its margin ratio r = initial surplus / gross notional of its
/// positions, both of one assessment, the shortfall is x = min(1, max(0, 1 - r / r*)): nothing at and above r*, one at initial
/// margin and below. A trade costs base * (1 + k * x^2), and risk that is held carry * x^2 a year.
/// @dev Rounds against the account. Surplus and notional grow alike with the account: splitting one up changes no ratio.
library HealthFee {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 10_000;

    /// @dev WAD per bps, and per bps of a bps.
    uint256 private constant BPS_WAD = WAD / BPS;
    uint256 private constant BPS2_WAD = BPS_WAD / BPS;

    /// @notice The shortfall x, WAD, 0 to 1e18, rounded up. Without positions 0.
    /// @param surplusWad Over initial margin, WAD, signed.
    /// @param grossWad Gross notional of the positions, WAD.
    /// @param safeRatioBps r*, bps; 0 = no account is ever short.
    function shortfallWad(int256 surplusWad, uint256 grossWad, uint256 safeRatioBps) internal pure returns (uint256) {
        uint256 safeWad = grossWad.fullMulDivUp(safeRatioBps, BPS);
        if (safeWad == 0 || surplusWad >= int256(safeWad)) return 0;
        if (surplusWad <= 0) return WAD;
        return WAD - uint256(surplusWad).fullMulDiv(WAD, safeWad);
    }

    /// @notice What a trade costs beyond the base fee, WAD of its fee notional, rounded up.
    /// @param feeBps The base. @param surchargeBps k, bps.
    function surchargeWad(uint256 feeBps, uint256 surchargeBps, uint256 shortWad) internal pure returns (uint256) {
        return (feeBps * surchargeBps * BPS2_WAD).fullMulDivUp(shortWad * shortWad, WAD * WAD);
    }

    /// @notice The largest fee on a fee notional that any account pays, in bps of a bps.
    function largestFeeBps2(uint256 feeBps, uint256 surchargeBps) internal pure returns (uint256) {
        return feeBps * (BPS + surchargeBps);
    }

    /// @notice What risk costs, WAD of cash per year, rounded up.
    /// @param carryBps At x = 1, bps of the gross notional per year.
    function carryWadPerYear(uint256 carryBps, uint256 shortWad, uint256 grossWad) internal pure returns (uint256) {
        return grossWad.fullMulDivUp((carryBps * BPS_WAD).fullMulDivUp(shortWad * shortWad, WAD * WAD), WAD);
    }
}
