import { type ListedExpiry, greeksOf, sqrtYears, totalVolUp } from "../../../sdk/index.js";
import { larger, mulWad } from "../../numbers.js";

/** An option leg as the lab values it: at any price of the underlying, with the volatility at which it was last read. */
export type OptionLeg = {
  /** Number of the underlying in the oracle. */
  readonly asset: number;
  readonly isPut: boolean;
  readonly strikeWad: bigint;
  /** Underlying, WAD, signed. */
  readonly sizeWad: bigint;
  /** Volatility times the root of the time left, WAD. */
  readonly totalVolWad: bigint;
  /** What it will be settled at, WAD; 0 while that is open. */
  readonly fixedPriceWad: bigint;
};

/** Premium of one unit of the underlying by Black's formula, WAD. */
export function premiumOf({ isPut, strikeWad, totalVolWad }: Omit<OptionLeg, "sizeWad">, priceWad: bigint): bigint {
  const { callWad, putWad } = greeksOf({ forwardWad: priceWad, strikeWad, totalVolWad });
  return isPut ? putWad : callWad;
}

/** What a leg is worth at a price, WAD, signed: its payoff once its settlement price is known. */
export function valueOfLeg(leg: OptionLeg, priceWad: bigint): bigint {
  if (leg.fixedPriceWad === 0n) return mulWad(leg.sizeWad, premiumOf(leg, priceWad));
  const gainWad = leg.fixedPriceWad - leg.strikeWad;
  return mulWad(leg.sizeWad, larger(leg.isPut ? -gainWad : gainWad, 0n));
}

/** Volatility times the root of the time that an expiry has left, WAD; a second at least. */
export function totalVolTo(expirySeconds: bigint, nowSeconds: number, volWad: bigint): bigint {
  return totalVolUp(volWad, sqrtYears(larger(expirySeconds - BigInt(nowSeconds), 1n)));
}

/** The strike of a grid nearest to a price: its index. */
export function nearestStrike(listed: ListedExpiry, priceWad: bigint): number {
  const { firstStrikeWad, strikeStepWad, strikeCount } = listed;
  const steps = larger(priceWad - firstStrikeWad + strikeStepWad / 2n, 0n) / strikeStepWad;
  return Math.min(Number(steps), strikeCount - 1);
}
