import { WAD } from "../units.js";
import { signedLnRatioX64 } from "./logRatio.js";
import { normalCdf, normalPdf } from "./normalDistribution.js";

/** Rungs of a ladder. */
export const LADDER_RUNGS = 9;
/** Fraction bits of a sum beyond WAD. */
export const LADDER_VALUE_SHIFT = 63n;

const INTERVALS = 2048;
const STEP_WAD = 5_859_375_000_000_000n;
const END_WAD = 6n * WAD;
const HALF_ERROR_WAD = 2_145_767_211_914n;
const ONE_X43 = 2n ** 43n;
const UNITS_X32 = 0xaaaaaaaaaaaaaabn;
const MIDDLE = 0x40000000n;
const TABLE_END = 0x80000000n;
const LEAST_VOL_X64 = 0xffn;
const PLACE_MASK = 0xfffff;
/** Largest error of a value, of its forward and its strike together, WAD. */
export const LADDER_ERROR_WAD = 600_000_000_000n;

function lowerEntry(index: number): bigint {
  const dWad = BigInt(index) * STEP_WAD - END_WAD;
  // Divisions of negative numbers truncate, in either language.
  const movedWad = (((HALF_ERROR_WAD * dWad) / WAD) * normalPdf(dWad)) / WAD;
  return ((normalCdf(dWad) + movedWad) * ONE_X43 + WAD / 2n) / WAD;
}

/** The entries of `NormalTable`, in order, without the zeros behind them. */
export function normalTable(): readonly bigint[] {
  return Array.from({ length: INTERVALS + 1 }, (_, i) =>
    i <= INTERVALS / 2 ? lowerEntry(i) : ONE_X43 - lowerEntry(INTERVALS - i),
  );
}

/** Nine forwards in geometric progression, as in `BlackLadder.Ladder`. */
export type PriceLadder = {
  /** As of `normalTable`. */
  readonly table: readonly bigint[];
  /** Logarithm of the ratio of two rungs, X64. */
  readonly stepX64: bigint;
  /** Rising, WAD. */
  readonly forwardsWad: readonly bigint[];
};

export type LadderLeg = {
  readonly strikeWad: bigint;
  /** sigma * sqrt(T), WAD. */
  readonly totalVolWad: bigint;
  /** Number of calls, positive = long. */
  readonly weight: bigint;
};

/**
 * `NormalTable` ready to be interpolated: entry i, shifted, and by how much the next one is larger. Entries have 43 bits, the
 * place between two of them 20: sums need 63, more than a `number` holds.
 */
export type NormalSteps = { readonly entriesX63: readonly bigint[]; readonly risesX43: readonly bigint[] };

const prepared = new WeakMap<readonly bigint[], NormalSteps>();

/** Prepares a table for `NormalSteps`; one that was prepared before costs nothing. */
export function normalSteps(table: readonly bigint[]): NormalSteps {
  const known = prepared.get(table);
  if (known !== undefined) return known;
  const made = {
    entriesX63: table.map((entry) => entry << 20n),
    risesX43: table.map((entry, i) => (table[i + 1] ?? entry) - entry),
  };
  prepared.set(table, made);
  return made;
}

let steps: NormalSteps | undefined;

/** The steps of `normalTable`, computed once. */
export const standardSteps = (): NormalSteps => (steps ??= normalSteps(normalTable()));

/** A distance within the table: a whole number below 2^31, so that a `number` holds it exactly. */
function interpolatedX63({ entriesX63, risesX43 }: NormalSteps, d: number): bigint {
  const index = d >>> 20;
  return (entriesX63[index] ?? 0n) + (risesX43[index] ?? 0n) * BigInt(d & PLACE_MASK);
}

function clampedX63(normal: NormalSteps, d: bigint): bigint {
  if (d <= 0n) return 0n;
  return d >= TABLE_END ? 1n << LADDER_VALUE_SHIFT : interpolatedX63(normal, Number(d));
}

/** d1 + 6 and w in the units of the table: `BlackLadder._argument`. */
function argumentOf(logX64: bigint, totalVolWad: bigint): { volX64: bigint; d1: bigint; width: bigint } {
  const volX64 = ((totalVolWad << 64n) / WAD) | LEAST_VOL_X64;
  const width = (volX64 * UNITS_X32) >> 96n;
  return { volX64, d1: (((logX64 * UNITS_X32) / volX64) >> 32n) + (width >> 1n) + MIDDLE, width };
}

/** Sums over legs at each rung, X63 of the unit of the weights; `addLadderCalls` fills them. */
export type LadderSums = { readonly deltas: bigint[]; readonly costs: bigint[] };

export const emptySums = (): LadderSums => ({
  deltas: Array.from({ length: LADDER_RUNGS }, () => 0n),
  costs: Array.from({ length: LADDER_RUNGS }, () => 0n),
});

/** A leg of a ladder with ln(F / K) of the lowest rung, X64. */
export type PlacedLeg = LadderLeg & { readonly logX64: bigint };

/**
 * Adds a leg to sums, in place: weight N(d1) to the deltas, weight K N(d2) to the costs. `BlackLadder.addCalls` adds what
 * `ladderValues` makes of both.
 */
export function addLadderCalls(
  normal: NormalSteps,
  stepX64: bigint,
  { strikeWad, totalVolWad, weight, logX64 }: PlacedLeg,
  { deltas, costs }: LadderSums,
): void {
  const { volX64, d1, width } = argumentOf(logX64, totalVolWad);
  const step = ((stepX64 * UNITS_X32) / volX64) >> 32n;
  const highest = d1 + 8n * step;
  const weightedStrike = weight * strikeWad;
  if (d1 - width >= 0n && highest < TABLE_END) {
    // All of it lies in the table, its lower end included.
    const [first, wide, apart] = [Number(d1), Number(width), Number(step)];
    for (let i = 0; i < LADDER_RUNGS; ++i) {
      const d = first + i * apart;
      deltas[i] = (deltas[i] ?? 0n) + weight * interpolatedX63(normal, d);
      costs[i] = (costs[i] ?? 0n) + weightedStrike * interpolatedX63(normal, d - wide);
    }
    return;
  }
  for (let i = 0, d = d1; i < LADDER_RUNGS; ++i, d += step) {
    deltas[i] = (deltas[i] ?? 0n) + weight * clampedX63(normal, d);
    costs[i] = (costs[i] ?? 0n) + weightedStrike * clampedX63(normal, d - width);
  }
}

/** The sums of `BlackLadder` at forwards, in 2^-63 WAD times the unit of the weights. */
export const ladderValues = ({ deltas, costs }: LadderSums, forwardsWad: readonly bigint[]): readonly bigint[] =>
  forwardsWad.map((forwardWad, i) => forwardWad * (deltas[i] ?? 0n) - (costs[i] ?? 0n));

/** One call at one forward, in 2^-63 WAD: `BlackLadder.single`. */
export function singleCallX63(
  normal: NormalSteps,
  forwardWad: bigint,
  { strikeWad, totalVolWad, logX64 }: Omit<PlacedLeg, "weight">,
): bigint {
  const { d1, width } = argumentOf(logX64, totalVolWad);
  return forwardWad * clampedX63(normal, d1) - strikeWad * clampedX63(normal, d1 - width);
}

/** N(d1), X63: `BlackLadder.delta`. */
export const callDeltaX63 = (normal: NormalSteps, logX64: bigint, totalVolWad: bigint): bigint =>
  clampedX63(normal, argumentOf(logX64, totalVolWad).d1);

/** The value of a leg at each rung, in 2^-63 WAD times the unit of the weight: what `BlackLadder.addCalls` adds. */
export function ladderCalls({ table, stepX64, forwardsWad }: PriceLadder, leg: LadderLeg): readonly bigint[] {
  const sums = emptySums();
  const logX64 = signedLnRatioX64(forwardsWad[0] ?? 0n, leg.strikeWad);
  addLadderCalls(normalSteps(table), stepX64, { ...leg, logX64 }, sums);
  return ladderValues(sums, forwardsWad);
}

/** Largest distance of one ladder value from Black's formula, WAD: `BlackLadder.maxError`. */
export const maxLadderError = (forwardWad: bigint, strikeWad: bigint): bigint =>
  ((forwardWad + strikeWad) * LADDER_ERROR_WAD) / WAD + 1n;
