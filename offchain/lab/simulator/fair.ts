import { lowerMedian } from "../numbers.js";
import type { Tape } from "../scenarios/tape.js";

/** Window of the fair price, seconds. */
export const FAIR_WINDOW_SECONDS = 300;

/** Median over all venues at each tick, by asset: result[asset][tick], WAD of USD. */
export function marketMedians(tape: Tape): readonly (readonly bigint[])[] {
  return tape.assets.map((_, asset) => tape.ticks.map((tick) => lowerMedian(tick.prices[asset] ?? [])));
}

/** Mean of a price that moves in straight lines between moments, over the window that ends at each of them. */
function windowMeans(times: readonly number[], values: readonly bigint[], windowSeconds: number): readonly bigint[] {
  return times.map((end, last) => {
    const start = end - windowSeconds;
    let sum = 0n;
    let right = last;
    for (; right > 0 && (times[right] ?? 0) > start; right--) {
      const [t0 = 0, t1 = 0] = [times[right - 1], times[right]];
      const [v0 = 0n, v1 = 0n] = [values[right - 1], values[right]];
      const from = Math.max(t0, start);
      const valueFrom = v0 + ((v1 - v0) * BigInt(from - t0)) / BigInt(t1 - t0);
      sum += (valueFrom + v1) * BigInt((times[right] ?? 0) - from);
    }
    // Before the first tick the price is taken as flat.
    const missing = Math.max(0, (times[0] ?? 0) - start);
    sum += 2n * (values[0] ?? 0n) * BigInt(missing);
    return sum / BigInt(2 * windowSeconds);
  });
}

/**
 * The market-wide fair price: median over all venues, averaged over the last five minutes.
 *
 * @returns result[asset][tick], WAD of USD.
 */
export function fairPrices(tape: Tape): readonly (readonly bigint[])[] {
  const times = tape.ticks.map(({ atSeconds }) => atSeconds);
  return marketMedians(tape).map((values) => windowMeans(times, values, FAIR_WINDOW_SECONDS));
}
