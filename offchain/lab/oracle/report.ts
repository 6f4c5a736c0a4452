import type { Canonical } from "../report/canonical.js";
import { markdownTable } from "../report/markdown.js";
import type { Coverage, Figures } from "./figures.js";
import { FAST_BPS } from "./figures.js";

/** Figures of one recording. */
export type RecordingFigures = {
  readonly name: string;
  readonly startSeconds: number;
  readonly stepSeconds: number;
  readonly ticks: number;
  readonly realRounds: readonly string[];
  readonly assets: readonly Figures[];
};

const QUARTER_SECONDS = (365.25 * 86_400) / 4;

const RATED_QUARTERS = 0.5;

const minute = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

/** "−12 s", "3 min", "1.5 h"; exact below two minutes. */
function span(seconds: number): string {
  const size = Math.abs(seconds);
  const text =
    size < 120
      ? `${size} s`
      : size < 7_200
        ? `${Number((size / 60).toFixed(1))} min`
        : size < 172_800
          ? `${Number((size / 3600).toFixed(1))} h`
          : `${Number((size / 86_400).toFixed(1))} d`;
  return seconds < 0 ? `−${text}` : text;
}

const percent = (part: number, whole: number) => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`);
const share = ({ inside, readings }: Coverage) => percent(inside, readings);
const bps = (value: number) => value.toFixed(value < 10 ? 1 : 0);

type Row = { readonly recording: RecordingFigures; readonly figures: Figures };

/** The first two columns name what a row is about. */
const table = (heads: readonly string[], rows: readonly (readonly string[])[]) => markdownTable(heads, rows, 2);

function detectionRow({ recording, figures }: Row): readonly string[] {
  const { detections } = figures;
  const known = detections.flatMap(({ latencySeconds }) => (latencySeconds === null ? [] : [latencySeconds]));
  const missed = detections.length - known.length;
  const worst = missed > 0 ? `${missed} missed` : known.length === 0 ? "–" : span(Math.max(...known));
  return [
    recording.name,
    figures.symbol,
    String(detections.length),
    String(known.filter((latency) => latency <= 0).length),
    worst,
    percent(figures.guardedBps, 10_000),
    percent(figures.reduceOnlyBps, 10_000),
  ];
}

function tripRow({ recording, figures }: Row): readonly string[] {
  const wrong = figures.trips.filter(({ deserved }) => !deserved);
  const causes = [...new Set(wrong.map(({ cause }) => cause))].map(
    (cause) => `${cause} ${wrong.filter((trip) => trip.cause === cause).length}`,
  );
  const quarters = figures.seconds / QUARTER_SECONDS;
  return [
    recording.name,
    figures.symbol,
    quarters < 0.1 ? span(figures.seconds) : `${quarters.toFixed(2)} quarters`,
    String(figures.trips.length),
    String(wrong.length),
    causes.join(", ") || "–",
    // A rate out of a day would say nothing.
    quarters < RATED_QUARTERS
      ? "–"
      : `${(figures.trips.length / quarters).toFixed(2)} / ${(wrong.length / quarters).toFixed(2)}`,
  ];
}

function coverageRow({ recording, figures }: Row): readonly string[] {
  const { afterCommit, beforeCommit } = figures;
  return [
    recording.name,
    figures.symbol,
    String(afterCommit.readings),
    share(afterCommit),
    share(beforeCommit),
    `${bps(afterCommit.missBps99)} / ${bps(afterCommit.missBpsWorst)}`,
    `${bps(beforeCommit.missBps99)} / ${bps(beforeCommit.missBpsWorst)}`,
    figures.everyTick ? span(figures.longestOutsideSeconds) : "–",
  ];
}

function lagRow({ recording, figures }: Row): readonly (readonly string[])[] {
  const { lags } = figures;
  if (lags === null) return [];
  const lag = (seconds: number | null) => (seconds === null ? "not in 1 h" : span(seconds));
  return [
    [
      recording.name,
      figures.symbol,
      percent(lags.fallBps, 10_000),
      `${recording.stepSeconds} s`,
      lag(lags.pushSeconds),
      lag(lags.midSeconds),
      lag(lags.shortTwapSeconds),
      lag(lags.longTwapSeconds),
    ],
  ];
}

/** Renders the tables of docs/oracle-replay.md. Pure. */
export function replayTables(recordings: readonly RecordingFigures[], command: string): string {
  const rows = recordings.flatMap((recording) => recording.assets.map((figures) => ({ recording, figures })));
  const lags = rows.flatMap(lagRow);
  const windows = table(
    ["recording", "from (UTC)", "longest step", "ticks", "real rounds"],
    recordings.map(({ name, startSeconds, stepSeconds, ticks, realRounds }) => [
      name,
      minute(startSeconds),
      `${stepSeconds} s`,
      String(ticks),
      realRounds.join(", ") || "none",
    ]),
  );
  return [
    `Written by \`${command}\`.`,
    "### What was replayed",
    windows,
    "### False trips",
    table(
      [
        "recording",
        "asset",
        "length",
        "level-2 trips",
        "false",
        "cause of the false",
        "per asset-quarter, all / false",
      ],
      rows.map(tripRow),
    ),
    "### Detection latency",
    table(
      [
        "recording",
        "asset",
        `moves of ${Number(FAST_BPS) / 100} % in 10 min`,
        "Guarded before",
        "latest",
        "time at Guarded+",
        "time at Reduce-only+",
      ],
      rows.map(detectionRow),
    ),
    "### Interval coverage of the true price",
    table(
      [
        "recording",
        "asset",
        "readings",
        "held, after commit",
        "held, before commit",
        "miss after, bps (99th / worst)",
        "miss before, bps",
        "longest outside",
      ],
      rows.map(coverageRow),
    ),
    ...(lags.length === 0
      ? []
      : [
          "### Lag in the steepest hour's fall",
          table(
            ["recording", "asset", "fall", "step", "Chainlink alone", "our mid", "3-min TWAP", "30-min TWAP"],
            lags,
          ),
        ]),
  ].join("\n\n");
}

/** The same figures as canonical JSON can hold them: shares and misses as decimal strings. */
export function replayJson(
  recordings: readonly RecordingFigures[],
  { command, complete }: { readonly command: string; readonly complete: boolean },
): Canonical {
  const coverage = ({ readings, inside, missBps99, missBpsWorst }: Coverage): Canonical => ({
    readings,
    inside,
    missBps99: missBps99.toFixed(2),
    missBpsWorst: missBpsWorst.toFixed(2),
  });
  return {
    format: 1,
    command,
    complete,
    recordings: recordings.map((recording) => ({
      ...recording,
      assets: recording.assets.map((figures) => ({
        ...figures,
        afterCommit: coverage(figures.afterCommit),
        beforeCommit: coverage(figures.beforeCommit),
        detections: figures.detections.map((detection) => ({ ...detection })),
        trips: figures.trips.map((trip) => ({ ...trip })),
        lags: figures.lags === null ? null : { ...figures.lags },
      })),
    })),
  };
}
