import { LN_2, ONE, exp, ln, mul as multiply } from "../../../scripts/math/real.js";

/** Numbers of the oracle to seventy digits, from formulas alone: no table, no series of the contracts'. */

const WAD = 10n ** 18n;
const BPS = 10_000n;
export const YEAR_SECONDS = 31_536_000n;
const TRUNCATION_SECONDS = 12n;
const TRUNCATION_MAX_SECONDS = 120n;

export const fromWad = (wad: bigint) => (wad * ONE) / WAD;

/** Lower median. */
export function lowerMedian(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : 1));
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (median === undefined) throw new RangeError("no values");
  return median;
}

type Entry = { readonly atSeconds: bigint; readonly log: bigint };

export type HistoryTerms = {
  readonly truncationBps: bigint;
  readonly seedSigmaBps: bigint;
  readonly fastHalfLifeSeconds: bigint;
  readonly slowHalfLifeSeconds: bigint;
  readonly stressDecaySeconds: bigint;
  readonly floorSigmaBps: bigint;
};

/** Everything observed, and what follows from it by definition. */
export class History {
  private readonly entries: Entry[] = [];
  private anchor: Entry | undefined;
  fastVariance: bigint;
  slowVariance: bigint;
  /** The largest slow variance of the past, forgotten over a year. */
  stressVariance: bigint;

  constructor(private readonly terms: HistoryTerms) {
    const sigma = (terms.seedSigmaBps * ONE) / BPS;
    this.fastVariance = multiply(sigma, sigma);
    this.slowVariance = this.fastVariance;
    this.stressVariance = this.fastVariance;
  }

  observe(atSeconds: bigint, priceWad: bigint): void {
    let log = ln(fromWad(priceWad));
    const last = this.entries.at(-1);
    if (last !== undefined) {
      const elapsed = atSeconds - last.atSeconds;
      const seconds = elapsed < TRUNCATION_MAX_SECONDS ? elapsed : TRUNCATION_MAX_SECONDS;
      const allowed = (this.terms.truncationBps * seconds * ONE) / (BPS * TRUNCATION_SECONDS);
      if (log > last.log + allowed) log = last.log + allowed;
      if (log < last.log - allowed) log = last.log - allowed;
    }
    this.entries.push({ atSeconds, log });
    this.filter({ atSeconds, log });
  }

  private filter(entry: Entry): void {
    if (this.anchor === undefined) {
      this.anchor = entry;
      return;
    }
    const elapsed = entry.atSeconds - this.anchor.atSeconds;
    if (elapsed < 60n) return;
    const move = entry.log - this.anchor.log;
    const sample = (multiply(move, move) * YEAR_SECONDS) / elapsed;
    const blend = (variance: bigint, halfLife: bigint) => {
      const keep = exp((-LN_2 * elapsed) / halfLife);
      return multiply(variance, keep) + multiply(sample, ONE - keep);
    };
    this.fastVariance = blend(this.fastVariance, this.terms.fastHalfLifeSeconds);
    this.slowVariance = blend(this.slowVariance, this.terms.slowHalfLifeSeconds);
    const floor = (this.terms.floorSigmaBps * ONE) / BPS;
    const forgotten = multiply(this.stressVariance, exp((-ONE * elapsed) / this.terms.stressDecaySeconds));
    const candidates = [forgotten, this.slowVariance, multiply(floor, floor)];
    this.stressVariance = candidates.reduce((most, one) => (one > most ? one : most));
    this.anchor = entry;
  }

  private startOf(target: bigint): number | undefined {
    const after = this.entries.findIndex(({ atSeconds }) => atSeconds > target);
    const start = (after === -1 ? this.entries.length : after) - 1;
    return start < 0 ? undefined : start;
  }

  /** Geometric mean over the last `windowSeconds`; undefined without so much history. */
  twap(nowSeconds: bigint, windowSeconds: bigint): bigint | undefined {
    const target = nowSeconds - windowSeconds;
    const start = this.startOf(target);
    if (start === undefined) return undefined;
    let sum = 0n;
    for (let i = start; i < this.entries.length; i++) {
      const entry = this.entries[i];
      if (entry === undefined) continue;
      const from = entry.atSeconds > target ? entry.atSeconds : target;
      sum += entry.log * ((this.entries[i + 1]?.atSeconds ?? nowSeconds) - from);
    }
    return exp(sum / windowSeconds);
  }

  /**
   * Realised variance per year since the newest observation at least `windowSeconds` old, and what it would grow by if each
   * square were larger by one WAD unit: the contracts cut squares there.
   */
  variance(nowSeconds: bigint, windowSeconds: bigint): { readonly value: bigint; readonly cut: bigint } | undefined {
    const start = this.startOf(nowSeconds - windowSeconds);
    const first = start === undefined ? undefined : this.entries[start];
    if (start === undefined || first === undefined) return undefined;
    let sum = 0n;
    for (let i = start + 1; i < this.entries.length; i++) {
      const step = (this.entries[i]?.log ?? 0n) - (this.entries[i - 1]?.log ?? 0n);
      sum += multiply(step, step);
    }
    const perYear = (amount: bigint) => (amount * YEAR_SECONDS) / (nowSeconds - first.atSeconds);
    const squares = BigInt(this.entries.length - start - 1);
    return { value: perYear(sum), cut: perYear((squares * ONE) / WAD) };
  }
}
