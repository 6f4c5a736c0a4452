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
