import { EXPONENT_GRID_WAD } from "../math/directedExp.js";
import { ceilDiv, clampOf, maxOf, minOf, mulWad, mulWadUp } from "../math/integers.js";
import { WAD } from "../units.js";
import type { PriceViews } from "./marginMarket.js";
import type { UnderlyingTerms } from "./underlyingTerms.js";

const SHOCK_GRID_WAD = 4n * EXPONENT_GRID_WAD;
const MAX_STRESSED_SHOCK_WAD = 5n * WAD;

/** The volatility that initial margin is held against, WAD, rounded up: `DynamicMargin.sigmaInitial`. */
export function sigmaInitialWad(
  terms: UnderlyingTerms,
  views: Pick<PriceViews, "sigmaFastWad" | "sigmaSlowWad" | "sigmaGlideWad">,
): bigint {
  const slowWad = mulWadUp(views.sigmaSlowWad, WAD - terms.stressWeightWad);
  const blendWad = slowWad + ceilDiv(terms.stressSigmaWad * terms.stressWeightWad, WAD);
  const fastWad = mulWadUp(views.sigmaFastWad, terms.fastGainWad);
  return maxOf(maxOf(blendWad, fastWad), maxOf(terms.sigmaFloorWad, views.sigmaGlideWad));
}

/** Shock of initial margin, WAD, rounded up to the grid: `DynamicMargin.rhoInitial`. */
export function rhoInitialWad(terms: UnderlyingTerms, sigmaWad: bigint, stressWad: bigint): bigint {
  const scaledWad = mulWadUp(sigmaWad, terms.shockPerSigmaInitialWad);
  const boundWad = mulWadUp(sigmaWad, terms.boundPerSigmaWad) + terms.boundForJumpsWad;
  const ownWad = maxOf(clampOf(scaledWad, terms.rhoMinInitialWad, terms.rhoMaxInitialWad), boundWad);
  const stressedWad = stressWad === WAD ? ownWad : mulWadUp(ownWad, stressWad);
  return minOf(ceilDiv(stressedWad, SHOCK_GRID_WAD) * SHOCK_GRID_WAD, MAX_STRESSED_SHOCK_WAD);
}

/** Shock of maintenance margin, WAD, rounded down to the grid: `DynamicMargin.rhoMaintenance`. */
export function rhoMaintenanceWad(terms: UnderlyingTerms, sigmaWad: bigint): bigint {
  const rhoWad = mulWad(sigmaWad, terms.shockPerSigmaMaintenanceWad);
  return clampOf(rhoWad - (rhoWad % SHOCK_GRID_WAD), terms.rhoMinMaintenanceWad, terms.rhoMaxMaintenanceWad);
}
