import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { compareGas } from "./bench/compare.js";
import { BenchError, BenchFlagError, SnapshotInvalidError } from "./bench/errors.js";
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

async function main(argv: readonly string[]): Promise<number> {
  const stranger = argv.find((argument) => argument !== "--write");
  if (stranger !== undefined) throw new BenchFlagError(stranger);
  const write = argv.includes("--write");
  const snapshot = write ? undefined : parseSnapshot(SHOWN, readSnapshot());
  const { default: hre } = await import("hardhat");
  await hre.tasks.getTask("build").run({ noTests: true, quiet: true });
  // Loaded late: the bindings exist only after a build.
  const { measureAll } = await import("./bench/measureAll.js");
  const measured = await measureAll();
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
