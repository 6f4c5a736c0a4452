import { expWad } from "../math/exponential.js";
import { absOf, ceilDiv, floorSqrt, maxOf, minOf } from "../math/integers.js";
import { BPS, WAD } from "../units.js";

const E9_PER_BPS = 10n ** 5n;
const E11_PER_BPS = 10n ** 7n;
const E11_PER_E9 = 100n;
const E22_PER_E18 = 10n ** 4n;
const E7_PER_WAD = 10n ** 7n;
const E9_PER_WAD = 10n ** 9n;
const HOUR = 3600n;
const YEAR = 31_536_000n;
const LN_2_WAD = 693_147_180_559_945_309n;
const MIN_INTERVAL_SECONDS = 60n;
const SLOW_HALF_LIFE_SECONDS = 1_209_600n;
const STRESS_WEIGHT_BPS = 2500n;
const MAX_SIGMA_E11 = (1n << 48n) - 1n;
const MAX_SIGMA_E9 = (1n << 40n) - 1n;

/** What of an asset's configuration the filter looks at, bps. */
export type VolatilityTerms = {
  readonly sigmaSeedBps: bigint;
  readonly sigmaFloorBps: bigint;
  readonly glideBpsPerHour: bigint;
};

/** The estimators of one asset: volatilities in 1e-11, the glide path and the log-price in 1e-9. */
export type VolatilityState = {
  readonly fastE11: bigint;
  readonly slowE11: bigint;
  readonly stressE11: bigint;
  readonly glideE9: bigint;
  readonly anchorLogE9: bigint;
  /** Unix seconds; 0 = nothing seen yet. */
  readonly anchorAt: bigint;
};

/** The estimators at the configured seed: `VolatilityFilter.seed`. */
export function seedVolatility({ sigmaSeedBps }: VolatilityTerms): VolatilityState {
  const sigmaE11 = sigmaSeedBps * E11_PER_BPS;
  const glideE9 = sigmaSeedBps * E9_PER_BPS;
  return { fastE11: sigmaE11, slowE11: sigmaE11, stressE11: sigmaE11, glideE9, anchorLogE9: 0n, anchorAt: 0n };
}

const retention = (exponentWad: bigint): bigint => expWad(-exponentWad);

/** The root of the blended squares, both rounded to nearest. */
function blend(sigmaE11: bigint, sampleE22: bigint, elapsed: bigint, halfLife: bigint): bigint {
  const keep = retention((LN_2_WAD * elapsed) / halfLife);
  const blended = (sigmaE11 * sigmaE11 * keep + sampleE22 * (WAD - keep) + WAD / 2n) / WAD;
  return minOf((floorSqrt(4n * blended) + 1n) / 2n, MAX_SIGMA_E11);
}

/** Up by at most so much per hour, down at once. */
function glideOf(state: VolatilityState, terms: VolatilityTerms, elapsed: bigint): bigint {
  const mixed = state.slowE11 * (BPS - STRESS_WEIGHT_BPS) + state.stressE11 * STRESS_WEIGHT_BPS;
  const targetE9 = maxOf(mixed / (BPS * E11_PER_E9), terms.sigmaFloorBps * E9_PER_BPS);
  const rise = state.glideE9 * terms.glideBpsPerHour * minOf(elapsed, HOUR);
  const highestE9 = state.glideE9 + rise / ((BPS + terms.glideBpsPerHour) * HOUR);
  return minOf(minOf(targetE9, highestE9), MAX_SIGMA_E9);
}

/** Takes in a log-price in 1e-9 at a time in unix seconds: `VolatilityFilter.observe`. */
export function observeVolatility(
  state: VolatilityState,
  terms: VolatilityTerms,
  { logE9, atSeconds }: { readonly logE9: bigint; readonly atSeconds: bigint },
): VolatilityState {
  const elapsed = atSeconds - state.anchorAt;
  if (state.anchorAt !== 0n && elapsed < MIN_INTERVAL_SECONDS) return state;
  const anchored = { ...state, anchorLogE9: logE9, anchorAt: atSeconds };
  if (state.anchorAt === 0n) return anchored;
  const move = absOf(logE9 - state.anchorLogE9);
  const sampleE22 = (move * move * (YEAR * E22_PER_E18)) / elapsed;
  const slowE11 = blend(state.slowE11, sampleE22, elapsed, SLOW_HALF_LIFE_SECONDS);
  const forgottenE11 = ceilDiv(state.stressE11 * retention((WAD * elapsed) / (2n * YEAR)), WAD);
  const taken = {
    ...anchored,
    fastE11: blend(state.fastE11, sampleE22, elapsed, HOUR),
    slowE11,
    stressE11: maxOf(forgottenE11, maxOf(slowE11, terms.sigmaFloorBps * E11_PER_BPS)),
  };
  return { ...taken, glideE9: glideOf(taken, terms, elapsed) };
}

/** The volatilities as `PriceViews` states them, WAD: the slow one is never below the stressed floor. */
export const sigmasOf = ({ fastE11, slowE11, stressE11, glideE9 }: VolatilityState) => ({
  sigmaFastWad: fastE11 * E7_PER_WAD,
  sigmaSlowWad: maxOf(slowE11, stressE11) * E7_PER_WAD,
  sigmaGlideWad: glideE9 * E9_PER_WAD,
});
