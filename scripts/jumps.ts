import "./closedPipe.js";
import { join } from "node:path";
import { LabError, loadBars } from "../offchain/lab/index.js";
import { jumpsOf } from "./math/jumps.js";

/** Least initial volatility of each underlying, per square root of a year. */
const FLOORS = [
  ["BTC", 0.35],
  ["ETH", 0.4],
] as const;

function closesOf(path: string): readonly number[] {
  return loadBars(path).files.flatMap(({ bars }) => bars.map(({ closeWad }) => Number(closeWad) / 1e18));
}

/** Estimates the jumps of a price from hourly bars: `npx tsx scripts/jumps.ts FOLDER`, with `BTCUSDT-binance-spot-1h.csv.gz` in it. */
function run(folder: string): number {
  try {
    for (const [symbol, floor] of FLOORS) {
      const closes = closesOf(join(folder, `${symbol}USDT-binance-spot-1h.csv.gz`));
      const { years, down, up, mean, deviation } = jumpsOf(closes, floor);
      const figures = [down / years, up / years, mean, deviation].map((x) => x.toFixed(4)).join(" ");
      process.stdout.write(`${symbol}: ${years.toFixed(1)} years; down and up a year, mean, deviation: ${figures}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: npx tsx scripts/jumps.ts FOLDER\n");
  process.exitCode = 2;
} else {
  process.exitCode = run(folder);
}
