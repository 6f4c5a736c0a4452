import { normal } from "./statistics.js";

/** A European option on one unit, cash-settled. */
export type Option = {
  readonly kind: "call" | "put";
  /** Dollars. */
  readonly strike: number;
  /** Unix seconds. */
  readonly expiry: number;
};

const YEAR_SECONDS = 31_536_000;

/** Black's formula (1976) without discounting, in dollars: what the lab revalues with. */
export function blackValue({ kind, strike, expiry }: Option, price: number, vol: number, atSeconds: number): number {
  const width = vol * Math.sqrt(Math.max(0, expiry - atSeconds) / YEAR_SECONDS);
  const intrinsic = Math.max(0, kind === "call" ? price - strike : strike - price);
  if (width <= 0) return intrinsic;
  const d1 = Math.log(price / strike) / width + width / 2;
  const call = price * normal(d1) - strike * normal(d1 - width);
  return Math.max(intrinsic, kind === "call" ? call : call - price + strike);
}

/** Delta of an option. */
export function blackDelta({ kind, strike, expiry }: Option, price: number, vol: number, atSeconds: number): number {
  const width = vol * Math.sqrt(Math.max(0, expiry - atSeconds) / YEAR_SECONDS);
  if (width <= 0) return kind === "call" ? Number(price > strike) : -Number(price < strike);
  const d1 = Math.log(price / strike) / width + width / 2;
  return kind === "call" ? normal(d1) : normal(d1) - 1;
}
