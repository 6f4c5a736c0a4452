import type { Bar } from "./bars.js";

/** One file of bars: what, where, how fine. */
export type BarFile = {
  readonly file: string;
  readonly sha256: string;
  readonly symbol: string;
  readonly venue: string;
  readonly intervalSeconds: number;
  readonly bars: readonly Bar[];
};

const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
const NAME = /^([A-Z0-9]+?)(?:USDT|USDC|USD)?-(.+)-(\d+)([mhd])\.csv(?:\.gz)?$/;
const QUOTED = /^([A-Z0-9]+?)(?:USDT|USD)$/;

/** What the name of a file says, or undefined where it does not follow the format. */
export function parseFileName(name: string): { symbol: string; venue: string; intervalSeconds: number } | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, base = "", venue = "", count = "1", unit = "m"] = match;
  return { symbol: base, venue, intervalSeconds: Number(count) * (UNIT_SECONDS[unit] ?? 60) };
}

/** The underlying that a free file name suggests. */
export function symbolOf(name: string): string {
  const stem = (name.split(/[.-]/)[0] ?? name).toUpperCase().replace(/[^A-Z0-9]/g, "");
  return QUOTED.exec(stem)?.[1] ?? (stem === "" ? "ASSET" : stem);
}

/** The commonest distance between bars, seconds. */
export function guessInterval(bars: readonly Bar[]): number {
  const counts = new Map<number, number>();
  bars.forEach((bar, index) => {
    const before = bars[index - 1];
    if (before === undefined) return;
    const gap = bar.openSeconds - before.openSeconds;
    counts.set(gap, (counts.get(gap) ?? 0) + 1);
  });
  const [best] = [...counts].sort(([gapA, a], [gapB, b]) => b - a || gapA - gapB);
  return best?.[0] ?? 60;
}

/** A price at a moment, seconds since 1970 and WAD. */
export type Point = { readonly atSeconds: number; readonly priceWad: bigint };

/** Four feed steps of a bar: open, then its near extreme and its far one, then close. */
export function pointsOf(bar: Bar, intervalSeconds: number): readonly Point[] {
  const falling = bar.closeWad < bar.openWad;
  const [first, second] = falling ? [bar.lowWad, bar.highWad] : [bar.highWad, bar.lowWad];
  return [bar.openWad, first, second, bar.closeWad].map((priceWad, quarter) => ({
    atSeconds: bar.openSeconds + Math.floor((quarter * intervalSeconds) / 4),
    priceWad,
  }));
}

/** One venue's trading in one underlying: finest bars first, coarser ones only where nothing finer is. */
export function mergePoints(files: readonly BarFile[]): readonly Point[] {
  const finestFirst = [...files].sort((a, b) => a.intervalSeconds - b.intervalSeconds);
  const taken: { openSeconds: number; endSeconds: number; points: readonly Point[] }[] = [];
  for (const { bars, intervalSeconds } of finestFirst) {
    const finer = [...taken].sort((a, b) => a.openSeconds - b.openSeconds);
    for (const bar of bars) {
      const endSeconds = bar.openSeconds + intervalSeconds;
      if (!overlaps(finer, bar.openSeconds, endSeconds))
        taken.push({ openSeconds: bar.openSeconds, endSeconds, points: pointsOf(bar, intervalSeconds) });
    }
  }
  return taken.sort((a, b) => a.openSeconds - b.openSeconds).flatMap(({ points }) => points);
}

function overlaps(sorted: readonly { openSeconds: number; endSeconds: number }[], from: number, to: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.endSeconds ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return (sorted[low]?.openSeconds ?? Number.POSITIVE_INFINITY) < to;
}

/** Price at rising moments: straight lines between points, flat before the first and after the last. */
export function sample(points: readonly Point[], moments: readonly number[]): readonly bigint[] {
  let next = 0;
  return moments.map((moment) => {
    while ((points[next]?.atSeconds ?? Number.POSITIVE_INFINITY) <= moment) next += 1;
    const before = points[next - 1];
    const after = points[next];
    if (before === undefined) return after?.priceWad ?? 0n;
    if (after === undefined) return before.priceWad;
    const span = BigInt(after.atSeconds - before.atSeconds);
    return before.priceWad + ((after.priceWad - before.priceWad) * BigInt(moment - before.atSeconds)) / span;
  });
}
