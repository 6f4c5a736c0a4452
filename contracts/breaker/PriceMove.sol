// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {Level} from "../types/Policy.sol";
import {ICircuitBreaker} from "./ICircuitBreaker.sol";

/// @title PriceMove
/// @notice How far a price moved, and whether that trips.
/// @dev Pure. Moves round up, thresholds down: towards tripping.
library PriceMove {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant BPS_WAD = 1e14;
    uint256 internal constant YEAR = 365 days;

    /// @notice Level implied by the move from `baselineWad` to `midWad` within `horizonSeconds`.
    /// @dev A missing price or baseline (0) implies nothing: the grade speaks for what is missing.
    function impliedLevel(
        uint256 midWad,
        uint256 baselineWad,
        uint256 sigmaWad,
        uint256 horizonSeconds,
        ICircuitBreaker.Trigger memory guarded,
        ICircuitBreaker.Trigger memory reduceOnly
    ) internal pure returns (Level) {
        if (midWad == 0 || baselineWad == 0) return Level.Normal;
        uint256 move = moveWad(midWad, baselineWad);
        uint256 deviation = deviationWad(sigmaWad, horizonSeconds);
        if (move > thresholdWad(reduceOnly, deviation)) return Level.ReduceOnly;
        return move > thresholdWad(guarded, deviation) ? Level.Guarded : Level.Normal;
    }

    /// @notice Absolute move as a share of the baseline, WAD, rounded up.
    function moveWad(uint256 midWad, uint256 baselineWad) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDivUp(FixedPointMathLib.dist(midWad, baselineWad), WAD, baselineWad);
    }

    /// @notice One standard deviation over the horizon, WAD, rounded down.
    function deviationWad(uint256 sigmaWad, uint256 horizonSeconds) internal pure returns (uint256) {
        uint256 rootOfYears = FixedPointMathLib.sqrtWad((horizonSeconds * WAD) / YEAR);
        return FixedPointMathLib.fullMulDiv(sigmaWad, rootOfYears, WAD);
    }

    /// @notice Move above which `trigger` trips, WAD, rounded down.
    function thresholdWad(ICircuitBreaker.Trigger memory trigger, uint256 deviation) internal pure returns (uint256) {
        uint256 low = uint256(trigger.minMoveBps) * BPS_WAD;
        uint256 high = uint256(trigger.maxMoveBps) * BPS_WAD;
        // A deviation above the cap's own size decides nothing more; bounding it first keeps the product small.
        uint256 bounded = FixedPointMathLib.min(deviation, type(uint128).max);
        return FixedPointMathLib.clamp((bounded * trigger.sigmasWad) / WAD, low, high);
    }
}
