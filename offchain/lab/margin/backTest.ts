import { marketOf, portfolioOf, requirementOf, undamped, withoutFast } from "./breakwater.js";
import { deribitRequirement, spanRequirement } from "./peers.js";
import { legVol, pairOf, type Reference, referencesOn, valueOf } from "./portfolios.js";
import {
  LEAST_COVERAGE,
  MOST_PEAK_TO_TROUGH,
  type Reading,
  type RequirementFigures,
  requirementFigures,
} from "./statistics.js";
import type { BackTestTerms, Hour } from "./world.js";

/** Requirements that are held against the same losses. */
export const METHODS = ["initial", "maintenance", "noFast", "fastOnly", "span", "deribit"] as const;
export type Method = (typeof METHODS)[number];

/** One portfolio through all hours. */
export type PortfolioTrack = {
  readonly name: string;
  readonly figures: Readonly<Record<Method, RequirementFigures>>;
  /** Readings for plots. */
  readonly readings: Readonly<Record<Method, readonly Reading[]>>;
};

export type BackTest = {
  readonly hours: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly everyHours: number;
  readonly horizonSeconds: Readonly<Record<Method, number>>;
  readonly tracks: readonly PortfolioTrack[];
};

/** Hours that the filter sees before the first reading. */
const WARM_UP_HOURS = 720;

/** The portfolios: six on each underlying, and a pair of the first two. */
function referencesOf({ assets }: BackTestTerms): readonly Reference[] {
  const own = assets.flatMap(({ symbol }, i) => referencesOn(i, assets.length, symbol));
  const [first, second] = assets;
  return first === undefined || second === undefined ? own : [...own, pairOf(first.symbol, second.symbol)];
}

export type BackTestParameters = {
  readonly hours: readonly Hour[];
  readonly terms: BackTestTerms;
  /** Distance of two readings. */
  readonly everyHours: number;
  /** Called now and then; what it answers ends the test. */
  readonly onHour: (done: number, total: number) => Promise<boolean>;
};

/** What is asked of each method, by its name. */
const byMethod = <Answer>(answer: (method: Method) => Answer): Readonly<Record<Method, Answer>> => ({
  initial: answer("initial"),
  maintenance: answer("maintenance"),
  noFast: answer("noFast"),
  fastOnly: answer("fastOnly"),
  span: answer("span"),
  deribit: answer("deribit"),
});

type Losses = Pick<Reading, "loss" | "lossHeld">;

const emptyReadings = () => byMethod((): Reading[] => []);

/**
 * Holds the requirement of every portfolio at every hour against what it lost by the end of its margin period of risk.
 *
 * @returns Nothing when it was told to stop.
 */
export async function backTest({
  hours,
  terms,
  everyHours,
  onHour,
}: BackTestParameters): Promise<BackTest | undefined> {
  const references = referencesOf(terms);
  const all = references.map(emptyReadings);
  const byTime = new Map(hours.map((hour) => [hour.atSeconds, hour]));
  const mpor = terms.assets[0]?.underlying;
  const [initialSeconds, maintenanceSeconds] = [
    Number(mpor?.mporInitialSeconds ?? 0n),
    Number(mpor?.mporMaintenanceSeconds ?? 0n),
  ];
  const [calm, fast] = [withoutFast(terms), undamped(terms)];
  const read = hours.slice(WARM_UP_HOURS).filter((_, i) => i % everyHours === 0);
  for (const [done, hour] of read.entries()) {
    if (!(await onHour(done, read.length))) return undefined;
    const market = marketOf(hour, terms, { fastOnly: false });
    const calmMarket = marketOf(hour, calm, { fastOnly: false });
    const fastMarket = marketOf(hour, fast, { fastOnly: true });
    for (const [i, { asset, build }] of references.entries()) {
      const holding = build(hour, terms.assets);
      const notional = hour.sights[asset]?.price ?? 1;
      const volsAt = (then: Hour) => holding.options.map((leg) => legVol(leg, then, terms.assets));
      const vols = volsAt(hour);
      const value = valueOf(holding, hour, vols);
      const lossesBy = (seconds: number): Losses => {
        const then = byTime.get(hour.atSeconds + seconds);
        if (then === undefined) return { loss: Number.NaN, lossHeld: Number.NaN };
        const lossAt = (volsThen: readonly number[]) => (value - valueOf(holding, then, volsThen)) / notional;
        return { loss: lossAt(volsAt(then)), lossHeld: lossAt(vols) };
      };
      const keep = (method: Method, requirement: number, losses: Losses) =>
        all[i]?.[method].push({ atSeconds: hour.atSeconds, requirement: requirement / notional, ...losses });
      const portfolio = portfolioOf(holding, terms.assets);
      const own = requirementOf(market, portfolio);
      const losses = lossesBy(initialSeconds);
      keep("initial", own.initial, losses);
      keep("maintenance", own.maintenance, lossesBy(maintenanceSeconds));
      keep("noFast", requirementOf(calmMarket, portfolio).initial, losses);
      keep("fastOnly", requirementOf(fastMarket, portfolio).initial, losses);
      keep("span", spanRequirement(holding, hour, terms.assets), losses);
      keep("deribit", deribitRequirement(holding, hour, terms.assets).initial, losses);
    }
  }
  const horizons = byMethod((method) => (method === "maintenance" ? maintenanceSeconds : initialSeconds));
  return {
    hours: read.length,
    fromSeconds: read[0]?.atSeconds ?? 0,
    toSeconds: read.at(-1)?.atSeconds ?? 0,
    everyHours,
    horizonSeconds: horizons,
    tracks: references.map(({ name }, i) => {
      const readings = all[i] ?? emptyReadings();
      const figures = byMethod((method) => requirementFigures(readings[method], horizons[method]));
      return { name, readings, figures };
    }),
  };
}

/** Gates that a portfolio misses, in words. */
export function missedGates({ figures }: PortfolioTrack): readonly string[] {
  const { initial, maintenance } = figures;
  return [
    ...(initial.coverage < LEAST_COVERAGE ? ["initial coverage"] : []),
    ...(maintenance.coverage < LEAST_COVERAGE ? ["maintenance coverage"] : []),
    ...(initial.peakToTrough > MOST_PEAK_TO_TROUGH ? ["peak to trough"] : []),
  ];
}
