import { type Design, gatedDesigns } from "./designs.js";
import { InterruptedRunError } from "./errors.js";
import type { Manipulation } from "./manipulation/manipulation.js";
import type { Case } from "./scenarios/case.js";
import { runBaseline } from "./simulator/baseline.js";
import { type RunResult, verdictOf } from "./simulator/result.js";

/** What a runner may ask and tell while it works. */
export type RunHooks = {
  readonly signal: AbortSignal;
  /** Called after each step with the number of steps done. */
  readonly onStep: (done: number) => void | Promise<void>;
};

/** Runs cases on the protocol itself. */
export type BreakwaterRunner = {
  readonly run: (input: Case, hooks: RunHooks) => Promise<RunResult>;
  /** Whether all cases may be handed over at once: the runner then works on several at a time. */
  readonly ahead: boolean;
  readonly close: () => void;
};

/** Everything a report is made of. */
export type LabReport = {
  readonly complete: boolean;
  /** Why it stopped early, or null. */
  readonly stopped: string | null;
  readonly designs: readonly Design[];
  readonly cases: readonly Case[];
  readonly runs: readonly RunResult[];
  /** What it costs to move a reader of prices, where that was measured. */
  readonly manipulation?: Manipulation;
};

/** What the lab is asked to do. */
export type RunLabParameters = {
  readonly cases: readonly Case[];
  readonly designs: readonly Design[];
  readonly signal: AbortSignal;
  /** Gives the runner that deploys the protocol; asked once, only when it is needed. */
  readonly openBreakwater: () => Promise<BreakwaterRunner>;
  readonly onStart: (input: Case, design: Design, position: number, total: number) => void;
  readonly onStep: (input: Case, design: Design, done: number) => void | Promise<void>;
  readonly onRun: (report: LabReport, run: RunResult) => void;
};

/** Reason of an abort in words. */
export function abortReason(signal: AbortSignal): string {
  const { reason } = signal;
  if (reason instanceof Error && reason.name === "TimeoutError") return "the time given by --max-seconds is over";
  return typeof reason === "string" ? reason : "interrupted";
}

async function runBaselineCase(design: "early" | "intermediate", input: Case, hooks: RunHooks): Promise<RunResult> {
  const result = runBaseline(input, design);
  await hooks.onStep(input.tape.ticks.length);
  return result;
}

/**
 * Runs every case on every design, in order, and keeps what is finished when it is told to stop.
 *
 * @returns The report; incomplete when the signal was raised before the end.
 */
export async function runLab(parameters: RunLabParameters): Promise<LabReport> {
  const { cases, designs, signal } = parameters;
  const runs: RunResult[] = [];
  const report = (stopped: string | null): LabReport => ({
    complete: runs.length === cases.length * designs.length,
    stopped,
    designs,
    cases,
    runs: [...runs],
  });
  const hooksFor = (input: Case, design: Design): RunHooks => ({
    signal,
    onStep: (done) => parameters.onStep(input, design, done),
  });
  let breakwater: BreakwaterRunner | undefined;
  const ahead = new Map<Case, Promise<RunResult>>();
  try {
    if (designs.includes("breakwater")) {
      breakwater = await parameters.openBreakwater();
      for (const input of breakwater.ahead ? cases : []) {
        const pending = breakwater.run(input, hooksFor(input, "breakwater"));
        // Whoever waits for it below hears of its failure.
        pending.catch(() => undefined);
        ahead.set(input, pending);
      }
    }
    for (const input of cases) {
      for (const design of designs) {
        if (signal.aborted) throw new InterruptedRunError(abortReason(signal));
        parameters.onStart(input, design, runs.length + 1, cases.length * designs.length);
        const hooks = hooksFor(input, design);
        const run =
          design !== "breakwater"
            ? await runBaselineCase(design, input, hooks)
            : await (ahead.get(input) ?? breakwater?.run(input, hooks));
        if (run === undefined) continue;
        runs.push(run);
        parameters.onRun(report(null), run);
      }
    }
  } catch (error) {
    if (!(error instanceof InterruptedRunError)) throw error;
    return report(error.reason);
  } finally {
    breakwater?.close();
  }
  return report(null);
}

/** Exit code of a report: 0 pass, 1 a gated property failed, 3 incomplete. */
export function exitCodeOf(report: LabReport): 0 | 1 | 3 {
  if (!report.complete) return 3;
  const gated = gatedDesigns(report.designs);
  return report.runs.some((run) => gated.includes(run.design) && verdictOf(run) === "fail") ? 1 : 0;
}
