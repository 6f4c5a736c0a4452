import { expDown, expUp } from "../math/directedExp.js";
import { absOf, mulWad, mulWadUp } from "../math/integers.js";
import { WAD } from "../units.js";
import { ValueTooLargeError } from "./errors.js";

const STEPS = 4n;
const VALUE_LIMIT_WAD = 1n << 187n;

/** A linear book of one underlying: `ScenarioGrid.Exposure`. */
export type Exposure = {
  /** Net units, WAD, signed. */
  readonly unitsWad: bigint;
  /** Price to be shocked, WAD. */
  readonly edgeWad: bigint;
  /** Shock on the losing side, WAD. */
  readonly rhoWad: bigint;
  /** Shock on the winning side, WAD. */
  readonly gainRhoWad: bigint;
  /** Whether magnitudes are rounded up. */
  readonly roundUp: boolean;
};

const multiply = (roundUp: boolean) => (a: bigint, b: bigint) => (a * b + (roundUp ? WAD - 1n : 0n)) / WAD;

function stepWad(rhoWad: bigint, rising: boolean, roundUp: boolean): bigint {
  const exponentWad = rising ? rhoWad / STEPS : -(rhoWad / STEPS);
  return roundUp ? expUp(exponentWad) : expDown(exponentWad);
}

function unshockedWad({ unitsWad, edgeWad, roundUp }: Exposure): bigint {
  const magnitudeWad = roundUp ? mulWadUp(absOf(unitsWad), edgeWad) : mulWad(absOf(unitsWad), edgeWad);
  if (magnitudeWad >= VALUE_LIMIT_WAD) throw new ValueTooLargeError(magnitudeWad, VALUE_LIMIT_WAD);
  return magnitudeWad;
}

/** Value at the worst index, WAD: `ScenarioGrid.worst`. @throws {ValueTooLargeError} from 2^187 on. */
export function worstWad(exposure: Exposure): bigint {
  const short = exposure.unitsWad < 0n;
  const times = multiply(exposure.roundUp);
  const step = stepWad(exposure.rhoWad, short, exposure.roundUp);
  const square = times(step, step);
  const valueWad = times(unshockedWad(exposure), times(square, square));
  return short ? -valueWad : valueWad;
}

/** Value at each index from -4 to 4, WAD: `ScenarioGrid.ladder`. @throws {ValueTooLargeError} from 2^187 on. */
export function ladderWad(exposure: Exposure): readonly bigint[] {
  const short = exposure.unitsWad < 0n;
  const times = multiply(exposure.roundUp);
  const baseWad = unshockedWad(exposure);
  const side = (rising: boolean): readonly [bigint, bigint, bigint, bigint] => {
    const rhoWad = rising === short ? exposure.rhoWad : exposure.gainRhoWad;
    const step = stepWad(rhoWad, rising, exposure.roundUp);
    const square = times(step, step);
    return [
      times(baseWad, step),
      times(baseWad, square),
      times(baseWad, times(square, step)),
      times(baseWad, times(square, square)),
    ];
  };
  const magnitudes = [...side(false).toReversed(), baseWad, ...side(true)];
  return short ? magnitudes.map((value) => -value) : magnitudes;
}
