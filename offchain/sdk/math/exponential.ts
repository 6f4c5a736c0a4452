/**
 * e^x, ln(x) and x^y in WAD as Solady's `FixedPointMathLib` (v0.1.26, MIT) defines them, to the unit: the same rational
 * approximations, of which the constants are the definition.
 */
import { OutOfRangeError } from "../errors.js";
import { WAD } from "../units.js";

const ZERO_BELOW_WAD = -41446531673892822313n;
const OVERFLOW_FROM_WAD = 135305999368893231589n;
const FIVE_TO_18 = 5n ** 18n;
const LN_2_X96 = 54916777467707473351141471128n;
const HALF_X96 = 1n << 95n;
const EXP_SCALE = 3822833074963236453042738258902158003155416615667n;

/** Horner's rule with 96 fraction bits; the first coefficient is that of the highest power below a leading one. */
function monicX96(x: bigint, coefficients: readonly bigint[]): bigint {
  let sum = x;
  let first = true;
  for (const coefficient of coefficients) {
    sum = first ? x + coefficient : ((sum * x) >> 96n) + coefficient;
    first = false;
  }
  return sum;
}

const EXP_Q = [
  -2855989394907223263936484059900n,
  50020603652535783019961831881945n,
  -533845033583426703283633433725380n,
  3604857256930695427073651918091429n,
  -14423608567350463180887372962807573n,
  26449188498355588339934803723976023n,
];

/** e^x, WAD: `FixedPointMathLib.expWad`. @throws {OutOfRangeError} where the contract refuses. */
export function expWad(exponentWad: bigint): bigint {
  if (exponentWad <= ZERO_BELOW_WAD) return 0n;
  if (exponentWad >= OVERFLOW_FROM_WAD) {
    throw new OutOfRangeError("exponentWad", exponentWad, ZERO_BELOW_WAD, OVERFLOW_FROM_WAD - 1n);
  }
  const wide = (exponentWad << 78n) / FIVE_TO_18;
  const k = ((wide << 96n) / LN_2_X96 + HALF_X96) >> 96n;
  const x = wide - k * LN_2_X96;
  const y = (((x + 1346386616545796478920950773328n) * x) >> 96n) + 57155421227552351082224309758442n;
  const p = (((y + x - 94201549194550492254356042504812n) * y) >> 96n) + 28719021644029726153956944680412240n;
  const ratio = (p * x + (4385272521454847904659076985693276n << 96n)) / monicX96(x, EXP_Q);
  return (ratio * EXP_SCALE) >> (195n - k);
}

const LN_P_HEAD = [
  3273285459638523848632254066296n,
  24828157081833163892658089445524n,
  43456485725739037958740375743393n,
];
const LN_P_TAIL = [
  11111509109440967052023855526967n,
  45023709667254063763336534515857n,
  14706773417378608786704636184526n,
];
const LN_Q = [
  5573035233440673466300451813936n,
  71694874799317883764090561454958n,
  283447036172924575727196451306956n,
  401686690394027663651624208769553n,
  204048457590392012362485061816622n,
  31853899698501571402653359427138n,
  909429971244387300277376558375n,
];
const LN_SCALE = 1677202110996718588342820967067443963516166n;
const LN_2_SCALED = 16597577552685614221487285958193947469193820559219878177908093499208371n;
const LN_UNIT_SCALED = 600920179829731861736702779321621459595472258049074101567377883020018308n;

/** ln(x), WAD: `FixedPointMathLib.lnWad`. @throws {OutOfRangeError} for a number that is not positive. */
export function lnWad(valueWad: bigint): bigint {
  if (valueWad <= 0n) throw new OutOfRangeError("valueWad", valueWad, 1n, (1n << 255n) - 1n);
  const bits = BigInt(valueWad.toString(2).length - 1);
  const x = (valueWad << (255n - bits)) >> 159n;
  let p = monicX96(x, LN_P_HEAD);
  p = (p * x) >> 96n;
  for (const [i, coefficient] of LN_P_TAIL.entries()) p = (i === 0 ? p : (p * x) >> 96n) - coefficient;
  p = p * x - (795164235651350426258249787498n << 96n);
  const scaled = LN_SCALE * (p / monicX96(x, LN_Q)) + LN_2_SCALED * (bits - 96n) + LN_UNIT_SCALED;
  return scaled >> 174n;
}

/** x^y, WAD: `FixedPointMathLib.powWad`. @throws {OutOfRangeError} as `lnWad` and `expWad`. */
export const powWad = (baseWad: bigint, powerWad: bigint): bigint => expWad((lnWad(baseWad) * powerWad) / WAD);
