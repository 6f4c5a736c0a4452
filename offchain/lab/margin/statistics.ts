/** Smallest share of readings that a requirement must cover. */
export const LEAST_COVERAGE = 0.99;
/** Largest ratio of the highest to the lowest requirement of a constant portfolio. */
export const MOST_PEAK_TO_TROUGH = 2;

/** Complementary error function, error below 1.2e-7: a rational fit in Chebyshev form (Numerical Recipes, 6.2). */
function complementaryError(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const factors = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const sum = factors.reduceRight((total, factor) => total * t + factor, 0);
  const tail = t * Math.exp(-x * x + sum);
  return x >= 0 ? tail : 2 - tail;
}

/** Distribution of a standard normal variable. */
export const normal = (x: number): number => 0.5 * complementaryError(-x / Math.SQRT2);

/**
 * P-value of Kupiec's proportion-of-failures test (1995): how likely a number of breaches at least as far from the expected one
 * is, if each of `count` independent readings is breached with probability `rate`.
 */
export function kupiecPValue(breaches: number, count: number, rate: number): number {
  if (count === 0) return 1;
  const likelihood = (share: number) => {
    const of = (times: number, chance: number) => (times === 0 ? 0 : times * Math.log(chance));
    return of(breaches, share) + of(count - breaches, 1 - share);
  };
  const ratio = Math.max(0, 2 * (likelihood(breaches / count) - likelihood(rate)));
  return complementaryError(Math.sqrt(ratio / 2));
}

/** Figures of a requirement over readings, all as shares of the notional. */
export type RequirementFigures = {
  readonly readings: number;
  readonly breaches: number;
  readonly coverage: number;
  /** The same if the volatilities of options stayed where they were: prices and time alone. */
  readonly coverageHeld: number;
  /** Readings whose horizons do not overlap, and breaches among them. */
  readonly independent: number;
  readonly independentBreaches: number;
  readonly kupiec: number;
  /** Largest loss beyond the requirement, and when, unix seconds; 0 where there is no breach. */
  readonly worstBreach: number;
  readonly worstAt: number;
  readonly mean: number;
  readonly peak: number;
  readonly trough: number;
  readonly peakToTrough: number;
  /** Largest rise within 30 days, as a factor. */
  readonly monthRise: number;
};

/** A requirement at a time, and what was lost by the end of its horizon; NaN where that is not recorded. */
export type Reading = {
  readonly atSeconds: number;
  readonly requirement: number;
  readonly loss: number;
  /** What would have been lost had the volatilities of options stayed. */
  readonly lossHeld: number;
};

const MONTH_SECONDS = 30 * 86_400;

/** Largest ratio of a requirement to the least of the 30 days before. */
function largestMonthRise(readings: readonly Reading[]): number {
  let largest = 1;
  // Places of readings that may be the least of a window, rising.
  const least: Reading[] = [];
  let from = 0;
  for (const reading of readings) {
    while (from < least.length && (least[from]?.atSeconds ?? 0) < reading.atSeconds - MONTH_SECONDS) from += 1;
    while (least.length > from && (least.at(-1)?.requirement ?? 0) >= reading.requirement) least.pop();
    least.push(reading);
    largest = Math.max(largest, reading.requirement / (least[from]?.requirement ?? reading.requirement));
  }
  return largest;
}

/** Reads the figures off; `horizonSeconds` apart readings count as independent. */
export function requirementFigures(readings: readonly Reading[], horizonSeconds: number): RequirementFigures {
  const known = readings.filter(({ loss }) => !Number.isNaN(loss));
  let [breaches, independent, independentBreaches, worstBreach, worstAt, next] = [0, 0, 0, 0, 0, 0];
  for (const { atSeconds, requirement, loss } of known) {
    const beyond = loss - requirement;
    const breached = beyond > 0 ? 1 : 0;
    breaches += breached;
    if (beyond > worstBreach) [worstBreach, worstAt] = [beyond, atSeconds];
    if (atSeconds < next) continue;
    next = atSeconds + horizonSeconds;
    independent += 1;
    independentBreaches += breached;
  }
  let [sum, peak, trough] = [0, 0, Number.POSITIVE_INFINITY];
  for (const { requirement } of readings) {
    sum += requirement;
    peak = Math.max(peak, requirement);
    trough = Math.min(trough, requirement);
  }
  return {
    readings: known.length,
    breaches,
    coverage: known.length === 0 ? 1 : 1 - breaches / known.length,
    coverageHeld:
      1 - known.filter(({ requirement, lossHeld }) => lossHeld > requirement).length / Math.max(1, known.length),
    independent,
    independentBreaches,
    kupiec: kupiecPValue(independentBreaches, independent, 1 - LEAST_COVERAGE),
    worstBreach,
    worstAt,
    mean: readings.length === 0 ? 0 : sum / readings.length,
    peak,
    trough,
    peakToTrough: peak / trough,
    monthRise: largestMonthRise(readings),
  };
}
