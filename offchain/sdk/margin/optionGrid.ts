import {
  addLadderCalls,
  emptySums,
  LADDER_ERROR_WAD,
  LADDER_VALUE_SHIFT,
  ladderValues,
  standardSteps,
} from "../math/blackLadder.js";
import { expDown, expUp } from "../math/directedExp.js";
import { expWad } from "../math/exponential.js";
import { absOf, ceilDiv, clampOf, minOf, mulWad, mulWadUp, zeroFloorSub } from "../math/integers.js";
import { lnRatioX64, signedLnRatioX64 } from "../math/logRatio.js";
import { linearWad } from "../math/signedWad.js";
import { BPS, WAD } from "../units.js";
import { type Closing, closingOf } from "./closing.js";
import { type Curve, leastAnywhereWad, leastAtNodesWad, linearAtWad } from "./convexBound.js";
import type { OptionTerms } from "./optionTerms.js";
import {
  type Amount,
  type Calls,
  callsOf,
  legVolWad,
  type Strip,
  valueAtWad,
  VOL_DOWN,
  VOL_FLAT,
  VOL_UP,
} from "./optionVector.js";

/** What is asked of a book: `OptionGrid.Kind`. */
export type GridKind = "initial" | "liquidation" | "most";

/** `OptionGrid.Test`. Prices, shock and units in WAD; `favourable`: doubt and errors are for the account. */
export type GridTest = {
  readonly kind: GridKind;
  readonly favourable: boolean;
  readonly lowWad: bigint;
  readonly highWad: bigint;
  readonly rhoWad: bigint;
  readonly unitsWad: bigint;
};

/** One reading of an account's options on one underlying, for any number of tests: `OptionGrid.Pass`. */
export type GridPass = {
  readonly calls: Calls;
  readonly midWad: bigint;
  readonly terms: OptionTerms;
  /** Options and cash at the far moves and at the mid, from below; computed once. */
  readonly far: () => FarValues;
};

type FarValues = {
  readonly flatWad: bigint;
  readonly pricesWad: readonly bigint[];
  readonly valuesWad: readonly bigint[];
};

/** Nine prices at equal ratios. */
type Rungs = { readonly pricesWad: readonly bigint[]; readonly stepX64: bigint; readonly shiftX64: bigint };

type Priced = { readonly longsWad: readonly bigint[]; readonly shortsWad: readonly bigint[] };

const WAD_PER_UNIT = 10n ** 9n;
const LAST = 8;
const MAX_PRICE_WAD = (1n << 96n) - 1n;
const MIN_PRICE_WAD = 10n ** 6n;
const FAR_REACH = 6n;
const MIDDLE = 4;
const NARROW_WEI = 10_000n;
const NARROW_SHARE = 10n ** 13n;
const ROUNDING_SHARE = 1000n;

const clampPrice = (priceWad: bigint): bigint => clampOf(priceWad, MIN_PRICE_WAD, MAX_PRICE_WAD);
const at = (values: readonly bigint[], k: number): bigint => values[k] ?? 0n;

/** Nine prices from `startWad` to `endWad`: `OptionGrid._setRungs`. */
function rungsOf(midWad: bigint, startWad: bigint, endWad: bigint): Rungs {
  const stepX64 = lnRatioX64(endWad, startWad) / BigInt(LAST);
  const ratioX64 = (expWad((stepX64 * WAD) >> 64n) << 64n) / WAD;
  const pricesWad = [startWad];
  for (let k = 1, priceX64 = startWad << 64n; k < LAST; ++k) {
    priceX64 = (priceX64 * ratioX64) >> 64n;
    pricesWad.push(minOf(priceX64 >> 64n, endWad));
  }
  return { pricesWad: [...pricesWad, endWad], stepX64, shiftX64: signedLnRatioX64(startWad, midWad) };
}

/** From X63 of 1e-9 WAD, rounded down; options are worth no less than nothing. */
const toWad = (sumX63: bigint): bigint => (sumX63 > 0n ? (sumX63 >> LADDER_VALUE_SHIFT) / WAD_PER_UNIT : 0n);

/** What long and short options are worth at the rungs, WAD, up to the error of the ladder: `OptionGrid._price`. */
function priceAt(calls: Calls, rungs: Rungs, state: number, favourable: boolean): Priced {
  const [longs, shorts] = [emptySums(), emptySums()];
  for (const leg of calls.legs) {
    const placed = {
      strikeWad: leg.strikeWad,
      logX64: leg.logX64 + rungs.shiftX64,
      totalVolWad: legVolWad(leg, state, favourable),
      weight: absOf(leg.sizeE9),
    };
    addLadderCalls(standardSteps(), rungs.stepX64, placed, leg.sizeE9 > 0n ? longs : shorts);
  }
  return {
    longsWad: ladderValues(longs, rungs.pricesWad).map(toWad),
    shortsWad: ladderValues(shorts, rungs.pricesWad).map(toWad),
  };
}

/** Largest error of a sum over options at a price up to `priceWad`, WAD: `OptionGrid._error`. */
function errorWad({ unitsWad, strikesWad }: Amount, priceWad: bigint): bigint {
  const sumWad = (unitsWad * priceWad) / WAD + strikesWad + 1n;
  return (sumWad * LADDER_ERROR_WAD + 8n * unitsWad) / WAD + 3n;
}

const isNarrow = (pricesWad: readonly bigint[]): boolean =>
  at(pricesWad, 1) - at(pricesWad, 0) < NARROW_WEI + at(pricesWad, LAST) / NARROW_SHARE;

/** What errors may add to a bound between nodes, WAD: `OptionGrid._slack`. */
function slackWad(pricesWad: readonly bigint[], unitsWad: bigint, longs: Amount, shorts: Amount): bigint {
  const [startWad, endWad] = [at(pricesWad, 0), at(pricesWad, LAST)];
  const shortWad = errorWad(shorts, endWad);
  const longWad = errorWad(longs, endWad);
  if (isNarrow(pricesWad)) {
    const allWad = absOf(unitsWad) + longs.unitsWad + shorts.unitsWad;
    return shortWad + longWad + mulWadUp(allWad, endWad - startWad);
  }
  const factorWad = WAD + 2n * ceilDiv(at(pricesWad, 1) * WAD, startWad);
  return shortWad + mulWadUp(longWad, factorWad + factorWad / ROUNDING_SHARE);
}

/** In which states of volatility the least value can be. */
function statesOf({ longs, shorts }: Calls): readonly number[] {
  if (longs.unitsWad === 0n) return [VOL_UP];
  return shorts.unitsWad === 0n ? [VOL_DOWN] : [VOL_DOWN, VOL_FLAT, VOL_UP];
}

function curveOf(rungs: Rungs, unitsWad: bigint, priced: Priced, longCallsWad: bigint): Curve {
  const linearsWad = linearAtWad(unitsWad, rungs.pricesWad);
  return { pricesWad: rungs.pricesWad, linearsWad, unitsWad, longCallsWad, ...priced };
}

function farOf(calls: Calls, midWad: bigint): FarValues {
  const rungs = rungsOf(midWad, midWad / FAR_REACH, midWad * FAR_REACH);
  const { longsWad, shortsWad } = priceAt(calls, rungs, VOL_UP, false);
  const all = {
    unitsWad: calls.longs.unitsWad + calls.shorts.unitsWad,
    strikesWad: calls.longs.strikesWad + calls.shorts.strikesWad,
  };
  const markWad = (calls.markX63 >> LADDER_VALUE_SHIFT) / WAD_PER_UNIT - 1n;
  return {
    pricesWad: rungs.pricesWad,
    valuesWad: rungs.pricesWad.map(
      (priceWad, k) => calls.cashWad + at(longsWad, k) - at(shortsWad, k) - errorWad(all, priceWad),
    ),
    flatWad: calls.cashWad + markWad - errorWad(all, midWad),
  };
}

/** Far moves at a share of their loss, and the minimum of short options; none where neither can bind. */
function floorsWad(pass: GridPass, test: GridTest, startWad: bigint): bigint | undefined {
  const { calls, midWad, terms } = pass;
  const shareWad = (test.rhoWad * terms.farShareBps) / BPS;
  if (calls.nakedWad === 0n && calls.shorts.unitsWad === 0n) {
    if (zeroFloorSub(midWad, startWad) >= mulWadUp(midWad, shareWad)) return undefined;
  }
  const far = pass.far();
  const unitsWad = test.unitsWad + calls.unitsWad;
  const markWad = far.flatWad + linearWad(unitsWad, midWad);
  let valueWad = markWad - ceilDiv(mulWadUp(calls.nakedWad, midWad) * terms.shortMinimumBps, BPS);
  if (shareWad === 0n) return valueWad;
  for (const [k, priceWad] of far.pricesWad.entries()) {
    if (k === MIDDLE) continue;
    const farWad = at(far.valuesWad, k) + linearWad(unitsWad, priceWad);
    if (farWad >= markWad) continue;
    const weightWad = minOf(ceilDiv(shareWad * midWad, absOf(priceWad - midWad)), WAD);
    valueWad = minOf(valueWad, markWad - mulWadUp(markWad - farWad, weightWad));
  }
  return valueWad;
}

function initialWad(pass: GridPass, test: GridTest): bigint {
  const { calls, midWad } = pass;
  const rungs = rungsOf(
    midWad,
    clampPrice(mulWad(test.lowWad, expDown(-test.rhoWad))),
    clampPrice(mulWadUp(test.highWad, expUp(test.rhoWad))),
  );
  const unitsWad = test.unitsWad + calls.unitsWad;
  const longCallsWad = isNarrow(rungs.pricesWad) ? 0n : calls.longs.unitsWad;
  let leastWad: bigint | undefined;
  for (const state of statesOf(calls)) {
    leastWad = leastAnywhereWad(curveOf(rungs, unitsWad, priceAt(calls, rungs, state, false), longCallsWad), leastWad);
  }
  const slack = slackWad(rungs.pricesWad, unitsWad, calls.longs, calls.shorts);
  const valueWad = (leastWad ?? 0n) - slack + calls.cashWad;
  const floorWad = floorsWad(pass, test, at(rungs.pricesWad, 0));
  return floorWad === undefined ? valueWad : minOf(valueWad, floorWad);
}

function mostWad(pass: GridPass, test: GridTest): bigint {
  const { calls, midWad } = pass;
  const rungs = rungsOf(midWad, test.lowWad, test.highWad);
  const unitsWad = -test.unitsWad - calls.unitsWad;
  const longCallsWad = isNarrow(rungs.pricesWad) ? 0n : calls.shorts.unitsWad;
  const { longsWad, shortsWad } = priceAt(calls, rungs, VOL_FLAT, true);
  const mirrored = curveOf(rungs, unitsWad, { longsWad: shortsWad, shortsWad: longsWad }, longCallsWad);
  const slack = slackWad(rungs.pricesWad, unitsWad, calls.shorts, calls.longs);
  return slack - leastAnywhereWad(mirrored, undefined) + calls.cashWad;
}

function liquidationWad(pass: GridPass, test: GridTest): bigint {
  const { calls, midWad } = pass;
  const startWad = clampPrice(mulWadUp(test.highWad, expUp(-test.rhoWad)));
  const endWad = clampPrice(mulWad(test.lowWad, expDown(test.rhoWad)));
  if (startWad > endWad) return mostWad(pass, test);
  const rungs = rungsOf(midWad, startWad, endWad);
  const unitsWad = test.unitsWad + calls.unitsWad;
  const leastWad = statesOf(calls)
    .map((state) => leastAtNodesWad(curveOf(rungs, unitsWad, priceAt(calls, rungs, state, test.favourable), 0n)))
    .reduce(minOf);
  const error = errorWad(calls.longs, endWad) + errorWad(calls.shorts, endWad);
  const valueWad = leastWad + calls.cashWad + (test.favourable ? error : -error);
  return test.lowWad === test.highWad ? valueWad : minOf(valueWad, mostWad(pass, test));
}

/** Reads strips at volatilities of the mid: `OptionGrid.open`. */
export function openGrid(
  { midWad, nowSeconds, terms }: { midWad: bigint; nowSeconds: bigint; terms: OptionTerms },
  strips: readonly Strip[],
): GridPass {
  const clampedWad = clampPrice(midWad);
  const calls = callsOf(strips, { midWad: clampedWad, nowSeconds, terms, normal: standardSteps() });
  let known: FarValues | undefined;
  return { calls, midWad: clampedWad, terms, far: () => (known ??= farOf(calls, clampedWad)) };
}

/** Value of everything under a test, WAD, rounded down; of `most`, up: `OptionGrid.valueOf`. @throws {ValueTooLargeError} */
export function gridValueWad(pass: GridPass, asked: GridTest): bigint {
  const test = { ...asked, lowWad: clampPrice(asked.lowWad), highWad: clampPrice(asked.highWad) };
  if (test.kind === "initial") return initialWad(pass, test);
  return test.kind === "liquidation" ? liquidationWad(pass, test) : mostWad(pass, test);
}

/** Value of the options alone at a price, WAD, rounded down: `OptionGrid.optionsAt`. */
export const optionsAtWad = ({ calls }: GridPass, priceWad: bigint): bigint => valueAtWad(calls, clampPrice(priceWad));

/** What closing the options is charged on over a range of prices: `OptionGrid.closingOf`. */
export function gridClosing(
  { calls, midWad }: GridPass,
  { lowWad, highWad, largest }: { lowWad: bigint; highWad: bigint; largest: boolean },
): Closing {
  const low = signedLnRatioX64(clampPrice(lowWad), midWad);
  const high = lowWad === highWad ? low : signedLnRatioX64(clampPrice(highWad), midWad);
  return closingOf(calls, standardSteps(), { low, high, largest });
}
