import { ONE, abs, div, mul } from "./real.js";

/** What is to be approximated on [from, to]; `weight` multiplies the error that is to be least. */
export type MinimaxParameters = {
  readonly target: (x: bigint) => bigint;
  readonly weight: (x: bigint) => bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly numeratorDegree: number;
  readonly denominatorDegree: number;
};

/** Coefficients from the lowest power up; the denominator's first is one. */
export type MinimaxReturnType = {
  readonly numerator: readonly bigint[];
  readonly denominator: readonly bigint[];
  /** Largest weighted error on the points that were searched. */
  readonly error: bigint;
};

const POINTS = 1_500;
const EXCHANGES = 30;
const LEVELLINGS = 12;
/** The exchange ends when the errors at the extrema agree to one part in this. */
const AGREEMENT = 10_000n;

export const polynomial = (coefficients: readonly bigint[], x: bigint): bigint =>
  coefficients.reduceRight((sum, coefficient) => mul(sum, x) + coefficient, 0n);

/** Solves rows of [a_1 .. a_n | b] by elimination; `rows` is used up. */
function solve(rows: bigint[][]): readonly bigint[] {
  const size = rows.length;
  const at = (row: number, column: number): bigint => rows[row]?.[column] ?? 0n;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (abs(at(row, column)) > abs(at(pivot, column))) pivot = row;
    const [upper, lower] = [rows[column] ?? [], rows[pivot] ?? []];
    [rows[column], rows[pivot]] = [lower, upper];
    for (let row = column + 1; row < size; row++) {
      const factor = div(at(row, column), at(column, column));
      rows[row] = (rows[row] ?? []).map((value, j) => value - mul(factor, at(column, j)));
    }
  }
  const solution: bigint[] = Array.from({ length: size }, () => 0n);
  for (let row = size - 1; row >= 0; row--) {
    let rest = at(row, size);
    for (let column = row + 1; column < size; column++) rest -= mul(at(row, column), solution[column] ?? 0n);
    solution[row] = div(rest, at(row, row));
  }
  return solution;
}

/** Places of the extrema of a list of errors, one for each change of sign. */
function extrema(errors: readonly bigint[]): number[] {
  const places: number[] = [];
  let best = 0;
  errors.forEach((error, i) => {
    const champion = errors[best] ?? 0n;
    if (error > 0n === champion > 0n) {
      if (abs(error) > abs(champion)) best = i;
      return;
    }
    places.push(best);
    best = i;
  });
  return [...places, best];
}

/**
 * The rational function with the least weighted error, by the exchange algorithm of Remez.
 *
 * @throws {RangeError} when the errors do not alternate: the degrees do not fit the function.
 */
export function minimax(parameters: MinimaxParameters): MinimaxReturnType {
  const { from, to, numeratorDegree, denominatorDegree } = parameters;
  const unknowns = numeratorDegree + denominatorDegree + 2;
  // Denser at the ends, as extrema are.
  const place = (i: number, count: number): bigint =>
    from + mul(to - from, BigInt(Math.round((1 - Math.cos((Math.PI * i) / count)) * 2 ** 51)) * (ONE >> 52n));
  const sample = (x: bigint) => ({ x, target: parameters.target(x), weight: parameters.weight(x) });
  const grid = Array.from({ length: POINTS + 1 }, (_, i) => sample(place(i, POINTS)));
  let nodes = Array.from({ length: unknowns }, (_, i) => sample(place(i, unknowns - 1)));
  let numerator: readonly bigint[] = [];
  let denominator: readonly bigint[] = [ONE];
  for (let exchange = 0; exchange < EXCHANGES; exchange++) {
    let level = 0n;
    for (let i = 0; i < LEVELLINGS; i++) {
      const rows = nodes.map(({ x, target, weight }, n) => {
        const powers = (count: number) => Array.from({ length: count }, (_, k) => power(x, k));
        const below = powers(denominatorDegree + 1).slice(1);
        const side = div(n % 2 === 0 ? ONE : -ONE, weight);
        const last = mul(side, polynomial(denominator, x));
        return [...powers(numeratorDegree + 1), ...below.map((p) => -mul(target, p)), last, target];
      });
      const solution = solve(rows);
      numerator = solution.slice(0, numeratorDegree + 1);
      denominator = [ONE, ...solution.slice(numeratorDegree + 1, unknowns - 1)];
      const next = solution[unknowns - 1] ?? 0n;
      if (abs(next - level) * AGREEMENT * AGREEMENT <= abs(next)) break;
      level = next;
    }
    const errors = grid.map(({ x, target, weight }) =>
      mul(target - div(polynomial(numerator, x), polynomial(denominator, x)), weight),
    );
    const places = extrema(errors);
    const sizeAt = (i: number | undefined): bigint => abs(errors[i ?? 0] ?? 0n);
    if (places.length < unknowns) throw new RangeError(`${places.length} extrema, ${unknowns} needed`);
    while (places.length > unknowns) {
      if (sizeAt(places[0]) < sizeAt(places.at(-1))) places.shift();
      else places.pop();
    }
    const sizes = places.map(sizeAt);
    const [least, most] = sizes.reduce(
      ([low, high], size) => [size < low ? size : low, size > high ? size : high],
      [sizes[0] ?? 0n, 0n],
    );
    nodes = places.map((i) => grid[i] ?? sample(from));
    if ((most - least) * AGREEMENT <= most) return { numerator, denominator, error: most };
  }
  const worst = grid.reduce((most, { x, target, weight }) => {
    const error = abs(mul(target - div(polynomial(numerator, x), polynomial(denominator, x)), weight));
    return error > most ? error : most;
  }, 0n);
  return { numerator, denominator, error: worst };
}

function power(x: bigint, exponent: number): bigint {
  let result = ONE;
  for (let i = 0; i < exponent; i++) result = mul(result, x);
  return result;
}
