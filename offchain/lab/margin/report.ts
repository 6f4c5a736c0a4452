import type { Canonical } from "../report/canonical.js";
import { markdownTable } from "../report/markdown.js";
import { type BackTest, type Method, METHODS, missedGates, type PortfolioTrack } from "./backTest.js";
import { LEAST_COVERAGE, MOST_PEAK_TO_TROUGH, type RequirementFigures } from "./statistics.js";

/** What each method is called. */
export const METHOD_TITLES: Readonly<Record<Method, string>> = {
  initial: "Breakwater, initial",
  maintenance: "Breakwater, maintenance",
  noFast: "initial without the fast volatility",
  fastOnly: "initial without anti-procyclical tools",
  span: "SPAN-like, static",
  deribit: "Deribit-style",
};

const PPM = 1e6;
const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const breach = ({ breaches, worstBreach, worstAt }: RequirementFigures) =>
  breaches === 0 ? "–" : `${percent(worstBreach)} (${day(worstAt)})`;
/** Two digits that matter. */
const pValue = (p: number) => (p < 0.001 ? "< 0.001" : p.toPrecision(2));

/** The first column names what a row is about. */
const table = (heads: readonly string[], rows: readonly (readonly string[])[]) => markdownTable(heads, rows, 1);

function coverageRow({ name, figures: { initial, maintenance } }: PortfolioTrack): readonly string[] {
  return [
    name,
    percent(initial.coverage, 2),
    String(initial.breaches),
    pValue(initial.kupiec),
    breach(initial),
    percent(initial.coverageHeld, 2),
    percent(maintenance.coverage, 2),
    String(maintenance.breaches),
    pValue(maintenance.kupiec),
    breach(maintenance),
    percent(maintenance.coverageHeld, 2),
  ];
}

function cycleRow(track: PortfolioTrack): readonly string[] {
  const { initial, noFast, fastOnly } = track.figures;
  const cells = ({ peak, trough, peakToTrough, monthRise }: RequirementFigures) => [
    percent(trough),
    percent(peak),
    peakToTrough.toFixed(1),
    monthRise.toFixed(1),
  ];
  return [
    track.name,
    ...cells(initial),
    noFast.peakToTrough.toFixed(1),
    percent(noFast.coverage, 2),
    fastOnly.peakToTrough.toFixed(1),
    percent(fastOnly.coverage, 2),
    missedGates(track).join(", ") || "none",
  ];
}

const PEERS = ["initial", "span", "deribit"] as const;

function peerRow({ name, figures }: PortfolioTrack): readonly string[] {
  return [
    name,
    ...PEERS.map((method) => percent(figures[method].mean)),
    ...PEERS.map((method) => percent(figures[method].peak)),
    ...PEERS.map((method) => percent(figures[method].coverage, 2)),
    ...PEERS.map((method) => figures[method].peakToTrough.toFixed(1)),
  ];
}

const each = (heads: string) => ["ours", "SPAN", "Deribit"].map((peer) => `${heads}, ${peer}`);

/** Tables of a back-test as Markdown. */
export function marginTables(test: BackTest, command: string): string {
  const hours = (seconds: number) => `${seconds / 3600} h`;
  const { initial, maintenance } = test.horizonSeconds;
  return [
    `\`${command}\``,
    `${test.hours} readings, ${test.everyHours} h apart, from ${day(test.fromSeconds)} to ${day(test.toSeconds)}. Loss over ${hours(initial)} against initial, over ${hours(maintenance)} against maintenance margin. All requirements are shares of the price of one unit.`,
    "### Coverage",
    table(
      [
        "portfolio",
        "initial",
        "breaches",
        "Kupiec p",
        "worst breach",
        "volatility held",
        "maintenance",
        "breaches",
        "Kupiec p",
        "worst breach",
        "volatility held",
      ],
      test.tracks.map(coverageRow),
    ),
    "### Procyclicality",
    table(
      [
        "portfolio",
        "trough",
        "peak",
        "peak / trough",
        "largest rise in 30 d",
        "without fast",
        "its coverage",
        "without tools",
        "its coverage",
        "gates missed",
      ],
      test.tracks.map(cycleRow),
    ),
    "### Beside a static SPAN-like and a Deribit-style requirement",
    table(
      ["portfolio", ...each("mean"), ...each("peak"), ...each("coverage"), ...each("peak / trough")],
      test.tracks.map(peerRow),
    ),
  ].join("\n\n");
}

const inPpm = (share: number): number => Math.round(share * PPM);

function figuresJson(figures: RequirementFigures): Canonical {
  return {
    readings: figures.readings,
    breaches: figures.breaches,
    coveragePpm: inPpm(figures.coverage),
    coverageHeldPpm: inPpm(figures.coverageHeld),
    independentReadings: figures.independent,
    independentBreaches: figures.independentBreaches,
    kupiecPpm: inPpm(figures.kupiec),
    worstBreachPpm: inPpm(figures.worstBreach),
    worstAtSeconds: figures.worstAt,
    meanPpm: inPpm(figures.mean),
    peakPpm: inPpm(figures.peak),
    troughPpm: inPpm(figures.trough),
    peakToTroughPpm: inPpm(figures.peakToTrough),
    monthRisePpm: inPpm(figures.monthRise),
  };
}

/** Figures of a back-test; shares in parts per million. */
export function marginJson(test: BackTest, command: string): Canonical {
  return {
    command,
    hours: test.hours,
    everyHours: test.everyHours,
    fromSeconds: test.fromSeconds,
    toSeconds: test.toSeconds,
    gates: { leastCoveragePpm: inPpm(LEAST_COVERAGE), mostPeakToTroughPpm: inPpm(MOST_PEAK_TO_TROUGH) },
    portfolios: test.tracks.map((track) => ({
      name: track.name,
      missed: missedGates(track),
      ...Object.fromEntries(METHODS.map((method) => [method, figuresJson(track.figures[method])])),
    })),
  };
}
