import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parseCommandLine } from "../../../offchain/lab/cli.js";
import {
  BadFlagError,
  FileAccessError,
  MalformedCsvError,
  NothingToReplayError,
} from "../../../offchain/lab/errors.js";
import { wad } from "../../../offchain/lab/numbers.js";
import { replayOne } from "../../../offchain/lab/oracle/command.edge.js";
import { figuresOf as reckon } from "../../../offchain/lab/oracle/figures.js";
import { choose, loadMarketData } from "../../../offchain/lab/oracle/files.edge.js";
import { HISTORY, historyRecording, stretchesOf } from "../../../offchain/lab/oracle/recording.js";
import { replayTables } from "../../../offchain/lab/oracle/report.js";
import { parseRounds } from "../../../offchain/lab/oracle/rounds.js";
import type { Moment } from "../../../offchain/lab/oracle/watch.edge.js";
import type { BarFile } from "../../../offchain/lab/scenarios/replay/series.js";
import { sourceIndex } from "../../../offchain/lab/simulator/feeds.js";

const HEADER = "timestamp,updated_at,aggregator_round,answer";
const START = Date.parse("2023-05-01T00:00:00Z") / 1000;

/** A moment whose interval is so many bps wide to either side of `seen`. */
function moment(atSeconds: number, trueWad: bigint, seen: bigint, more: Partial<Moment> = {}): Moment {
  const reading = {
    lowWad: (seen * 9_990n) / 10_000n,
    midWad: seen,
    highWad: (seen * 10_010n) / 10_000n,
    shortTwapWad: seen,
    longTwapWad: seen,
  };
  return { atSeconds, trueWad, pushWad: seen, level: 0, before: reading, after: reading, ...more };
}

/** Figures where every record of the true price is a tick. */
const figuresOf = (track: { readonly symbol: string; readonly moments: readonly Moment[] }) =>
  reckon(
    track,
    track.moments.map(({ atSeconds, trueWad }) => ({ atSeconds, priceWad: trueWad })),
  );

const hourly = (symbol: string, hours: number): BarFile => ({
  file: "",
  sha256: "",
  symbol,
  venue: "x-spot",
  intervalSeconds: 3600,
  bars: Array.from({ length: hours }, (_, hour) => {
    const price = wad(String(2000 + hour));
    return { openSeconds: START + hour * 3600, openWad: price, highWad: price, lowWad: price, closeWad: price };
  }),
});

describe("oracle replay", () => {
  it("default: rounds are read in time, the later of two in one second", () => {
    const rows = ["2023,1682899200,1,200000000000", "2023,1682899200,2,200100000000", "2023,1682899212,3,1"];
    expect(parseRounds("x.csv", [HEADER, ...rows].join("\n"))).to.deep.equal([
      { atSeconds: 1682899200, priceWad: wad("2001") },
      { atSeconds: 1682899212, priceWad: 10n ** 10n },
    ]);
  });

  it("error: MalformedCsvError names file and line", () => {
    const good = "x,1682899200,1,200000000000";
    for (const [lines, line, problem] of [
      [["timestamp,open", good], 1, /header/],
      [[HEADER], 1, /no round/],
      [[HEADER, good, "x,soon,2,5"], 3, /updated_at is "soon"/],
      [[HEADER, good, "x,1682899300,2,-5"], 3, /answer is "-5"/],
      [[HEADER, good, "x,1682899300,2,0"], 3, /answer is "0"/],
      [[HEADER, good, "x,1682899199,2,5"], 3, /falls/],
      [[HEADER, good, "x,1682899300,2"], 3, /3 fields/],
    ] as const)
      expect(() => parseRounds("rounds.csv", lines.join("\n")), lines.join("\n"))
        .to.throw(MalformedCsvError, problem)
        .that.includes({ file: "rounds.csv", line });
  });

  it("behavior: coverage counts what the interval held, and how far it missed", () => {
    const { afterCommit, longestOutsideSeconds } = figuresOf({
      symbol: "X",
      moments: [0, 100, 200, 300].map((at) =>
        moment(at, at === 100 || at === 200 ? wad("101") : wad("100"), wad("100")),
      ),
    });
    expect(afterCommit.inside).to.equal(2);
    // 101 against an upper edge of 100.1: 0.9 of 101.
    expect(afterCommit.missBpsWorst).to.equal(89.1);
    expect(longestOutsideSeconds).to.equal(200);
  });

  it("behavior: a trip without the move that its trigger asks for is false", () => {
    const path = (end: string) =>
      Array.from({ length: 30 }, (_, step) => {
        const trip = step === 20 ? ({ level: 2, trip: "velocity" } as const) : { level: step > 20 ? 2 : 0 };
        return moment(step * 60, step < 19 ? wad("100") : wad(end), wad("100"), trip);
      });
    expect(figuresOf({ symbol: "X", moments: path("92") }).trips.map(({ deserved }) => deserved)).to.deep.equal([true]);
    expect(figuresOf({ symbol: "X", moments: path("93") }).trips.map(({ deserved }) => deserved)).to.deep.equal([
      false,
    ]);
  });

  it("behavior: detection runs from the move of 5 % to Guarded, before it or after; an hour without is missed", () => {
    const path = (guardedAt: number | undefined) =>
      Array.from({ length: 100 }, (_, step) => {
        const level = guardedAt !== undefined && step >= guardedAt ? 1 : 0;
        return moment(step * 60, step < 20 ? wad("100") : wad("95"), wad("100"), { level });
      });
    const latencies = (guardedAt: number | undefined) =>
      figuresOf({ symbol: "X", moments: path(guardedAt) }).detections.map(({ latencySeconds }) => latencySeconds);
    expect(latencies(23)).to.deep.equal([180]);
    expect(latencies(18)).to.deep.equal([-120]);
    expect(latencies(undefined)).to.deep.equal([null]);
  });

  it("behavior: lag is the time between the halves of the fall", () => {
    const moments = Array.from({ length: 40 }, (_, step) => {
      const price = (late: number) => wad(String(100 - Math.min(20, Math.max(0, step - 10 - late))));
      const base = moment(step * 60, price(0), price(3));
      if (base.after === undefined) throw new RangeError("no reading");
      const after = { ...base.after, shortTwapWad: price(5), longTwapWad: wad("100") };
      return { ...base, pushWad: price(1), after };
    });
    const { lags } = figuresOf({ symbol: "X", moments });
    const late = { pushSeconds: 60, midSeconds: 180, shortTwapSeconds: 300, longTwapSeconds: null };
    expect(lags).to.deep.equal({ fallBps: 2000, ...late });
  });

  it("behavior: the long history has every round at its second, and whole hours; stretches cover it without gap", () => {
    const rounds = new Map([
      ["ETH", [10, 4000, 7190, 20_000].map((at) => ({ atSeconds: START + at, priceWad: wad("2000") + BigInt(at) }))],
    ]);
    const recording = historyRecording({
      rounds,
      hourly: new Map([["ETH", hourly("ETH", 9)]]),
      everySeconds: 600,
      seed: 1n,
    });
    const push = sourceIndex("chainlink");
    const { ticks } = recording.input.tape;
    const absolute = ticks.map(({ atSeconds }) => recording.startSeconds - START + atSeconds);
    expect(absolute).to.include.members([3600, 4000, 7200, 18_000]);
    // 7190 is too close to the hour: it is published there.
    expect(absolute).to.not.include(7190);
    const fresh = absolute.filter((_, tick) => recording.feeds[tick]?.[0]?.[push]?.fresh === true);
    expect(fresh).to.deep.equal([3600, 4000, 7200, 20_000].filter((at) => absolute.includes(at)));
    expect(recording.realRounds).to.deep.equal(["ETH"]);
    expect(recording.recorded.filter(Boolean)).to.have.length(absolute.filter((at) => at % 3600 === 0).length);
    const stretches = stretchesOf(recording, 7);
    const counted = stretches.flatMap(({ recording: part, beginsAt, countsFrom }) =>
      part.input.tape.ticks.map(({ atSeconds }) => atSeconds + beginsAt).filter((at) => at >= countsFrom),
    );
    expect(counted).to.deep.equal(ticks.map(({ atSeconds }) => atSeconds));
    for (const { recording: part } of stretches)
      expect(part.feeds[0]?.every((quotes) => quotes.every(({ fresh: said }) => said))).to.equal(true);
  });

  it("default: parses its flags", () => {
    expect(parseCommandLine(["oracle", "x"])).to.deep.equal({
      command: "oracle",
      path: "x",
      seed: 1n,
      out: "out/oracle",
      history: true,
      everySeconds: 600,
      events: ["all"],
      assets: ["BTC", "ETH", "USDC"],
      write: false,
    });
    expect(
      parseCommandLine(["oracle", "x", "--from", "2023-08-17", "--to", "2023-08-18T06:00Z", "--no-history"]),
    ).to.deep.include({ history: false, to: { text: "2023-08-18T06:00Z", seconds: 1692338400 } });
    for (const flags of [
      ["--every", "23"],
      ["--every", "3601"],
      ["--from", "monday"],
      ["--from", "2023-08-18", "--to", "2023-08-18"],
      ["--events", "a,,b"],
      ["--hours", "0"],
    ])
      expect(() => parseCommandLine(["oracle", "x", ...flags]), flags.join(" ")).to.throw(BadFlagError);
  });

  it("error: a folder without data, and a crash that is not there", () => {
    const folder = mkdtempSync(join(tmpdir(), "breakwater-oracle-"));
    try {
      expect(() => loadMarketData(join(folder, "absent"))).to.throw(FileAccessError);
      expect(() => loadMarketData(folder)).to.throw(NothingToReplayError);
      mkdirSync(join(folder, "oracle"));
      writeFileSync(join(folder, "oracle", "chainlink-ETH-USD-rounds.csv"), `${HEADER}\nx,1682899200,1,many`);
      expect(() => loadMarketData(folder)).to.throw(MalformedCsvError, /chainlink-ETH-USD-rounds\.csv", line 2/);
      const data = { rounds: new Map(), hourly: new Map(), dollar: undefined, events: ["/x/2020-crash"] };
      const wanted = { seed: 1n, history: true, everySeconds: 600, assets: ["ETH"] };
      expect(() => choose(data, { ...wanted, events: ["other"] })).to.throw(BadFlagError, /2020-crash/);
      expect(choose(data, { ...wanted, events: ["none"] })).to.deep.equal([]);
      expect(choose(data, { ...wanted, events: ["all"] }).map(({ name }) => name)).to.deep.equal(["2020-crash"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Recorded prices lie beside the project: their licences do not let them be committed. */
const EVENTS =
  process.env["BREAKWATER_MARKET_DATA"] ??
  fileURLToPath(new URL("../../../../shared/market-data/events", import.meta.url));
const DATA = join(EVENTS, "..");

describe("oracle on the crash of 17 August 2023, real rounds", function () {
  this.timeout(300_000);
  if (!existsSync(join(DATA, "oracle"))) {
    it.skip(`skipped: no rounds at ${DATA} (BREAKWATER_MARKET_DATA names the folder events/ beside oracle/)`);
    return;
  }
  const time = (text: string) => Date.parse(text) / 1000;
  const wanted = {
    seed: 1n,
    history: true,
    fromSeconds: time("2023-08-17T12:00:00Z"),
    toSeconds: time("2023-08-18T00:00:00Z"),
    everySeconds: 600,
    events: ["2023-08-17-liquidation-flash"],
    assets: ["BTC", "ETH"],
    hours: 2,
  };
  const pending = () => choose(loadMarketData(DATA), wanted);
  const replay = async (index: number) => {
    const recording = pending()[index]?.load();
    if (recording === undefined) throw new RangeError("nothing to replay");
    return replayOne(recording, new AbortController().signal, () => undefined);
  };

  it("behavior: half a day of rounds trips nothing without a move, and the same rounds give the same figures", async () => {
    const found = await replay(0);
    expect(found.name).to.equal(HISTORY);
    expect(found.realRounds).to.deep.equal(["BTC", "ETH"]);
    for (const { symbol, trips, beforeCommit, reduceOnlyBps } of found.assets) {
      expect(
        trips.filter(({ deserved }) => !deserved),
        symbol,
      ).to.deep.equal([]);
      expect(beforeCommit.readings >= 12 && beforeCommit.inside * 10 >= beforeCommit.readings * 8, symbol).to.equal(
        true,
      );
      expect(reduceOnlyBps < 1_500, `${symbol} at Reduce-only for ${reduceOnlyBps} bps`).to.equal(true);
    }
    expect(await replay(0)).to.deep.equal(found);
  });

  it("behavior: in the crash Guarded comes within five minutes, and the interval holds four prices of five", async () => {
    const found = await replay(1);
    expect(found.realRounds).to.deep.equal(["BTC", "ETH"]);
    for (const { symbol, detections, afterCommit, lags } of found.assets) {
      expect(detections.length, symbol).to.equal(1);
      const [latency] = detections.map(({ latencySeconds }) => latencySeconds);
      expect(typeof latency === "number" && latency <= 300, `${symbol} after ${latency} s`).to.equal(true);
      expect(afterCommit.inside * 10 >= afterCommit.readings * 8, `${symbol}: ${afterCommit.inside}`).to.equal(true);
      // The means are what they are for: the long one is slower than the short one.
      const [short, long] = [lags?.shortTwapSeconds ?? null, lags?.longTwapSeconds ?? null];
      expect(short !== null && short <= 600 && (long === null || long > short), symbol).to.equal(true);
    }
    const tables = replayTables([found], "command");
    expect(tables).to.include("### Lag in the steepest hour's fall").and.include("| BTC ");
  });
});
