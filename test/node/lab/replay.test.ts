import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { FileAccessError, MalformedCsvError, NothingToReplayError } from "../../../offchain/lab/errors.js";
import { wad } from "../../../offchain/lab/numbers.js";
import { findReplays, loadBars } from "../../../offchain/lab/scenarios/replay/files.edge.js";
import { replayCase } from "../../../offchain/lab/scenarios/replay/replay.js";
import { mergePoints, parseFileName, pointsOf, sample } from "../../../offchain/lab/scenarios/replay/series.js";

const START = Date.parse("2020-03-12T00:00:00Z") / 1000;
const bar = (minute: number, open: string, high: string, low: string, close: string) => ({
  openSeconds: START + minute * 60,
  openWad: wad(open),
  highWad: wad(high),
  lowWad: wad(low),
  closeWad: wad(close),
});
const csv = (rows: readonly string[]) => ["timestamp,open,high,low,close,volume", ...rows].join("\n");
const falling = (minutes: number, step: number) =>
  Array.from({ length: minutes / step }, (_, index) => {
    const time = new Date((START + index * step * 60) * 1000).toISOString().replace(".000Z", "Z");
    const price = index * step > 60 && index * step < 120 ? 150 : 200;
    return `${time},${price},${price + 1},${price - 1},${price},1`;
  });

describe("replay", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "breakwater-lab-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("default: four feed steps per bar, the near extreme first", () => {
    const down = pointsOf(bar(0, "100", "101", "90", "95"), 60);
    expect(down.map(({ priceWad }) => priceWad)).to.deep.equal(["100", "90", "101", "95"].map(wad));
    expect(down.map(({ atSeconds }) => atSeconds - START)).to.deep.equal([0, 15, 30, 45]);
    const up = pointsOf(bar(0, "100", "120", "99", "115"), 300);
    expect(up.map(({ priceWad }) => priceWad)).to.deep.equal(["100", "120", "99", "115"].map(wad));
  });

  it("behavior: finest bars first, coarser ones only where nothing finer is", () => {
    const file = { file: "", sha256: "", symbol: "ETH", venue: "x" };
    const points = mergePoints([
      { ...file, intervalSeconds: 300, bars: [bar(0, "1", "1", "1", "1"), bar(5, "2", "2", "2", "2")] },
      { ...file, intervalSeconds: 60, bars: [bar(1, "7", "7", "7", "7")] },
    ]);
    expect(points.map(({ atSeconds }) => (atSeconds - START) / 60)).to.deep.equal([
      1, 1.25, 1.5, 1.75, 5, 6.25, 7.5, 8.75,
    ]);
    expect(sample(points, [START, START + 75, START + 3600])).to.deep.equal(["7", "7", "2"].map(wad));
  });

  it("behavior: reads symbol, venue and interval from the name", () => {
    expect(parseFileName("BTCUSDT-binance-perp-5m.csv")).to.deep.equal({
      symbol: "BTC",
      venue: "binance-perp",
      intervalSeconds: 300,
    });
    expect(parseFileName("ETHUSDT-ftx-spot-1h.csv.gz")).to.deep.equal({
      symbol: "ETH",
      venue: "ftx-spot",
      intervalSeconds: 3600,
    });
    expect(parseFileName("USDCUSDT-kucoin-spot-1m.csv")?.symbol).to.equal("USDC");
    expect(parseFileName("prices.csv")).to.equal(undefined);
  });

  it("behavior: takes every venue and symbol of a folder, plain and packed, and notes their hashes", () => {
    writeFileSync(join(folder, "ETHUSDT-a-spot-1m.csv"), csv(falling(240, 1)));
    writeFileSync(join(folder, "ETHUSDT-b-spot-5m.csv.gz"), gzipSync(csv(falling(240, 5))));
    writeFileSync(join(folder, "BTCUSDT-a-spot-5m.csv"), csv(falling(240, 5)));
    writeFileSync(join(folder, "BTCUSDT-a-funding-8h.csv"), "when,rate\n1,2");
    writeFileSync(join(folder, "notes.txt"), "hello");
    const { files, name } = loadBars(folder);
    expect(files.map(({ file }) => file)).to.deep.equal([
      "BTCUSDT-a-spot-5m.csv",
      "ETHUSDT-a-spot-1m.csv",
      "ETHUSDT-b-spot-5m.csv.gz",
    ]);
    const replay = replayCase({ path: folder, name, files, seed: 1n, hours: 2 });
    expect(replay.tape.assets).to.deep.equal([
      { symbol: "BTC", venues: ["a-spot"] },
      { symbol: "ETH", venues: ["a-spot", "b-spot"] },
    ]);
    expect(replay.tape.ticks[1]?.atSeconds).to.equal(15);
    expect(replay.notes.filter((note) => /sha256 [0-9a-f]{64}/.test(note))).to.have.length(3);
    const low = replay.tape.ticks.reduce((least, { prices }) => {
      const price = prices[1]?.[0] ?? 0n;
      return price < least ? price : least;
    }, wad("1000"));
    expect(low).to.equal(wad("149"));
    const recorded = replay.tape.ticks.filter(({ atSeconds }) => atSeconds <= 2 * 3600).at(-1);
    const end = replay.tape.ticks.at(-1);
    expect((end?.atSeconds ?? 0) - (recorded?.atSeconds ?? 0)).to.equal(1200);
    expect(end?.prices).to.deep.equal(recorded?.prices);
  });

  it("behavior: a folder of event folders gives each of them, a file or an event folder itself", () => {
    for (const event of ["b-crash", "a-crash", "empty"]) mkdirSync(join(folder, event));
    writeFileSync(join(folder, "a-crash", "ETHUSDT-a-spot-1m.csv"), csv(falling(240, 1)));
    writeFileSync(join(folder, "b-crash", "ETHUSDT-market.csv"), csv(falling(240, 1)));
    writeFileSync(join(folder, "empty", "ETHUSDT-a-perp-mark-1h.csv"), csv(falling(240, 1)));
    expect(findReplays(folder)).to.deep.equal([join(folder, "a-crash"), join(folder, "b-crash")]);
    expect(findReplays(join(folder, "a-crash"))).to.deep.equal([join(folder, "a-crash")]);
    const file = join(folder, "a-crash", "ETHUSDT-a-spot-1m.csv");
    expect(findReplays(file)).to.deep.equal([file]);
    expect(() => findReplays(join(folder, "empty"))).to.throw(NothingToReplayError);
  });

  it("error: FileAccessError, NothingToReplayError and MalformedCsvError", () => {
    expect(() => loadBars(join(folder, "absent"))).to.throw(FileAccessError, /cannot be found/);
    expect(() => loadBars(folder)).to.throw(NothingToReplayError);
    writeFileSync(join(folder, "x.csv.gz"), "not packed");
    expect(() => loadBars(join(folder, "x.csv.gz"))).to.throw(FileAccessError, /gzip/);
    writeFileSync(join(folder, "ETHUSDT-a-spot-1m.csv"), csv(["nonsense"]));
    expect(() => loadBars(join(folder, "ETHUSDT-a-spot-1m.csv")))
      .to.throw(MalformedCsvError)
      .that.includes({ line: 2 });
    writeFileSync(join(folder, "empty.csv"), csv([]));
    const { files, name } = loadBars(join(folder, "empty.csv"));
    expect(() => replayCase({ path: "empty.csv", name, files, seed: 1n })).to.throw(NothingToReplayError);
  });
});
