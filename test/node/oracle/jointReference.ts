import { LN_2, ONE, div as divide, exp, ln, mul as multiply, sqrt } from "../../../scripts/math/real.js";
import { YEAR_SECONDS } from "./reference.js";

/** Joint moments of two log-prices by definition: every return with its weight, summed up anew each time. */

const CUT = 4n;
const LEAST_REST = ONE / 16n;
const MIN_INTERVAL = 1800n;
const MAX_WEIGHED = 3600n;
/** 2.58. */
const Z = (258n * ONE) / 100n;

const DAY = 86_400n;
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const clamp = (value: bigint, limit: bigint) => larger(-limit, smaller(value, limit));

type Sample = {
  readonly weight: bigint;
  readonly keep: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly elapsed: bigint;
};

export type JointMoments = { readonly varianceA: bigint; readonly varianceB: bigint; readonly covariance: bigint };

/** One exponentially weighted estimate. */
class Estimate {
  private readonly samples: Sample[] = [];

  constructor(private readonly halfLifeSeconds: bigint) {}

  /** Sum of the weights of what was seen, and of moments with them. */
  private sums() {
    let [rest, weight, varianceA, varianceB, covariance, count] = [ONE, 0n, 0n, 0n, 0n, 0n];
    for (const sample of this.samples.toReversed()) {
      const share = multiply(rest, sample.weight);
      const perYear = (product: bigint) => (multiply(share, product) * YEAR_SECONDS) / sample.elapsed;
      weight += share;
      varianceA += perYear(multiply(sample.a, sample.a));
      varianceB += perYear(multiply(sample.b, sample.b));
      covariance += perYear(multiply(sample.a, sample.b));
      count += rest;
      rest = multiply(rest, sample.keep);
    }
    return { weight, varianceA, varianceB, covariance, count };
  }

  take(returnA: bigint, returnB: bigint, sigmaA: bigint, sigmaB: bigint, elapsed: bigint): void {
    const { weight, varianceA, varianceB } = this.sums();
    const rest = larger(ONE - weight, LEAST_REST);
    const cut = (value: bigint, seen: bigint, sigma: bigint) => {
      const variance = seen + multiply(multiply(sigma, sigma), rest);
      return clamp(value, CUT * sqrt((variance * elapsed) / YEAR_SECONDS));
    };
    const keep = exp((-LN_2 * smaller(elapsed, MAX_WEIGHED)) / this.halfLifeSeconds);
    const [a, b] = [cut(returnA, varianceA, sigmaA), cut(returnB, varianceB, sigmaB)];
    this.samples.push({ weight: ONE - keep, keep, a, b, elapsed });
  }

  get weight(): bigint {
    return this.sums().weight;
  }

  get count(): bigint {
    return this.sums().count;
  }

  get moments(): JointMoments {
    const { weight, varianceA, varianceB, covariance } = this.sums();
    if (weight === 0n) return { varianceA: 0n, varianceB: 0n, covariance: 0n };
    return {
      varianceA: divide(varianceA, weight),
      varianceB: divide(varianceB, weight),
      covariance: divide(covariance, weight),
    };
  }

  get rho(): bigint {
    const { varianceA, varianceB, covariance } = this.moments;
    const root = sqrt(multiply(varianceA, varianceB));
    return root === 0n ? 0n : divide(covariance, root);
  }
}

/** tanh(artanh(rho) -+ 2.58 / sqrt(n - 3)). */
function fisher(rho: bigint, count: bigint): readonly [bigint, bigint] {
  const degrees = count - 3n * ONE;
  if (degrees <= 0n) return [-ONE, ONE];
  const artanh = ln(divide(ONE + rho, ONE - rho)) / 2n;
  const half = divide(Z, sqrt(degrees));
  const tanh = (x: bigint) => divide(exp(2n * x) - ONE, exp(2n * x) + ONE);
  return [tanh(artanh - half), tanh(artanh + half)];
}

/** A pair: what it was shown, and what follows from that. */
export class JointHistory {
  private anchor: { readonly at: bigint; readonly a: bigint; readonly b: bigint } | undefined;
  readonly slow = new Estimate(14n * DAY);
  readonly fast = new Estimate(DAY);

  /** @returns Whether it was late enough. */
  observe(at: bigint, logA: bigint, logB: bigint, sigmaA: bigint, sigmaB: bigint): boolean {
    if (this.anchor !== undefined) {
      const elapsed = at - this.anchor.at;
      if (elapsed < MIN_INTERVAL) return false;
      const [a, b] = [logA - this.anchor.a, logB - this.anchor.b];
      this.slow.take(a, b, sigmaA, sigmaB, elapsed);
      this.fast.take(a, b, sigmaA, sigmaB, elapsed);
    }
    this.anchor = { at, a: logA, b: logB };
    return true;
  }

  /** The interval and the point, before the terms of the pair. */
  correlation(now: bigint, prior: bigint): { readonly low: bigint; readonly rho: bigint; readonly high: bigint } {
    const age = now - (this.anchor?.at ?? now);
    const fresh = exp((-LN_2 * age) / DAY);
    const { weight, rho } = this.slow;
    const unseen = ONE - weight;
    const [low, high] = fisher(rho, multiply(this.slow.count, fresh));
    const [fastLow, fastHigh] = fisher(this.fast.rho, multiply(this.fast.count, fresh));
    return {
      low: smaller(multiply(low, weight) - unseen, fastLow),
      rho: multiply(rho, weight) + multiply(prior, unseen),
      high: larger(multiply(high, weight) + unseen, fastHigh),
    };
  }
}

/** Second moments of returns between given log-prices, per year. */
export function realisedMoments(logsA: readonly bigint[], logsB: readonly bigint[], seconds: bigint): JointMoments {
  let [varianceA, varianceB, covariance] = [0n, 0n, 0n];
  for (let i = 1; i < logsA.length; i++) {
    const a = (logsA[i] ?? 0n) - (logsA[i - 1] ?? 0n);
    const b = (logsB[i] ?? 0n) - (logsB[i - 1] ?? 0n);
    varianceA += multiply(a, a);
    varianceB += multiply(b, b);
    covariance += multiply(a, b);
  }
  const perYear = (sum: bigint) => (sum * YEAR_SECONDS) / seconds;
  return { varianceA: perYear(varianceA), varianceB: perYear(varianceB), covariance: perYear(covariance) };
}
