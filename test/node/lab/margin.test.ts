import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { loadSpec } from "../../../deploy/index.js";
import { parseCommandLine } from "../../../offchain/lab/cli.js";
import { BadFlagError, FileAccessError, NothingToReplayError } from "../../../offchain/lab/errors.js";
import { backTest, missedGates } from "../../../offchain/lab/margin/backTest.js";
import { blackDelta, blackValue } from "../../../offchain/lab/margin/black.js";
import { backTestMargin, loadTerms } from "../../../offchain/lab/margin/command.edge.js";
import { BackTestSpecError } from "../../../offchain/lab/margin/errors.js";
import { marginHtml } from "../../../offchain/lab/margin/html.js";
import { deribitRequirement, spanRequirement } from "../../../offchain/lab/margin/peers.js";
import { marginTables } from "../../../offchain/lab/margin/report.js";
import { kupiecPValue, normal, requirementFigures } from "../../../offchain/lab/margin/statistics.js";
import { hoursOf, termsOf } from "../../../offchain/lab/margin/world.js";
import { greeksOf, WAD } from "../../../offchain/sdk/index.js";

const HOUR = 3600;
const START = Date.parse("2023-01-01T00:00:00Z") / 1000;
const terms = termsOf(loadSpec("deploy/specs/mainnet.json"), ["BTC", "ETH"]);

/** Hourly bars of a price that zigzags by `step`, and falls to a share of itself in one hour. */
function bars(price: number, step: number, count: number, crash: { at: number; share: number }) {
  let level = price;
  return Array.from({ length: count }, (_, i) => {
    level *= i === crash.at ? crash.share : i % 2 === 0 ? 1 + step : 1 / (1 + step);
    return { at: START + i * HOUR, level };
  });
}

function file(symbol: string, price: number, step: number, count: number, crash = { at: -1, share: 1 }) {
  const all = bars(price, step, count, crash).map(({ at, level }) => {
    const wad = BigInt(Math.round(level * 1e8)) * 10n ** 10n;
    return { openSeconds: at, openWad: wad, highWad: wad, lowWad: wad, closeWad: wad };
  });
  return { file: symbol, sha256: "", symbol, venue: "v", intervalSeconds: HOUR, bars: all };
}

const goOn = async () => true;
const run = async (crash?: { at: number; share: number }) => {
  const files = [file("BTC", 30_000, 0.004, 900, crash), file("ETH", 2_000, 0.005, 900, crash)];
  return backTest({ hours: hoursOf(files, terms), terms, everyHours: 4, onHour: goOn });
};

/** Whether two numbers are as near as told. */
const near = (a: number, b: number, distance: number) => Math.abs(a - b) <= distance;

describe("lab margin: statistics", () => {
  it("Kupiec's test on published cases", () => {
    // Likelihood ratios by hand: seven breaches of 250 at 1 % give 5.497, and chi-square of one degree 0.01905.
    expect(near(kupiecPValue(7, 250, 0.01), 0.01905, 1e-4)).to.equal(true);
    // No breach: -2 * 250 * ln(0.99) = 5.0252.
    expect(near(kupiecPValue(0, 250, 0.01), 0.02498, 1e-4)).to.equal(true);
    expect(near(kupiecPValue(10, 1000, 0.01), 1, 1e-6)).to.equal(true);
    expect(kupiecPValue(0, 0, 0.01)).to.equal(1);
  });

  it("counts breaches, the worst of them and independent readings", () => {
    const reading = (i: number, requirement: number, loss: number) => ({
      atSeconds: START + i * HOUR,
      requirement,
      loss,
      lossHeld: 0,
    });
    const figures = requirementFigures(
      [reading(0, 1, 1), reading(1, 2, 2.5), reading(2, 1, 1.1), reading(3, 4, -1), reading(4, 1, Number.NaN)],
      2 * HOUR,
    );
    expect([figures.readings, figures.breaches, figures.independent, figures.independentBreaches]).to.deep.equal([
      4, 2, 2, 1,
    ]);
    expect([figures.coverage, figures.coverageHeld, figures.worstBreach, figures.worstAt]).to.deep.equal([
      0.5,
      1,
      0.5,
      START + HOUR,
    ]);
    expect([figures.peak, figures.trough, figures.peakToTrough, figures.monthRise]).to.deep.equal([4, 1, 4, 4]);
  });

  it("a rise counts within 30 days only", () => {
    const at = (days: number, requirement: number) => ({
      atSeconds: START + days * 86_400,
      requirement,
      loss: 0,
      lossHeld: 0,
    });
    const figures = requirementFigures([at(0, 1), at(10, 2), at(31, 3), at(60, 4)], HOUR);
    expect([figures.peakToTrough, figures.monthRise]).to.deep.equal([4, 2]);
  });

  it("Black's formula agrees with the contracts' kernel", () => {
    const call = { kind: "call", strike: 110, expiry: 31_536_000 } as const;
    const exact = greeksOf({ forwardWad: 100n * WAD, strikeWad: 110n * WAD, totalVolWad: WAD / 2n });
    expect(near(blackValue(call, 100, 0.5, 0), Number(exact.callWad) / 1e18, 1e-4)).to.equal(true);
    expect(near(blackDelta(call, 100, 0.5, 0), Number(exact.deltaWad) / 1e18, 1e-6)).to.equal(true);
    expect(near(blackValue({ ...call, kind: "put" }, 100, 0.5, 0), Number(exact.putWad) / 1e18, 1e-4)).to.equal(true);
    expect(blackValue(call, 130, 0.5, 31_536_000)).to.equal(20);
    expect(near(normal(-2.326347874), 0.01, 1e-7)).to.equal(true);
  });
});

describe("lab margin: the back-test", function () {
  this.timeout(120_000);

  it("covers a quiet market, and finds a crash", async () => {
    const [quiet, crashed] = [await run(), await run({ at: 800, share: 0.6 })];
    const breaches = (test: typeof quiet, name: string) =>
      test?.tracks.find((track) => track.name === name)?.figures.initial.breaches;
    expect(quiet?.tracks.map(({ figures }) => figures.initial.breaches)).to.deep.equal(Array(13).fill(0));
    // Six readings, four hours apart, have the fall within their day.
    expect(breaches(crashed, "BTC long perp")).to.equal(6);
    expect(breaches(crashed, "BTC short perp")).to.equal(0);
    expect(breaches(crashed, "ETH short straddle, 30 d")).to.equal(6);
    const long = crashed?.tracks.find(({ name }) => name === "BTC long perp");
    expect(long === undefined ? [] : missedGates(long)).to.include("initial coverage");
    // Four in ten lost, less the requirement.
    const worst = long?.figures.initial;
    expect(near(worst?.worstBreach ?? 0, 0.4 - (worst?.trough ?? 0), 0.02)).to.equal(true);
  });

  it("is the same each time, and stops when told", async () => {
    const [one, other] = [await run(), await run()];
    if (one === undefined || other === undefined) throw new TypeError("the back-test stopped");
    expect(marginTables(one, "x")).to.equal(marginTables(other, "x"));
    expect(marginHtml(one)).to.equal(marginHtml(other));
    const hours = hoursOf([file("BTC", 30_000, 0.004, 900), file("ETH", 2_000, 0.005, 900)], terms);
    expect(await backTest({ hours, terms, everyHours: 4, onHour: async () => false })).to.equal(undefined);
  });

  it("the references by hand: a perpetual loses its range", () => {
    const hours = hoursOf([file("BTC", 30_000, 0.004, 2), file("ETH", 2_000, 0.005, 2)], terms);
    const [hour] = hours;
    if (hour === undefined) throw new TypeError("there is no hour");
    const price = hour.sights[0]?.price ?? 0;
    const long = { perps: [1, 0], options: [] };
    // The scan, 16 % for BTC; the extreme move, twice as far, counts 35 %.
    expect(near(spanRequirement(long, hour, terms.assets), 0.16 * price, 1e-6)).to.equal(true);
    const { initial, maintenance } = deribitRequirement(long, hour, terms.assets);
    expect([near(maintenance, 0.16 * price, 1e-6), near(initial, 0.2 * price, 1e-6)]).to.deep.equal([true, true]);
    // A long option loses its premium at most.
    const expiry = hour.atSeconds + 30 * 86_400;
    const call = { perps: [0, 0], options: [{ asset: 0, kind: "call", units: 1, strike: price, expiry } as const] };
    expect(spanRequirement(call, hour, terms.assets) < 0.2 * price).to.equal(true);
    // Far out of the money the short-option minimum is all there is.
    const far = { asset: 0, kind: "call", units: -1, strike: 20 * price, expiry: hour.atSeconds + 86_400 } as const;
    const minimum = spanRequirement({ perps: [0, 0], options: [far] }, hour, terms.assets);
    expect(near(minimum, 0.01 * price, 1e-6)).to.equal(true);
  });

  it("refuses an unknown underlying", () => {
    expect(() => termsOf(loadSpec("deploy/specs/mainnet.json"), ["DOGE"])).to.throw(BackTestSpecError);
  });
});

describe("lab margin: the command", function () {
  this.timeout(120_000);

  function folder(step: number, crash = { at: -1, share: 1 }, counts: readonly [number, number] = [800, 800]): string {
    const path = mkdtempSync(join(tmpdir(), "margin-"));
    mkdirSync(join(path, "long"));
    for (const [symbol, price, count] of [
      ["BTC", 30_000, counts[0]],
      ["ETH", 2_000, counts[1]],
    ] as const) {
      const rows = bars(price, step, count, crash).map(
        ({ at, level }) =>
          `${new Date(at * 1000).toISOString().slice(0, 19)}Z,${Array(4).fill(level.toFixed(2)).join(",")},1`,
      );
      const text = ["timestamp,open,high,low,close,volume", ...rows].join("\n");
      writeFileSync(join(path, "long", `${symbol}USDT-binance-spot-1h.csv.gz`), gzipSync(`${text}\n`));
    }
    return path;
  }

  async function command(argv: readonly string[]): Promise<number> {
    const request = parseCommandLine(argv);
    if (request.command !== "margin") throw new TypeError("another command was read");
    return backTestMargin(request, () => undefined);
  }

  it("writes report, tables and data; 0 where every gate holds", async () => {
    const out = mkdtempSync(join(tmpdir(), "margin-out-"));
    expect(await command(["margin", folder(0.004), "--every", "8", "--out", out])).to.equal(0);
    for (const end of ["html", "md", "json"]) expect(existsSync(join(out, `margin-backtest.${end}`))).to.equal(true);
    expect(readFileSync(join(out, "margin-backtest.json"), "utf8")).to.contain('"leastCoveragePpm": 990000');
  });

  it("1 where a gate is missed", async () => {
    const out = mkdtempSync(join(tmpdir(), "margin-out-"));
    const crashing = folder(0.004, { at: 760, share: 0.5 });
    expect(await command(["margin", crashing, "--every", "8", "--out", out])).to.equal(1);
  });

  it("error: what cannot be used", async () => {
    const rejected = async (argv: readonly string[]) => command(argv).catch((error: unknown) => error);
    expect(await rejected(["margin", "no-such-folder"])).to.be.instanceOf(FileAccessError);
    expect(await rejected(["margin", mkdtempSync(join(tmpdir(), "empty-"))])).to.be.instanceOf(NothingToReplayError);
    expect(() => parseCommandLine(["margin", "x", "--every", "0"])).to.throw(BadFlagError, "--every");
  });

  it("error: bars of which no loss is known pass no gate, and leave no report", async () => {
    const out = mkdtempSync(join(tmpdir(), "margin-out-"));
    // 720 hours to warm up; the 24th hour after the first reading is the first with a loss.
    for (const counts of [
      [700, 700],
      [744, 744],
      [800, 700],
    ] as const) {
      const short = folder(0.004, undefined, counts);
      const error = await command(["margin", short, "--every", "1", "--out", out]).catch((cause: unknown) => cause);
      if (!(error instanceof NothingToReplayError))
        throw new TypeError(`${counts.join(", ")} bars gave ${String(error)}`);
      expect([error.path, error.exitCode]).to.deep.equal([short, 2]);
      expect(existsSync(join(out, "margin-backtest.json"))).to.equal(false);
    }
    expect(await command(["margin", folder(0.004, undefined, [745, 745]), "--every", "1", "--out", out])).to.equal(0);
  });

  it("error: a spec that cannot be used is one sentence", () => {
    expect(() => loadTerms("no-such-spec")).to.throw(BackTestSpecError, "no-such-spec");
  });
});
