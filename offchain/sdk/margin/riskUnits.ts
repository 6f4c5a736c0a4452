import { ceilDiv, floorSqrt } from "../math/integers.js";
import { WAD } from "../units.js";

/** Quanta of packed shocks per sigma: of underlyings, and of collaterals. */
export const HUNDRED_MILLIONTH_WAD = 10n ** 10n;
export const BILLIONTH_WAD = 10n ** 9n;
/** Square root of a year in seconds, WAD. */
const SQRT_YEAR_WAD = 5_615_692_299_262_821_000_000n;

/** z * sqrt(seconds / year), WAD, rounded up to a quantum: `RiskParameters.perSigma`. */
export function perSigmaWad(zWad: bigint, durationSeconds: bigint, quantumWad: bigint): bigint {
  const rootWad = floorSqrt(durationSeconds * WAD * WAD);
  return ceilDiv(ceilDiv(zWad * rootWad, SQRT_YEAR_WAD), quantumWad) * quantumWad;
}
