/** Real numbers as integers over 2^256: 77 digits, of which all the functions here keep 70 on their domain. */

export const FRACTION_BITS = 256n;
export const ONE = 1n << FRACTION_BITS;

export const mul = (a: bigint, b: bigint): bigint => (a * b) >> FRACTION_BITS;
export const div = (a: bigint, b: bigint): bigint => (a << FRACTION_BITS) / b;
export const abs = (a: bigint): bigint => (a < 0n ? -a : a);

/** A fraction of two whole numbers. */
export const ratio = (numerator: bigint, denominator: bigint): bigint => (numerator << FRACTION_BITS) / denominator;

/** The nearest integer to a * 2^bits. */
export function scaled(a: bigint, bits: bigint): bigint {
  const drop = FRACTION_BITS - bits;
  if (drop <= 0n) return a << -drop;
  return (a + (1n << (drop - 1n))) >> drop;
}

/** Square root of a number that is not negative. */
export function sqrt(a: bigint): bigint {
  const square = a << FRACTION_BITS;
  if (square === 0n) return 0n;
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** 2 artanh(x) by its series, for |x| up to about a half. */
function twiceArtanh(x: bigint): bigint {
  const square = mul(x, x);
  let sum = 0n;
  let power = x;
  for (let n = 1n; abs(power) > 1n; n += 2n) {
    sum += power / n;
    power = mul(power, square);
  }
  return 2n * sum;
}

export const LN_2 = twiceArtanh(ONE / 3n);

/** Natural logarithm of a positive number. */
export function ln(x: bigint): bigint {
  const exponent = BigInt(x.toString(2).length) - 1n - FRACTION_BITS;
  const mantissa = exponent >= 0n ? x >> exponent : x << -exponent;
  return exponent * LN_2 + twiceArtanh(div(mantissa - ONE, mantissa + ONE));
}

/** e to the power of x. */
export function exp(x: bigint): bigint {
  let exponent = x / LN_2;
  if (x < 0n) exponent -= 1n;
  const rest = x - exponent * LN_2;
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = mul(term, rest) / n;
  }
  return exponent >= 0n ? sum << exponent : sum >> -exponent;
}

/** arctan(1 / n) by its series. */
function arctanOfInverse(n: bigint): bigint {
  let sum = 0n;
  let power = ONE / n;
  for (let k = 0n; power !== 0n; k++) {
    sum += (k % 2n === 0n ? power : -power) / (2n * k + 1n);
    power /= n * n;
  }
  return sum;
}

/** Machin's formula. */
export const PI = 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);
export const SQRT_TWO_PI = sqrt(2n * PI);

/** Density of the normal distribution. */
export const normalDensity = (x: bigint): bigint => div(exp(-mul(x, x) / 2n), SQRT_TWO_PI);

/** Beyond it the series below loses more digits than there are to spare; the tail is below 1e-43. */
const SERIES_LIMIT = 14n * ONE;

/**
 * Mills' ratio (1 - cdf(x)) / density(x) of a number that is not negative: near zero one half less the series
 * x + x^3/3 + x^5/15 + ... of the integral, far out Laplace's continued fraction.
 */
export function millsRatio(x: bigint): bigint {
  if (x > SERIES_LIMIT) {
    let fraction = x;
    for (let n = 400n; n > 0n; n--) fraction = x + div(n * ONE, fraction);
    return div(ONE, fraction);
  }
  const square = mul(x, x);
  let sum = 0n;
  let term = x;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = mul(term, square) / (2n * n + 1n);
  }
  return mul(SQRT_TWO_PI, exp(square / 2n)) / 2n - sum;
}

/** The normal distribution. */
export function normalCdf(x: bigint): bigint {
  const tail = mul(millsRatio(abs(x)), normalDensity(x));
  return x < 0n ? tail : ONE - tail;
}
