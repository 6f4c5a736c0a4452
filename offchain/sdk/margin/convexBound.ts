import { absOf, maxOf, minOf } from "../math/integers.js";
import { linearWad } from "../math/signedWad.js";
import { WAD } from "../units.js";
import { ValueTooLargeError } from "./errors.js";

const NODES = 9;
const MAX_UNITS_WAD = (1n << 127n) - 1n;
const STEP_ERROR = 2n;
const ROUNDINGS = 8n;

/** One state of volatility over nine prices: `ConvexBound.Curve`. All WAD. */
export type Curve = {
  /** Rising. */
  readonly pricesWad: readonly bigint[];
  readonly longsWad: readonly bigint[];
  readonly shortsWad: readonly bigint[];
  /** As of `linearAtWad`. */
  readonly linearsWad: readonly bigint[];
  readonly unitsWad: bigint;
  /** Underlying of the long calls; 0 = look at nodes alone. */
  readonly longCallsWad: bigint;
};

/** What linear units are worth at each price, rounded down: `ConvexBound.setUnits`. @throws {ValueTooLargeError} from 2^127 on. */
export function linearAtWad(unitsWad: bigint, pricesWad: readonly bigint[]): readonly bigint[] {
  if (absOf(unitsWad) > MAX_UNITS_WAD) throw new ValueTooLargeError(absOf(unitsWad), MAX_UNITS_WAD);
  return pricesWad.map((priceWad) => linearWad(unitsWad, priceWad));
}

const at = (values: readonly bigint[], k: number): bigint => values[k] ?? 0n;

const valuesOf = ({ linearsWad, longsWad, shortsWad }: Curve): readonly bigint[] =>
  linearsWad.map((linear, k) => linear + at(longsWad, k) - at(shortsWad, k));

/** Least value at the nodes: `ConvexBound.leastAtNodes`. */
export const leastAtNodesWad = (curve: Curve): bigint => valuesOf(curve).reduce(minOf);

const widthOf = ({ pricesWad }: Curve, k: number): bigint => at(pricesWad, k + 1) - at(pricesWad, k);

/** Slope of the longs between node `k` and the next; towards `otherwiseWad` where there is no width. */
function slopeWad(curve: Curve, k: number, otherwiseWad: bigint): bigint {
  const widthWad = widthOf(curve, k);
  if (widthWad === 0n) return otherwiseWad;
  const riseWad = at(curve.longsWad, k + 1) - at(curve.longsWad, k);
  const slope = maxOf((riseWad * WAD) / widthWad, 0n);
  return otherwiseWad === 0n ? slope : slope + 1n;
}

/** Value with the longs on the line drawn on from the left, `stepWad` behind node `k`. */
function onLeftWad(curve: Curve, k: number, slope: bigint, stepWad: bigint): bigint {
  const costWad = at(curve.shortsWad, k);
  const riseWad = at(curve.shortsWad, k + 1) - costWad;
  const chordWad = costWad + (riseWad * stepWad) / widthOf(curve, k) + 1n;
  const linear = linearWad(curve.unitsWad, at(curve.pricesWad, k) + stepWad);
  return linear + at(curve.longsWad, k) + linearWad(slope, stepWad) - chordWad;
}

/** Where the drawn-on chords meet, in the interval from node `k` to the next; none where nothing lies below the nodes. */
function leastBetweenWad(curve: Curve, k: number): bigint | undefined {
  const widthWad = widthOf(curve, k);
  const left = k === 0 ? 0n : slopeWad(curve, k - 1, 0n);
  const right = k + 2 === NODES ? curve.longCallsWad : slopeWad(curve, k + 1, curve.longCallsWad);
  if (right <= left || widthWad === 0n) return undefined;
  const aheadWad = linearWad(right, widthWad) + at(curve.longsWad, k) - at(curve.longsWad, k + 1);
  if (aheadWad <= 0n) return undefined;
  const stepWad = (aheadWad * WAD) / (right - left);
  if (stepWad >= widthWad) return undefined;
  return minOf(onLeftWad(curve, k, left, stepWad), onLeftWad(curve, k, left, stepWad + STEP_ERROR));
}

/** No more than the value at any price of the range, or `leastWad` if that is less: `ConvexBound.leastAnywhere`. */
export function leastAnywhereWad(curve: Curve, leastWad: bigint | undefined): bigint {
  const values = valuesOf(curve);
  const nodesWad = values.reduce(minOf);
  let least = leastWad === undefined ? nodesWad : minOf(leastWad, nodesWad);
  if (curve.longCallsWad === 0n) return least;
  for (let k = 1; k < NODES; ++k) {
    const floorWad = minOf(at(values, k) - at(curve.longsWad, k) + at(curve.longsWad, k - 1), at(values, k - 1));
    if (floorWad >= least + ROUNDINGS) continue;
    const betweenWad = leastBetweenWad(curve, k - 1);
    if (betweenWad !== undefined) least = minOf(least, betweenWad);
  }
  return least;
}
