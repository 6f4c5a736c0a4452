import { requireBits } from "../checks.js";
import { OutOfRangeError } from "../errors.js";
import { zeroFloorSub } from "../math/integers.js";
import { WAD } from "../units.js";

const STRIKE_UNIT_WAD = 10n ** 10n;
const LOT_UNIT_WAD = 10n ** 9n;

/** What margin reads of an `ExpiryWord`. Its strikes are not checked against their number, as in the contract. */
export type ExpiryTerms = {
  readonly asset: bigint;
  readonly expirySeconds: bigint;
  /** Underlying per lot, 1e-9. */
  readonly lotUnits: bigint;
  readonly strikeWadOf: (index: bigint) => bigint;
};

/** Reads an `ExpiryWord`. */
export function expiryTerms(word: bigint): ExpiryTerms {
  const field = (offset: bigint, bits: number) => BigInt.asUintN(bits, word >> offset);
  const [first, step] = [field(56n, 56), field(112n, 48)];
  return {
    asset: field(0n, 16),
    expirySeconds: field(16n, 40),
    lotUnits: field(168n, 48),
    strikeWadOf: (index) => (first + index * step) * STRIKE_UNIT_WAD,
  };
}

const LEG_BITS = 32n;
const LEGS_PER_WORD = 8;

/** A leg of an `OptionWord`. */
export type HeldLots = { readonly lots: bigint; readonly strikeIndex: number; readonly isPut: boolean };

/** What legs are ordered by: `OptionWord.legKey`. */
const keyOf = ({ strikeIndex, isPut }: Omit<HeldLots, "lots">): bigint =>
  (BigInt(strikeIndex) << 1n) | (isPut ? 1n : 0n);

/**
 * Splits a word into its legs, as `OptionWord` packs them: the first one without anything ends them.
 *
 * @returns Legs in the order in which they stand: by strike, a call before the put of the same.
 * @example
 * const lots = decodeLegs(portfolio.options[0].legs).map(({ lots }) => lots);
 */
export function decodeLegs(word: bigint): readonly HeldLots[] {
  const legs: HeldLots[] = [];
  for (let rest = word; BigInt.asUintN(32, rest) !== 0n; rest >>= LEG_BITS) {
    legs.push({
      lots: BigInt.asIntN(24, rest >> 8n),
      strikeIndex: Number((rest >> 1n) & 0x7fn),
      isPut: (rest & 1n) === 1n,
    });
  }
  return legs;
}

/** What legs of an expiry are paid at settlement, WAD, signed: `ExpiryWord.payoffWad`. */
export function payoffOfLegsWad(expiry: bigint, legs: bigint, priceWad: bigint): bigint {
  const { lotUnits, strikeWadOf } = expiryTerms(expiry);
  return decodeLegs(legs).reduce((sumWad, { lots, strikeIndex, isPut }) => {
    const strikeWad = strikeWadOf(BigInt(strikeIndex));
    const intrinsicWad = isPut ? zeroFloorSub(strikeWad, priceWad) : zeroFloorSub(priceWad, strikeWad);
    return sumWad + lots * ((intrinsicWad * lotUnits * LOT_UNIT_WAD) / WAD);
  }, 0n);
}

/**
 * Adds lots of a series to a word: `OptionWord.withLots`.
 *
 * @returns The word with so many lots more; a series without lots is absent.
 * @throws {OutOfRangeError} for a ninth leg, a strike index of more than seven bits, or lots of more than 24.
 * @example
 * const word = withLots(0n, { strikeIndex: 24, isPut: false }, -5n);
 */
export function withLots(word: bigint, series: Omit<HeldLots, "lots">, moreLots: bigint): bigint {
  requireBits({ field: "strikeIndex", bits: 7n }, BigInt(series.strikeIndex));
  const key = keyOf(series);
  const legs = new Map(decodeLegs(word).map((leg) => [keyOf(leg), leg.lots]));
  const lots = requireBits({ field: "lots", bits: 24n, signed: true }, (legs.get(key) ?? 0n) + moreLots);
  if (lots === 0n) legs.delete(key);
  else legs.set(key, lots);
  if (legs.size > LEGS_PER_WORD) throw new OutOfRangeError("legs", BigInt(legs.size), 0n, BigInt(LEGS_PER_WORD));
  return [...legs]
    .sort(([a], [b]) => Number(a - b))
    .reduce((sum, [own, held], i) => sum | (((BigInt.asUintN(24, held) << 8n) | own) << (LEG_BITS * BigInt(i))), 0n);
}
