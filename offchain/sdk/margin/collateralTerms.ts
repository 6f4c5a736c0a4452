import { BILLIONTH_WAD, perSigmaWad } from "./riskUnits.js";

/** Risk of a collateral as `IPortfolioMargin.collateralOf` answers it. */
export type CollateralConfig = {
  readonly underlying: bigint;
  /** 0 = one for one. */
  readonly ratioAsset: bigint;
  readonly haircutFloorWad: bigint;
  readonly zWad: bigint;
  readonly liquidationSeconds: bigint;
  readonly concentrationGainWad: bigint;
  readonly concentrationFreeWad: bigint;
  /** WAD of tokens. */
  readonly capWad: bigint;
};

/** The same with the haircut exponent per sigma that the contract keeps: `CollateralTerms`. */
export type CollateralTerms = CollateralConfig & { readonly exponentPerSigmaWad: bigint };

/** Adds what is derived: `RiskParameters.packCollateral`, without its checks. */
export const collateralTerms = (config: CollateralConfig): CollateralTerms => ({
  ...config,
  exponentPerSigmaWad: perSigmaWad(config.zWad, config.liquidationSeconds, BILLIONTH_WAD),
});
