import { DESIGN_TITLES } from "../designs.js";
import type { LabReport } from "../lab.js";
import { type Manipulation, worstEdgeBps } from "../manipulation/manipulation.js";
import { money, usd } from "../numbers.js";
import { type OptionsOutcome, type RunResult, verdictOf } from "../simulator/result.js";

/** How to colour; identity functions where colours are not wanted. */
export type Paint = {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
};

/** No colours at all. */
export const PLAIN: Paint = { good: (t) => t, bad: (t) => t, faint: (t) => t, strong: (t) => t };

const escape = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

/** Colours of a terminal. */
export const COLOURED: Paint = { good: escape(32), bad: escape(31), faint: escape(2), strong: escape(1) };

/** Dollars for readers: "$1.26M", "$8,707", "$0". */
export function shortUsd(valueWad: bigint): string {
  const dollars = Number(usd(valueWad));
  const size = Math.abs(dollars);
  if (size >= 1e6) return `$${(dollars / 1e6).toFixed(2)}M`;
  return money(valueWad);
}

/** Seconds for readers: "0 s", "48 s", "54 min", "1 h 15 min". */
export function shortTime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** A multiple for readers, rounded to tenths: "2.4x". */
export function multiple(ofWad: bigint, moneyWad: bigint): string {
  if (moneyWad === 0n) return "0x";
  const tenths = (ofWad * 10n + moneyWad / 2n) / moneyWad;
  return `${tenths / 10n}.${tenths % 10n}x`;
}

const COLUMNS: readonly { readonly head: string; readonly cell: (run: RunResult) => string }[] = [
  { head: "bad debt", cell: ({ metrics }) => shortUsd(metrics.badDebtWad) },
  { head: "wrongful", cell: ({ metrics }) => String(metrics.wrongfulLiquidations) },
  { head: "liquidated", cell: ({ metrics }) => String(metrics.liquidations) },
  { head: "under water", cell: ({ metrics }) => shortTime(metrics.maxSecondsUnderWater) },
  { head: "fund used", cell: ({ metrics }) => shortUsd(metrics.insuranceUsedWad) },
  { head: "haircut", cell: ({ metrics }) => shortUsd(metrics.haircutWad) },
  { head: "leverage", cell: ({ notionalWad, moneyWad }) => multiple(notionalWad, moneyWad) },
  { head: "trips", cell: ({ metrics }) => String(metrics.breakerTrips) },
];

/** A run in one line: what broke, or that it held. */
export function verdictLine(run: RunResult): string {
  return run.breaches.length === 0 ? "held" : `broke: ${run.breaches.join("; ")}`;
}

/** Renders the table of all runs, a block per scenario. */
export function summaryTable(report: LabReport, paint: Paint = PLAIN): string {
  const rows = report.runs.map((run) => [
    DESIGN_TITLES[run.design],
    verdictOf(run) === "pass" ? "held" : "BROKE",
    ...COLUMNS.map(({ cell }) => cell(run)),
  ]);
  const heads = ["design", "property", ...COLUMNS.map(({ head }) => head)];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
  const lines = [`  ${paint.faint(line(heads).join("  "))}`];
  for (const input of report.cases) {
    const own = report.runs.map((run, index) => ({ run, index })).filter(({ run }) => run.scenario === input.name);
    if (own.length === 0) continue;
    lines.push("", paint.strong(input.title), paint.faint(`  ${input.property.sentence}`));
    for (const { run, index } of own) {
      const cells = line(rows[index] ?? []);
      const colour = verdictOf(run) === "pass" ? paint.good : paint.bad;
      lines.push(`  ${cells.map((cell, column) => (column === 1 ? colour(cell) : cell)).join("  ")}`);
    }
  }
  return lines.join("\n");
}

/** What became of a run's options in one sentence. */
export function optionsSentence(options: OptionsOutcome): string {
  const { symbol, books, settledAtSeconds, settlementPriceWad, expiresAtSeconds, spreadWad } = options;
  const sold = books.filter(({ outcome }) => outcome === "liquidated" || outcome === "wrongful").length;
  const lossWad = books.reduce((sum, book) => sum + book.lossWad, 0n);
  const open = `${shortUsd(options.openInterestWad)} open on ${symbol}`;
  const settled =
    settledAtSeconds === null || settlementPriceWad === null
      ? `not settled within the run (${options.marks} marks, ${shortTime(options.coveredSeconds)} covered)`
      : `settled at ${shortUsd(settlementPriceWad)}, ${shortTime(settledAtSeconds - expiresAtSeconds)} after expiry, ${options.paidAccounts} accounts paid`;
  const carried = `losses carried by others ${shortUsd(lossWad)}, spread over series ${shortUsd(spreadWad)}`;
  return `Options: ${open}; ${settled}; ${sold} of ${books.length} books liquidated; ${carried}.`;
}

/** One line per scenario with options: what became of them. */
export function optionLines(report: LabReport): readonly string[] {
  return report.runs.flatMap(({ scenario, options }) =>
    options === null ? [] : [`${scenario}: ${optionsSentence(options)}`],
  );
}

/** One sentence per design: in how many scenarios its property held. */
export function scoreLines(report: LabReport): readonly string[] {
  return report.designs.map((design) => {
    const own = report.runs.filter((run) => run.design === design);
    const held = own.filter((run) => verdictOf(run) === "pass").length;
    return `${DESIGN_TITLES[design]} kept its promise in ${held} of ${own.length} scenario${own.length === 1 ? "" : "s"}.`;
  });
}

/** One sentence: what it costs to move a reader of prices. */
export function manipulationLine(found: Manipulation): string {
  const [first] = found.rows;
  const costs = found.rows.map(({ mean }) => shortUsd(mean.lostWad)).join(" / ");
  const held = found.rows.map(({ blocks }) => blocks).join(" / ");
  const goal = `${found.wantedBps / 100} %`;
  return `Moving a reader by ${goal} on a pool of ${shortUsd(found.poolWad)}: spot ${shortUsd(first?.spot.lostWad ?? 0n)}, plain mean ${costs} (held ${held} blocks); no amount moved our far edge by more than ${(worstEdgeBps(found) / 100).toFixed(1)} %.`;
}
