import { EXPONENT_GRID_WAD, expDown, expUp } from "../math/directedExp.js";
import { ceilDiv, floorSqrt, minOf, mulWad, mulWadUp, zeroFloorSub } from "../math/integers.js";
import { WAD } from "../units.js";
import type { CollateralTerms } from "./collateralTerms.js";

const GRIDDED_WAD = WAD * EXPONENT_GRID_WAD;
const WAD_SQUARED = WAD * WAD;
const THREE_WAD_TO_THE_FOURTH = 3n * WAD_SQUARED * WAD_SQUARED;

/** Volatility, WAD, and whether to round for the account: for liquidation, or against it. */
export type HaircutLook = { readonly sigmaWad: bigint; readonly roundUp: boolean };

/** What the first token counts for, WAD: `Haircut.creditedShare`. */
function creditedShareWad(terms: CollateralTerms, { sigmaWad, roundUp }: HaircutLook): bigint {
  const exponent = sigmaWad * terms.exponentPerSigmaWad;
  const leftWad = roundUp
    ? expUp(-(exponent / GRIDDED_WAD) * EXPONENT_GRID_WAD)
    : expDown(-ceilDiv(exponent, GRIDDED_WAD) * EXPONENT_GRID_WAD);
  return minOf(zeroFloorSub(leftWad, terms.haircutFloorWad), WAD - terms.haircutFloorWad);
}

/** Beyond the free part: the marginal haircut grows with the square of the excess. */
function concentratedWad(terms: CollateralTerms, excessWad: bigint, shareWad: bigint, roundUp: boolean): bigint {
  const { capWad, concentrationGainWad: gainWad } = terms;
  const rootWad = floorSqrt((shareWad * WAD_SQUARED) / gainWad);
  const y = minOf(roundUp ? ceilDiv(excessWad * WAD, capWad) : (excessWad * WAD) / capWad, rootWad);
  const cubic = 3n * shareWad * WAD_SQUARED * y - gainWad * y * y * y;
  return roundUp ? ceilDiv(capWad * cubic, THREE_WAD_TO_THE_FOURTH) : (capWad * cubic) / THREE_WAD_TO_THE_FOURTH;
}

/** Tokens of `amountWad` that count: `Haircut.credit`. */
export function creditWad(terms: CollateralTerms, amountWad: bigint, look: HaircutLook): bigint {
  const shareWad = creditedShareWad(terms, look);
  const limitWad = mulWad(terms.capWad, terms.concentrationFreeWad);
  const freeWad = terms.concentrationGainWad === 0n ? amountWad : minOf(amountWad, limitWad);
  const ownWad = look.roundUp ? mulWadUp(freeWad, shareWad) : mulWad(freeWad, shareWad);
  return amountWad > freeWad ? ownWad + concentratedWad(terms, amountWad - freeWad, shareWad, look.roundUp) : ownWad;
}
