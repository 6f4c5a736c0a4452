import { BPS, PPM, absolute, larger, lowerMedian } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import { SOURCES, type SourceFault, type SourceName } from "../scenarios/scenario.js";
import type { Tape } from "../scenarios/tape.js";
import { openStream } from "../streams.js";
import { oracleActs } from "./population.js";

/** What one source says of one asset at one tick. */
export type Quote = {
  readonly priceWad: bigint;
  /** Half-width that the source itself reports, WAD; 0 if it reports none. */
  readonly confidenceWad: bigint;
  /** Seconds since the start at which the value was made. */
  readonly madeAtSeconds: number;
  /** Whether it was published at this very tick. */
  readonly fresh: boolean;
};

/** What every source says: quotes[tick][asset][source in the order of SOURCES]. */
export type Feeds = readonly (readonly (readonly Quote[])[])[];

/** How a push feed decides to publish. */
type PushRule = {
  readonly deviationPpm: bigint;
  readonly heartbeatSeconds: number;
  /** Age of the market price that a round carries. */
  readonly lagSeconds: number;
  readonly minGapSeconds: number;
};

/** Chainlink ETH/USD on mainnet: 0.5 %, one hour, rounds half a minute apart in a crash, about a minute behind. */
export const CHAINLINK_RULE: PushRule = {
  deviationPpm: 5_000n,
  heartbeatSeconds: 3600,
  lagSeconds: 36,
  minGapSeconds: 24,
};

/** A second push feed with other operators and other thresholds. */
export const REDSTONE_RULE: PushRule = {
  deviationPpm: 2_500n,
  heartbeatSeconds: 3600,
  lagSeconds: 12,
  minGapSeconds: 12,
};

const PYTH_NOISE_PPM = 60;
/** Smallest confidence that Pyth reports, ppm of the price. */
const PYTH_CONFIDENCE_PPM = 500n;

/** Median of the venues of one asset, and half of their spread, at the newest tick not after `atSeconds`. */
function marketAt(tape: Tape, asset: number, atSeconds: number): { median: bigint; halfSpread: bigint } {
  const { ticks } = tape;
  let low = 0;
  let high = ticks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ticks[middle]?.atSeconds ?? 0) <= atSeconds) low = middle;
    else high = middle - 1;
  }
  const prices = ticks[low]?.prices[asset] ?? [];
  const median = lowerMedian(prices);
  // The venue furthest off is an outlier until a second one agrees: confidence looks at the middle half.
  const distances = prices.map((price) => absolute(price - median)).sort((a, b) => (a < b ? -1 : 1));
  return { median, halfSpread: distances[Math.floor(distances.length / 2)] ?? 0n };
}

function pushQuote(rule: PushRule, tape: Tape, asset: number, at: number, previous: Quote | undefined): Quote {
  const { median } = marketAt(tape, asset, at - rule.lagSeconds);
  if (previous === undefined) return { priceWad: median, confidenceWad: 0n, madeAtSeconds: at, fresh: true };
  const age = at - previous.madeAtSeconds;
  const moved = (absolute(median - previous.priceWad) * PPM) / previous.priceWad >= rule.deviationPpm;
  const due = age >= rule.heartbeatSeconds || (moved && age >= rule.minGapSeconds);
  if (!due) return { ...previous, fresh: false };
  return { priceWad: median, confidenceWad: 0n, madeAtSeconds: at, fresh: true };
}

function applyFault(fault: SourceFault, honest: Quote, previous: Quote | undefined): Quote {
  switch (fault.kind) {
    case "dead":
      return { ...(previous ?? honest), fresh: false };
    case "frozen":
      return { ...(previous ?? honest), madeAtSeconds: honest.madeAtSeconds, fresh: honest.fresh };
    case "scaled": {
      const scale = (value: bigint) => (value * fault.numerator) / fault.denominator;
      return { ...honest, priceWad: scale(honest.priceWad), confidenceWad: scale(honest.confidenceWad) };
    }
  }
}

function honestQuote(
  input: Case,
  source: SourceName,
  asset: number,
  index: number,
  previous: Quote | undefined,
): Quote {
  const { tape } = input;
  const at = tape.ticks[index]?.atSeconds ?? 0;
  // The pool is the venue itself: it trades as long as anybody pays for it.
  if (previous !== undefined && source !== "uniswap" && !oracleActs(input, at, index))
    return { ...previous, fresh: false };
  switch (source) {
    case "chainlink":
      return pushQuote(CHAINLINK_RULE, tape, asset, at, previous);
    case "redstone":
      return pushQuote(REDSTONE_RULE, tape, asset, at, previous);
    case "uniswap": {
      const priceWad = tape.ticks[index]?.prices[asset]?.[0] ?? 0n;
      return { priceWad, confidenceWad: 0n, madeAtSeconds: at, fresh: true };
    }
    case "pyth": {
      const { median, halfSpread } = marketAt(tape, asset, at);
      const component = `pyth.${tape.assets[asset]?.symbol}`;
      const noise = openStream({ seed: input.seed, run: input.name, component }).bell(index, PYTH_NOISE_PPM);
      const confidenceWad = larger((median * PYTH_CONFIDENCE_PPM) / PPM, halfSpread);
      return { priceWad: (median * (PPM + BigInt(noise))) / PPM, confidenceWad, madeAtSeconds: at, fresh: true };
    }
  }
}

/**
 * What every source publishes on a tape, faults included. Pure: the models read it, the EVM tier writes it on chain.
 * A frozen or scaled source still publishes by its own rule; the pool's quote is its spot price.
 */
export function publishFeeds(input: Case): Feeds {
  const { tape, faults } = input;
  // The honest state of each source lives on beneath a fault, so that it returns as if nothing had been.
  const honest = new Map<string, Quote>();
  const published = new Map<string, Quote>();
  return tape.ticks.map(({ atSeconds }, index) =>
    tape.assets.map((_, asset) =>
      SOURCES.map((source) => {
        const key = `${asset}.${source}`;
        const fault = faults.find(
          (one) => one.source === source && one.fromSeconds <= atSeconds && atSeconds < one.toSeconds,
        );
        const before = faults.find(
          (one) => one.source === source && one.fromSeconds <= atSeconds - 1 && atSeconds - 1 < one.toSeconds,
        );
        const quote = honestQuote(input, source, asset, index, honest.get(key));
        honest.set(key, quote);
        const last = published.get(key);
        let said = fault === undefined ? quote : applyFault(fault, quote, last);
        // Whoever returns from a fault, or starts to lie by a factor, says so at once.
        const wrong = last !== undefined && absolute(said.priceWad - last.priceWad) * BPS > last.priceWad * 50n;
        if (fault?.kind !== "dead" && (wrong || (before?.kind === "dead" && fault === undefined)))
          said = { ...said, madeAtSeconds: atSeconds, fresh: true };
        published.set(key, said);
        return said;
      }),
    ),
  );
}

/** Position of a source in the order of SOURCES. */
export function sourceIndex(source: SourceName): number {
  return SOURCES.indexOf(source);
}
