import { type MinimaxReturnType, minimax } from "./minimax.js";
import {
  LN_2,
  ONE,
  SQRT_TWO_PI,
  abs,
  div,
  exp,
  ln,
  millsRatio,
  mul,
  normalDensity,
  ratio,
  scaled,
  sqrt,
} from "./real.js";

/** A constant of contracts/math as it stands in the source. */
export type KernelConstant = { readonly name: string; readonly value: bigint };

/** Fraction bits of each coefficient, from the highest power down. */
type Layout = readonly bigint[];

/**
 * Names the coefficients and places each at its fraction bits: Horner's rule without a shift after each step gains 64 bits
 * of fraction with each multiplication, and loses what the code shifts back in between.
 *
 * @returns Magnitudes, from the lowest power up: signs are in the code, as alternating subtractions.
 */
function place(name: string, coefficients: readonly bigint[], layout: Layout): readonly KernelConstant[] {
  return coefficients.map((coefficient, power) => {
    const bits = layout[coefficients.length - 1 - power] ?? 0n;
    return { name: `${name}_${power}`, value: abs(scaled(coefficient, bits)) };
  });
}

/** Both parts of a quotient over the denominator's highest coefficient, which becomes one and is left out. */
function monic({ numerator, denominator }: MinimaxReturnType) {
  const leading = denominator.at(-1) ?? ONE;
  const over = (coefficients: readonly bigint[]) => coefficients.map((coefficient) => div(coefficient, leading));
  return { numerator: over(numerator), denominator: over(denominator).slice(0, -1) };
}

/** Where a weight is 0, any error would do: fits that have a fixed point there begin a little beside it. */
const BESIDE_ZERO = ONE >> 20n;

/**
 * tanh(f ln(2) / 2) / f over s = f^2, for |f| up to a half: 2^-f is (1 - h) / (1 + h) with h = f times it. The weight makes
 * the error the relative one of 2^-f.
 */
function fitPower(): MinimaxReturnType {
  const tangent = (f: bigint) => {
    const power = exp(-mul(f, LN_2));
    return div(ONE - power, ONE + power);
  };
  return minimax({
    target: (s) => div(tangent(sqrt(s)), sqrt(s)),
    weight: (s) => div(2n * sqrt(s), ONE - mul(tangent(sqrt(s)), tangent(sqrt(s)))),
    from: BESIDE_ZERO,
    to: ONE / 4n,
    numeratorDegree: 2,
    denominatorDegree: 2,
  });
}

/** Mills' ratio as far as the density exceeds 2^-64; the weight makes the error the absolute one of the tail. */
const fitMills = (): MinimaxReturnType =>
  minimax({
    target: millsRatio,
    weight: normalDensity,
    from: 0n,
    to: ratio(93n, 10n),
    numeratorDegree: 5,
    denominatorDegree: 6,
  });

/**
 * ln((1 + z) / (1 - z)) / z over y = z^2, for z up to 3/7: ratios up to 2.5. The weight makes the error the absolute one of
 * the logarithm.
 */
const fitLog = (): MinimaxReturnType =>
  minimax({
    target: (y) => div(ln(div(ONE + sqrt(y), ONE - sqrt(y))), sqrt(y)),
    weight: sqrt,
    from: BESIDE_ZERO,
    to: ratio(9n, 49n),
    numeratorDegree: 3,
    denominatorDegree: 4,
  });

/** Every constant of `GaussKernel` and `LogRatio` that is not a round number. */
export function kernelConstants(): readonly KernelConstant[] {
  const [power, mills, log] = [monic(fitPower()), monic(fitMills()), monic(fitLog())];
  return [
    { name: "HALF_LOG2_E_X64", value: scaled(div(ONE, 2n * LN_2), 64n) },
    { name: "DENSITY_AT_0_X112", value: scaled(div(ONE, SQRT_TWO_PI), 112n) },
    ...place("POWER_P", power.numerator, [64n, 128n, 192n]),
    ...place("POWER_Q", power.denominator, [64n, 128n]),
    ...place("MILLS_P", mills.numerator, [64n, 128n, 192n, 128n, 128n, 192n]),
    ...place("MILLS_Q", mills.denominator, [64n, 128n, 192n, 128n, 192n, 128n]),
    { name: "LN_2_X64", value: scaled(LN_2, 64n) },
    ...place("LOG_P", log.numerator, [64n, 128n, 192n, 128n]),
    ...place("LOG_Q", log.denominator, [64n, 128n, 192n, 128n]),
  ];
}

/** Largest errors of the fits before fixed point, in the measure that each was made for. */
export function fitErrors(): Readonly<Record<"power" | "mills" | "log", bigint>> {
  return { power: fitPower().error, mills: fitMills().error, log: fitLog().error };
}
