// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {PriceViews} from "../types/Price.sol";
import {DirectedExp} from "../math/DirectedExp.sol";
import {UnderlyingTerms} from "./UnderlyingTerms.sol";

/// @title DynamicMargin
/// @notice From what the oracle saw to the volatility and the shock that margin is held against.
/// @dev Initial is at least maintenance, whatever the prices: the initial sigma includes the maintenance one, the terms
/// are ordered by their setter, and initial rounds up where maintenance rounds down.
library DynamicMargin {
    using FixedPointMathLib for uint256;

    uint256 private constant WAD = 1e18;

    /// @dev Shocks lie on a grid on which their quarters keep their order through the exponential (invariant 15). All
    /// configured bounds lie on it.
    uint256 private constant SHOCK_GRID_WAD = 4 * DirectedExp.GRID_WAD;

    /// @dev Where a stressed shock ends: a fall to 0.7 %, a rise to 148 times the price.
    uint256 internal constant MAX_STRESSED_SHOCK_WAD = 5e18;

    /// @notice max(fastGain * fast, (1 - w) * slow + w * stressed, floor, glide), rounded up.
    function sigmaInitial(UnderlyingTerms terms, PriceViews memory views) internal pure returns (uint256 sigmaWad) {
        uint256 weightWad = terms.stressWeightWad();
        sigmaWad = views.sigmaSlowWad.mulWadUp(WAD - weightWad);
        // Of 24 and 16 bits, in units of 1e12 and 1e14.
        unchecked {
            sigmaWad += (terms.stressSigmaWad() * weightWad + WAD - 1) / WAD;
        }
        uint256 otherWad = views.sigmaFastWad.mulWadUp(terms.fastGainWad());
        if (otherWad > sigmaWad) sigmaWad = otherWad;
        otherWad = terms.sigmaFloorWad();
        if (otherWad > sigmaWad) sigmaWad = otherWad;
        otherWad = views.sigmaGlideWad;
        if (otherWad > sigmaWad) sigmaWad = otherWad;
    }

    /// @notice max(clamp(z * sigma * sqrt(MPOR / year), min, max), leverage bound) * stress, rounded up to the grid.
    /// @dev The leverage bound is the line of `FirstPassage`: what has passed to open goes bankrupt within the time that a
    /// closure takes with at most the target's probability. No cap of shocks lies above it.
    function rhoInitial(
        UnderlyingTerms terms,
        uint256 sigmaWad,
        uint256 stressWad
    ) internal pure returns (uint256 rhoWad) {
        rhoWad = sigmaWad.mulWadUp(terms.shockPerSigmaInitialWad());
        rhoWad = rhoWad.clamp(terms.rhoMinInitialWad(), terms.rhoMaxInitialWad());
        uint256 boundWad = sigmaWad.mulWadUp(terms.boundPerSigmaWad()) + terms.boundForJumpsWad();
        if (boundWad > rhoWad) rhoWad = boundWad;
        if (stressWad != WAD) rhoWad = rhoWad.mulWadUp(stressWad);
        rhoWad = rhoWad.divUp(SHOCK_GRID_WAD) * SHOCK_GRID_WAD;
        return rhoWad.min(MAX_STRESSED_SHOCK_WAD);
    }

    /// @notice clamp(z * sigma * sqrt(MPOR / year), min, max), rounded down to the grid.
    function rhoMaintenance(UnderlyingTerms terms, uint256 sigmaWad) internal pure returns (uint256 rhoWad) {
        rhoWad = sigmaWad.mulWad(terms.shockPerSigmaMaintenanceWad());
        rhoWad -= rhoWad % SHOCK_GRID_WAD;
        return rhoWad.clamp(terms.rhoMinMaintenanceWad(), terms.rhoMaxMaintenanceWad());
    }
}
