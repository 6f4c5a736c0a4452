import { WAD } from "../units.js";
import { mulWad, mulWadUp } from "../math/integers.js";
import type { CollateralTerms } from "./collateralTerms.js";
import { rhoInitialWad, rhoMaintenanceWad, sigmaInitialWad } from "./dynamicMargin.js";
import { MarginInputMissingError } from "./errors.js";
import type { LiquidityTerms } from "./liquidityCost.js";
import type { AddOnTerms, CorrelationTerms, MarginMarket, MarginPortfolio, PriceViews } from "./marginMarket.js";
import { answerOf, openOptions, type OptionAnswer, type Shocks } from "./optionDesk.js";
import { expiryTerms } from "./optionLegs.js";
import type { UnderlyingTerms } from "./underlyingTerms.js";

/** Everything that an account has to do with one underlying. */
export type BookLeg = {
  readonly asset: bigint;
  /** Net perpetual position, WAD, signed. */
  readonly sizeWad: bigint;
  readonly terms: UnderlyingTerms;
  readonly views: PriceViews;
  readonly sigmaInitialWad: bigint;
  readonly shocks: Shocks;
  /** Absent: no charge for the exit. */
  readonly liquidity?: LiquidityTerms;
  /** Present where there are options. */
  readonly options?: OptionAnswer;
};

export type BookHolding = {
  readonly terms: CollateralTerms;
  readonly amountWad: bigint;
  /** Place of the underlying in the legs. */
  readonly leg: number;
  /** Views of its ratio; absent = one for one. */
  readonly ratio?: PriceViews;
};

/** A portfolio with its parameters and prices: `Book` and `Sheet`. */
export type Book = {
  readonly cashWad: bigint;
  readonly legs: readonly BookLeg[];
  readonly holdings: readonly BookHolding[];
  /** Correlation groups in which there may be offsets, with their terms. */
  readonly groups: ReadonlyMap<bigint, CorrelationTerms>;
  readonly addOns: AddOnTerms;
};

export type OpenBookParameters = {
  readonly portfolio: MarginPortfolio;
  /** Stress on the initial shocks, WAD; 1e18 when absent. */
  readonly stressWad?: bigint;
  /** Moves every price of one underlying to `factorWad` times what it is: `BookValue.scalePrices`. */
  readonly move?: { readonly asset: bigint; readonly factorWad: bigint };
};

const NO_OFFSETS: CorrelationTerms = { thetaWad: 0n, kappa: 0 };

function viewsOf(market: MarginMarket, asset: bigint): PriceViews {
  const views = market.views.get(asset);
  if (views === undefined || views.midWad === 0n) throw new MarginInputMissingError("price", asset);
  return views;
}

function moved(views: PriceViews, factorWad: bigint): PriceViews {
  return {
    ...views,
    lowWad: mulWad(views.lowWad, factorWad),
    midWad: mulWad(views.midWad, factorWad),
    highWad: mulWadUp(views.highWad, factorWad),
    shortTwapWad: mulWad(views.shortTwapWad, factorWad),
    longTwapWad: mulWad(views.longTwapWad, factorWad),
  };
}

/** Collaterals with an amount, with their terms. */
function heldOf(market: MarginMarket, { collateral }: MarginPortfolio) {
  return collateral
    .filter(({ amountWad }) => amountWad !== 0n)
    .map(({ index, amountWad }) => {
      const terms = market.collaterals.get(index);
      if (terms === undefined) throw new MarginInputMissingError("collateral", index);
      return { terms, amountWad };
    });
}

/** Offsets need a leg that may be long and another of its group that may be short: `PortfolioMargin._noteGroups`. */
function groupsOf(market: MarginMarket, legs: readonly BookLeg[], held: ReadonlySet<bigint>) {
  const [long, short] = [new Set<bigint>(), new Set<bigint>()];
  for (const { asset, sizeWad, terms } of legs) {
    if (sizeWad < 0n) short.add(terms.correlationGroup);
    if (sizeWad > 0n || held.has(asset)) long.add(terms.correlationGroup);
  }
  const groups = [...long].filter((group) => group !== 0n && short.has(group));
  return new Map(groups.map((group) => [group, market.correlations.get(group) ?? NO_OFFSETS]));
}

/**
 * Loads a portfolio with its parameters and prices.
 *
 * @throws {MarginInputMissingError} when the market lacks what the portfolio needs.
 */
export function openBook(market: MarginMarket, { portfolio, stressWad = WAD, move }: OpenBookParameters): Book {
  const held = heldOf(market, portfolio);
  const sizes = new Map<bigint, bigint>();
  const add = (asset: bigint, sizeWad: bigint) => sizes.set(asset, (sizes.get(asset) ?? 0n) + sizeWad);
  for (const { asset, sizeWad } of portfolio.perps) if (sizeWad !== 0n) add(asset, sizeWad);
  const optioned = new Set(portfolio.options.map(({ expiry }) => expiryTerms(expiry).asset));
  for (const asset of optioned) add(asset, 0n);
  for (const { terms } of held) add(terms.underlying, 0n);
  const legs = [...sizes].map(([asset, sizeWad]): BookLeg => {
    const terms = market.underlyings.get(asset);
    if (terms === undefined) throw new MarginInputMissingError("underlying", asset);
    const own = viewsOf(market, asset);
    const views = move?.asset === asset ? moved(own, move.factorWad) : own;
    const sigmaWad = sigmaInitialWad(terms, views);
    const shocks = {
      initialWad: rhoInitialWad(terms, sigmaWad, stressWad),
      maintenanceWad: rhoMaintenanceWad(terms, views.sigmaGlideWad),
    };
    const liquidity = market.liquidity.get(asset);
    const exit = liquidity === undefined ? {} : { liquidity };
    const leg = { asset, sizeWad, terms, views, sigmaInitialWad: sigmaWad, shocks, ...exit };
    if (!optioned.has(asset)) return leg;
    return { ...leg, options: answerOf(openOptions(market, { portfolio, asset, views }), views, shocks) };
  });
  const places = new Map(legs.map(({ asset }, place) => [asset, place]));
  return {
    cashWad: portfolio.cashWad,
    legs,
    holdings: held.map(({ terms, amountWad }) => ({
      terms,
      amountWad,
      leg: places.get(terms.underlying) ?? 0,
      ...(terms.ratioAsset === 0n ? {} : { ratio: viewsOf(market, terms.ratioAsset) }),
    })),
    groups: groupsOf(market, legs, new Set(held.map(({ terms }) => terms.underlying))),
    addOns: market.addOns,
  };
}
