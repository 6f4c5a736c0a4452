import { WAD } from "../units.js";
import { mulWad, mulWadUp } from "./integers.js";

/** a * b / 1e18, rounded towards minus infinity: `SignedWad.mulFloor`. */
export const mulFloor = (a: bigint, bWad: bigint): bigint => (a < 0n ? -mulWadUp(-a, bWad) : mulWad(a, bWad));

/** a * b / 1e18, rounded towards plus infinity: `SignedWad.mulCeil`. */
export const mulCeil = (a: bigint, bWad: bigint): bigint => (a < 0n ? -mulWad(-a, bWad) : mulWadUp(a, bWad));

/** Units times price, WAD, rounded down, without a limit: `ConvexBound.linear`. */
export function linearWad(unitsWad: bigint, priceWad: bigint): bigint {
  const value = unitsWad * priceWad;
  return (value < 0n ? value - WAD + 1n : value) / WAD;
}
