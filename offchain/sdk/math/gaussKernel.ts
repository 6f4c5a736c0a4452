/** Mirrors `contracts/math/GaussKernel.sol`, to the unit of 2^-64. */

const HALF_LOG2_E_X64 = 0xb8aa3b295c17f0bcn;
const DENSITY_AT_0_X112 = 0x662114cf50d942343f2cf1402eaen;
const POWER_P_0 = 0x5e9e8241f36996276e9f322fb1b5cbc12fba897e8e298bcd689n;
const POWER_P_1 = 0x1433ba93621f30cfa54006059ce8d44417n;
const POWER_P_2 = 0x5e972152635be3dn;
const POWER_Q_0 = 0x1110362fee0c5a0f82e23caacbc2dcdf01cen;
const POWER_Q_1 = 0xe92f287fe75c480583n;
const MILLS_P_0 = 0x477ecfb3edb8a7c0818aea941c0302fbcf83b3a6a74661417d4n;
const MILLS_P_1 = 0x3ed8e159a6a76f4746a41d8f5724f68dd8cn;
const MILLS_P_2 = 0x1bcd0f8fd6f575ea0102f67ee7af106f895n;
const MILLS_P_3 = 0x6fa973149ee8c586cd1a67e87cadd31c647d95e18dece0d9b0n;
const MILLS_P_4 = 0xfc776a1e9fc87acf77907cff0027f01bbn;
const MILLS_P_5 = 0xfff923bd6971c6afn;
const MILLS_Q_0 = 0x390b87d48a83abf452eef52fbc1fcb4c9f7n;
const MILLS_Q_1 = 0x5fa90031cc2966c724e2c17d56e0ced23af36fb67384049e154n;
const MILLS_Q_2 = 0x45fc392690e91f12b78e13d61f7be5a146fn;
const MILLS_Q_3 = 0x1cc00c3add94b0c7876a09c20afc12fd12cf962d100b2aa8cd5n;
const MILLS_Q_4 = 0x70b7c8ff7fdd25799c0447d83326253afan;
const MILLS_Q_5 = 0xfc693ca8c790c9d4an;

/** Density of the normal distribution, X64. */
export function densityX64(xX64: bigint): bigint {
  const u = (((xX64 * xX64) >> 64n) * HALF_LOG2_E_X64) >> 64n;
  const f = BigInt.asIntN(64, u);
  const s = (f * f) >> 64n;
  const p = f * ((POWER_P_0 + s * (POWER_P_1 + s * POWER_P_2)) >> 128n);
  const q = POWER_Q_0 + s * (POWER_Q_1 + s);
  const shift = 48n + ((u - f) >> 64n);
  // Nothing is left of 252 bits: no need to shift by millions.
  if (shift > 256n) return 0n;
  return (((q - p) * DENSITY_AT_0_X112) >> shift) / (q + p);
}

/** Mills' ratio of a number that is not negative, X64; without meaning where the density is 0. */
export function millsRatioX64(xX64: bigint): bigint {
  const q3 = MILLS_Q_3 + xX64 * (MILLS_Q_4 + xX64 * (MILLS_Q_5 + xX64));
  const q1 = MILLS_Q_1 + xX64 * (MILLS_Q_2 + xX64 * (q3 >> 128n));
  const q = MILLS_Q_0 + xX64 * (q1 >> 128n);
  const p3 = MILLS_P_3 + xX64 * (MILLS_P_4 + xX64 * MILLS_P_5);
  const p2 = MILLS_P_2 + xX64 * (p3 >> 128n);
  const p = MILLS_P_0 + xX64 * (MILLS_P_1 + xX64 * (p2 >> 64n));
  return p / q;
}
