import { DESIGN_TITLES } from "../designs.js";
import type { LabReport } from "../lab.js";
import { usd } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import type { RunResult } from "../simulator/result.js";
import { healthChart } from "./charts/healthChart.js";
import { LEVEL_TITLES, levelChart } from "./charts/levelChart.js";
import { timeLabel } from "./charts/frame.js";
import { SOURCE_TITLES, priceChart, priceLabel } from "./charts/priceChart.js";
import { waterfallChart } from "./charts/waterfallChart.js";
import { escapeText, folded, table, tag } from "./markup.js";
import { optionsSection } from "./optionsSection.js";
import { type AssetMarket, type Market, marketOf } from "./market.js";
import { carried, verdictCell } from "./scorecard.js";
import { storySection } from "./story.js";
import { shortTime, shortUsd } from "./terminal.js";

const SAMPLE_ROWS = 40;
const MOST_EVENTS = 150;

const MEASURES: readonly { readonly name: string; readonly read: (run: RunResult) => string }[] = [
  { name: "Bad debt", read: ({ metrics }) => shortUsd(metrics.badDebtWad) },
  { name: "Wrongful liquidations", read: ({ metrics }) => String(metrics.wrongfulLiquidations) },
  { name: "Liquidations", read: ({ metrics }) => String(metrics.liquidations) },
  { name: "Liquidations cost owners", read: ({ metrics }) => shortUsd(metrics.ownerCostWad) },
  { name: "Longest time under water", read: ({ metrics }) => shortTime(metrics.maxSecondsUnderWater) },
  { name: "Longest time insolvent", read: ({ metrics }) => shortTime(metrics.maxSecondsInsolvent) },
  { name: "Insurance used", read: ({ metrics }) => shortUsd(metrics.insuranceUsedWad) },
  { name: "Haircut of winners", read: ({ metrics }) => shortUsd(metrics.haircutWad) },
  { name: "Taken out at a false price", read: ({ metrics }) => shortUsd(metrics.takenWad) },
  { name: "Breaker trips", read: ({ metrics }) => String(metrics.breakerTrips) },
  { name: "Own money of the traders", read: (run) => shortUsd(run.moneyWad) },
  { name: "Positions carried on it, leverage", read: (run) => carried([run]) },
  {
    name: "Blocks / transactions",
    read: ({ blocks, transactions }) => (blocks === 0 ? "model" : `${blocks} / ${transactions}`),
  },
];

/** Measures that say something even when they are zero everywhere. */
const ALWAYS_SHOWN: ReadonlySet<string> = new Set(["Bad debt", "Wrongful liquidations", "Longest time under water"]);
const NOTHING: ReadonlySet<string> = new Set(["$0", "0", "0 s"]);

function figure(caption: string, drawing: string, wide = true): string {
  const body = wide
    ? tag("div", { class: "scroll", tabindex: 0, role: "group" }, tag("div", { class: "chart" }, drawing))
    : drawing;
  return tag("figure", {}, tag("figcaption", {}, caption), body);
}

function sampled(length: number): readonly number[] {
  const step = Math.max(1, Math.ceil(length / SAMPLE_ROWS));
  return Array.from({ length: Math.ceil(length / step) }, (_, row) => row * step);
}

function priceTable(market: Market, asset: AssetMarket, runs: readonly RunResult[]): string {
  const end = market.atSeconds.at(-1) ?? 0;
  const index = runs.flatMap((run) => run.index).find(({ symbol }) => symbol === asset.symbol);
  const heads = [
    "Time",
    "Fair",
    ...asset.venues.map(({ name }) => name),
    ...asset.sources.filter(({ name }) => name !== "uniswap").map(({ name }) => SOURCE_TITLES[name] ?? name),
    ...(index === undefined ? [] : ["Breakwater low", "mid", "high"]),
  ];
  const rows = sampled(market.atSeconds.length).map((at) => [
    timeLabel(market.atSeconds[at] ?? 0, end),
    ...[
      asset.fair,
      ...asset.venues.map(({ prices }) => prices),
      ...asset.sources.filter(({ name }) => name !== "uniswap").map(({ prices }) => prices),
      ...(index === undefined ? [] : [index.low, index.mid, index.high]),
    ].map((prices) => priceLabel(prices[at] ?? 0)),
  ]);
  return table(
    `${asset.symbol}: every ${Math.max(1, Math.ceil(market.atSeconds.length / SAMPLE_ROWS))}th step`,
    heads,
    rows,
  );
}

function eventTable(runs: readonly RunResult[], end: number): string {
  const all = runs
    .flatMap((run) => run.events.map((event) => ({ run, event })))
    .sort((a, b) => a.event.atSeconds - b.event.atSeconds);
  if (all.length === 0) return tag("p", { class: "soft small" }, "Nothing happened to anybody.");
  const rows = all
    .slice(0, MOST_EVENTS)
    .map(({ run, event }) => [
      timeLabel(event.atSeconds, end),
      DESIGN_TITLES[run.design],
      event.kind,
      escapeText(event.subject),
      escapeText(event.text),
    ]);
  const more =
    all.length > MOST_EVENTS ? `, the first ${MOST_EVENTS} of ${all.length}; the rest is in report.json` : "";
  return table(`Events${more}`, ["Time", "Design", "What", "Who", "How"], rows, "events");
}

function accountTable(runs: readonly RunResult[]): string {
  const [first] = runs;
  const rows = (first?.accounts ?? []).map((account, index) => [
    account.id,
    escapeText(account.label),
    ...runs.map((run) => run.accounts[index]?.outcome ?? ""),
  ]);
  return table(
    "How each account ended",
    ["Account", "Position", ...runs.map(({ design }) => DESIGN_TITLES[design])],
    rows,
    "events",
  );
}

function healthFigure(id: string, market: Market, runs: readonly RunResult[]): string {
  const charts = runs.map((run) =>
    tag(
      "div",
      {},
      tag("h4", {}, DESIGN_TITLES[run.design]),
      healthChart(`${id}-h-${run.design}`, market.atSeconds, run),
    ),
  );
  return figure(
    "One line per account, by the design's own rule; below 1 it may be liquidated. Grey lived, amber was liquidated, red was liquidated wrongfully, violet ended insolvent.",
    tag("div", { class: "trio" }, ...charts),
    false,
  );
}

function levelFigure(id: string, market: Market, runs: readonly RunResult[]): string {
  const run = runs.find(({ levels }) => levels.length > 0);
  if (run === undefined) return "";
  const counts = run.levels.map(({ name, level }) => [
    name,
    ...LEVEL_TITLES.map(
      (_, wanted) =>
        `${Math.round((100 * level.filter((one) => one === wanted).length) / Math.max(1, level.length))} %`,
    ),
  ]);
  return (
    tag("h3", {}, "Breaker levels") +
    figure(
      "What the breakers of Breakwater allowed. Each level only removes verbs; deposits and closing stay open in all of them. The baselines have no breakers.",
      levelChart(`${id}-b`, market.atSeconds, run),
    ) +
    folded("Share of steps at each level", table("Share of steps at each level", ["Breaker", ...LEVEL_TITLES], counts))
  );
}

function waterfallFigure(id: string, runs: readonly RunResult[]): string {
  const rows = runs.map((run) => [
    DESIGN_TITLES[run.design],
    `$${usd(run.insuranceStartWad)}`,
    `$${usd(run.metrics.penaltyPoolUsedWad)}`,
    `$${usd(run.metrics.insuranceUsedWad)}`,
    `$${usd(run.metrics.backstopUsedWad)}`,
    `$${usd(run.metrics.haircutWad)}`,
    `$${usd(run.metrics.badDebtWad)}`,
  ]);
  const heads = ["Design", "Fund at start", "Penalty pool", "Insurance fund", "Backstop", "Haircut", "No owner"];
  return (
    tag("h3", {}, "Waterfall use") +
    figure("Who paid for losses beyond the accounts' own margin.", waterfallChart(`${id}-w`, runs)) +
    folded("Waterfall in numbers", table("Waterfall in numbers", heads, rows))
  );
}

/** One scenario: story, promise, verdicts, plots, tables, how to run it again. */
export function scenarioSection(report: LabReport, input: Case): string {
  const runs = report.runs.filter((run) => run.scenario === input.name);
  const market = marketOf(input);
  const end = market.atSeconds.at(-1) ?? 0;
  const [main, ...others] = market.assets;
  const id = input.name.replace(/[^a-zA-Z0-9-]/g, "-");
  const measureRows = [
    ["Promise", ...runs.map(verdictCell)],
    ...MEASURES.map(({ name, read }) => [name, ...runs.map((run) => escapeText(read(run)))]).filter(
      ([name = "", ...cells]) => ALWAYS_SHOWN.has(name) || cells.some((cell) => !NOTHING.has(cell)),
    ),
  ];
  const chartOf = (asset: AssetMarket, lanes: boolean) =>
    priceChart({ id: `${id}-p-${asset.symbol}`, atSeconds: market.atSeconds, market: asset, runs, lanes });
  const hash = runs.find(({ finalBlockHash }) => finalBlockHash !== null)?.finalBlockHash;
  const parts = [
    tag("p", { class: "eyebrow" }, `Scenario ${report.cases.indexOf(input) + 1} · ${escapeText(input.name)}`),
    tag("h2", {}, escapeText(input.title)),
    tag("p", {}, escapeText(input.story)),
    tag("p", { class: "soft small" }, `Calibrated on: ${escapeText(input.calibration)}`),
    tag("p", { class: "promise" }, `<strong>Promise.</strong> ${escapeText(input.property.sentence)}`),
    runs.length === 0 ? "" : storySection(runs, end),
    runs.length === 0
      ? tag("p", { class: "banner" }, "Not run: the lab was stopped before.")
      : table(
          "What each design lost on the same path; what was zero for all of them is left out",
          ["Measure", ...runs.map(({ design }) => DESIGN_TITLES[design])],
          measureRows,
        ),
    ...(main === undefined
      ? []
      : [
          tag("h3", {}, `${main.symbol}: price, sources, events`),
          figure(
            `The fair price is what the market as a whole said. The baselines read the ${SOURCE_TITLES[input.baselineSource] ?? ""} alone. Lanes below: what happened on each design.`,
            chartOf(main, true),
          ),
          ...others.map((asset) => folded(`${asset.symbol}: price and sources`, chartOf(asset, false))),
          folded("Prices as tables", ...market.assets.map((asset) => priceTable(market, asset, runs))),
        ]),
    ...(runs.length === 0
      ? []
      : [
          tag("h3", {}, "Account health"),
          healthFigure(id, market, runs),
          optionsSection(runs, end),
          folded("Accounts and events as tables", accountTable(runs), eventTable(runs, end)),
          waterfallFigure(id, runs),
          levelFigure(id, market, runs),
        ]),
    tag("h3", {}, "Run it again"),
    tag("pre", {}, escapeText(input.command)),
    hash === undefined
      ? ""
      : tag("p", { class: "soft small" }, `Final block of Breakwater's chain: <code>${hash}</code>`),
    input.notes.length === 0
      ? ""
      : folded("Input", tag("ul", { class: "small" }, ...input.notes.map((note) => tag("li", {}, escapeText(note))))),
  ];
  return tag("section", { class: "scenario", id: input.name }, ...parts);
}
