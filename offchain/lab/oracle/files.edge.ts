import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { BadFlagError, FileAccessError, NothingToReplayError } from "../errors.js";
import { WAD } from "../numbers.js";
import { type LoadedBars, findReplays, loadBars } from "../scenarios/replay/files.edge.js";
import { chooseWindow, replayCase, tracksOf } from "../scenarios/replay/replay.js";
import type { BarFile } from "../scenarios/replay/series.js";
import { HISTORY, type Recording, type RoundsBySymbol, covers, historyRecording, recordingOf } from "./recording.js";
import { parseRounds } from "./rounds.js";

/** What there is to replay in a folder of market data. */
export type MarketData = {
  readonly rounds: RoundsBySymbol;
  /** Hourly bars in dollars, by symbol. */
  readonly hourly: ReadonlyMap<string, BarFile>;
  /** Hourly USDC per USDT, to turn prices in USDT into dollars; absent: they are taken for dollars. */
  readonly dollar: BarFile | undefined;
  /** Folders of recorded crashes. */
  readonly events: readonly string[];
};

const ROUNDS = /^chainlink-([A-Z0-9]+)-USD-rounds\.csv$/;
const HOUR = 3600;
/** Coarser bars say too little of ten minutes. */
const COARSEST_SECONDS = 300;

function list(path: string): readonly string[] {
  try {
    return statSync(path).isDirectory() ? [...readdirSync(path)].sort() : [];
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new FileAccessError(path, `it cannot be found${code}`, { cause });
  }
}

function hourlyFile(folder: string, names: readonly string[], symbol: string): BarFile | undefined {
  const found = names.find((name) => name.startsWith(`${symbol}USDT-`) && /-spot-1h\.csv(\.gz)?$/.test(name));
  return found === undefined ? undefined : loadBars(join(folder, found)).files[0];
}

/** Bars in USDT as bars in dollars, by the price of USDC in the same hour; hours without one are left out. */
function inDollars(file: BarFile, dollar: BarFile | undefined): BarFile {
  if (dollar === undefined) return file;
  const perHour = new Map(dollar.bars.map(({ openSeconds, openWad }) => [openSeconds, openWad]));
  const bars = file.bars.flatMap((bar) => {
    const rate = perHour.get(bar.openSeconds - (bar.openSeconds % HOUR));
    if (rate === undefined) return [];
    const scale = (priceWad: bigint) => (priceWad * WAD) / rate;
    const [openWad, highWad, lowWad, closeWad] = [bar.openWad, bar.highWad, bar.lowWad, bar.closeWad].map(scale);
    return openWad === undefined || highWad === undefined || lowWad === undefined || closeWad === undefined
      ? []
      : [{ openSeconds: bar.openSeconds, openWad, highWad, lowWad, closeWad }];
  });
  return { ...file, bars };
}

/**
 * Reads a folder of market data: `oracle/chainlink-SYMBOL-USD-rounds.csv`, hourly bars in `long/`, crashes in `events/`.
 *
 * @throws {FileAccessError} when the folder or a file cannot be read.
 * @throws {MalformedCsvError} when a file breaks its format.
 * @throws {NothingToReplayError} when there are neither rounds nor crashes.
 */
export function loadMarketData(path: string): MarketData {
  const names = list(path);
  const inside = (name: string) => (names.includes(name) ? list(join(path, name)) : []);
  const rounds = new Map(
    inside("oracle").flatMap((name) => {
      const symbol = ROUNDS.exec(name)?.[1];
      if (symbol === undefined) return [];
      const file = join(path, "oracle", name);
      return [[symbol, parseRounds(name, read(file))] as const];
    }),
  );
  const long = inside("long");
  const dollar = hourlyFile(join(path, "long"), long, "USDC");
  const hourly = new Map(
    [...rounds.keys()].flatMap((symbol) => {
      const file = hourlyFile(join(path, "long"), long, symbol);
      return file === undefined ? [] : [[symbol, inDollars(file, dollar)] as const];
    }),
  );
  const events = existsSync(join(path, "events")) ? findReplays(join(path, "events")) : [];
  if (hourly.size === 0 && events.length === 0)
    throw new NothingToReplayError(
      path,
      "it holds neither events/ nor oracle/chainlink-SYMBOL-USD-rounds.csv with hourly bars in long/",
    );
  return { rounds, hourly, dollar, events };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new FileAccessError(path, `it cannot be read${code}`, { cause });
  }
}

/** What of the market data is wanted. */
export type Wanted = {
  readonly seed: bigint;
  /** Whether the long history of rounds is replayed, and which part of it, seconds since 1970. */
  readonly history: boolean;
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  readonly everySeconds: number;
  /** Names of crashes, or "all" or "none". */
  readonly events: readonly string[];
  readonly assets: readonly string[];
  /** Length of the window of a crash, hours. */
  readonly hours?: number;
};

/** Something to replay, loaded when its turn comes. */
export type Pending = { readonly name: string; readonly load: () => Recording };

function eventRecording(path: string, data: MarketData, wanted: Wanted): Recording {
  const bars: LoadedBars = loadBars(path);
  const fine = bars.files.filter(
    ({ intervalSeconds, symbol }) => intervalSeconds <= COARSEST_SECONDS && wanted.assets.includes(symbol),
  );
  if (fine.length === 0)
    throw new NothingToReplayError(path, `no bars of five minutes or finer of ${wanted.assets.join(", ")}`);
  const window = chooseWindow(tracksOf(fine), wanted.hours);
  const real = fine.some(({ symbol }) => covers(data.rounds.get(symbol), window.fromSeconds, window.toSeconds));
  const files = real ? fine.map((file) => inDollars(file, data.dollar)) : fine;
  const hours = wanted.hours === undefined ? {} : { hours: wanted.hours };
  const input = replayCase({ path, name: bars.name, files, seed: wanted.seed, aftermathSeconds: 0, ...hours });
  const all = input.tape.ticks.map(() => true);
  return { ...recordingOf(input, window.fromSeconds, data.rounds, all), name: bars.name };
}

function roundsRecording(data: MarketData, wanted: Wanted): Recording {
  const recording = historyRecording({ ...data, ...wanted });
  if (recording.input.tape.ticks.length === 0)
    throw new NothingToReplayError(
      [...data.rounds.keys()].join(", "),
      "no rounds of all of them between --from and --to",
    );
  return recording;
}

/**
 * Chooses what to replay.
 *
 * @throws {BadFlagError} when a crash is not there.
 */
export function choose(data: MarketData, wanted: Wanted): readonly Pending[] {
  const known = data.events.map((path) => basename(path));
  for (const name of wanted.events)
    if (name !== "all" && name !== "none" && !known.includes(name))
      throw new BadFlagError("--events", name, `all, none or some of: ${known.join(", ")}`);
  const events = wanted.events.includes("none")
    ? []
    : data.events.filter((path) => wanted.events.includes("all") || wanted.events.includes(basename(path)));
  const history: readonly Pending[] =
    !wanted.history || data.hourly.size === 0 ? [] : [{ name: HISTORY, load: () => roundsRecording(data, wanted) }];
  return [
    ...history,
    ...events.map((path) => ({ name: basename(path), load: () => eventRecording(path, data, wanted) })),
  ];
}
