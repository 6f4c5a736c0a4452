import { OutOfRangeError } from "../errors.js";
import { expWad } from "./exponential.js";

const MAX_EXPONENT_WAD = 20n * 10n ** 18n;
const ERROR_SHIFT = 59n;

/** Exponents on this grid keep their order on each side. */
export const EXPONENT_GRID_WAD = 10n ** 9n;

function nearest(exponentWad: bigint): bigint {
  if (exponentWad > MAX_EXPONENT_WAD) {
    throw new OutOfRangeError("exponentWad", exponentWad, -(1n << 255n), MAX_EXPONENT_WAD);
  }
  return expWad(exponentWad);
}

/** e^x, WAD, not above the truth: `DirectedExp.down`. @throws {OutOfRangeError} for an exponent above 20e18. */
export function expDown(exponentWad: bigint): bigint {
  const resultWad = nearest(exponentWad);
  return resultWad === 0n ? 0n : resultWad - (resultWad >> ERROR_SHIFT) - 1n;
}

/** e^x, WAD, not below the truth: `DirectedExp.up`. @throws {OutOfRangeError} for an exponent above 20e18. */
export function expUp(exponentWad: bigint): bigint {
  const resultWad = nearest(exponentWad);
  return resultWad + (resultWad >> ERROR_SHIFT) + 1n;
}
