import type { ProtocolSpec } from "./spec.js";

/** The structs that the contracts are configured with, by the names of their fields. Configuration sends them,
 * verification compares them with what the contracts answer. */

type Underlying = ProtocolSpec["risk"]["underlyings"][number];

const MILLIONTH_WAD = 10n ** 12n;
const BILLIONTH_WAD = 10n ** 9n;

/** @returns The word of `LeverageTerms`: six fields of 32 bits, the first one lowest. */
const leverageTerms = (terms: Underlying, auctionSeconds: number): bigint =>
  [
    BigInt(auctionSeconds),
    BigInt(terms.congestionBps),
    terms.jumpsPerYear / MILLIONTH_WAD,
    terms.jumpMean / MILLIONTH_WAD,
    terms.jumpDeviation / MILLIONTH_WAD,
    terms.bankruptcyTarget / BILLIONTH_WAD,
  ].reduceRight((high, field) => (high << 32n) | field, 0n);

/**
 * @param auctionSeconds - How long a liquidation auction takes: what its curve is deployed with.
 * @returns What the risk engine is told of an underlying.
 */
export const underlyingTerms = (terms: Underlying, auctionSeconds: number) => ({
  zInitialWad: terms.zInitial,
  zMaintenanceWad: terms.zMaintenance,
  mporInitialSeconds: terms.mporInitialSeconds,
  mporMaintenanceSeconds: terms.mporMaintenanceSeconds,
  rhoMinInitialWad: terms.rhoMinInitial,
  rhoMaxInitialWad: terms.rhoMaxInitial,
  rhoMinMaintenanceWad: terms.rhoMinMaintenance,
  rhoMaxMaintenanceWad: terms.rhoMaxMaintenance,
  sigmaFloorWad: terms.sigmaFloor,
  stressSigmaWad: terms.stressSigma,
  stressWeightWad: terms.stressWeight,
  fastGainWad: terms.fastGain,
  correlationGroup: terms.correlationGroup,
  leverage: leverageTerms(terms, auctionSeconds),
});

/** @returns What the exit from an underlying costs. */
export const liquidityTerms = ({ liquidity }: ProtocolSpec["risk"]["underlyings"][number]) => ({
  depthUsd: liquidity.depthUsd,
  depthSigmaWad: liquidity.depthSigma,
  leastDepthBps: liquidity.leastDepthBps,
  halfSpreadWad: liquidity.halfSpread,
  impactBps: liquidity.impactBps,
  vegaDepthUsd: liquidity.vegaDepthUsd,
  volHalfSpreadBps: liquidity.volHalfSpreadBps,
  volImpactBps: liquidity.volImpactBps,
});

/** @returns How a perpetual market is listed. */
export const perpTerms = (perp: ProtocolSpec["perps"][number]) => ({
  lotSizeWad: perp.lotSize,
  openInterestCapWad: perp.openInterestCap,
  funding: {
    gainWadPerDay: perp.funding.gainPerDay,
    clampWadPerDay: perp.funding.clampPerDay,
    interestWadPerDay: perp.funding.interestPerDay,
    windowSeconds: perp.funding.windowSeconds,
    depthLots: perp.funding.depthLots,
  },
});

/** @returns What the risk engine is told of a collateral. */
export const collateralTerms = (terms: ProtocolSpec["collateral"][number]) => ({
  underlying: terms.underlying,
  ratioAsset: terms.ratioAsset,
  haircutFloorWad: terms.haircutFloor,
  zWad: terms.z,
  liquidationSeconds: terms.liquidationSeconds,
  concentrationGainWad: terms.concentrationGain,
  concentrationFreeWad: terms.concentrationFree,
  capWad: terms.cap,
});

/** @returns The parameters of liquidation auctions. */
export const auctionTerms = (terms: ProtocolSpec["auction"]) => ({
  targetWad: terms.target,
  startSlopeWad: terms.startSlope,
  maxDiscountWad: terms.maxDiscount,
  maxTakeWad: terms.maxTake,
  priceFloorWad: terms.priceFloor,
  maxIncentiveWad: terms.maxIncentive,
  bandWad: terms.band,
  freeDiscountWad: terms.freeDiscount,
  penaltyBps: terms.penaltyBps,
  rewardShareWad: terms.rewardShare,
  rewardWad: terms.reward,
  dustWad: terms.dust,
  coolOffSeconds: terms.coolOffSeconds,
  doubtSeconds: terms.doubtSeconds,
  doubtShareWad: terms.doubtShare,
});

/** @returns The parameters of cures, but for their curve. */
export const cureTerms = ({ share, maxDiscount, afterSeconds }: ProtocolSpec["auction"]["cure"]) => ({
  shareWad: share,
  maxDiscountWad: maxDiscount,
  afterSeconds,
});

/** @returns What the engine adds to the shock of prices. */
export const addOnTerms = ({ liquidationCostBps, flatCost }: ProtocolSpec["risk"]) => ({
  liquidationCostBps,
  flatCostWad: flatCost,
});

/** @returns How the assets of a group move together. */
export const correlationTerms = ({ theta, kappa }: ProtocolSpec["risk"]["correlations"][number]) => ({
  thetaWad: theta,
  kappa,
});

/** @returns What a token may lose per window. */
export const flowTerms = ({ capBps, smallAmount, smallBudget }: ProtocolSpec["outflow"][number]) => ({
  capBps,
  smallAmount,
  smallBudget,
});

/** @returns What trades cost. */
export const tradeTerms = ({
  feeBps,
  fundShareBps,
  reductionToleranceBps,
  surchargeBps,
  safeRatioBps,
}: ProtocolSpec["vault"]) => ({
  feeBps,
  fundShareBps,
  reductionToleranceBps,
  surchargeBps,
  safeRatioBps,
});

/** @returns How options on an underlying are listed. */
export const optionTerms = ({ lotSize, openInterestCap, expiryLimit }: ProtocolSpec["options"][number]) => ({
  lotSizeWad: lotSize,
  openInterestCapWad: openInterestCap,
  expiryLimit,
});

/** @returns How the risk engine stresses options on an underlying. */
export const optionStress = (option: ProtocolSpec["options"][number]) => ({
  volUpBps: option.volUpBps,
  volDownBps: option.volDownBps,
  nearPowerBps: option.nearPowerBps,
  farPowerBps: option.farPowerBps,
  shortMinimumBps: option.shortMinimumBps,
  farShareBps: option.farShareBps,
});

/** @returns Index of the source whose pool must cost more to move than what is open on the asset; -1 without one. */
export const backingSourceOf = ({ sources }: ProtocolSpec["assets"][number]): number =>
  sources.findIndex((source) => source.kind === "uniswapV3" && source.securesOpenInterest);
