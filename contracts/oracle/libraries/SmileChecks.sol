// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {SMILE_WAD, SMILE_WAD_PER_BPS, SmileWord} from "../../types/SmileWord.sol";
import {IVolSurface} from "../IVolSurface.sol";

/// @title SmileChecks
/// @notice Refuses smiles that are out of bounds or that could be arbitraged. Pure.
library SmileChecks {
    uint256 private constant BPS = 1e4;
    int256 private constant WAD = SMILE_WAD;
    uint256 private constant YEAR = 365 days;
    /// @dev Strikes are -4..4 quarters of the wing for butterflies, -2..2 halves for calendars.
    int256 private constant BUTTERFLY_STEPS = 4;
    int256 private constant CALENDAR_STEPS = 2;

    /// @notice One smile on its own.
    /// @param word With frame: wing, floor and cap.
    /// @param lowestWad Least volatility at the money; likewise `highestWad`.
    function requireSound(
        SmileWord word,
        IVolSurface.SurfaceTerms memory terms,
        uint256 expiry,
        uint256 nowSeconds,
        uint256 lowestWad,
        uint256 highestWad
    ) internal pure {
        requireShape(word, terms, expiry);
        int256 atmWad = word.rawVolAtWad(0);
        if (atmWad < int256(lowestWad) || atmWad > int256(highestWad)) {
            revert IVolSurface.Oracle_VolOutOfBounds(expiry, atmWad, lowestWad, highestWad);
        }
        requireVertex(word, expiry);
        int256 wingWad = int256(word.wingBpsOf()) * SMILE_WAD_PER_BPS;
        int256 yearsWad = int256(((expiry - nowSeconds) * uint256(WAD)) / YEAR);
        for (int256 i = -BUTTERFLY_STEPS; i <= BUTTERFLY_STEPS; ++i) {
            int256 yWad = (wingWad * i) / BUTTERFLY_STEPS;
            requireWithinCap(word, expiry, yWad);
            int256 gWad = densityWad(word, yWad, yearsWad);
            if (gWad < 0) revert IVolSurface.Oracle_ButterflyArbitrage(expiry, yWad, gWad);
        }
    }

    /// @notice Two neighbours: total variance may not fall with time, at the strikes of the nearer one's wing.
    /// @dev Without dividends the condition is on forward moneyness: Gatheral, The Volatility Surface (2006), ch. 2.
    function requireRising(
        SmileWord nearerWord,
        uint256 nearer,
        SmileWord furtherWord,
        uint256 further,
        uint256 nowSeconds
    ) internal pure {
        int256 wingWad = int256(nearerWord.wingBpsOf()) * SMILE_WAD_PER_BPS;
        for (int256 i = -CALENDAR_STEPS; i <= CALENDAR_STEPS; ++i) {
            int256 yWad = (wingWad * i) / CALENDAR_STEPS;
            uint256 nearerWad = nearerWord.volAtWad(yWad);
            uint256 furtherWad = furtherWord.volAtWad(yWad);
            if (nearerWad * nearerWad * (nearer - nowSeconds) > furtherWad * furtherWad * (further - nowSeconds)) {
                revert IVolSurface.Oracle_CalendarArbitrage(nearer, further, yWad);
            }
        }
    }

    /// @notice Gatheral's g at `yWad`, WAD: where it is negative, so is the density of the price at expiry.
    /// @dev With w = vol^2 T: g = (1 - y w'/2w)^2 - (w'/2)^2 (1/w + 1/4) + w''/2, which for vol, its slope and its second
    /// derivative is (1 - y s/vol)^2 + T vol c - (T vol s)^2 / 4. Gatheral and Jacquier (2014), eq. 2.1.
    function densityWad(SmileWord word, int256 yWad, int256 yearsWad) internal pure returns (int256) {
        int256 volWad = word.rawVolAtWad(yWad);
        int256 curvatureWad = (2 * word.curvatureQ24Of() * WAD) >> 24;
        int256 slopeWad = ((word.skewQ24Of() * WAD) >> 24) + (curvatureWad * yWad) / WAD;
        int256 firstWad = WAD - (yWad * slopeWad) / volWad;
        int256 totalWad = (yearsWad * volWad) / WAD;
        int256 lastWad = (totalWad * slopeWad) / (2 * WAD);
        return (firstWad * firstWad) / WAD + (totalWad * curvatureWad) / WAD - (lastWad * lastWad) / WAD;
    }

    function requireShape(SmileWord word, IVolSurface.SurfaceTerms memory terms, uint256 expiry) private pure {
        (int256 skewQ24, int256 curvatureQ24) = (word.skewQ24Of(), word.curvatureQ24Of());
        uint256 limitQ24 = (uint256(terms.maxSkewBps) << 24) / BPS;
        if (FixedPointMathLib.abs(skewQ24) > limitQ24) {
            revert IVolSurface.Oracle_SkewOutOfBounds(expiry, skewQ24, limitQ24);
        }
        limitQ24 = (uint256(terms.maxCurvatureBps) << 24) / BPS;
        if (curvatureQ24 < 0 || curvatureQ24 > int256(limitQ24)) {
            revert IVolSurface.Oracle_CurvatureOutOfBounds(expiry, curvatureQ24, limitQ24);
        }
    }

    /// @dev The lowest point of a parabola within the wings lies between the strikes: -skew / 2 curvature.
    function requireVertex(SmileWord word, uint256 expiry) private pure {
        int256 curvatureQ24 = word.curvatureQ24Of();
        if (curvatureQ24 == 0) return;
        int256 vertexWad = -(word.skewQ24Of() * WAD) / (2 * curvatureQ24);
        int256 wingWad = int256(word.wingBpsOf()) * SMILE_WAD_PER_BPS;
        if (vertexWad > -wingWad && vertexWad < wingWad) requireWithinCap(word, expiry, vertexWad);
    }

    function requireWithinCap(SmileWord word, uint256 expiry, int256 yWad) private pure {
        int256 volWad = word.rawVolAtWad(yWad);
        uint256 floorWad = word.floorBpsOf() * uint256(SMILE_WAD_PER_BPS);
        uint256 capWad = word.capBpsOf() * uint256(SMILE_WAD_PER_BPS);
        if (volWad < int256(floorWad) || volWad > int256(capWad)) {
            revert IVolSurface.Oracle_VolOutOfBounds(expiry, volWad, floorWad, capWad);
        }
    }
}
