import { NothingToReplayError } from "../../errors.js";
import { lowerMedian } from "../../numbers.js";
import type { Case } from "../case.js";
import { allOf, noBadDebt, nobodyForgotten, nobodyWronged } from "../promises.js";
import type { Tape } from "../tape.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "../world.js";
import { type BarFile, type Point, mergePoints, sample } from "./series.js";

/** Replays are seeded too: the traders are drawn. */
export const REPLAY_SEED = 1n;

/** Bars of the finest kind that a replay steps through unless told otherwise: it keeps a run below two minutes. */
const USUAL_BARS = 300;
const MOST_USUAL_HOURS = 24;
/** Steps are never longer: windows of the oracle need more than one observation. */
const LONGEST_STEP_SECONDS = 75;
const SHORTEST_STEP_SECONDS = 12;
const MAX_ASSETS = 8;
/** After the window the last prices stand for so long: whoever fell just before its end must still be seen to. */
const AFTERMATH_SECONDS = 1200;

type VenueTrack = { readonly venue: string; readonly intervalSeconds: number; readonly points: readonly Point[] };
type AssetTrack = { readonly symbol: string; readonly venues: readonly VenueTrack[] };

/** Groups files by underlying and venue; the venue with the finest bars first, spot before perpetual. */
export function tracksOf(files: readonly BarFile[]): readonly AssetTrack[] {
  const symbols = [...new Set(files.map(({ symbol }) => symbol))].sort();
  return symbols.map((symbol) => {
    const own = files.filter((file) => file.symbol === symbol);
    const names = [...new Set(own.map(({ venue }) => venue))];
    const venues = names.map((venue) => {
      const parts = own.filter((file) => file.venue === venue);
      const intervalSeconds = Math.min(...parts.map((file) => file.intervalSeconds));
      return { venue, intervalSeconds, points: mergePoints(parts) };
    });
    const perp = ({ venue }: VenueTrack) => (venue.includes("perp") ? 1 : 0);
    venues.sort((a, b) => a.intervalSeconds - b.intervalSeconds || perp(a) - perp(b) || (a.venue < b.venue ? -1 : 1));
    return { symbol, venues };
  });
}

/** End of the deepest fall within `spanSeconds`, over the tracks with the finest bars. */
export function troughOf(tracks: readonly AssetTrack[], spanSeconds: number): number {
  const finest = Math.min(...tracks.flatMap(({ venues }) => venues.map((venue) => venue.intervalSeconds)));
  let worst = { ratioPpm: 2_000_000n, atSeconds: 0 };
  for (const { venues } of tracks) {
    const venue = venues[0];
    if (venue === undefined || venue.intervalSeconds > finest) continue;
    // Falling maxima of the span: the front is the highest price in it.
    const peaks: Point[] = [];
    for (const point of venue.points) {
      while (peaks.length > 0 && (peaks.at(-1)?.priceWad ?? 0n) <= point.priceWad) peaks.pop();
      peaks.push(point);
      while ((peaks[0]?.atSeconds ?? 0) < point.atSeconds - spanSeconds) peaks.shift();
      const ratioPpm = (point.priceWad * 1_000_000n) / (peaks[0]?.priceWad ?? point.priceWad);
      if (ratioPpm < worst.ratioPpm) worst = { ratioPpm, atSeconds: point.atSeconds };
    }
  }
  return worst.atSeconds;
}

/** Part of the data that is replayed, seconds since 1970. */
export type ReplayWindow = { readonly fromSeconds: number; readonly toSeconds: number; readonly stepSeconds: number };

/** Chooses the window around the deepest fall: three quarters before its end, one quarter after. */
export function chooseWindow(tracks: readonly AssetTrack[], hours: number | undefined): ReplayWindow {
  const finest = Math.min(...tracks.flatMap(({ venues }) => venues.map((venue) => venue.intervalSeconds)));
  const usual = Math.min(MOST_USUAL_HOURS * 3600, USUAL_BARS * finest);
  const span = Math.max(1800, hours === undefined ? usual : Math.round(hours * 3600));
  const step = Math.min(LONGEST_STEP_SECONDS, Math.max(SHORTEST_STEP_SECONDS, Math.floor(finest / 4)));
  const all = tracks.flatMap(({ venues }) => venues.flatMap(({ points }) => points.map(({ atSeconds }) => atSeconds)));
  const first = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const wanted = troughOf(tracks, span) - Math.floor((span * 3) / 4);
  const from = Math.max(first, Math.min(wanted, last - span));
  return { fromSeconds: from - (from % finest), toSeconds: Math.min(last, from + span), stepSeconds: step };
}

/** Venues that already trade when the window opens and still trade for most of it. */
function covering(tracks: readonly AssetTrack[], window: ReplayWindow): readonly AssetTrack[] {
  const middle = (window.fromSeconds + window.toSeconds) / 2;
  return tracks
    .map(({ symbol, venues }) => ({
      symbol,
      venues: venues.filter(
        ({ points }) =>
          (points[0]?.atSeconds ?? middle) <= window.fromSeconds && (points.at(-1)?.atSeconds ?? 0) > middle,
      ),
    }))
    .filter(({ venues }) => venues.length > 0)
    .slice(0, MAX_ASSETS);
}

function tapeOf(tracks: readonly AssetTrack[], window: ReplayWindow, aftermathSeconds: number): Tape {
  const { fromSeconds, toSeconds, stepSeconds } = window;
  const moments: number[] = [];
  for (let at = fromSeconds; at <= toSeconds; at += stepSeconds) moments.push(at);
  const recorded = moments.at(-1) ?? fromSeconds;
  const aftermath = Math.ceil(aftermathSeconds / LONGEST_STEP_SECONDS);
  for (let step = 1; step <= aftermath; step++) moments.push(recorded + step * LONGEST_STEP_SECONDS);
  const seen = moments.map((moment) => Math.min(moment, recorded));
  const columns = tracks.map(({ venues }) => venues.map(({ points }) => sample(points, seen)));
  return {
    assets: tracks.map(({ symbol, venues }) => ({ symbol, venues: venues.map(({ venue }) => venue) })),
    ticks: moments.map((moment, index) => ({
      atSeconds: moment - fromSeconds,
      prices: columns.map((venues) => venues.map((prices) => prices[index] ?? 0n)),
    })),
  };
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** What to replay. */
export type ReplayParameters = {
  readonly path: string;
  readonly name: string;
  readonly files: readonly BarFile[];
  readonly seed: bigint;
  /** Length of the window; absent = chosen from the resolution. */
  readonly hours?: number;
  /** How long the last prices stand after the window, seconds. */
  readonly aftermathSeconds?: number;
};

/**
 * Makes a case of recorded bars: every venue and symbol found, four feed steps per bar.
 *
 * @throws {NothingToReplayError} when no file covers the window.
 */
export function replayCase(parameters: ReplayParameters): Case {
  const { path, name, files, seed, hours, aftermathSeconds = AFTERMATH_SECONDS } = parameters;
  const all = tracksOf(files.filter(({ bars }) => bars.length > 0));
  if (all.length === 0) throw new NothingToReplayError(path, "no file holds a bar");
  const window = chooseWindow(all, hours);
  const tracks = covering(all, window);
  if (tracks.length === 0) throw new NothingToReplayError(path, "no venue trades through the window chosen");
  const kept = new Set(tracks.flatMap(({ symbol, venues }) => venues.map(({ venue }) => `${symbol} ${venue}`)));
  const dropped = all
    .flatMap(({ symbol, venues }) => venues.map(({ venue }) => `${symbol} ${venue}`))
    .filter((track) => !kept.has(track));
  const tape = tapeOf(tracks, window, aftermathSeconds);
  return {
    name: `replay-${name}`,
    title: `Replay: ${name}`,
    story: `Recorded prices from ${iso(window.fromSeconds)} to ${iso(window.toSeconds)}, the deepest fall in the data, in steps of ${window.stepSeconds} s; then ${aftermathSeconds / 60} minutes at the last prices.`,
    calibration: `${kept.size} recorded markets: ${[...kept].join(", ")}.`,
    seed,
    tape,
    startPricesWad: tape.assets.map((_, asset) => lowerMedian(tape.ticks[0]?.prices[asset] ?? [])),
    faults: [],
    keepers: ORDINARY_KEEPERS,
    baselineSource: "uniswap",
    traders: ORDINARY_WORLD.traders,
    insuranceFundUsd: ORDINARY_WORLD.insuranceFundUsd,
    property: {
      sentence: "On recorded prices nobody is liquidated wrongfully or left under water, and every loss has an owner.",
      breaches: allOf(nobodyWronged, noBadDebt, nobodyForgotten),
    },
    command: `npm run lab -- replay <path to ${name}> --seed ${seed}${hours === undefined ? "" : ` --hours ${hours}`}`,
    notes: [
      ...files.map(({ file, sha256, bars }) => `${file}: ${bars.length} bars, sha256 ${sha256}`),
      ...dropped.map((track) => `${track} does not cover the window and was left out.`),
    ],
  };
}
