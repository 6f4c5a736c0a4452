const HOURS_PER_YEAR = 8_760;
const SLOW_HALF_LIFE_HOURS = 14 * 24;
const FAST_HALF_LIFE_HOURS = 1;
const STRESS_WEIGHT = 0.25;
const STRESS_SIGMA = 1.6;
const FAST_GAIN = 0.5;
const SEED_VARIANCE = 0.64;
/** A diffusion passes so many deviations within an hour once in half a billion hours. */
const DEVIATIONS = 6;
/** Until the estimators have forgotten their seed. */
const WARM_UP_HOURS = 500;

/** Jumps of a price: numbers of them, and mean and deviation of their size in logarithms. */
export type Jumps = {
  readonly years: number;
  readonly down: number;
  readonly up: number;
  readonly mean: number;
  readonly deviation: number;
};

/**
 * Finds the hours that moved by more than six deviations of the initial margin volatility of their beginning.
 *
 * @param closes - Hourly closes, oldest first.
 * @param sigmaFloor - Least initial volatility, per square root of a year.
 */
export function jumpsOf(closes: readonly number[], sigmaFloor: number): Jumps {
  const sizes: number[] = [];
  let down = 0;
  let slow = SEED_VARIANCE;
  let fast = SEED_VARIANCE;
  for (const [hour, close] of closes.entries()) {
    const before = closes[hour - 1];
    if (before === undefined) continue;
    const move = Math.log(close / before);
    const blend = (1 - STRESS_WEIGHT) * Math.sqrt(slow) + STRESS_WEIGHT * STRESS_SIGMA;
    const sigma = Math.max(sigmaFloor, blend, FAST_GAIN * Math.sqrt(fast));
    if (hour > WARM_UP_HOURS && Math.abs(move) > (DEVIATIONS * sigma) / Math.sqrt(HOURS_PER_YEAR)) {
      sizes.push(Math.abs(move));
      if (move < 0) down++;
    }
    slow = mixed(slow, move, SLOW_HALF_LIFE_HOURS);
    fast = mixed(fast, move, FAST_HALF_LIFE_HOURS);
  }
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const squares = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0);
  return {
    years: (closes.length - WARM_UP_HOURS) / HOURS_PER_YEAR,
    down,
    up: sizes.length - down,
    mean,
    deviation: Math.sqrt(squares / (sizes.length - 1)),
  };
}

function mixed(variance: number, move: number, halfLifeHours: number): number {
  const kept = 0.5 ** (1 / halfLifeHours);
  return kept * variance + (1 - kept) * move * move * HOURS_PER_YEAR;
}
