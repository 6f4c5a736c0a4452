import { ceilDiv, floorSqrt, maxOf, minOf, mulWad, mulWadUp } from "../math/integers.js";
import { BPS, WAD } from "../units.js";

const ROOT_OF_YEAR_WAD = 19_104_973_174_542_800_187n;
const MAX_LOAD_WAD = 10n ** 54n;

/** What the market takes for the exit from an underlying and its options, as `IPortfolioMargin.liquidityOf` answers it. */
export type LiquidityTerms = {
  readonly depthUsd: bigint;
  readonly depthSigmaWad: bigint;
  readonly leastDepthBps: bigint;
  readonly halfSpreadWad: bigint;
  readonly impactBps: bigint;
  readonly vegaDepthUsd: bigint;
  readonly volHalfSpreadBps: bigint;
  readonly volImpactBps: bigint;
};

/** A value in cash, and whether every step is rounded up: for initial margin. */
export type ExitLook = { readonly valueWad: bigint; readonly up: boolean };

const divide = (a: bigint, b: bigint, up: boolean): bigint => (up ? ceilDiv(a, b) : a / b);
const multiply = (a: bigint, b: bigint, up: boolean): bigint => (up ? mulWadUp(a, b) : mulWad(a, b));
const inWad = (bps: bigint): bigint => (bps * WAD) / BPS;

type Impact = { readonly depthWad: bigint; readonly spreadWad: bigint; readonly impactWad: bigint };

/** min(1, spread + impact * sqrt(value / depth)) * value. */
function costWad({ valueWad, up }: ExitLook, { depthWad, spreadWad, impactWad }: Impact): bigint {
  const squareWad = minOf(divide(valueWad * WAD, depthWad, up), MAX_LOAD_WAD) * WAD;
  const rootWad = floorSqrt(squareWad);
  const upWad = up && rootWad * rootWad < squareWad ? rootWad + 1n : rootWad;
  return divide(valueWad * minOf(spreadWad + multiply(impactWad, upWad, up), WAD), WAD, up);
}

/** Of a net delta, at the volatility of margin, WAD: `LiquidityCost.ofDelta`. No terms, no charge. */
export function deltaExitWad(terms: LiquidityTerms | undefined, sigmaWad: bigint, look: ExitLook): bigint {
  if (terms === undefined || look.valueWad === 0n) return 0n;
  const { up } = look;
  let depthWad = terms.depthUsd * WAD;
  if (sigmaWad > terms.depthSigmaWad) {
    const shareWad = maxOf(divide(terms.depthSigmaWad * WAD, sigmaWad, !up), inWad(terms.leastDepthBps));
    depthWad = multiply(depthWad, shareWad, !up);
  }
  const dailyWad = divide(minOf(sigmaWad, MAX_LOAD_WAD) * WAD, ROOT_OF_YEAR_WAD, up);
  const impactWad = multiply(dailyWad, inWad(terms.impactBps), up);
  return costWad(look, { depthWad, spreadWad: terms.halfSpreadWad, impactWad });
}

/** Of what options gain or lose when volatilities double, WAD: `LiquidityCost.ofVega`. */
export function vegaExitWad(terms: LiquidityTerms | undefined, look: ExitLook): bigint {
  if (terms === undefined || look.valueWad === 0n) return 0n;
  return costWad(look, {
    depthWad: terms.vegaDepthUsd * WAD,
    spreadWad: inWad(terms.volHalfSpreadBps),
    impactWad: inWad(terms.volImpactBps),
  });
}
