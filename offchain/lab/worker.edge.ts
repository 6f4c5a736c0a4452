import { LabError } from "./errors.js";
import type { RunHooks } from "./lab.js";
import { caseOf } from "./scenarios/case.js";
import { findScenarios } from "./scenarios/catalogue.js";
import { type WorkerAnswer, workerRequest } from "./workerMessages.js";

/** Serves a pool from within a child process, until the parent is gone. */
export async function serveLabWorker(): Promise<void> {
  // Ctrl-C reaches the whole group: the parent decides what is kept.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => process.exit(0));
  const { openBreakwater } = await import("./simulator/evm/breakwater.edge.js");
  const runner = await openBreakwater({ build: false });
  process.on("message", (message) => {
    const { id, scenario, seed } = workerRequest.parse(message);
    const say = (words: WorkerAnswer) => process.send?.(words);
    const inputs = findScenarios([scenario]).map((found) => caseOf(found, seed));
    const hooks: RunHooks = {
      signal: new AbortController().signal,
      onStep: (done) => void say({ kind: "step", id, done }),
    };
    const runs = inputs.map((input) => runner.run(input, hooks));
    Promise.all(runs).then(
      ([result]) => result !== undefined && say({ kind: "result", id, result }),
      (error: unknown) => {
        const text = error instanceof LabError ? error.message : `A run failed unexpectedly: ${stackOf(error)}`;
        say({ kind: "error", id, message: text });
      },
    );
  });
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
