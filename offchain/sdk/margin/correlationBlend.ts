import { mulFloor } from "../math/signedWad.js";
import { minOf } from "../math/integers.js";
import type { CorrelationTerms } from "./marginMarket.js";

const LAST = 8;

export type Sides = {
  /** Sum of the vectors of longs at shock indices -4 to 4, WAD; they rise. */
  readonly rising: readonly bigint[];
  /** Likewise of shorts; they fall. */
  readonly falling: readonly bigint[];
};

function worstOfSides({ rising, falling }: Sides, kappa: number): bigint {
  const windows = Array.from({ length: LAST + 1 - kappa }, (_, w) => (rising[w] ?? 0n) + (falling[w + kappa] ?? 0n));
  return windows.reduce(minOf);
}

/** Value of a group, WAD: sum + theta * (joint - sum), rounded down: `CorrelationBlend.blendSides`. */
export function blendSidesWad(sides: Sides, { thetaWad, kappa }: CorrelationTerms): bigint {
  const sumWad = worstOfSides(sides, LAST);
  return sumWad + mulFloor(worstOfSides(sides, kappa) - sumWad, thetaWad);
}

/** Sum of two vectors. */
export const accumulate = (totals: readonly bigint[], vector: readonly bigint[]): readonly bigint[] =>
  totals.map((total, k) => total + (vector[k] ?? 0n));
