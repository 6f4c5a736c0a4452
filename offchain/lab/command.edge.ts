import { setImmediate } from "node:timers/promises";
import { type LabRequest, parseCommandLine } from "./cli.js";
import { LabError } from "./errors.js";
import { exitCodeOf, runLab } from "./lab.js";
import { prepareOutput, saveProgress, saveReport } from "./output.edge.js";
import { openProgress } from "./progress.edge.js";
import { COLOURED, PLAIN, scoreLines, summaryTable } from "./report/terminal.js";
import { type Case, caseOf } from "./scenarios/case.js";
import { findScenarios } from "./scenarios/catalogue.js";
import { findReplays, loadBars } from "./scenarios/replay/files.edge.js";
import { REPLAY_SEED, replayCase } from "./scenarios/replay/replay.js";

function casesOf(request: Exclude<LabRequest, { command: "help" }>): readonly Case[] {
  if (request.command === "run")
    return findScenarios(request.scenarios).map((scenario) => caseOf(scenario, request.seed ?? scenario.seed));
  const hours = request.hours === undefined ? {} : { hours: request.hours };
  return findReplays(request.path).map((path) =>
    replayCase({ path, ...loadBars(path), seed: request.seed ?? REPLAY_SEED, ...hours }),
  );
}

/** A signal that is raised by Ctrl-C, by a polite kill or when the time is over. */
function stopSignal(maxSeconds: number | undefined): { signal: AbortSignal; release: () => void } {
  const stop = new AbortController();
  const raise = (name: NodeJS.Signals) => {
    stop.abort(`${name} received`);
    process.once(name, () => process.exit(3));
  };
  process.once("SIGINT", raise).once("SIGTERM", raise);
  const limit = maxSeconds === undefined ? [] : [AbortSignal.timeout(Math.ceil(maxSeconds * 1000))];
  return {
    signal: AbortSignal.any([stop.signal, ...limit]),
    release: () => process.off("SIGINT", raise).off("SIGTERM", raise),
  };
}

async function perform(request: Exclude<LabRequest, { command: "help" }>): Promise<number> {
  const cases = casesOf(request);
  prepareOutput(request.out);
  const { signal, release } = stopSignal(request.maxSeconds);
  const progress = openProgress(cases, request.designs, process.stderr);
  try {
    const report = await runLab({
      cases,
      designs: request.designs,
      signal,
      openBreakwater: async () => {
        // Loaded only when it is needed: the baselines run without contracts.
        const { openPool, workersFor } = await import("./pool.edge.js");
        const { openBreakwater } = await import("./simulator/evm/breakwater.edge.js");
        const workers = request.command === "run" ? workersFor(cases) : 1;
        return workers > 1 ? openPool(workers, signal) : openBreakwater();
      },
      onStart: progress.start,
      onStep: async (input, design, done) => {
        progress.step(input, design, done);
        await setImmediate();
      },
      onRun: (partial, run) => {
        saveProgress(request.out, partial);
        progress.finish(run);
      },
    });
    progress.stop();
    const { json, html } = saveReport(request.out, report);
    const paint = process.stdout.isTTY && process.env["NO_COLOR"] === undefined ? COLOURED : PLAIN;
    const stopped = report.stopped === null ? [] : [`Incomplete: ${report.stopped}.`];
    const parts = [
      summaryTable(report, paint),
      "",
      ...scoreLines(report),
      ...stopped,
      "",
      `Report: ${html}`,
      `Data:   ${json}`,
    ];
    process.stdout.write(`${parts.join("\n")}\n`);
    return exitCodeOf(report);
  } finally {
    progress.stop();
    release();
  }
}

/**
 * Runs the lab's command line: output to the terminal, report to the folder asked for.
 *
 * @returns The exit code: 0 pass, 1 a property failed, 2 bad input or infrastructure, 3 incomplete.
 */
export async function labCommand(argv: readonly string[]): Promise<number> {
  try {
    const request = parseCommandLine(argv);
    if (request.command !== "help") return await perform(request);
    process.stdout.write(request.text);
    return 0;
  } catch (error) {
    if (error instanceof LabError) {
      process.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    // Nobody foresaw this one: the stack helps whoever reports it.
    process.stderr.write(`The lab failed unexpectedly: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 2;
  }
}
