import { readFileSync } from "node:fs";
import { z } from "zod";
import { SpecInvalidError } from "./errors.js";
import { protocolSpec, type ProtocolSpec } from "./spec.js";

/** What a spec says before the addresses that it names are known. */
export type SpecHead = {
  readonly name: string;
  readonly chainId: number;
  readonly markets: "local" | "existing";
  readonly governance: { readonly admin: string | null };
};

const specHead = z.object({
  name: z.string(),
  chainId: z.int(),
  markets: z.enum(["local", "existing"]),
  governance: z.object({ admin: z.string().nullable() }),
});

/**
 * Reads and checks the spec of a network.
 *
 * @param name - Name of a file in `deploy/specs/`, without its ending, or a path to a JSON file.
 * @param names - Addresses for what the file names with a `$`.
 * @returns The spec with integers for quantities.
 * @throws {SpecInvalidError} when there is no such file, or it is not as it must be.
 */
export function loadSpec(name: string, names: Readonly<Record<string, string>> = {}): ProtocolSpec {
  const file = fileOf(name);
  return parseSpec(file, readSpecText(file), names);
}

/**
 * Reads what a deployment needs to know first.
 *
 * @throws {SpecInvalidError} when there is no such file, or it is not as it must be.
 */
export function readSpecHead(name: string): SpecHead {
  const file = fileOf(name);
  const result = specHead.safeParse(parseJson(file, readSpecText(file)));
  if (!result.success) throw invalid(file, result.error);
  return result.data;
}

/**
 * Checks the text of a spec.
 *
 * @throws {SpecInvalidError} naming the first field that is wrong.
 */
export function parseSpec(file: string, text: string, names: Readonly<Record<string, string>>): ProtocolSpec {
  const result = protocolSpec.safeParse(substitute(file, parseJson(file, text), names));
  if (!result.success) throw invalid(file, result.error);
  return result.data;
}

function invalid(file: string, error: z.ZodError): SpecInvalidError {
  const [issue] = error.issues;
  return new SpecInvalidError(
    file,
    `${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not as it must be"}`.trim(),
  );
}

const fileOf = (name: string) => (name.endsWith(".json") ? name : `deploy/specs/${name}.json`);

function readSpecText(file: string): string {
  const path = file.startsWith("deploy/specs/") ? new URL(`../${file}`, import.meta.url) : file;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SpecInvalidError(
      file,
      cause instanceof Error && "code" in cause ? `reading it gave ${cause.code}` : "it cannot be read",
    );
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
