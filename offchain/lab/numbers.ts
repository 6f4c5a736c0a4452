import { formatUnits, parseUnits } from "ethers";

/** One whole unit at 18 decimals. */
export const WAD = 10n ** 18n;
/** All basis points of a whole. */
export const BPS = 10_000n;
/** All parts per million of a whole. */
export const PPM = 1_000_000n;

/** Parses a decimal string to WAD. */
export function wad(decimal: string): bigint {
  return parseUnits(decimal, 18);
}

/** a * b / WAD, truncated towards zero. */
export function mulWad(a: bigint, b: bigint): bigint {
  return (a * b) / WAD;
}

/** a * WAD / b, truncated towards zero; `b` must not be zero. */
export function divWad(a: bigint, b: bigint): bigint {
  return (a * WAD) / b;
}

/** The absolute value. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The smaller of two. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The larger of two. */
export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** Lower median of a non-empty list. */
export function lowerMedian(values: readonly bigint[]): bigint {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
}

/** Largest integer whose square is not above `value`. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Dollars as a plain decimal string with at most two decimals, rounded half away from zero: "1234.5" or "0". */
export function usd(valueWad: bigint): string {
  const cent = 10n ** 16n;
  const cents = (absolute(valueWad) + cent / 2n) / cent;
  const text = formatUnits(cents, 2).replace(/\.0$/, "");
  return valueWad < 0n && cents > 0n ? `-${text}` : text;
}

/** WAD dollars as integer micro-dollars, for plots. Exact up to 9 billion dollars. */
export function microUsd(valueWad: bigint): number {
  return Number(valueWad / 10n ** 12n);
}

/** Dollars for readers, rounded to whole ones and grouped: "$1,264,071"; amounts below a dollar keep their cents. */
export function money(valueWad: bigint): string {
  const size = absolute(valueWad);
  const sign = valueWad < 0n ? "-" : "";
  if (size < WAD) return `${sign}$${usd(size)}`;
  const dollars = ((size + WAD / 2n) / WAD).toString();
  return `${sign}$${dollars.replace(/\B(?=(\d{3})+$)/g, ",")}`;
}
