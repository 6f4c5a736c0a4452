import { PPM, WAD, squareRoot, wad } from "../numbers.js";
import { openStream } from "../streams.js";
import type { AssetPath, Knot, Scenario } from "./scenario.js";

/** Seconds of one block of the simulated chain. */
export const BLOCK_SECONDS = 12;

/** One underlying on a tape. */
export type TapeAsset = { readonly symbol: string; readonly venues: readonly string[] };

/** A moment: prices by asset and venue in the order of the tape's assets, WAD of USD. */
export type Tick = { readonly atSeconds: number; readonly prices: readonly (readonly bigint[])[] };

/** What every venue traded at, moment by moment: the truth that a design sees only through its sources. */
export type Tape = { readonly assets: readonly TapeAsset[]; readonly ticks: readonly Tick[] };

/** Level of a path at a moment, WAD: straight lines between knots, flat outside. */
export function levelAt(knots: readonly Knot[], atSeconds: number): bigint {
  let before: Knot | undefined;
  for (const knot of knots) {
    if (knot.atSeconds > atSeconds) {
      if (before === undefined) return wad(knot.level);
      const from = wad(before.level);
      const span = BigInt(knot.atSeconds - before.atSeconds);
      return from + ((wad(knot.level) - from) * BigInt(atSeconds - before.atSeconds)) / span;
    }
    before = knot;
  }
  return before === undefined ? WAD : wad(before.level);
}

/** Moments of the steps of a scenario, seconds since its start, the first at 0. */
export function stepTimes(scenario: Scenario): readonly number[] {
  const { pace, endsAtSeconds } = scenario.steps;
  const times: number[] = [];
  for (let at = 0; at <= endsAtSeconds;) {
    times.push(at);
    const current = pace.filter(({ fromSeconds }) => fromSeconds <= at).at(-1);
    const next = pace.find(({ fromSeconds }) => fromSeconds > at);
    const step = at + (current?.stepSeconds ?? BLOCK_SECONDS);
    at = next === undefined ? step : Math.min(step, next.fromSeconds);
  }
  return times;
}

/** Noise of independent draws, scaled with the square root of the step so that the volatility stays. */
function noiseOf(scenario: Scenario, seed: bigint, component: string, spreadPpm: number) {
  const stream = openStream({ seed, run: scenario.name, component });
  return (index: number, stepSeconds: number): bigint => {
    const factorPpm = squareRoot((BigInt(stepSeconds) * PPM * PPM) / BigInt(BLOCK_SECONDS));
    return (BigInt(stream.bell(index, spreadPpm)) * factorPpm) / PPM;
  };
}

const VENUE_NOISE_PPM = 40;

function assetPrices(scenario: Scenario, seed: bigint, asset: AssetPath, times: readonly number[]) {
  const { world } = scenario;
  const market = noiseOf(scenario, seed, `market.${asset.symbol}`, world.noisePpm);
  const own = world.venues.map((venue) => noiseOf(scenario, seed, `venue.${asset.symbol}.${venue}`, VENUE_NOISE_PPM));
  const start = wad(asset.startPrice);
  return times.map((at, index) => {
    const step = at - (times[index - 1] ?? at - BLOCK_SECONDS);
    const common = market(index, step);
    return world.venues.map((venue, place) => {
      const level = levelAt(asset.venues?.[venue] ?? asset.market, at);
      const noise = common + (own[place]?.(index, BLOCK_SECONDS) ?? 0n);
      return (((start * level) / WAD) * (PPM + noise)) / PPM;
    });
  });
}

/**
 * Draws the prices of a scenario.
 *
 * @param seed - Same seed, same tape, to the wei.
 */
export function buildTape(scenario: Scenario, seed: bigint): Tape {
  const times = stepTimes(scenario);
  const columns = scenario.steps.assets.map((asset) => assetPrices(scenario, seed, asset, times));
  return {
    assets: scenario.steps.assets.map(({ symbol }) => ({ symbol, venues: scenario.world.venues })),
    ticks: times.map((atSeconds, index) => ({
      atSeconds,
      prices: columns.map((column) => column[index] ?? []),
    })),
  };
}
