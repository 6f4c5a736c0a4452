import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { loadSpec, SpecInvalidError } from "../../../deploy/index.js";
import type { MarginRequest } from "../cli.js";
import { FileAccessError, InterruptedRunError, NothingToReplayError } from "../errors.js";
import { stopSignal } from "../interrupt.edge.js";
import { abortReason } from "../lab.js";
import { makeFolder, renewParts, writeAtomically } from "../output.edge.js";
import { canonicalJson } from "../report/canonical.js";
import { loadBars } from "../scenarios/replay/files.edge.js";
import type { BarFile } from "../scenarios/replay/series.js";
import { backTest, missedGates } from "./backTest.js";
import { BackTestSpecError } from "./errors.js";
import { marginHtml } from "./html.js";
import { marginJson, marginTables } from "./report.js";
import { type BackTestTerms, hoursOf, termsOf } from "./world.js";

const PAGE = "docs/margin-backtest.md";
const SPEC = "deploy/specs/mainnet.json";
const SYMBOLS = ["BTC", "ETH"];
const HOURS_BETWEEN_PAUSES = 200;
const TOO_SHORT =
  "its hourly bars are too few: it takes 30 days of warm-up and a day for a loss, in all underlyings at once";

/**
 * What the margin of the underlyings is made of: what is deployed.
 *
 * @throws {BackTestSpecError} when the spec cannot be used, or does not say all.
 */
export function loadTerms(spec: string): BackTestTerms {
  try {
    return termsOf(loadSpec(spec), SYMBOLS);
  } catch (cause) {
    if (cause instanceof SpecInvalidError) throw new BackTestSpecError(cause.file, cause.problem, { cause });
    throw cause;
  }
}

/** Hourly bars of every underlying, in `long/` of the folder. */
function loadHourly(folder: string): readonly BarFile[] {
  return SYMBOLS.map((symbol) => {
    const path = join(folder, "long", `${symbol}USDT-binance-spot-1h.csv.gz`);
    if (!existsSync(folder)) throw new FileAccessError(folder, "it cannot be found");
    if (!existsSync(path)) throw new NothingToReplayError(path, "the hourly bars are not there");
    const [file] = loadBars(path).files;
    if (file === undefined) throw new NothingToReplayError(path, "it holds no bars");
    return file;
  });
}

/**
 * Holds the margin of reference portfolios against recorded prices, and writes what it covers.
 *
 * @returns 0 when every portfolio meets every gate, else 1.
 * @throws {FileAccessError} when a file cannot be read or written.
 * @throws {NothingToReplayError} when the hourly bars are not there, or too few to know a single loss.
 * @throws {BackTestSpecError} when the spec cannot be used.
 * @throws {InterruptedRunError} when it is stopped.
 */
export async function backTestMargin(
  request: MarginRequest,
  print = (text: string): unknown => process.stdout.write(text),
): Promise<number> {
  const files = loadHourly(request.path);
  const terms = loadTerms(SPEC);
  makeFolder(request.out);
  const { signal, release } = stopSignal(request.maxSeconds);
  try {
    const test = await backTest({
      hours: hoursOf(files, terms),
      terms,
      everyHours: request.everyHours,
      onHour: async (done, total) => {
        if (done % HOURS_BETWEEN_PAUSES === 0) await setImmediate();
        if (done > 0 && done % (50 * HOURS_BETWEEN_PAUSES) === 0)
          process.stderr.write(`${done} of ${total} readings\n`);
        return !signal.aborted;
      },
    });
    if (test === undefined) throw new InterruptedRunError(abortReason(signal));
    // Of nothing, everything is covered: that would pass every gate.
    if (test.tracks.some(({ figures }) => figures.initial.readings === 0))
      throw new NothingToReplayError(request.path, TOO_SHORT);
    const command = `npm run lab -- margin <market data> --every ${request.everyHours}`;
    const tables = marginTables(test, command);
    const [page, json, html] = ["md", "json", "html"].map((end) => resolve(request.out, `margin-backtest.${end}`));
    writeAtomically(page ?? "", `${tables}\n`);
    writeAtomically(json ?? "", `${canonicalJson(marginJson(test, command))}\n`);
    writeAtomically(html ?? "", marginHtml(test));
    if (request.write) renewParts(PAGE, [["tables", tables]]);
    const missed = test.tracks.filter((track) => missedGates(track).length > 0);
    const verdict = missed.map((track) => `Missed by ${track.name}: ${missedGates(track).join(", ")}.`);
    const written = request.write ? [`Page:   ${resolve(PAGE)}`] : [];
    const places = [`Report: ${html}`, `Tables: ${page}`, `Data:   ${json}`, ...written];
    print(`${[tables, "", ...verdict, "", ...places].join("\n")}\n`);
    return missed.length === 0 ? 0 : 1;
  } finally {
    release();
  }
}
