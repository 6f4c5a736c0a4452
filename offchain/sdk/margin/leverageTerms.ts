import { passageLine, type PassageLine } from "../math/firstPassage.js";
import { ceilDiv, maxOf, mulWad } from "../math/integers.js";
import { BPS, WAD } from "../units.js";

const MILLIONTH_WAD = 10n ** 12n;
const BILLIONTH_WAD = 10n ** 9n;
const BASIS_POINT_WAD = 10n ** 14n;

/** What bounds the leverage on an underlying: `LeverageTerms`. WAD, seconds, bps. */
export type LeverageTerms = {
  readonly auctionSeconds: bigint;
  readonly congestionBps: bigint;
  readonly jumpsPerYearWad: bigint;
  readonly jumpMeanWad: bigint;
  readonly jumpDeviationWad: bigint;
  readonly targetWad: bigint;
};

/** Splits the word that `IPortfolioMargin.underlyingOf` answers. */
export function decodeLeverageTerms(word: bigint): LeverageTerms {
  const field = (place: bigint) => BigInt.asUintN(32, word >> (place * 32n));
  return {
    auctionSeconds: field(0n),
    congestionBps: field(1n),
    jumpsPerYearWad: field(2n) * MILLIONTH_WAD,
    jumpMeanWad: field(3n) * MILLIONTH_WAD,
    jumpDeviationWad: field(4n) * MILLIONTH_WAD,
    targetWad: field(5n) * BILLIONTH_WAD,
  };
}

/** Time that closing takes, seconds, rounded up: `LeverageTerms.closeOutSeconds`. */
export const closeOutSeconds = ({ auctionSeconds, congestionBps }: LeverageTerms, twapSeconds: bigint): bigint =>
  ceilDiv((twapSeconds + auctionSeconds) * congestionBps, BPS);

/** The volatilities at which the bound is drawn, WAD. */
export type CalmTerms = {
  readonly sigmaFloorWad: bigint;
  readonly stressSigmaWad: bigint;
  readonly stressWeightWad: bigint;
};

/** The least initial shock, slope * sigma + level, WAD, rounded up to basis points: `RiskParameters._leverageBound`. */
export function leverageBound(terms: LeverageTerms, calm: CalmTerms, twapSeconds: bigint): PassageLine {
  const blendWad =
    mulWad(calm.sigmaFloorWad, WAD - calm.stressWeightWad) + mulWad(calm.stressSigmaWad, calm.stressWeightWad);
  const law = {
    ...terms,
    sigmaWad: maxOf(blendWad, calm.sigmaFloorWad),
    horizonSeconds: closeOutSeconds(terms, twapSeconds),
  };
  const { slopeWad, levelWad } = passageLine(law, terms.targetWad);
  const inBps = (wad: bigint) => ceilDiv(wad, BASIS_POINT_WAD) * BASIS_POINT_WAD;
  return { slopeWad: inBps(slopeWad), levelWad: inBps(levelWad) };
}
