import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { build } from "../build.edge.js";
import type { OracleRequest } from "../cli.js";
import { InterruptedRunError, UsageError } from "../errors.js";
import { stopSignal } from "../interrupt.edge.js";
import { abortReason } from "../lab.js";
import { type PagePart, makeFolder, renewParts, writeAtomically } from "../output.edge.js";
import { canonicalJson } from "../report/canonical.js";
import { figuresOf } from "./figures.js";
import { type Pending, choose, loadMarketData } from "./files.edge.js";
import { HISTORY, type Recording, type Stretch, stretchesOf } from "./recording.js";
import { type RecordingFigures, replayJson, replayTables } from "./report.js";
import type { Moment, Track } from "./watch.edge.js";

/** The page that `--write` renews: a part for the rounds and one for the crashes, each when it was replayed. */
const PAGE = "docs/oracle-replay.md";
const PARTS = ["rounds", "crashes"] as const;

/** The usual distance between ticks. */
function stepOf({ input }: Recording): number {
  const { ticks } = input.tape;
  const gaps = ticks.slice(1).map(({ atSeconds }, index) => atSeconds - (ticks[index]?.atSeconds ?? 0));
  return gaps.toSorted((a, b) => a - b).at(-1) ?? 0;
}

/** So many ticks on one chain take about a gigabyte. */
const MOST_TICKS = 1_500;

/** Shows one stretch to an oracle on a chain of its own. */
async function watchStretch(
  { recording, beginsAt, countsFrom }: Stretch,
  signal: AbortSignal,
): Promise<readonly Track[]> {
  // Loaded late: the bindings exist only after a build.
  const { openWorldFor, watch } = await import("./watch.edge.js");
  const world = await openWorldFor(recording);
  try {
    // Lets a signal be heard.
    const tracks = await watch(world, recording, { signal, onTick: () => setImmediate() });
    return tracks.map(({ symbol, moments }) => ({
      symbol,
      moments: moments
        .map((moment) => ({ ...moment, atSeconds: moment.atSeconds + beginsAt }))
        .filter(({ atSeconds }) => atSeconds >= countsFrom),
    }));
  } finally {
    await world.chain.close();
  }
}

/**
 * Replays one recording.
 *
 * @throws {InterruptedRunError} when the signal is raised before its end.
 */
export async function replayOne(
  recording: Recording,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<RecordingFigures> {
  const { ticks, assets } = recording.input.tape;
  const moments = assets.map((): Moment[] => []);
  const stretches = stretchesOf(recording, MOST_TICKS);
  for (const [index, stretch] of stretches.entries()) {
    if (index > 0) say(`  ${recording.name}: ${index * MOST_TICKS} of ${ticks.length} ticks`);
    const tracks = await watchStretch(stretch, signal);
    if (signal.aborted) throw new InterruptedRunError(abortReason(signal));
    for (const [asset, track] of tracks.entries()) moments[asset]?.push(...track.moments);
  }
  return {
    name: recording.name,
    startSeconds: recording.startSeconds,
    stepSeconds: stepOf(recording),
    ticks: ticks.length,
    realRounds: recording.realRounds,
    assets: assets.map(({ symbol }, asset) =>
      figuresOf({ symbol, moments: moments[asset] ?? [] }, recording.paths[asset] ?? []),
    ),
  };
}

/** The tables of each part that was replayed. */
function partsOf(recordings: readonly RecordingFigures[], command: string): readonly PagePart[] {
  return PARTS.flatMap((part): readonly PagePart[] => {
    const own = recordings.filter(({ name }) => (name === HISTORY) === (part === "rounds"));
    return own.length === 0 ? [] : [[part, replayTables(own, command)]];
  });
}

function commandOf(request: OracleRequest): string {
  const flags = [
    `--seed ${request.seed}`,
    `--every ${request.everySeconds}`,
    ...(request.history ? [] : ["--no-history"]),
    ...(request.from === undefined ? [] : [`--from ${request.from.text}`]),
    ...(request.to === undefined ? [] : [`--to ${request.to.text}`]),
    ...(request.events.includes("all") ? [] : [`--events ${request.events.join(",")}`]),
    ...(request.hours === undefined ? [] : [`--hours ${request.hours}`]),
    `--assets ${request.assets.join(",")}`,
  ];
  return `npm run lab -- oracle <market data> ${flags.join(" ")}`;
}

async function replayAll(
  pending: readonly Pending[],
  signal: AbortSignal,
  save: (done: readonly RecordingFigures[]) => void,
): Promise<readonly RecordingFigures[]> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const done: RecordingFigures[] = [];
  // Nothing of an earlier run stays behind an interrupted one.
  save(done);
  for (const [index, { name, load }] of pending.entries()) {
    if (signal.aborted) throw new InterruptedRunError(abortReason(signal));
    const recording = load();
    say(`[${index + 1}/${pending.length}] ${name}: ${recording.input.tape.ticks.length} ticks`);
    done.push(await replayOne(recording, signal, say));
    save(done);
  }
  return done;
}

/**
 * Replays recorded prices and Chainlink rounds through the real oracle and breaker, and writes what they show.
 *
 * @returns 0.
 * @throws {UsageError} when nothing is left to replay.
 * @throws {InterruptedRunError} when it is stopped; the recordings that were finished are kept.
 */
export async function replayOracle(request: OracleRequest): Promise<number> {
  const data = loadMarketData(request.path);
  const pending = choose(data, {
    ...request,
    ...(request.from === undefined ? {} : { fromSeconds: request.from.seconds }),
    ...(request.to === undefined ? {} : { toSeconds: request.to.seconds }),
  });
  if (pending.length === 0)
    throw new UsageError("--no-history and --events none, or what is missing, leave nothing to replay");
  makeFolder(request.out);
  await build();
  const { signal, release } = stopSignal(request.maxSeconds);
  try {
    const command = commandOf(request);
    const [page, json] = [resolve(request.out, "oracle-replay.md"), resolve(request.out, "oracle-replay.json")];
    const recordings = await replayAll(pending, signal, (done) => {
      writeAtomically(
        json,
        `${canonicalJson(replayJson(done, { command, complete: done.length === pending.length }))}\n`,
      );
      writeAtomically(page, `${replayTables(done, command)}\n`);
    });
    const tables = replayTables(recordings, command);
    if (request.write) renewParts(PAGE, partsOf(recordings, command));
    const written = request.write ? [`Page:   ${resolve(PAGE)}`] : [];
    process.stdout.write(`${[tables, "", `Tables: ${page}`, `Data:   ${json}`, ...written].join("\n")}\n`);
    return 0;
  } finally {
    release();
  }
}
