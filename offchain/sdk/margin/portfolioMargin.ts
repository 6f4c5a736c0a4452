import { OutOfRangeError } from "../errors.js";
import { zeroFloorSub } from "../math/integers.js";
import { WAD } from "../units.js";
import { openBook } from "./book.js";
import { equityAtMidWad, favourableEquityWad, haircutCollateralWad, positionsAtMid, surplusWad } from "./bookValue.js";
import type { MarginMarket, MarginPortfolio } from "./marginMarket.js";

const MAX_STRESS_WAD = 20n * WAD;

export type InitialSurplusParameters = {
  readonly portfolio: MarginPortfolio;
  /** Multiplier on the initial shock, WAD, 1e18 to 20e18; 1e18 when absent. */
  readonly stressWad?: bigint;
};

/** The numbers of an account, WAD: `IPortfolioMargin.MarginReport`. */
export type MarginReport = {
  readonly equityWad: bigint;
  readonly favourableEquityWad: bigint;
  readonly initialWad: bigint;
  readonly maintenanceWad: bigint;
  readonly initialSurplusWad: bigint;
  readonly liquidationSurplusWad: bigint;
  readonly netPositionWad: bigint;
  readonly haircutCollateralWad: bigint;
  readonly grossNotionalWad: bigint;
};

function requireStress(stressWad: bigint): bigint {
  if (stressWad >= WAD && stressWad <= MAX_STRESS_WAD) return stressWad;
  throw new OutOfRangeError("stressWad", stressWad, WAD, MAX_STRESS_WAD);
}

/**
 * Surplus over initial margin at every price of the union of the price views, WAD, to the wei of
 * `IPortfolioMargin.initialSurplus`.
 *
 * @throws {MarginInputMissingError} when the market lacks what the portfolio needs.
 * @throws {ValueTooLargeError} where the contract refuses with `Risk_ValueTooLarge`.
 * @throws {OutOfRangeError} for a stress out of bounds, and where the contract overflows.
 * @example
 * const free = initialSurplusWad(market, { portfolio }) >= 0n;
 */
export function initialSurplusWad(
  market: MarginMarket,
  { portfolio, stressWad = WAD }: InitialSurplusParameters,
): bigint {
  return surplusWad(openBook(market, { portfolio, stressWad: requireStress(stressWad) }), "union");
}

export type LiquidationSurplusParameters = {
  readonly portfolio: MarginPortfolio;
  /** Moves every price of one underlying to `factorWad` times what it is, its volatility unchanged. */
  readonly move?: { readonly asset: bigint; readonly factorWad: bigint };
};

/**
 * Surplus over maintenance at the account-favourable prices, WAD: negative = may be liquidated. To the wei of
 * `IPortfolioMargin.liquidationSurplus`; with a move of `liquidationSurplusAt`.
 *
 * @throws as {initialSurplusWad}.
 * @example
 * const failing = liquidationSurplusWad(market, { portfolio }) < 0n;
 */
export function liquidationSurplusWad(market: MarginMarket, parameters: LiquidationSurplusParameters): bigint {
  return surplusWad(openBook(market, parameters), "intersection");
}

/**
 * All numbers of an account, WAD, to the wei of `IPortfolioMargin.report`.
 *
 * @throws as {initialSurplusWad}.
 * @example
 * const { initialWad, maintenanceWad } = marginReport(market, { portfolio });
 */
export function marginReport(
  market: MarginMarket,
  { portfolio, stressWad = WAD }: InitialSurplusParameters,
): MarginReport {
  const book = openBook(market, { portfolio, stressWad: requireStress(stressWad) });
  const equityWad = equityAtMidWad(book);
  return {
    equityWad,
    favourableEquityWad: favourableEquityWad(book),
    initialWad: zeroFloorSub(equityWad, surplusWad(book, "markInitial")),
    maintenanceWad: zeroFloorSub(equityWad, surplusWad(book, "markMaintenance")),
    initialSurplusWad: surplusWad(book, "union"),
    liquidationSurplusWad: surplusWad(book, "intersection"),
    ...positionsAtMid(book),
    haircutCollateralWad: haircutCollateralWad(book),
  };
}

/** Present shocks of an underlying, WAD, and the sigmas behind them: `IPortfolioMargin.shocksOf`. */
export type ShocksReport = {
  readonly rhoInitialWad: bigint;
  readonly rhoMaintenanceWad: bigint;
  readonly sigmaInitialWad: bigint;
  readonly sigmaMaintenanceWad: bigint;
};

/**
 * Shocks and volatilities that margin is held against, to the wei of `IPortfolioMargin.shocksOf`.
 *
 * @throws {MarginInputMissingError} when the market lacks the underlying or its price.
 * @example
 * const { rhoInitialWad } = shocksOf(market, { asset: 1n });
 */
export function shocksOf(
  market: MarginMarket,
  { asset, stressWad = WAD }: { readonly asset: bigint; readonly stressWad?: bigint },
): ShocksReport {
  const portfolio = { cashWad: 0n, collateral: [], perps: [{ asset, sizeWad: 1n }], options: [] };
  const [leg] = openBook(market, { portfolio, stressWad: requireStress(stressWad) }).legs;
  return {
    rhoInitialWad: leg?.shocks.initialWad ?? 0n,
    rhoMaintenanceWad: leg?.shocks.maintenanceWad ?? 0n,
    sigmaInitialWad: leg?.sigmaInitialWad ?? 0n,
    sigmaMaintenanceWad: leg?.views.sigmaGlideWad ?? 0n,
  };
}
