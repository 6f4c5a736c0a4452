import "./closedPipe.js";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { buildContracts } from "./buildContracts.js";
import { compareGas } from "./bench/compare.js";
import { BenchError, BenchFlagError, SnapshotInvalidError, UnknownFigureError } from "./bench/errors.js";
import { formatSnapshot, parseSnapshot } from "./bench/snapshot.js";
import { gasTable } from "./bench/table.js";

const FILE = new URL("../bench/gas.json", import.meta.url);
const SHOWN = "bench/gas.json";

function readSnapshot(): string {
  try {
    return readFileSync(FILE, "utf8");
  } catch {
    throw new SnapshotInvalidError(SHOWN, "it cannot be read");
  }
}

function parseFlags(argv: readonly string[]): { readonly write: boolean; readonly profiled: string | undefined } {
  let write = false;
  let profiled: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--write") write = true;
    else if (argv[i] === "--profile" && argv[i + 1] !== undefined) profiled = argv[++i];
    else throw new BenchFlagError(argv[i] ?? "");
  }
  return { write, profiled };
}

async function main(argv: readonly string[]): Promise<number> {
  const { write, profiled } = parseFlags(argv);
  const snapshot = write ? undefined : parseSnapshot(SHOWN, readSnapshot());
  await buildContracts();
  // Loaded late: the bindings exist only after a build.
  const { measureAll } = await import("./bench/measureAll.js");
  const { profileLatest } = await import("./bench/profileLatest.js");
  const measured = await measureAll(async (figure, world) => {
    if (figure === profiled) console.log(`${figure}\n${await profileLatest(world)}\n`);
  });
  if (profiled !== undefined && measured[profiled] === undefined) throw new UnknownFigureError(profiled);
  if (snapshot === undefined) {
    mkdirSync(new URL(".", FILE), { recursive: true });
    writeFileSync(FILE, formatSnapshot(measured));
    console.log(`${gasTable(measured)}\n\n${SHOWN} renewed.`);
    return 0;
  }
  const comparison = compareGas(snapshot, measured);
  console.log(gasTable(measured, comparison));
  if (comparison.failures.length === 0) return 0;
  console.error(`\n${comparison.failures.join("\n")}\nIf that is intended, renew with: npm run bench -- --write`);
  return 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Nobody foresaw an error of another kind: the stack helps whoever reports it.
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 2;
}
