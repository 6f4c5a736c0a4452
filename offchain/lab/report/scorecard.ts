import { DESIGN_TITLES, type Design } from "../designs.js";
import type { LabReport } from "../lab.js";
import { type RunResult, verdictOf } from "../simulator/result.js";
import { escapeText, table, tag } from "./markup.js";
import { multiple, shortTime, shortUsd } from "./terminal.js";

const total = (runs: readonly RunResult[], read: (run: RunResult) => bigint) =>
  runs.reduce((sum, run) => sum + read(run), 0n);

/** Positions carried on the traders' own money: "$1.16M, 2.4x". */
export function carried(runs: readonly RunResult[]): string {
  const positionsWad = total(runs, (run) => run.notionalWad);
  const moneyWad = total(runs, (run) => run.moneyWad);
  return `${shortUsd(positionsWad)}, ${multiple(positionsWad, moneyWad)}`;
}

function card(design: Design, runs: readonly RunResult[]): string {
  const held = runs.filter((run) => verdictOf(run) === "pass").length;
  const most = (read: (run: RunResult) => number) => Math.max(0, ...runs.map(read));
  const facts: readonly (readonly [string, string])[] = [
    ["Bad debt", shortUsd(total(runs, ({ metrics }) => metrics.badDebtWad))],
    ["Wrongful liquidations", String(runs.reduce((sum, { metrics }) => sum + metrics.wrongfulLiquidations, 0))],
    ["Liquidations cost owners", shortUsd(total(runs, ({ metrics }) => metrics.ownerCostWad))],
    ["Longest under water", shortTime(most(({ metrics }) => metrics.maxSecondsUnderWater))],
    ["Insurance used", shortUsd(total(runs, ({ metrics }) => metrics.insuranceUsedWad))],
    ["Taken from winners", shortUsd(total(runs, ({ metrics }) => metrics.haircutWad))],
    ["Positions carried, leverage", carried(runs)],
  ];
  return tag(
    "div",
    { class: design === "breakwater" ? "card main" : "card" },
    tag("h3", {}, DESIGN_TITLES[design]),
    tag("p", { class: "score" }, `${held} <small>of ${runs.length} promises kept</small>`),
    tag("dl", {}, ...facts.map(([name, value]) => tag("dt", {}, name) + tag("dd", {}, value))),
  );
}

/** A verdict with its reasons. */
export function verdictCell(run: RunResult | undefined): string {
  if (run === undefined) return tag("span", { class: "none" }, "not run");
  const passed = verdictOf(run) === "pass";
  const chip = tag("span", { class: `verdict ${passed ? "pass" : "fail"}` }, passed ? "✓ held" : "✕ broke");
  const why = passed ? [] : run.breaches.map(escapeText);
  return chip + (why.length === 0 ? "" : tag("span", { class: "why" }, why.join("; ")));
}

/** The scorecard: one card per design, then design by scenario. */
export function scorecard(report: LabReport): string {
  const cards = report.designs.map((design) =>
    card(
      design,
      report.runs.filter((run) => run.design === design),
    ),
  );
  const rows = report.cases.map((input) => [
    tag("a", { href: `#${input.name}` }, escapeText(input.title)),
    ...report.designs.map((design) =>
      verdictCell(report.runs.find((run) => run.scenario === input.name && run.design === design)),
    ),
  ]);
  const heads = ["Scenario", ...report.designs.map((design) => DESIGN_TITLES[design])];
  return (
    tag("div", { class: "cards" }, ...cards) +
    table(
      "Does the promise of each scenario hold? The promise is the same for every design.",
      heads,
      rows,
      "score-table",
    )
  );
}
