import { WAD } from "../units.js";
import { lnRatioX64 } from "./logRatio.js";
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
const PLACE_MASK = 0xfffffn;
const ONE_PLACE = 0x100000n;
const ERROR_WAD = 600_000_000_000n;

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

function normalAtX63(table: readonly bigint[], d: bigint): bigint {
  if (d <= 0n) return 0n;
  if (d >= TABLE_END) return 1n << LADDER_VALUE_SHIFT;
  const index = Number(d >> 20n);
  const place = d & PLACE_MASK;
  return (table[index] ?? 0n) * (ONE_PLACE - place) + (table[index + 1] ?? 0n) * place;
}

/** ln(F / K) of the lowest rung, X64: `LogRatio.signedLnX64`. */
function logMoneynessX64(forwardWad: bigint, strikeWad: bigint): bigint {
  return forwardWad < strikeWad ? -lnRatioX64(strikeWad, forwardWad) : lnRatioX64(forwardWad, strikeWad);
}

/** The value of a leg at each rung, in 2^-63 WAD times the unit of the weight: what `BlackLadder.addCalls` adds. */
export function ladderCalls(
  { table, stepX64, forwardsWad }: PriceLadder,
  { strikeWad, totalVolWad, weight }: LadderLeg,
): readonly bigint[] {
  const volX64 = ((totalVolWad << 64n) / WAD) | LEAST_VOL_X64;
  const vol = (volX64 * UNITS_X32) >> 96n;
  const step = ((stepX64 * UNITS_X32) / volX64) >> 32n;
  const logX64 = logMoneynessX64(forwardsWad[0] ?? 0n, strikeWad);
  const lowest = (((logX64 * UNITS_X32) / volX64) >> 32n) + (vol >> 1n) + MIDDLE;
  return forwardsWad.map((forwardWad, i) => {
    const d = lowest + BigInt(i) * step;
    return weight * (forwardWad * normalAtX63(table, d) - strikeWad * normalAtX63(table, d - vol));
  });
}

/** Largest distance of one ladder value from Black's formula, WAD: `BlackLadder.maxError`. */
export const maxLadderError = (forwardWad: bigint, strikeWad: bigint): bigint =>
  ((forwardWad + strikeWad) * ERROR_WAD) / WAD + 1n;
