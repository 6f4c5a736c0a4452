import { ceilDiv, floorSqrt } from "../math/integers.js";
import { WAD } from "../units.js";

const BILLIONTH_WAD = 10n ** 9n;
/** Square root of a year in seconds, WAD. */
const SQRT_YEAR_WAD = 5_615_692_299_262_821_000_000n;

/** z * sqrt(seconds / year), WAD, rounded up to a billionth: `RiskParameters.perSigma`. */
export function perSigmaWad(zWad: bigint, durationSeconds: bigint): bigint {
  const rootWad = floorSqrt(durationSeconds * WAD * WAD);
  return ceilDiv(ceilDiv(zWad * rootWad, SQRT_YEAR_WAD), BILLIONTH_WAD) * BILLIONTH_WAD;
}
