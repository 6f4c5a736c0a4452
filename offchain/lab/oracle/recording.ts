import { ORDINARY_KEEPERS } from "../scenarios/world.js";
import type { Case } from "../scenarios/case.js";
import { type BarFile, type Point, sample } from "../scenarios/replay/series.js";
import { marketMedians } from "../simulator/fair.js";
import { CHAINLINK_RULE, type Feeds, publishFeeds, sourceIndex } from "../simulator/feeds.js";
import { PPM, absolute, lowerMedian } from "../numbers.js";
import type { Round } from "./rounds.js";

/** A stretch of history that the oracle is shown. */
export type Recording = {
  readonly name: string;
  /** Prices, traders aside: what a case of the lab holds. */
  readonly input: Case;
  /** Seconds since 1970 of the first tick. */
  readonly startSeconds: number;
  /** What each source says at each tick. */
  readonly feeds: Feeds;
  /** Whether the true price of a tick is recorded; elsewhere it is a straight line between records. */
  readonly recorded: readonly boolean[];
  /** Every record of the true price by asset, in seconds of the recording. */
  readonly paths: readonly (readonly Point[])[];
  /** Symbols whose Chainlink rounds are the real ones. */
  readonly realRounds: readonly string[];
};

/** Name of the recording of the long history. */
export const HISTORY = "chainlink-rounds";

/** The pool's fee: nobody trades it to the market's price for less. */
const ARBITRAGE_PPM = 500n;
/** Somebody trades in a pool of twenty million dollars at least so often. */
const POOL_IDLE_SECONDS = 900;
/** Two ticks are never closer: the keeper's commit comes a block after what it reacts to. */
const CLOSEST_SECONDS = 24;
const HOUR = 3600;

/** Rounds of a feed, by the symbol of its underlying. */
export type RoundsBySymbol = ReadonlyMap<string, readonly Round[]>;

/** Whether the rounds reach over a stretch of time. */
export function covers(rounds: readonly Round[] | undefined, fromSeconds: number, toSeconds: number): boolean {
  return (rounds?.[0]?.atSeconds ?? Infinity) <= fromSeconds && (rounds?.at(-1)?.atSeconds ?? 0) >= toSeconds;
}

/** The newest round not after a moment. */
function roundAt(rounds: readonly Round[], atSeconds: number): Round | undefined {
  let [low, high] = [0, rounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rounds[middle]?.atSeconds ?? 0) <= atSeconds) low = middle + 1;
    else high = middle;
  }
  return rounds[low - 1];
}

/**
 * What the sources say of a case: Chainlink's own rounds where there are any, the rest by the rules of the lab; the pool
 * is traded to the market's price when that pays its fee, and every quarter of an hour.
 */
export function recordingOf(
  input: Case,
  startSeconds: number,
  rounds: RoundsBySymbol,
  recorded: readonly boolean[],
): Recording {
  const { assets, ticks } = input.tape;
  const end = startSeconds + (ticks.at(-1)?.atSeconds ?? 0);
  const realRounds = assets
    .map(({ symbol }) => symbol)
    .filter((symbol) => covers(rounds.get(symbol), startSeconds, end));
  const [push, pool] = [sourceIndex("chainlink"), sourceIndex("uniswap")];
  const said = new Map<string, { priceWad: bigint; atSeconds: number }>();
  const feeds = publishFeeds(input).map((step, tick) =>
    step.map((quotes, asset) =>
      quotes.map((quote, source) => {
        const atSeconds = ticks[tick]?.atSeconds ?? 0;
        const symbol = assets[asset]?.symbol ?? "";
        const key = `${symbol}.${source}`;
        const last = said.get(key);
        const real = source === push && realRounds.includes(symbol) ? rounds.get(symbol) : undefined;
        if (real !== undefined) {
          const round = roundAt(real, startSeconds + atSeconds);
          if (round === undefined) return { ...quote, fresh: false };
          said.set(key, round);
          const fresh = last?.atSeconds !== round.atSeconds;
          return { priceWad: round.priceWad, confidenceWad: 0n, madeAtSeconds: round.atSeconds - startSeconds, fresh };
        }
        if (source !== pool) return quote;
        const pays =
          last === undefined || absolute(quote.priceWad - last.priceWad) * PPM > last.priceWad * ARBITRAGE_PPM;
        if (!pays && atSeconds - last.atSeconds < POOL_IDLE_SECONDS) return { ...quote, fresh: false };
        said.set(key, { priceWad: quote.priceWad, atSeconds });
        return quote;
      }),
    ),
  );
  const medians = marketMedians(input.tape);
  const paths = assets.map((_, asset) =>
    ticks.map(({ atSeconds }, tick) => ({ atSeconds, priceWad: medians[asset]?.[tick] ?? 0n })),
  );
  return { name: input.name, input, startSeconds, feeds, recorded, paths, realRounds };
}

/** A part of a recording, to be shown to an oracle of its own. */
export type Stretch = {
  readonly recording: Recording;
  /** Second of the whole recording at which the part begins, and from which what is seen counts. */
  readonly beginsAt: number;
  readonly countsFrom: number;
};

/** Every stretch but the first begins so long before it counts: windows, baselines and levels are those of the time. */
const LEAD_SECONDS = 6 * HOUR;

/**
 * Cuts a long recording into stretches: the embedded chain remembers every block, and would outgrow any machine.
 *
 * @param mostTicks - Ticks that count in each.
 */
export function stretchesOf(recording: Recording, mostTicks: number): readonly Stretch[] {
  const { input, feeds, recorded, startSeconds } = recording;
  const { ticks } = input.tape;
  const stretches: Stretch[] = [];
  for (let counted = 0; counted < ticks.length; counted += mostTicks) {
    const countsFrom = ticks[counted]?.atSeconds ?? 0;
    const first = ticks.findIndex(({ atSeconds }) => atSeconds >= countsFrom - LEAD_SECONDS);
    const own = ticks.slice(first, counted + mostTicks);
    const beginsAt = own[0]?.atSeconds ?? 0;
    const tape = {
      ...input.tape,
      ticks: own.map(({ atSeconds, prices }) => ({ atSeconds: atSeconds - beginsAt, prices })),
    };
    const startPricesWad = own[0]?.prices.map(lowerMedian) ?? [];
    stretches.push({
      beginsAt,
      countsFrom,
      recording: {
        ...recording,
        input: { ...input, tape, startPricesWad },
        startSeconds: startSeconds + beginsAt,
        // On a new chain everybody speaks first.
        feeds: feeds.slice(first, counted + mostTicks).map((step, tick) =>
          step.map((quotes) =>
            quotes.map((quote) => ({
              ...quote,
              madeAtSeconds: tick === 0 ? 0 : quote.madeAtSeconds - beginsAt,
              fresh: tick === 0 || quote.fresh,
            })),
          ),
        ),
        recorded: recorded.slice(first, counted + mostTicks),
      },
    });
  }
  return stretches;
}

/** Moments at which keepers look: a grid, and after every round; whole hours are always among them. */
function momentsOf(rounds: RoundsBySymbol, from: number, to: number, everySeconds: number): readonly number[] {
  const wanted = new Set<number>();
  for (let at = Math.ceil(from / HOUR) * HOUR; at <= to; at += everySeconds) wanted.add(at);
  for (let at = Math.ceil(from / HOUR) * HOUR; at <= to; at += HOUR) wanted.add(at);
  const first = Math.min(...wanted);
  for (const one of rounds.values())
    for (const { atSeconds } of one) if (atSeconds >= first && atSeconds <= to) wanted.add(atSeconds);
  const moments: number[] = [];
  for (const at of [...wanted].sort((a, b) => a - b)) {
    while (at % HOUR === 0 && at - (moments.at(-1) ?? 0) < CLOSEST_SECONDS) moments.pop();
    if (at - (moments.at(-1) ?? 0) >= CLOSEST_SECONDS) moments.push(at);
  }
  return moments;
}

/** A market between its records: opens of hourly bars, and rounds at the time of the market that they carry. */
function pathOf(bars: BarFile, rounds: readonly Round[]): readonly Point[] {
  const opens = bars.bars.map(({ openSeconds, openWad }) => ({ atSeconds: openSeconds, priceWad: openWad }));
  const carried = rounds.map(({ atSeconds, priceWad }) => ({
    atSeconds: atSeconds - CHAINLINK_RULE.lagSeconds,
    priceWad,
  }));
  const taken = new Set(opens.map(({ atSeconds }) => atSeconds));
  return [...opens, ...carried.filter(({ atSeconds }) => !taken.has(atSeconds))].sort(
    (a, b) => a.atSeconds - b.atSeconds,
  );
}

/** What the long history is made of. */
export type HistoryParameters = {
  readonly rounds: RoundsBySymbol;
  /** Hourly bars of an exchange, by the symbol. */
  readonly hourly: ReadonlyMap<string, BarFile>;
  /** Part wanted, seconds since 1970; absent: all that the rounds of all underlyings share. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  /** How often the keeper commits when no round comes, seconds. */
  readonly everySeconds: number;
  readonly seed: bigint;
};

/** The long history as a recording: the truth is recorded at the open of each hour. */
export function historyRecording(parameters: HistoryParameters): Recording {
  const { rounds, hourly, everySeconds, seed } = parameters;
  const symbols = [...rounds.keys()].filter((symbol) => hourly.has(symbol));
  const spans = symbols.map((symbol) => rounds.get(symbol) ?? []);
  const from = Math.max(parameters.fromSeconds ?? 0, ...spans.map((own) => own[0]?.atSeconds ?? Infinity));
  const to = Math.min(parameters.toSeconds ?? Infinity, ...spans.map((own) => own.at(-1)?.atSeconds ?? 0));
  const moments = from < to ? momentsOf(rounds, from, to, everySeconds) : [];
  const startSeconds = moments[0] ?? from;
  const records = symbols.map((symbol) => {
    const bars = hourly.get(symbol);
    return bars === undefined ? [] : pathOf(bars, rounds.get(symbol) ?? []);
  });
  const columns = records.map((path) => sample(path, moments));
  const end = moments.at(-1) ?? from;
  const paths = records.map((path) =>
    path
      .filter(({ atSeconds }) => atSeconds >= startSeconds && atSeconds <= end)
      .map(({ atSeconds, priceWad }) => ({ atSeconds: atSeconds - startSeconds, priceWad })),
  );
  const opens = symbols.map((symbol) => new Set(hourly.get(symbol)?.bars.map(({ openSeconds }) => openSeconds)));
  const input: Case = {
    name: "history",
    title: "Chainlink rounds",
    story: "",
    calibration: "",
    seed,
    tape: {
      assets: symbols.map((symbol) => ({ symbol, venues: [hourly.get(symbol)?.venue ?? ""] })),
      ticks: moments.map((moment, tick) => ({
        atSeconds: moment - startSeconds,
        prices: columns.map((prices) => [prices[tick] ?? 0n]),
      })),
    },
    startPricesWad: columns.map((prices) => prices[0] ?? 0n),
    faults: [],
    keepers: ORDINARY_KEEPERS,
    baselineSource: "chainlink",
    traders: 0,
    insuranceFundUsd: "1000",
    property: { sentence: "", breaches: () => [] },
    command: "",
    notes: [],
  };
  const recorded = moments.map((moment) => opens.every((own) => own.has(moment)));
  return { ...recordingOf(input, startSeconds, rounds, recorded), name: HISTORY, paths };
}
