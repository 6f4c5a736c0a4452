import { ONE, div, exp, mul, normalCdf, ratio, sqrt } from "./real.js";

const WAD = 10n ** 18n;
const YEAR_SECONDS = 31_536_000n;
const RESERVES = 33n;

/** The law of a price as `FirstPassage.Law` has it: WAD, the horizon in seconds. */
export type Law = {
  readonly sigmaWad: bigint;
  readonly horizonSeconds: bigint;
  readonly jumpsPerYearWad: bigint;
  readonly jumpMeanWad: bigint;
  readonly jumpDeviationWad: bigint;
};

const fromWad = (wad: bigint): bigint => ratio(wad, WAD);

/**
 * The bound of `FirstPassage.probability` in 70 digits.
 *
 * @param barrierWad - How far the logarithm of the price may move against the position, WAD.
 * @returns Its probability, over 2^256.
 */
export function exactBound(law: Law, barrierWad: bigint): bigint {
  const years = ratio(law.horizonSeconds, YEAR_SECONDS);
  const volatility = mul(fromWad(law.sigmaWad), sqrt(years));
  const jumps = mul(fromWad(law.jumpsPerYearWad), years);
  const mean = fromWad(law.jumpMeanWad);
  const deviation = fromWad(law.jumpDeviationWad);
  const growth = exp(mean + mul(deviation, deviation) / 2n) - ONE;
  const distance = fromWad(barrierWad) - mul(volatility, volatility) / 2n - mul(jumps, growth);
  if (distance <= 0n) return ONE;
  const diffused = (left: bigint): bigint => 2n * normalCdf(-div(left, volatility));
  let least = diffused(distance) + jumps;
  for (let k = 0n; k < RESERVES && jumps > 0n; k++) {
    const q = ratio(k, 8n);
    const left = distance - mean - mul(deviation, q);
    if (left <= 0n) break;
    const bound = diffused(left) + mul(jumps, normalCdf(-q)) + mul(jumps, jumps) / 2n;
    if (bound < least) least = bound;
  }
  return least < ONE ? least : ONE;
}
