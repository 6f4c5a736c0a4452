import { requireBits } from "./checks.js";
import { OutOfRangeError } from "./errors.js";
import { WAD } from "./units.js";

/** Units of a strike and of a lot size in the word. */
const STRIKE_UNIT_WAD = 10_000_000_000n;
const LOT_UNIT_WAD = 1_000_000_000n;

/** A listed expiry of options, as `IOptionMarkets` keeps it in one word. */
export type ListedExpiry = {
  /** Number of the underlying, 1 to 31. */
  readonly asset: bigint;
  /** Unix seconds. */
  readonly expiry: bigint;
  /** WAD of USD per unit of the underlying. */
  readonly firstStrikeWad: bigint;
  readonly strikeStepWad: bigint;
  /** Strikes in the grid, 1 to 128. */
  readonly strikeCount: number;
  /** Underlying per lot, WAD. */
  readonly lotSizeWad: bigint;
};

/**
 * Splits the word of a listed expiry into its parts; the mirror of `ExpiryWord`.
 *
 * @param word - `ExpiryMark.expiry`.
 * @returns The expiry; bits of the markets' own are left out.
 * @throws {OutOfRangeError} when the word does not fit 256 bits.
 * @example
 * const { firstStrikeWad, strikeStepWad } = decodeExpiryWord(mark.expiry);
 */
export function decodeExpiryWord(word: bigint): ListedExpiry {
  requireBits({ field: "word", bits: 256n }, word);
  const field = (offset: bigint, bits: number) => BigInt.asUintN(bits, word >> offset);
  return {
    asset: field(0n, 16),
    expiry: field(16n, 40),
    firstStrikeWad: field(56n, 56) * STRIKE_UNIT_WAD,
    strikeStepWad: field(112n, 48) * STRIKE_UNIT_WAD,
    strikeCount: Number(field(160n, 8)),
    lotSizeWad: field(168n, 48) * LOT_UNIT_WAD,
  };
}

/**
 * The strike at an index of the grid, WAD of USD.
 *
 * @throws {OutOfRangeError} when the grid has no such index.
 * @example
 * const highest = strikeWadOf(expiry, expiry.strikeCount - 1);
 */
export function strikeWadOf(expiry: ListedExpiry, index: number): bigint {
  if (!Number.isInteger(index) || index < 0 || index >= expiry.strikeCount) {
    throw new OutOfRangeError("index", BigInt(Math.trunc(index)), 0n, BigInt(expiry.strikeCount) - 1n);
  }
  return expiry.firstStrikeWad + BigInt(index) * expiry.strikeStepWad;
}

/**
 * The index of a strike in the grid.
 *
 * @returns The index, or `undefined` when `strikeWad` is none of the strikes.
 * @example
 * const index = strikeIndexOf(expiry, parseWad("3000"));
 */
export function strikeIndexOf(expiry: ListedExpiry, strikeWad: bigint): number | undefined {
  const { firstStrikeWad, strikeStepWad, strikeCount } = expiry;
  if (strikeStepWad === 0n || strikeWad < firstStrikeWad) return undefined;
  const distance = strikeWad - firstStrikeWad;
  const index = distance / strikeStepWad;
  return index < BigInt(strikeCount) && index * strikeStepWad === distance ? Number(index) : undefined;
}

/** What {payoffPerLotWad} needs besides the expiry. */
export type PayoffPerLotWadParameters = {
  /** Index of the strike in the grid. */
  readonly strikeIndex: number;
  readonly kind: "call" | "put";
  /** WAD of USD per unit of the underlying. */
  readonly settlementPriceWad: bigint;
};

/**
 * What one lot of a series pays at settlement, as the contracts compute it.
 *
 * @returns WAD of cash, rounded down.
 * @throws {OutOfRangeError} when the grid has no such strike.
 * @example
 * const perLotWad = payoffPerLotWad(expiry, { strikeIndex: 24, kind: "call", settlementPriceWad });
 */
export function payoffPerLotWad(expiry: ListedExpiry, parameters: PayoffPerLotWadParameters): bigint {
  const strikeWad = strikeWadOf(expiry, parameters.strikeIndex);
  const gain = parameters.settlementPriceWad - strikeWad;
  const intrinsicWad = parameters.kind === "call" ? gain : -gain;
  return intrinsicWad > 0n ? (intrinsicWad * expiry.lotSizeWad) / WAD : 0n;
}
