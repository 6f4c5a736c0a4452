import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { InfrastructureError, InterruptedRunError } from "./errors.js";
import { type BreakwaterRunner, type RunHooks, abortReason } from "./lab.js";
import type { Case } from "./scenarios/case.js";
import { openBreakwater } from "./simulator/evm/breakwater.edge.js";
import type { RunResult } from "./simulator/result.js";
import { workerAnswer } from "./workerMessages.js";

/** More than two chains at once need more memory than a small machine has. */
const MOST_WORKERS = 2;

type Job = {
  readonly id: number;
  readonly input: Case;
  readonly hooks: RunHooks;
  readonly resolve: (result: RunResult) => void;
  readonly reject: (error: Error) => void;
};

/** Runs shipped scenarios in child processes, the longest first: every chain has a core of its own. */
class Pool {
  private readonly waiting: Job[] = [];
  private readonly running = new Map<ChildProcess, Job | undefined>();
  private jobs = 0;
  private closed = false;

  constructor(count: number) {
    for (let worker = 0; worker < count; worker++) this.start();
  }

  private start(): void {
    const script = fileURLToPath(new URL("../../scripts/lab-worker.ts", import.meta.url));
    const child = fork(script, [], { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.running.set(child, undefined);
    child.on("message", (message) => this.hear(child, message));
    child.on("error", (cause) => this.lose(child, cause.message));
    child.on("exit", (code, signal) => this.lose(child, `it ended with ${signal ?? code}`));
  }

  submit(input: Case, hooks: RunHooks): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: this.jobs++, input, hooks, resolve, reject });
      this.waiting.sort((a, b) => b.input.tape.ticks.length - a.input.tape.ticks.length);
      // All of a batch is submitted before the first is handed out.
      setImmediate(() => this.handOut());
    });
  }

  private handOut(): void {
    for (const [child, busy] of this.running) {
      const job = busy === undefined ? this.waiting.shift() : undefined;
      if (job === undefined) continue;
      this.running.set(child, job);
      child.send({ id: job.id, scenario: job.input.name, seed: job.input.seed });
    }
  }

  private hear(child: ChildProcess, message: unknown): void {
    const job = this.running.get(child);
    const said = workerAnswer.parse(message);
    if (job === undefined || job.id !== said.id) return;
    if (said.kind === "step") {
      void job.hooks.onStep(said.done);
      return;
    }
    this.running.set(child, undefined);
    if (said.kind === "result") job.resolve(said.result);
    else job.reject(new InfrastructureError(said.message));
    this.handOut();
  }

  private lose(child: ChildProcess, problem: string): void {
    const job = this.running.get(child);
    this.running.delete(child);
    job?.reject(new InfrastructureError(`A worker of the lab was lost: ${problem}.`));
    if (this.running.size > 0 || this.closed) return;
    for (const left of this.waiting.splice(0))
      left.reject(new InfrastructureError("All workers of the lab were lost."));
  }

  /** Ends the workers; what still runs is lost with the reason given. */
  close(reason: string): void {
    this.closed = true;
    for (const job of [...this.waiting.splice(0), ...this.running.values()])
      job?.reject(new InterruptedRunError(reason));
    for (const child of this.running.keys()) child.kill("SIGKILL");
    this.running.clear();
  }
}

/** How many chains may run at once on this machine. */
export function workersFor(cases: readonly Case[]): number {
  return Math.min(MOST_WORKERS, availableParallelism(), cases.length);
}

/** Opens the EVM tier for shipped scenarios on several cores. */
export async function openPool(workers: number, signal: AbortSignal): Promise<BreakwaterRunner> {
  // Compiled once, here: the workers find everything built.
  await openBreakwater();
  const pool = new Pool(workers);
  signal.addEventListener("abort", () => pool.close(abortReason(signal)), { once: true });
  return { ahead: true, run: (input, hooks) => pool.submit(input, hooks), close: () => pool.close("finished") };
}
