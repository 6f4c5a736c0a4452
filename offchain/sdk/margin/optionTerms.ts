import { powWad } from "../math/exponential.js";
import { maxOf, zeroFloorSub } from "../math/integers.js";
import { BPS, WAD } from "../units.js";

const WAD_PER_BPS = 10n ** 14n;
const REFERENCE_SECONDS = 2_592_000n;
const SHORTEST_SECONDS = 86_400n;
const LEAST_VOL_FACTOR_WAD = WAD / 10n;

/** How options on an underlying are stressed, bps: `IPortfolioMargin.OptionConfig`. */
export type OptionTerms = {
  readonly volUpBps: bigint;
  readonly volDownBps: bigint;
  readonly nearPowerBps: bigint;
  readonly farPowerBps: bigint;
  readonly shortMinimumBps: bigint;
  readonly farShareBps: bigint;
};

/** Splits the word that `IPortfolioMargin.optionsOf` answers. */
export function decodeOptionTerms(word: bigint): OptionTerms {
  const field = (place: bigint) => BigInt.asUintN(16, word >> (place * 16n));
  return {
    volUpBps: field(0n),
    volDownBps: field(1n),
    nearPowerBps: field(2n),
    farPowerBps: field(3n),
    shortMinimumBps: field(4n),
    farShareBps: field(5n),
  };
}

/** Factors on a volatility in the scenarios up and down, WAD: `OptionTerms.volFactors`. */
export function volFactors(terms: OptionTerms, timeSeconds: bigint): { upWad: bigint; downWad: bigint } {
  const secondsLeft = maxOf(timeSeconds, SHORTEST_SECONDS);
  const powerBps = secondsLeft <= REFERENCE_SECONDS ? terms.nearPowerBps : terms.farPowerBps;
  const scaleWad = powWad((REFERENCE_SECONDS * WAD) / secondsLeft, powerBps * WAD_PER_BPS);
  const fallWad = (terms.volDownBps * scaleWad) / BPS + 1n;
  return {
    upWad: WAD + (terms.volUpBps * scaleWad) / BPS + 1n,
    downWad: maxOf(zeroFloorSub(WAD, fallWad), LEAST_VOL_FACTOR_WAD),
  };
}
