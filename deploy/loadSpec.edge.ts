import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SpecInvalidError } from "./errors.js";
import { protocolSpec, type ProtocolSpec } from "./spec.js";

/**
 * Reads and checks the spec of a network.
 *
 * @param name - Name of a file in `deploy/specs/`, without its ending, or a path to a JSON file.
 * @param names - Addresses for what the file names with a `$`.
 * @returns The spec with integers for quantities.
 * @throws {SpecInvalidError} when there is no such file, or it is not as it must be.
 */
export function loadSpec(name: string, names: Readonly<Record<string, string>> = {}): ProtocolSpec {
  const file = name.endsWith(".json") ? name : fileURLToPath(new URL(`./specs/${name}.json`, import.meta.url));
  const shown = name.endsWith(".json") ? name : `deploy/specs/${name}.json`;
  return parseSpec(shown, readSpecText(file, shown), names);
}

/** What `loadSpec` needs to know before it can name addresses. */
export function readMarkets(name: string): string {
  const file = name.endsWith(".json") ? name : fileURLToPath(new URL(`./specs/${name}.json`, import.meta.url));
  const parsed: unknown = parseJson(name, readSpecText(file, name));
  return typeof parsed === "object" && parsed !== null && "markets" in parsed ? String(parsed.markets) : "";
}

/**
 * Checks the text of a spec.
 *
 * @throws {SpecInvalidError} naming the first field that is wrong.
 */
export function parseSpec(file: string, text: string, names: Readonly<Record<string, string>>): ProtocolSpec {
  const result = protocolSpec.safeParse(substitute(file, parseJson(file, text), names));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SpecInvalidError(file, `${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not as it must be"}`.trim());
}

function readSpecText(file: string, shown: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new SpecInvalidError(shown, cause instanceof Error && "code" in cause ? `reading it gave ${cause.code}` : "it cannot be read");
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SpecInvalidError(file, "it is not JSON");
  }
}

function substitute(file: string, value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string" && value.startsWith("$")) {
    const address = names[value.slice(1)];
    if (address === undefined) throw new SpecInvalidError(file, `${value} is not a market of this chain`);
    return address;
  }
  if (Array.isArray(value)) return value.map((item) => substitute(file, item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(file, item, names)]));
}
