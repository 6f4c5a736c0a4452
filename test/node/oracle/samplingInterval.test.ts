import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

/** Recorded rounds lie beside the project: their licences do not let them be committed. */
const EVENTS =
  process.env["BREAKWATER_MARKET_DATA"] ??
  fileURLToPath(new URL("../../../../shared/market-data/events", import.meta.url));
const ROUNDS = join(EVENTS, "..", "oracle");
const MINUTE_SECONDS = 60;

type Round = { readonly at: number; readonly log: number };

function roundsOf(symbol: string): readonly Round[] {
  const [, ...lines] = readFileSync(join(ROUNDS, `chainlink-${symbol}-USD-rounds.csv`), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [, at, , answer] = line.split(",");
    return { at: Number(at), log: Math.log(Number(answer)) };
  });
}

/** What a reader sees at each of the times: the last round before it. */
function seenAt(rounds: readonly Round[], times: readonly number[]): readonly number[] {
  let next = 0;
  let log = 0;
  return times.map((time) => {
    for (; (rounds[next]?.at ?? Infinity) <= time; next++) log = rounds[next]?.log ?? log;
    return log;
  });
}

function correlation(a: readonly number[], b: readonly number[]): number {
  let [squaresA, squaresB, products] = [0, 0, 0];
  for (let i = 1; i < a.length; i++) {
    const [x, y] = [(a[i] ?? 0) - (a[i - 1] ?? 0), (b[i] ?? 0) - (b[i - 1] ?? 0)];
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  return products / Math.sqrt(squaresA * squaresB);
}

describe("how often to sample a correlation", () => {
  if (!existsSync(ROUNDS)) {
    it.skip(`skipped: no rounds at ${ROUNDS} (BREAKWATER_MARKET_DATA names another folder)`);
    return;
  }

  it("behavior: Chainlink's ETH and BTC look the less alike the more often one looks; half an hour keeps most", () => {
    const [ether, bitcoin] = [roundsOf("ETH"), roundsOf("BTC")];
    const start = Math.max(ether[0]?.at ?? 0, bitcoin[0]?.at ?? 0);
    const end = Math.min(ether.at(-1)?.at ?? 0, bitcoin.at(-1)?.at ?? 0);
    const found = [1, 5, 15, 30, 60, 1440].map((minutes) => {
      const step = minutes * MINUTE_SECONDS;
      const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
      return { minutes, rho: correlation(seenAt(ether, times), seenAt(bitcoin, times)) };
    });
    if (process.env["SHOW"] !== undefined) console.table(found);
    const rising = found.every(({ rho }, i) => rho > (found[i - 1]?.rho ?? 0));
    expect(rising, JSON.stringify(found)).to.equal(true);
    const rhoOf = (wanted: number) => found.find(({ minutes }) => minutes === wanted)?.rho ?? NaN;
    const day = rhoOf(1440);
    expect(rhoOf(30) > 0.85 * day && rhoOf(5) < 0.7 * day, JSON.stringify(found)).to.equal(true);
  });
});
