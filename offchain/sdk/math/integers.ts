import { OutOfRangeError } from "../errors.js";
import { WAD } from "../units.js";

const LIMIT = 1n << 256n;

export const absOf = (value: bigint): bigint => (value < 0n ? -value : value);
export const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);
/** a - b, or 0. */
export const zeroFloorSub = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n);
/** The contracts' `clamp`: `least` first, then `most`. */
export const clampOf = (value: bigint, least: bigint, most: bigint): bigint => minOf(maxOf(value, least), most);

/** Of numbers that are not negative, rounded up. */
export const ceilDiv = (numerator: bigint, denominator: bigint): bigint => (numerator + denominator - 1n) / denominator;

/** Largest integer whose square is at most `value`. */
export function floorSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function product(a: bigint, b: bigint): bigint {
  const result = a * b;
  if (result >= LIMIT) throw new OutOfRangeError("product", result, 0n, LIMIT - 1n);
  return result;
}

/** a * b / 1e18 of numbers that are not negative, rounded down. @throws {OutOfRangeError} where the contract overflows. */
export const mulWad = (a: bigint, bWad: bigint): bigint => product(a, bWad) / WAD;

/** a * b / 1e18 of numbers that are not negative, rounded up. @throws {OutOfRangeError} where the contract overflows. */
export const mulWadUp = (a: bigint, bWad: bigint): bigint => (product(a, bWad) + WAD - 1n) / WAD;
