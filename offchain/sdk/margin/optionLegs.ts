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

/** What legs of an expiry are paid at settlement, WAD, signed: `ExpiryWord.payoffWad`. */
export function payoffOfLegsWad(expiry: bigint, legs: bigint, priceWad: bigint): bigint {
  const { lotUnits, strikeWadOf } = expiryTerms(expiry);
  let cashWad = 0n;
  for (let raw = legs; (raw & 0xffffffffn) !== 0n; raw >>= 32n) {
    const strikeWad = strikeWadOf((raw & 0xffn) >> 1n);
    const intrinsicWad = (raw & 1n) === 1n ? zeroFloorSub(strikeWad, priceWad) : zeroFloorSub(priceWad, strikeWad);
    cashWad += BigInt.asIntN(24, raw >> 8n) * ((intrinsicWad * lotUnits * LOT_UNIT_WAD) / WAD);
  }
  return cashWad;
}

const LEG_BITS = 32n;
const LEGS_PER_WORD = 8;

/**
 * A word with some lots more of a series: `OptionWord.withLots`.
 *
 * @throws {OutOfRangeError} for a ninth leg, a strike index of more than seven bits, or lots of more than 24.
 */
export function withLots(
  word: bigint,
  { strikeIndex, isPut }: { readonly strikeIndex: number; readonly isPut: boolean },
  moreLots: bigint,
): bigint {
  requireBits({ field: "strikeIndex", bits: 7n }, BigInt(strikeIndex));
  const key = (BigInt(strikeIndex) << 1n) | (isPut ? 1n : 0n);
  const legs = new Map<bigint, bigint>();
  for (let raw = word; (raw & 0xffffffffn) !== 0n; raw >>= LEG_BITS) {
    legs.set(raw & 0xffn, BigInt.asIntN(24, raw >> 8n));
  }
  const lots = requireBits({ field: "lots", bits: 24n, signed: true }, (legs.get(key) ?? 0n) + moreLots);
  if (lots === 0n) legs.delete(key);
  else legs.set(key, lots);
  if (legs.size > LEGS_PER_WORD) throw new OutOfRangeError("legs", BigInt(legs.size), 0n, BigInt(LEGS_PER_WORD));
  return [...legs]
    .sort(([a], [b]) => Number(a - b))
    .reduce((sum, [own, held], i) => sum | (((BigInt.asUintN(24, held) << 8n) | own) << (LEG_BITS * BigInt(i))), 0n);
}
