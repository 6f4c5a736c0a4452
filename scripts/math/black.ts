import { ONE, abs, div, ln, millsRatio, mul, normalCdf, normalDensity } from "./real.js";

export type BlackParameters = {
  readonly forward: bigint;
  readonly strike: bigint;
  /** sigma * sqrt(T). */
  readonly totalVol: bigint;
};

/** All in units of `ONE`; gamma is F^2 d2C/dF2, vega is dC/dw. */
export type BlackReturnType = {
  readonly call: bigint;
  readonly put: bigint;
  readonly delta: bigint;
  readonly gamma: bigint;
  readonly vega: bigint;
};

/** Black's formula as it is written in textbooks, to 60 digits and more. */
export function black({ forward, strike, totalVol }: BlackParameters): BlackReturnType {
  if (totalVol === 0n) {
    const intrinsic = forward > strike ? forward - strike : 0n;
    const delta = forward > strike ? ONE : forward === strike ? ONE / 2n : 0n;
    return { call: intrinsic, put: intrinsic - forward + strike, delta, gamma: 0n, vega: 0n };
  }
  const d1 = div(ln(div(forward, strike)), totalVol) + totalVol / 2n;
  const d2 = d1 - totalVol;
  const vega = mul(forward, normalDensity(d1));
  // The tails beyond the middle: their difference keeps its digits however small it is.
  const tail = (d: bigint) => mul(millsRatio(abs(d)), normalDensity(d));
  const isFar = d1 < 0n;
  const call = isFar
    ? mul(forward, tail(d1)) - mul(strike, tail(d2))
    : mul(forward, normalCdf(d1)) - mul(strike, normalCdf(d2));
  return { call, put: call - forward + strike, delta: normalCdf(d1), gamma: div(vega, totalVol), vega };
}
