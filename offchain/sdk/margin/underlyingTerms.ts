import { perSigmaWad } from "./riskUnits.js";

/** Risk of an underlying as `IPortfolioMargin.underlyingOf` answers it. WAD, seconds; the sigmas per square root of a year. */
export type UnderlyingConfig = {
  readonly zInitialWad: bigint;
  readonly zMaintenanceWad: bigint;
  readonly mporInitialSeconds: bigint;
  readonly mporMaintenanceSeconds: bigint;
  readonly rhoMinInitialWad: bigint;
  readonly rhoMaxInitialWad: bigint;
  readonly rhoMinMaintenanceWad: bigint;
  readonly rhoMaxMaintenanceWad: bigint;
  readonly sigmaFloorWad: bigint;
  readonly stressSigmaWad: bigint;
  readonly stressWeightWad: bigint;
  readonly fastGainWad: bigint;
  readonly correlationGroup: bigint;
};

/** The same with the shocks per sigma that the contract keeps: `UnderlyingTerms`. */
export type UnderlyingTerms = UnderlyingConfig & {
  readonly shockPerSigmaInitialWad: bigint;
  readonly shockPerSigmaMaintenanceWad: bigint;
};

/** Adds what is derived: `RiskParameters.packUnderlying`, without its checks. */
export const underlyingTerms = (config: UnderlyingConfig): UnderlyingTerms => ({
  ...config,
  shockPerSigmaInitialWad: perSigmaWad(config.zInitialWad, config.mporInitialSeconds),
  shockPerSigmaMaintenanceWad: perSigmaWad(config.zMaintenanceWad, config.mporMaintenanceSeconds),
});
