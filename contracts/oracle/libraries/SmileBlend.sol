// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {PriceViews} from "../../types/Price.sol";
import {SMILE_BPS, SmileSource, SmileWord, packSmile, packSmileFrame} from "../../types/SmileWord.sol";
import {IVolSurface} from "../IVolSurface.sol";

/// @title SmileBlend
/// @notice The smile in effect: what was attested, the fallback, or a mix of both by age. Pure.
library SmileBlend {
    uint256 private constant BPS = SMILE_BPS;
    uint256 private constant WAD = 1e18;
    uint256 private constant WAD_PER_BPS = 1e14;
    uint256 private constant YEAR = 365 days;
    /// @dev The last hour of an expiry has the wing of an hour, so that the smile never closes to a point.
    uint256 private constant LEAST_TENOR = 1 hours;
    int256 private constant MAX_CURVATURE_Q24 = type(int32).max;

    /// @notice What stands in for an attestation, the same for all expiries. Q24.
    struct Fallback {
        uint256 atmQ24;
        uint256 lowQ24;
    }

    /// @notice The fallback of an underlying: see `IVolSurface`.
    function fallbackOf(
        IVolSurface.SurfaceTerms memory terms,
        PriceViews memory views
    ) internal pure returns (Fallback memory result) {
        (uint256 floorWad, uint256 capWad) = (terms.volFloorBps * WAD_PER_BPS, terms.volCapBps * WAD_PER_BPS);
        (uint256 atmWad, uint256 lowWad) = (capWad, floorWad);
        if (views.midWad != 0) {
            atmWad = FixedPointMathLib.divUp(largestOf(views) * terms.markupBps, BPS);
            atmWad = FixedPointMathLib.clamp(atmWad, floorWad, capWad);
            lowWad = (views.sigmaGlideWad * BPS) / terms.markupBps;
            lowWad = FixedPointMathLib.clamp(lowWad, floorWad, atmWad);
        }
        // At most 655 %.
        result.atmQ24 = FixedPointMathLib.divUp(atmWad << 24, WAD);
        result.lowQ24 = (lowWad << 24) / WAD;
    }

    /// @notice The largest volatility that the oracle knows of an asset, WAD.
    function largestOf(PriceViews memory views) internal pure returns (uint256) {
        uint256 sigmaWad = FixedPointMathLib.max(views.sigmaSlowWad, views.sigmaGlideWad);
        return FixedPointMathLib.max(sigmaWad, views.sigmaFastWad);
    }

    /// @notice The smile in effect at `nowSeconds`.
    /// @param attested As stored; zero if never attested.
    function inEffect(
        IVolSurface.SurfaceTerms memory terms,
        Fallback memory standIn,
        SmileWord attested,
        uint256 expiry,
        uint256 nowSeconds
    ) internal pure returns (SmileWord) {
        uint256 shareWad = shareOf(terms, attested.observedAtOf(), nowSeconds);
        if (shareWad == WAD) return withFrame(terms, attested, SmileSource.Attested, 0, expiry, nowSeconds);
        SmileWord smile = smileOf(terms, standIn.atmQ24, expiry, nowSeconds);
        uint256 spreadQ24 = standIn.atmQ24 - standIn.lowQ24;
        SmileSource source = SmileSource.Fallback;
        if (shareWad != 0) {
            smile = mix(attested, smile, shareWad);
            spreadQ24 = FixedPointMathLib.mulDivUp(spreadQ24, WAD - shareWad, WAD);
            source = SmileSource.Ageing;
        }
        // At least the floor: positive.
        uint256 spreadBps = FixedPointMathLib.divUp(spreadQ24 * BPS, smile.atmQ24Of());
        spreadBps = FixedPointMathLib.min(spreadBps, BPS);
        return withFrame(terms, smile, source, spreadBps, expiry, nowSeconds);
    }

    /// @notice A smile with what it is used with.
    function withFrame(
        IVolSurface.SurfaceTerms memory terms,
        SmileWord smile,
        SmileSource source,
        uint256 spreadBps,
        uint256 expiry,
        uint256 nowSeconds
    ) internal pure returns (SmileWord) {
        uint256 wingBps = wingOf(terms, smile.atmQ24Of(), expiry, nowSeconds);
        SmileWord frame = packSmileFrame(0, spreadBps, source, wingBps, terms.volFloorBps, terms.volCapBps);
        return SmileWord.wrap(SmileWord.unwrap(smile) | SmileWord.unwrap(frame));
    }

    /// @notice Share of the attestation, WAD: all while fresh, none from its largest age on, linear between.
    function shareOf(
        IVolSurface.SurfaceTerms memory terms,
        uint256 observedAt,
        uint256 nowSeconds
    ) internal pure returns (uint256) {
        if (observedAt == 0) return 0;
        uint256 ageSeconds = nowSeconds - observedAt;
        if (ageSeconds <= terms.freshSeconds) return WAD;
        if (ageSeconds >= terms.maxAgeSeconds) return 0;
        return ((terms.maxAgeSeconds - ageSeconds) * WAD) / (terms.maxAgeSeconds - terms.freshSeconds);
    }

    /// @dev The smaller of `wingBps` and so many deviations to expiry, at least 1 bps.
    function wingOf(
        IVolSurface.SurfaceTerms memory terms,
        uint256 atmQ24,
        uint256 expiry,
        uint256 nowSeconds
    ) private pure returns (uint256 wingBps) {
        uint256 tenor = expiry > nowSeconds + LEAST_TENOR ? expiry - nowSeconds : LEAST_TENOR;
        // 40 + 120 bits; then 16 + 32 + 68.
        uint256 rootWad = FixedPointMathLib.sqrt((tenor * WAD * WAD) / YEAR);
        wingBps = ((terms.wingDeviationsBps * atmQ24 * rootWad) / WAD) >> 24;
        return FixedPointMathLib.clamp(wingBps, 1, terms.wingBps);
    }

    /// @dev The fallback's smile: level, and symmetric wings that are higher by their markup.
    function smileOf(
        IVolSurface.SurfaceTerms memory terms,
        uint256 atmQ24,
        uint256 expiry,
        uint256 nowSeconds
    ) private pure returns (SmileWord) {
        uint256 wingBps = wingOf(terms, atmQ24, expiry, nowSeconds);
        int256 curvatureQ24 = int256((terms.wingMarkupBps * atmQ24 * BPS) / (wingBps * wingBps));
        return packSmile(atmQ24, 0, FixedPointMathLib.min(curvatureQ24, MAX_CURVATURE_Q24));
    }

    /// @dev With the time of what was attested.
    function mix(SmileWord attested, SmileWord standIn, uint256 shareWad) private pure returns (SmileWord) {
        SmileWord mixed = packSmile(
            uint256(mix(int256(attested.atmQ24Of()), int256(standIn.atmQ24Of()), shareWad)),
            mix(attested.skewQ24Of(), standIn.skewQ24Of(), shareWad),
            mix(attested.curvatureQ24Of(), standIn.curvatureQ24Of(), shareWad)
        );
        return SmileWord.wrap(SmileWord.unwrap(mixed) | attested.observedAtOf());
    }

    function mix(int256 attested, int256 standIn, uint256 shareWad) private pure returns (int256) {
        return standIn + ((attested - standIn) * int256(shareWad)) / int256(WAD);
    }
}
