import { WAD } from "../units.js";
import { densityX64, millsRatioX64 } from "./gaussKernel.js";

const LIMIT_WAD = 10n * WAD;

const distanceX64 = (xWad: bigint): bigint | undefined => {
  const distanceWad = xWad < 0n ? -xWad : xWad;
  return distanceWad < LIMIT_WAD ? (distanceWad << 64n) / WAD : undefined;
};

/** Probability that a standard normal variable is at most `xWad`, WAD: `NormalDistribution.cdf`. */
export function normalCdf(xWad: bigint): bigint {
  if (xWad === 0n) return WAD / 2n;
  const xX64 = distanceX64(xWad);
  const tailWad = xX64 === undefined ? 0n : (densityX64(xX64) * millsRatioX64(xX64) * WAD) >> 128n;
  return xWad > 0n ? WAD - tailWad : tailWad;
}

/** Density of a standard normal variable, WAD: `NormalDistribution.pdf`. */
export function normalPdf(xWad: bigint): bigint {
  const xX64 = distanceX64(xWad);
  return xX64 === undefined ? 0n : (densityX64(xX64) * WAD) >> 64n;
}
