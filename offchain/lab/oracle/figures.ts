import { BPS, absolute } from "../numbers.js";
import type { Point } from "../scenarios/replay/series.js";
import type { CAUSES, Moment, Reading, Track } from "./watch.edge.js";

/** How well an interval held the true price. */
export type Coverage = {
  readonly readings: number;
  readonly inside: number;
  /** Distance by which the 99th of a hundred readings misses the interval, and the worst one, bps of the true price. */
  readonly missBps99: number;
  readonly missBpsWorst: number;
};

/** How soon a fast move was acted upon. */
export type Detection = {
  /** Seconds of the recording at which the true price was first `FAST_BPS` away from a price of the last ten minutes. */
  readonly atSeconds: number;
  /** Seconds from there to the breaker's Guarded: negative = before; null = not within an hour. */
  readonly latencySeconds: number | null;
};

/** A rise of a breaker to ReduceOnly or above. */
export type Trip = {
  readonly atSeconds: number;
  readonly level: number;
  readonly cause: (typeof CAUSES)[number];
  /** Whether the true price had just moved as far as the least trigger of that level asks for: else the trip is false. */
  readonly deserved: boolean;
};

/** Lag of a price behind the true one at half of the steepest fall within an hour, seconds; null = not within an hour. */
export type Lags = {
  readonly fallBps: number;
  readonly pushSeconds: number | null;
  readonly midSeconds: number | null;
  readonly shortTwapSeconds: number | null;
  readonly longTwapSeconds: number | null;
};

/** What a recording showed of one asset. */
export type Figures = {
  readonly symbol: string;
  readonly seconds: number;
  readonly afterCommit: Coverage;
  readonly beforeCommit: Coverage;
  /** Whether the true price was read against at every tick, and not at whole hours alone. */
  readonly everyTick: boolean;
  /** Longest time between two readings that both held the true price, seconds. */
  readonly longestOutsideSeconds: number;
  readonly detections: readonly Detection[];
  readonly trips: readonly Trip[];
  /** Share of time at Guarded or above, and at ReduceOnly or above, bps. */
  readonly guardedBps: number;
  readonly reduceOnlyBps: number;
  readonly lags: Lags | null;
};

/** A fast move: 5 % within ten minutes. */
export const FAST_BPS = 500n;
const FAST_SECONDS = 600;
const DRIFT_SECONDS = 4 * 3600;
/** The least moves at which the breaker's triggers may ask for ReduceOnly (`CircuitBreaker`, limits by default). */
const VELOCITY_BPS = 800n;
const DRIFT_BPS = 2_000n;
const [GUARDED, REDUCE_ONLY] = [1, 2];
/** One move is one episode until an hour has passed without. */
const EPISODE_SECONDS = 3600;
/** The fall whose lag is measured: the steepest within an hour. */
const FALL_SECONDS = 3600;
/** A smaller fall is no crash; what gets to its half later than this got there by another one. */
const LEAST_FALL_BPS = 200n;
const LATEST_LAG_SECONDS = 3600;
const PERCENTILE = 99;

const missOf = ({ lowWad, highWad }: Reading, trueWad: bigint): bigint =>
  trueWad < lowWad ? lowWad - trueWad : trueWad > highWad ? trueWad - highWad : 0n;

/** Misses in hundredths of a bp, so that one below a bp shows. */
function coverageOf(moments: readonly Moment[], read: (moment: Moment) => Reading | undefined): Coverage {
  const misses = moments.flatMap((moment) => {
    const reading = read(moment);
    return reading === undefined ? [] : [{ miss: missOf(reading, moment.trueWad), trueWad: moment.trueWad }];
  });
  const sizes = misses
    .map(({ miss, trueWad }) => Number((miss * BPS * 100n) / trueWad) / 100)
    .toSorted((a, b) => a - b);
  return {
    readings: misses.length,
    inside: misses.filter(({ miss }) => miss === 0n).length,
    missBps99: sizes[Math.max(0, Math.ceil((sizes.length * PERCENTILE) / 100) - 1)] ?? 0,
    missBpsWorst: sizes.at(-1) ?? 0,
  };
}

function longestOutside(moments: readonly Moment[]): number {
  let [longest, since] = [0, moments[0]?.atSeconds ?? 0];
  for (const { atSeconds, trueWad, after } of moments) {
    if (after === undefined) continue;
    if (missOf(after, trueWad) === 0n) since = atSeconds;
    else longest = Math.max(longest, atSeconds - since);
  }
  return longest;
}

/** Farthest that each price is from any other of the window before it, bps. */
function movesWithin(points: readonly Point[], windowSeconds: number): readonly bigint[] {
  // Two queues: falling maxima and rising minima of the window; their fronts are its extremes.
  const [highs, lows]: [Point[], Point[]] = [[], []];
  let [high, low] = [0, 0];
  return points.map((point) => {
    while (highs.length > high && (highs.at(-1)?.priceWad ?? 0n) <= point.priceWad) highs.pop();
    while (lows.length > low && (lows.at(-1)?.priceWad ?? 0n) >= point.priceWad) lows.pop();
    highs.push(point);
    lows.push(point);
    while ((highs[high]?.atSeconds ?? 0) < point.atSeconds - windowSeconds) high += 1;
    while ((lows[low]?.atSeconds ?? 0) < point.atSeconds - windowSeconds) low += 1;
    const [top, bottom] = [highs[high]?.priceWad ?? point.priceWad, lows[low]?.priceWad ?? point.priceWad];
    const [fall, rise] = [
      (absolute(point.priceWad - top) * BPS) / top,
      (absolute(point.priceWad - bottom) * BPS) / bottom,
    ];
    return fall > rise ? fall : rise;
  });
}

function detectionsOf(moments: readonly Moment[]): readonly Detection[] {
  const points = moments.map(({ atSeconds, trueWad }) => ({ atSeconds, priceWad: trueWad }));
  const fast = movesWithin(points, FAST_SECONDS);
  const detections: Detection[] = [];
  let quietSince = Number.NEGATIVE_INFINITY;
  for (const [index, { atSeconds }] of moments.entries()) {
    if ((fast[index] ?? 0n) < FAST_BPS) continue;
    if (atSeconds - quietSince > EPISODE_SECONDS) {
      const found = moments.find(
        (moment) =>
          moment.level >= GUARDED &&
          moment.atSeconds >= atSeconds - FAST_SECONDS &&
          moment.atSeconds <= atSeconds + EPISODE_SECONDS,
      );
      detections.push({ atSeconds, latencySeconds: found === undefined ? null : found.atSeconds - atSeconds });
    }
    quietSince = atSeconds;
  }
  return detections;
}

/** Trips, each judged by every record of the true price, also those between two ticks. */
function tripsOf(moments: readonly Moment[], path: readonly Point[]): readonly Trip[] {
  const [fast, drift] = [movesWithin(path, FAST_SECONDS), movesWithin(path, DRIFT_SECONDS)];
  const earned = path.flatMap(({ atSeconds }, index) =>
    (fast[index] ?? 0n) >= VELOCITY_BPS || (drift[index] ?? 0n) >= DRIFT_BPS ? [atSeconds] : [],
  );
  return moments.flatMap(({ atSeconds, level, trip }, index) => {
    if (trip === undefined || level < REDUCE_ONLY || (moments[index - 1]?.level ?? 0) >= REDUCE_ONLY) return [];
    // The oracle is a little behind the market: a move of the last ten minutes counts.
    const deserved = earned.some((at) => at <= atSeconds && at >= atSeconds - FAST_SECONDS);
    return [{ atSeconds, level, cause: trip, deserved }];
  });
}

function shareAt(moments: readonly Moment[], level: number): number {
  let [held, total] = [0, 0];
  for (const [index, moment] of moments.entries()) {
    const span = (moments[index + 1]?.atSeconds ?? moment.atSeconds) - moment.atSeconds;
    total += span;
    if (moment.level >= level) held += span;
  }
  return total === 0 ? 0 : Math.round((held * 10_000) / total);
}

function lagsOf(moments: readonly Moment[]): Lags | null {
  const read = moments.filter(({ after }) => after !== undefined);
  let best = { fallBps: 0n, from: 0, to: 0 };
  for (const [index, moment] of read.entries()) {
    let top = index;
    for (let back = index; back >= 0 && moment.atSeconds - (read[back]?.atSeconds ?? 0) <= FALL_SECONDS; back--)
      if ((read[back]?.trueWad ?? 0n) > (read[top]?.trueWad ?? 0n)) top = back;
    const peak = read[top]?.trueWad ?? moment.trueWad;
    const fallBps = ((peak - moment.trueWad) * BPS) / peak;
    if (fallBps > best.fallBps) best = { fallBps, from: top, to: index };
  }
  if (best.fallBps < LEAST_FALL_BPS) return null;
  const half = ((read[best.from]?.trueWad ?? 0n) + (read[best.to]?.trueWad ?? 0n)) / 2n;
  const later = read.slice(best.from);
  const crossing = (price: (moment: Moment) => bigint | undefined) =>
    later.find((moment) => (price(moment) ?? half + 1n) <= half)?.atSeconds;
  const truth = crossing(({ trueWad }) => trueWad) ?? 0;
  const lag = (at: number | undefined) => (at === undefined || at - truth > LATEST_LAG_SECONDS ? null : at - truth);
  return {
    fallBps: Number(best.fallBps),
    pushSeconds: lag(crossing(({ pushWad }) => pushWad)),
    midSeconds: lag(crossing(({ after }) => after?.midWad)),
    shortTwapSeconds: lag(crossing(({ after }) => after?.shortTwapWad)),
    longTwapSeconds: lag(crossing(({ after }) => after?.longTwapWad)),
  };
}

/**
 * Reckons the figures of one asset. Pure.
 *
 * @param path - Every record of the true price, in the seconds of the moments.
 */
export function figuresOf({ symbol, moments }: Track, path: readonly Point[]): Figures {
  const everyTick = moments.every(({ after }) => after !== undefined);
  return {
    symbol,
    seconds: (moments.at(-1)?.atSeconds ?? 0) - (moments[0]?.atSeconds ?? 0),
    afterCommit: coverageOf(moments, ({ after }) => after),
    beforeCommit: coverageOf(moments, ({ before }) => before),
    everyTick,
    longestOutsideSeconds: longestOutside(moments),
    detections: detectionsOf(moments),
    trips: tripsOf(moments, path),
    guardedBps: shareAt(moments, GUARDED),
    reduceOnlyBps: shareAt(moments, REDUCE_ONLY),
    lags: everyTick ? lagsOf(moments) : null,
  };
}
