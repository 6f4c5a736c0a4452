import { z } from "zod";
import type { RunResult } from "./simulator/result.js";

const isObject = (value: unknown) => typeof value === "object" && value !== null;

/** What a worker is asked: one shipped scenario with one seed. */
export const workerRequest = z.object({ id: z.number(), scenario: z.string(), seed: z.bigint() });

/** What a worker says: how far it is, and how it ended. */
export const workerAnswer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("step"), id: z.number(), done: z.number() }),
  z.object({ kind: z.literal("result"), id: z.number(), result: z.custom<RunResult>(isObject) }),
  z.object({ kind: z.literal("error"), id: z.number(), message: z.string() }),
]);

export type WorkerAnswer = z.infer<typeof workerAnswer>;
