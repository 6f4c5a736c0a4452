import { ceilDiv, clampOf, maxOf, minOf } from "../math/integers.js";
import { sqrtYears } from "../math/optionTime.js";
import { BPS, WAD } from "../units.js";
import type { PriceViews } from "../margin/marginMarket.js";

const WAD_PER_BPS = 10n ** 14n;
const Q24_BITS = 24n;
const LEAST_TENOR_SECONDS = 3600n;
const MAX_CURVATURE_Q24 = (1n << 31n) - 1n;
/** `SmileSource.Fallback`. */
const FALLBACK = 3n;

/** What of `IVolSurface.SurfaceTerms` the fallback looks at, bps. */
export type SurfaceTerms = {
  readonly markupBps: bigint;
  readonly wingMarkupBps: bigint;
  readonly volFloorBps: bigint;
  readonly volCapBps: bigint;
  readonly wingDeviationsBps: bigint;
  readonly wingBps: bigint;
};

/** The smaller of the wing and so many deviations to expiry, at least 1 bps. */
function wingOf(terms: SurfaceTerms, atmQ24: bigint, secondsLeft: bigint): bigint {
  const rootWad = sqrtYears(maxOf(secondsLeft, LEAST_TENOR_SECONDS));
  return clampOf(((terms.wingDeviationsBps * atmQ24 * rootWad) / WAD) >> Q24_BITS, 1n, terms.wingBps);
}

/**
 * The word of an expiry of an underlying that nobody attested: the largest realised volatility times its markup, level, with
 * higher wings, and with the doubt of the fallback. `SmileBlend.inEffect` without an attestation.
 */
export function fallbackSmileWord(
  terms: SurfaceTerms,
  views: Pick<PriceViews, "sigmaFastWad" | "sigmaSlowWad" | "sigmaGlideWad">,
  secondsLeft: bigint,
): bigint {
  const [floorWad, capWad] = [terms.volFloorBps * WAD_PER_BPS, terms.volCapBps * WAD_PER_BPS];
  const largestWad = maxOf(views.sigmaFastWad, maxOf(views.sigmaSlowWad, views.sigmaGlideWad));
  const atmWad = clampOf(ceilDiv(largestWad * terms.markupBps, BPS), floorWad, capWad);
  const lowWad = clampOf((views.sigmaGlideWad * BPS) / terms.markupBps, floorWad, atmWad);
  const atmQ24 = ceilDiv(atmWad << Q24_BITS, WAD);
  const lowQ24 = (lowWad << Q24_BITS) / WAD;
  const spreadBps = minOf(ceilDiv((atmQ24 - lowQ24) * BPS, atmQ24), BPS);
  const wingBps = wingOf(terms, atmQ24, secondsLeft);
  const curvatureQ24 = minOf((terms.wingMarkupBps * atmQ24 * BPS) / (wingBps * wingBps), MAX_CURVATURE_Q24);
  const frame = (spreadBps << 40n) | (FALLBACK << 56n) | (wingBps << 64n) | (terms.volFloorBps << 80n);
  return frame | (terms.volCapBps << 96n) | (atmQ24 << 128n) | (curvatureQ24 << 192n);
}
