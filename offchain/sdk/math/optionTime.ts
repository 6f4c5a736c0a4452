import { WAD } from "../units.js";
import { ceilDiv, floorSqrt } from "./integers.js";

const YEAR_SECONDS = 31_536_000n;

/** Square root of a time in years, WAD, rounded down: `OptionTime.sqrtYears`. */
export const sqrtYears = (timeSeconds: bigint): bigint => floorSqrt((timeSeconds * WAD * WAD) / YEAR_SECONDS);

/** Total volatility, WAD, rounded down: `OptionTime.totalVolDown`. */
export const totalVolDown = (sigmaWad: bigint, sqrtYearsWad: bigint): bigint => (sigmaWad * sqrtYearsWad) / WAD;

/** Total volatility, WAD, not below the truth: `OptionTime.totalVolUp`. */
export const totalVolUp = (sigmaWad: bigint, sqrtYearsWad: bigint): bigint =>
  ceilDiv(sigmaWad * (sqrtYearsWad + 1n), WAD);

/** Price for a volatility of 100 %, WAD, rounded down: `OptionTime.vegaOfSigma`. */
export const vegaOfSigma = (vegaWad: bigint, sqrtYearsWad: bigint): bigint => (vegaWad * sqrtYearsWad) / WAD;

/** Theta, WAD per year, never positive, rounded towards minus infinity: `OptionTime.thetaPerYear`. */
export const thetaPerYear = (gammaWad: bigint, sigmaWad: bigint): bigint =>
  -ceilDiv(gammaWad * ceilDiv(sigmaWad * sigmaWad, WAD), 2n * WAD);
