/** Mirrors `contracts/math/LogRatio.sol`, to the unit of 2^-64. */

const LOG_P_0 = 0x1295e1c3816d3cc1e48e4062ee60535e7f1n;
const LOG_P_1 = 0x1d820421ba3bf8dc230515016b55bff50c778f02f50fcbd3b8bn;
const LOG_P_2 = 0xd3b416a4f4ddf447bb77c7f0c0e30bf226n;
const LOG_P_3 = 0x177149368d8619e351n;
const LOG_Q_0 = 0x94af0e1c0b6cbba7440ea14b354c74ad82n;
const LOG_Q_1 = 0x11d9fd06c82fc6b8b6a4baaaa69b770206109922dc164244ea4n;
const LOG_Q_2 = 0xab52b460b0d311a03dcc1530af926a5a6cn;
const LOG_Q_3 = 0x20f1d3f834d815ab0an;
const Z_LIMIT_X64 = 0x6db6db6db6db6db6n;
const LN_2_X64 = 0xb17217f7d1cf79acn;

/** ln(larger / smaller), X64; a price of 0 counts as 1. */
export function lnRatioX64(larger: bigint, smaller: bigint): bigint {
  const sum = larger + smaller;
  if (sum === 0n) return 0n;
  const z = ((larger - smaller) << 64n) / sum;
  if (z > Z_LIMIT_X64) {
    let [doubled, doublingsX64] = [smaller === 0n ? 1n : smaller, 0n];
    while (larger >> 1n >= doubled) [doubled, doublingsX64] = [doubled << 1n, doublingsX64 + LN_2_X64];
    return doublingsX64 + lnRatioX64(larger, doubled);
  }
  const y = (z * z) >> 64n;
  const q1 = LOG_Q_1 - y * (LOG_Q_2 - y * (LOG_Q_3 - y));
  const q = LOG_Q_0 - y * (q1 >> 128n);
  const p1 = LOG_P_1 - y * (LOG_P_2 - y * LOG_P_3);
  const p = LOG_P_0 - y * (p1 >> 128n);
  return (z * p) / q;
}

/** ln(a / b), X64, signed: `LogRatio.signedLnX64`. */
export const signedLnRatioX64 = (a: bigint, b: bigint): bigint => (a < b ? -lnRatioX64(b, a) : lnRatioX64(a, b));
