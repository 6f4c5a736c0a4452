import { z } from "zod";
import type { GasFigures } from "./compare.js";
import { SnapshotInvalidError } from "./errors.js";

const figures = z.record(z.string(), z.int().positive());

/**
 * Reads the text of a snapshot.
 *
 * @throws {SnapshotInvalidError} when it is not an object of whole positive numbers.
 */
export function parseSnapshot(path: string, text: string): GasFigures {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SnapshotInvalidError(path, "it is not JSON");
  }
  const result = figures.safeParse(value);
  if (!result.success) throw new SnapshotInvalidError(path, "it must map each key to a whole number above 0");
  return Object.fromEntries(Object.entries(result.data).map(([key, gas]) => [key, BigInt(gas)]));
}

/** Text of a snapshot: keys sorted, one a line. */
export function formatSnapshot(measured: GasFigures): string {
  const keys = Object.keys(measured).sort();
  return `{\n${keys.map((key) => `  ${JSON.stringify(key)}: ${measured[key]}`).join(",\n")}\n}\n`;
}
