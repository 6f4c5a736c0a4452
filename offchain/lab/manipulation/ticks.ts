import { WAD } from "../numbers.js";

/** 1.0001^ticks in WAD, near enough to choose how much to trade. */
export function priceOfTicks(ticks: bigint): bigint {
  if (ticks < 0n) return (WAD * WAD) / priceOfTicks(-ticks);
  let [factor, base, left] = [WAD, (WAD * 10_001n) / 10_000n, ticks];
  for (; left !== 0n; left >>= 1n) {
    if (left % 2n === 1n) factor = (factor * base) / WAD;
    base = (base * base) / WAD;
  }
  return factor;
}
