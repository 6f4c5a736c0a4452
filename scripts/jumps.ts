import "./closedPipe.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { jumpsOf } from "./math/jumps.js";

/** Estimates the jumps of a price from hourly bars: `npx tsx scripts/jumps.ts FOLDER`, with `BTCUSDT-binance-spot-1h.csv.gz` in it. */
const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write("usage: npx tsx scripts/jumps.ts FOLDER\n");
  process.exitCode = 2;
} else {
  for (const [symbol, floor] of [
    ["BTC", 0.35],
    ["ETH", 0.4],
  ] as const) {
    const text = gunzipSync(readFileSync(join(folder, `${symbol}USDT-binance-spot-1h.csv.gz`))).toString();
    const closes = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[4]));
    const { years, down, up, mean, deviation } = jumpsOf(closes, floor);
    const figures = [down / years, up / years, mean, deviation].map((x) => x.toFixed(4)).join(" ");
    process.stdout.write(`${symbol}: ${years.toFixed(1)} years; down and up a year, mean, deviation: ${figures}\n`);
  }
}
