import { InvalidDecimalError } from "./errors.js";

/** Digits behind the point of a WAD: 1 is 10^18. */
export const WAD_DECIMALS = 18;

/** The number 1 as a WAD. */
export const WAD = 10n ** 18n;

/** What one basis point divides by. */
export const BPS = 10_000n;

export type ParseDecimalParameters = {
  /** Plain decimal text: digits, at most one point, an optional minus; no exponent, no spaces, no separators. */
  readonly text: string;
  /** Digits behind the point of the result's unit: 18 for WAD, 6 for USDC amounts. */
  readonly decimals: number;
};

/**
 * Reads a decimal text exactly; digits that the unit cannot hold are refused, never rounded.
 *
 * @returns The number in units of 10^-decimals.
 * @throws {InvalidDecimalError} when the text is not a plain decimal or has too many digits behind the point.
 * @example
 * parseDecimal({ text: "12.5", decimals: 6 }); // 12500000n
 */
export function parseDecimal({ text, decimals }: ParseDecimalParameters): bigint {
  const [, minus, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || fraction.length > decimals) throw new InvalidDecimalError(text, decimals);
  const magnitude = BigInt(whole + fraction.padEnd(decimals, "0"));
  return minus === "-" ? -magnitude : magnitude;
}

export type FormatDecimalParameters = {
  /** The number in units of 10^-decimals. */
  readonly value: bigint;
  readonly decimals: number;
  /** Digits to show behind the point, cut off towards zero; all that are not trailing zeros when absent. */
  readonly digits?: number;
};

/**
 * Writes a number as plain decimal text. Without `digits` it is exact: `parseDecimal` gives the number back.
 *
 * @returns The text, such as `-0.5`.
 * @example
 * formatDecimal({ value: 1_234_567n, decimals: 6, digits: 2 }); // "1.23"
 */
export function formatDecimal({ value, decimals, digits }: FormatDecimalParameters): string {
  const all = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = all.slice(0, all.length - decimals);
  const fraction = all.slice(all.length - decimals);
  const shown = digits === undefined ? fraction.replace(/0+$/, "") : fraction.slice(0, digits).padEnd(digits, "0");
  const text = shown === "" ? whole : `${whole}.${shown}`;
  // A number cut to nothing has no sign.
  return value < 0n && /[1-9]/.test(text) ? `-${text}` : text;
}

/**
 * Reads a decimal text as WAD.
 *
 * @throws {InvalidDecimalError} when the text is not a plain decimal with at most 18 digits behind the point.
 * @example
 * parseWad("1990.25"); // 1990250000000000000000n
 */
export function parseWad(text: string): bigint {
  return parseDecimal({ text, decimals: WAD_DECIMALS });
}

/**
 * Writes a WAD as decimal text.
 *
 * @param valueWad - The number, 10^18 being 1.
 * @param digits - Digits to show behind the point, cut off towards zero; all that matter when absent.
 * @example
 * formatWad(1_990_250_000_000_000_000_000n); // "1990.25"
 */
export function formatWad(valueWad: bigint, digits?: number): string {
  return formatDecimal({ value: valueWad, decimals: WAD_DECIMALS, ...(digits === undefined ? {} : { digits }) });
}
