import type { UnderlyingTerms } from "./underlyingTerms.js";
import type { LiquidityTerms } from "./liquidityCost.js";
import type { CollateralTerms } from "./collateralTerms.js";
import type { OptionTerms } from "./optionTerms.js";

/** `Grade.Blind`: nobody can price it any more. */
export const BLIND_GRADE = 3;

/** What the oracle knows of one asset: `PriceViews`, without what margin does not look at. Prices and volatilities in WAD. */
export type PriceViews = {
  readonly lowWad: bigint;
  readonly midWad: bigint;
  readonly highWad: bigint;
  /** 0 = no history yet; likewise the long one. */
  readonly shortTwapWad: bigint;
  readonly longTwapWad: bigint;
  /** WAD per square root of a year. */
  readonly sigmaFastWad: bigint;
  readonly sigmaSlowWad: bigint;
  readonly sigmaGlideWad: bigint;
  /** 0 Firm, 1 Wide, 2 Thin, 3 Blind. */
  readonly grade: number;
};

/** Offsets within a correlation group. */
export type CorrelationTerms = {
  readonly thetaWad: bigint;
  /** 0 to 8. */
  readonly kappa: number;
};

/** What closing an account costs. */
export type AddOnTerms = {
  readonly liquidationCostBps: bigint;
  /** WAD of cash. */
  readonly flatCostWad: bigint;
};

/** Everything that the margin of a portfolio depends on beside the portfolio. Ids as on chain. */
export type MarginMarket = {
  /** Unix seconds. */
  readonly nowSeconds: bigint;
  /** By asset: underlyings and ratios. */
  readonly views: ReadonlyMap<bigint, PriceViews>;
  readonly underlyings: ReadonlyMap<bigint, UnderlyingTerms>;
  /** By the collateral's number in the vault's list. */
  readonly collaterals: ReadonlyMap<bigint, CollateralTerms>;
  /** By underlying. */
  readonly options: ReadonlyMap<bigint, OptionTerms>;
  /** By underlying; one that is missing has no charge for its exit. */
  readonly liquidity: ReadonlyMap<bigint, LiquidityTerms>;
  /** Words as `IVolSurface.smilesOf` answers them, by underlying, then by expiry in unix seconds. */
  readonly smiles: ReadonlyMap<bigint, ReadonlyMap<bigint, bigint>>;
  /** By group; one that is missing has no offsets. */
  readonly correlations: ReadonlyMap<bigint, CorrelationTerms>;
  readonly addOns: AddOnTerms;
};

/** A portfolio as the vault answers it: see `plainPortfolio`. */
export type MarginPortfolio = {
  /** Cash, WAD, signed. */
  readonly cashWad: bigint;
  readonly collateral: readonly { readonly index: bigint; readonly amountWad: bigint }[];
  readonly perps: readonly { readonly asset: bigint; readonly sizeWad: bigint }[];
  readonly options: readonly {
    readonly slot: bigint;
    /** `ExpiryWord`. */
    readonly expiry: bigint;
    /** `OptionWord`. */
    readonly legs: bigint;
    /** Price at which they will be settled, WAD; 0 while that is open. */
    readonly fixedPriceWad: bigint;
  }[];
};
