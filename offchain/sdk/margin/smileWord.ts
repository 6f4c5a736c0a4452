import { clampOf, maxOf } from "../math/integers.js";
import { BPS, WAD } from "../units.js";

const WAD_PER_BPS = 10n ** 14n;
const Q24_BITS = 24n;

/** The implied volatility of one expiry, as `SmileWord` packs it. Q24: 2^24 = 100 % a year. */
export type Smile = {
  /** How far below the smile a volatility may be, bps of it. */
  readonly spreadBps: bigint;
  /** 0 = there is none. */
  readonly source: bigint;
  readonly wingBps: bigint;
  readonly floorBps: bigint;
  readonly capBps: bigint;
  readonly atmQ24: bigint;
  readonly skewQ24: bigint;
  readonly curvatureQ24: bigint;
};

/** Splits a word of `IVolSurface.smilesOf`. */
export function decodeSmileWord(word: bigint): Smile {
  const field = (offset: bigint, bits: number) => BigInt.asUintN(bits, word >> offset);
  return {
    spreadBps: field(40n, 16),
    source: field(56n, 8),
    wingBps: field(64n, 16),
    floorBps: field(80n, 16),
    capBps: field(96n, 16),
    atmQ24: field(128n, 32),
    skewQ24: BigInt.asIntN(32, word >> 160n),
    curvatureQ24: BigInt.asIntN(32, word >> 192n),
  };
}

/** Volatility at log-moneyness ln(strike / forward), WAD, rounded down: `SmileWord.volAtWad`. */
export function volAtWad(smile: Smile, logMoneynessWad: bigint): bigint {
  const wingWad = smile.wingBps * WAD_PER_BPS;
  const yWad = clampOf(logMoneynessWad, -wingWad, wingWad);
  const curvedWad = (smile.curvatureQ24 * yWad * yWad) / WAD;
  const volWad = (smile.atmQ24 * WAD + smile.skewQ24 * yWad + curvedWad) >> Q24_BITS;
  return clampOf(volWad, smile.floorBps * WAD_PER_BPS, smile.capBps * WAD_PER_BPS);
}

/** Least volatility there, WAD, rounded down: `SmileWord.lowVolAtWad`. */
export function lowVolAtWad(smile: Smile, logMoneynessWad: bigint): bigint {
  const lowWad = (volAtWad(smile, logMoneynessWad) * (BPS - smile.spreadBps)) / BPS;
  return maxOf(lowWad, smile.floorBps * WAD_PER_BPS);
}
