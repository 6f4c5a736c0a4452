import { requireBits } from "../checks.js";
import { WAD } from "../units.js";
import { densityX64, millsRatioX64 } from "./gaussKernel.js";
import { lnRatioX64 } from "./logRatio.js";

const ERROR_SHIFT = 47n;
const ERROR_WEI = 3n;
const LEAST_VOL_X64 = 0xffn;
const PRICE_BITS = 96n;
const VOL_BITS = 120n;

export type BlackMarket = {
  /** WAD, below 2^96. */
  readonly forwardWad: bigint;
  /** WAD, below 2^96. */
  readonly strikeWad: bigint;
  /** sigma * sqrt(T), WAD, below 2^120. */
  readonly totalVolWad: bigint;
};

export type OptionPrices = {
  readonly callWad: bigint;
  readonly putWad: bigint;
};

/** Units as in `contracts/math/Black.sol`: delta of the call, gamma F^2 d2C/dF2, vega dC/dw. */
export type OptionGreeks = OptionPrices & {
  readonly deltaWad: bigint;
  readonly gammaWad: bigint;
  readonly vegaWad: bigint;
};

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * Prices a call and a put and their sensitivities, exactly as `Black.greeks` does on chain.
 *
 * @throws {OutOfRangeError} when a price or the volatility is beyond the contract's domain.
 * @example
 * greeksOf({ forwardWad: 2000n * WAD, strikeWad: 2100n * WAD, totalVolWad: WAD / 10n }).callWad;
 */
export function greeksOf({ forwardWad, strikeWad, totalVolWad }: BlackMarket): OptionGreeks {
  requireBits({ field: "forwardWad", bits: PRICE_BITS }, forwardWad);
  requireBits({ field: "strikeWad", bits: PRICE_BITS }, strikeWad);
  requireBits({ field: "totalVolWad", bits: VOL_BITS }, totalVolWad);
  const intrinsicWad = forwardWad > strikeWad ? forwardWad - strikeWad : 0n;
  const [lowWad, highWad] = forwardWad > strikeWad ? [strikeWad, forwardWad] : [forwardWad, strikeWad];
  const volX64 = ((totalVolWad << 64n) / WAD) | LEAST_VOL_X64;
  const far = (lnRatioX64(highWad, lowWad) << 64n) / volX64 + (volX64 >> 1n);
  const near = far - volX64;
  const vegaX64 = lowWad * densityX64(near);
  const highTailWad = (vegaX64 * millsRatioX64(far)) >> 128n;
  // Where d1 > 0 the distance is one unit less, and the price takes the complement.
  const lowTailWad = (vegaX64 * millsRatioX64(near < 0n ? ~near : near)) >> 128n;
  const lowWeightedWad = near < 0n ? lowWad + ~lowTailWad : lowTailWad;
  const timeValueWad = lowWeightedWad > highTailWad ? lowWeightedWad - highTailWad : 0n;
  const weightedWad = intrinsicWad > 0n ? forwardWad - highTailWad : lowWeightedWad;
  const callWad = intrinsicWad + timeValueWad;
  return {
    callWad,
    putWad: callWad - forwardWad + strikeWad,
    deltaWad: forwardWad === 0n ? 0n : (BigInt.asUintN(256, weightedWad) * WAD) / forwardWad,
    gammaWad: vegaX64 / volX64,
    vegaWad: vegaX64 >> 64n,
  };
}

/** Largest distance of a price from the truth, WAD. */
export function maxPriceError({ forwardWad, strikeWad }: Pick<BlackMarket, "forwardWad" | "strikeWad">): bigint {
  return ((forwardWad + strikeWad) >> ERROR_SHIFT) + ERROR_WEI;
}

/** Prices that are not above the truth: `Black.pricesDown`. */
export function pricesDown(market: BlackMarket): OptionPrices {
  const { callWad, putWad } = greeksOf(market);
  const errorWad = smaller(maxPriceError(market), smaller(callWad, putWad));
  return { callWad: callWad - errorWad, putWad: putWad - errorWad };
}

/** Prices that are not below the truth: `Black.pricesUp`. */
export function pricesUp(market: BlackMarket): OptionPrices {
  const { callWad, putWad } = greeksOf(market);
  const errorWad = smaller(maxPriceError(market), market.forwardWad - callWad);
  return { callWad: callWad + errorWad, putWad: putWad + errorWad };
}
