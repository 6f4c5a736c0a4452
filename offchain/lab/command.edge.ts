import { setImmediate } from "node:timers/promises";
import { type LossRequest, parseCommandLine } from "./cli.js";
import { LabError } from "./errors.js";
import { stopSignal } from "./interrupt.edge.js";
import { type LabReport, exitCodeOf, runLab } from "./lab.js";
import { prepareOutput, saveProgress, saveReport } from "./output.edge.js";
import { openProgress } from "./progress.edge.js";
import { COLOURED, PLAIN, manipulationLine, optionLines, scoreLines, summaryTable } from "./report/terminal.js";
import { type Case, caseOf } from "./scenarios/case.js";
import { findScenarios } from "./scenarios/catalogue.js";
import { findReplays, loadBars } from "./scenarios/replay/files.edge.js";
import { REPLAY_SEED, replayCase } from "./scenarios/replay/replay.js";

function casesOf(request: LossRequest): readonly Case[] {
  if (request.command === "run")
    return findScenarios(request.scenarios).map((scenario) => caseOf(scenario, request.seed ?? scenario.seed));
  const hours = request.hours === undefined ? {} : { hours: request.hours };
  return findReplays(request.path).map((path) =>
    replayCase({ path, ...loadBars(path), seed: request.seed ?? REPLAY_SEED, ...hours }),
  );
}

/** The main job, all scenarios on the protocol, also says what it costs to move a reader of prices. */
async function withManipulation(request: LossRequest, report: LabReport): Promise<LabReport> {
  const everything = request.command === "run" && request.scenarios.includes("all");
  if (!everything || !report.complete || !report.designs.includes("breakwater")) return report;
  const { measureManipulation } = await import("./manipulation/measure.edge.js");
  return { ...report, manipulation: await measureManipulation() };
}

async function perform(request: LossRequest): Promise<number> {
  const cases = casesOf(request);
  prepareOutput(request.out);
  const { signal, release } = stopSignal(request.maxSeconds);
  const progress = openProgress(cases, request.designs, process.stderr);
  try {
    const ran = await runLab({
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
    const report = await withManipulation(request, ran);
    const { json, html } = saveReport(request.out, report);
    const paint = process.stdout.isTTY && process.env["NO_COLOR"] === undefined ? COLOURED : PLAIN;
    const manipulation = report.manipulation === undefined ? [] : [manipulationLine(report.manipulation)];
    const stopped = report.stopped === null ? [] : [`Incomplete: ${report.stopped}.`];
    const parts = [
      summaryTable(report, paint),
      "",
      ...scoreLines(report),
      ...optionLines(report),
      ...manipulation,
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
    switch (request.command) {
      case "help":
        process.stdout.write(request.text);
        return 0;
      case "oracle": {
        // Loaded only when it is needed, like the protocol in `perform`.
        const { replayOracle } = await import("./oracle/command.edge.js");
        return await replayOracle(request);
      }
      case "margin": {
        const { backTestMargin } = await import("./margin/command.edge.js");
        return await backTestMargin(request);
      }
      default:
        return await perform(request);
    }
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
