import { callDeltaX63, LADDER_ERROR_WAD, type NormalSteps } from "../math/blackLadder.js";
import { absOf, ceilDiv, maxOf, minOf, zeroFloorSub } from "../math/integers.js";
import { WAD } from "../units.js";
import { type Calls, type HeldLeg, VOL_FLAT } from "./optionVector.js";

const WAD_PER_UNIT = 10n ** 9n;
const X63 = 63n;
const ONE_X63 = 1n << X63;
const HALF_X63 = ONE_X63 / 2n;
const ERROR_X63 = (LADDER_ERROR_WAD << X63) / WAD + 1n;
/** 4 / sqrt(2 pi). */
const VEGA_WAD = 1_595_769_121_605_730_712n;
const VEGA_UNIT = 10n ** 27n;

/** What closing options is charged on, over a range of prices: `OptionVector.Closing`. Units of the underlying, WAD. */
export type Closing = {
  readonly grossWad: bigint;
  /** Interval of the net delta. */
  readonly lowWad: bigint;
  readonly highWad: bigint;
  /** Per doubling of volatility, each leg counted for itself. */
  readonly vegaWad: bigint;
};

/** Logarithms of the ends of a range over the mid, X64, and whether to answer with no less or no more. */
export type ClosingRange = { readonly low: bigint; readonly high: bigint; readonly largest: boolean };

/** N (1 - N) within a range of N, its error included. */
function bellX63(firstX63: bigint, lastX63: bigint, largest: boolean): bigint {
  const [first, last] = [firstX63, lastX63].map((share) => (share * (ONE_X63 - share)) >> X63);
  const [own = 0n, other = 0n] = [first, last];
  if (!largest) return zeroFloorSub(minOf(own, other), ERROR_X63);
  const within = firstX63 < HALF_X63 !== lastX63 < HALF_X63;
  return within ? HALF_X63 / 2n : minOf(maxOf(own, other) + ERROR_X63, HALF_X63 / 2n);
}

/** Of one leg: its absolute delta and error, WAD, the ends of its delta and its vega, X63 of 1e-9. */
function legClosing({ sizeE9, putsE9, logX64, volsWad }: HeldLeg, normal: NormalSteps, range: ClosingRange) {
  const volWad = volsWad[VOL_FLAT] ?? 0n;
  const firstX63 = callDeltaX63(normal, logX64 + range.low, volWad);
  const lastX63 = range.high === range.low ? firstX63 : callDeltaX63(normal, logX64 + range.high, volWad);
  const [first, last] = [sizeE9 * firstX63 - (putsE9 << X63), sizeE9 * lastX63 - (putsE9 << X63)];
  const leastX63 = first < 0n !== last < 0n ? 0n : minOf(absOf(first), absOf(last));
  const unitsX63 = range.largest ? maxOf(absOf(first), absOf(last)) : leastX63;
  const unitsWad = (unitsX63 * WAD_PER_UNIT) >> X63;
  const errorWad = absOf(sizeE9) * (LADDER_ERROR_WAD / WAD_PER_UNIT) + 1n;
  return {
    grossWad: range.largest ? unitsWad + errorWad : zeroFloorSub(unitsWad, errorWad),
    errorWad,
    low: minOf(first, last),
    high: maxOf(first, last),
    vega: absOf(sizeE9) * volWad * bellX63(firstX63, lastX63, range.largest),
  };
}

/** `OptionVector.closingOf`. */
export function closingOf(calls: Calls, normal: NormalSteps, range: ClosingRange): Closing {
  let [grossWad, errorWad, low, high, vega] = [absOf(calls.forwardsWad), 0n, 0n, 0n, 0n];
  for (const leg of calls.legs) {
    const own = legClosing(leg, normal, range);
    grossWad += own.grossWad;
    errorWad += own.errorWad;
    low += own.low;
    high += own.high;
    vega += own.vega;
  }
  const vegaE9 = (vega >> X63) + (range.largest ? 1n : 0n);
  return {
    grossWad,
    lowWad: ((low * WAD_PER_UNIT) >> X63) - errorWad + calls.forwardsWad,
    highWad: ((high * WAD_PER_UNIT) >> X63) + 1n + errorWad + calls.forwardsWad,
    vegaWad: range.largest ? ceilDiv(vegaE9 * VEGA_WAD, VEGA_UNIT) : (vegaE9 * VEGA_WAD) / VEGA_UNIT,
  };
}

/** Net delta together with units of the underlying, unsigned: the most, or the least, of the range. `Closing.netWith`. */
export function netWithWad({ lowWad, highWad }: Closing, sizeWad: bigint, largest: boolean): bigint {
  const [low, high] = [lowWad + sizeWad, highWad + sizeWad];
  if (largest) return maxOf(absOf(low), absOf(high));
  return low <= 0n && high >= 0n ? 0n : minOf(absOf(low), absOf(high));
}
