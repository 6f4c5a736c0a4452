import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { FileAccessError, NothingToReplayError } from "../../errors.js";
import { parseBars } from "./bars.js";
import { type BarFile, guessInterval, parseFileName, symbolOf } from "./series.js";

const BARS = /\.csv(\.gz)?$/;
/** Series in the market data folders that are no trades of a venue. */
const NO_TRADES = /(?:^|-)(?:funding|mark|dvol)(?:[-.]|$)/i;

function attempt<T>(path: string, problem: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new FileAccessError(path, problem + code, { cause });
  }
}

function loadFile(path: string): BarFile {
  const name = basename(path);
  const raw = attempt(path, "it cannot be read", () => readFileSync(path));
  const text = name.endsWith(".gz")
    ? attempt(path, "it is not a gzip file", () => gunzipSync(raw).toString("utf8"))
    : raw.toString("utf8");
  const bars = parseBars(name, text);
  const named = parseFileName(name);
  return {
    file: name,
    sha256: createHash("sha256").update(raw).digest("hex"),
    symbol: named?.symbol ?? symbolOf(name),
    venue: named?.venue ?? "file",
    intervalSeconds: named?.intervalSeconds ?? guessInterval(bars),
    bars,
  };
}

const holdsBars = (names: readonly string[]) => names.some((file) => BARS.test(file) && !NO_TRADES.test(file));

function list(path: string): readonly string[] {
  return [...attempt(path, "it cannot be listed", () => readdirSync(path))].sort();
}

/**
 * What there is to replay at a path: a file, a folder of files, or every such folder in a folder.
 *
 * @returns Paths for `loadBars`, sorted by name.
 * @throws {FileAccessError} when the path cannot be read.
 * @throws {NothingToReplayError} when nothing in it can be replayed.
 */
export function findReplays(path: string): readonly string[] {
  if (!attempt(path, "it cannot be found", () => statSync(path)).isDirectory()) return [path];
  const names = list(path);
  if (holdsBars(names)) return [path];
  const folders = names
    .map((name) => join(path, name))
    .filter((entry) => attempt(entry, "it cannot be found", () => statSync(entry)).isDirectory())
    .filter((folder) => holdsBars(list(folder)));
  if (folders.length > 0) return folders;
  throw new NothingToReplayError(path, "neither it nor a folder in it holds a .csv or .csv.gz file of bars");
}

/** Market data found at a path. */
export type LoadedBars = { readonly name: string; readonly files: readonly BarFile[] };

/**
 * Loads one file of bars, or every one in a folder, sorted by name.
 *
 * @throws {FileAccessError} when the path cannot be read.
 * @throws {MalformedCsvError} when a file breaks the format.
 * @throws {NothingToReplayError} when a folder holds no file of bars.
 */
export function loadBars(path: string): LoadedBars {
  const entry = attempt(path, "it cannot be found", () => statSync(path));
  const name = basename(path.replace(/[\\/]+$/, "")).replace(BARS, "");
  if (!entry.isDirectory()) return { name, files: [loadFile(path)] };
  const found = list(path).filter((file) => BARS.test(file) && !NO_TRADES.test(file));
  if (found.length === 0) throw new NothingToReplayError(path, "the folder holds no .csv or .csv.gz file of bars");
  return { name, files: found.map((file) => loadFile(join(path, file))) };
}
