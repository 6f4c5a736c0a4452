import { decodeLeverageTerms, leverageBound } from "./leverageTerms.js";
import { HUNDRED_MILLIONTH_WAD, perSigmaWad } from "./riskUnits.js";

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
  /** Word of `LeverageTerms`. */
  readonly leverage: bigint;
};

/** The same with what the contract derives and keeps: shocks per sigma, and the leverage bound. `UnderlyingTerms`. */
export type UnderlyingTerms = UnderlyingConfig & {
  readonly shockPerSigmaInitialWad: bigint;
  readonly shockPerSigmaMaintenanceWad: bigint;
  /** The least initial shock: this times sigma, and the next. */
  readonly boundPerSigmaWad: bigint;
  readonly boundForJumpsWad: bigint;
};

/**
 * Adds what is derived: `RiskParameters.packUnderlying`, without its checks.
 *
 * @param twapSeconds - The oracle's short window of the asset when its parameters were set.
 */
export function underlyingTerms(config: UnderlyingConfig, twapSeconds: bigint): UnderlyingTerms {
  const { slopeWad, levelWad } = leverageBound(decodeLeverageTerms(config.leverage), config, twapSeconds);
  return {
    ...config,
    shockPerSigmaInitialWad: perSigmaWad(config.zInitialWad, config.mporInitialSeconds, HUNDRED_MILLIONTH_WAD),
    shockPerSigmaMaintenanceWad: perSigmaWad(
      config.zMaintenanceWad,
      config.mporMaintenanceSeconds,
      HUNDRED_MILLIONTH_WAD,
    ),
    boundPerSigmaWad: slopeWad,
    boundForJumpsWad: levelWad,
  };
}
