import { OutOfRangeError } from "../errors.js";
import { mulFloor } from "../math/signedWad.js";
import { WAD } from "../units.js";
import type { MarginMarket, MarginPortfolio } from "./marginMarket.js";
import { expiryTerms, withLots } from "./optionLegs.js";
import { initialSurplusWad, liquidationSurplusWad } from "./portfolioMargin.js";

/** One side of a fill. Prices in WAD of cash per unit of the underlying. */
export type PreviewFill =
  | {
      readonly kind: "perpetual";
      readonly asset: bigint;
      /** Signed; positive = bought, WAD of the underlying. */
      readonly sizeWad: bigint;
      readonly priceWad: bigint;
    }
  | {
      readonly kind: "option";
      readonly slot: bigint;
      /** `ExpiryWord`. */
      readonly expiry: bigint;
      readonly strikeIndex: number;
      readonly isPut: boolean;
      /** Signed; positive = bought. */
      readonly lots: bigint;
      readonly priceWad: bigint;
    };

const LOT_UNIT_WAD = 10n ** 9n;
/** Identity of an expiry: its underlying and its time. */
const IDENTITY = (1n << 56n) - 1n;

function afterFill(portfolio: MarginPortfolio, fill: PreviewFill): MarginPortfolio {
  if (fill.kind === "perpetual") {
    const held = portfolio.perps.find(({ asset }) => asset === fill.asset)?.sizeWad ?? 0n;
    const others = portfolio.perps.filter(({ asset }) => asset !== fill.asset);
    const sizeWad = held + fill.sizeWad;
    return {
      ...portfolio,
      cashWad: portfolio.cashWad + mulFloor(-fill.sizeWad, fill.priceWad),
      perps: sizeWad === 0n ? others : [...others, { asset: fill.asset, sizeWad }],
    };
  }
  const isSame = ({ expiry }: { expiry: bigint }) => (expiry & IDENTITY) === (fill.expiry & IDENTITY);
  const held = portfolio.options.find(isSame) ?? { ...fill, legs: 0n, fixedPriceWad: 0n };
  const legs = withLots(held.legs, fill, fill.lots);
  const others = portfolio.options.filter((holding) => !isSame(holding));
  const { slot, expiry, fixedPriceWad } = held;
  const sizeWad = fill.lots * expiryTerms(fill.expiry).lotUnits * LOT_UNIT_WAD;
  return {
    ...portfolio,
    cashWad: portfolio.cashWad + mulFloor(-sizeWad, fill.priceWad),
    options: legs === 0n ? others : [...others, { slot, expiry, legs, fixedPriceWad }],
  };
}

export type PreviewTradeParameters = {
  readonly portfolio: MarginPortfolio;
  readonly fills: readonly PreviewFill[];
  /** Fees that the account pays, WAD of cash; none when absent. */
  readonly feeWad?: bigint;
  /** Stress on the initial shock, WAD; 1e18 when absent. */
  readonly stressWad?: bigint;
};

export type TradePreview = {
  readonly portfolio: MarginPortfolio;
  /** Below 0 the trade is refused, unless it reduces. */
  readonly initialSurplusWad: bigint;
  /** Below 0 the account may be liquidated. */
  readonly liquidationSurplusWad: bigint;
};

/**
 * Says what a trade would leave: the portfolio, and its surpluses over initial and maintenance margin, WAD.
 *
 * @returns Cash rounded against the account by a wei for each fill.
 * @throws {OutOfRangeError} when a ninth leg does not fit an expiry, and as {initialSurplusWad}.
 * @example
 * const { initialSurplusWad } = previewTrade(market, { portfolio, fills: [{ kind: "perpetual", asset, sizeWad, priceWad }] });
 */
export function previewTrade(
  market: MarginMarket,
  { portfolio, fills, feeWad = 0n, stressWad = WAD }: PreviewTradeParameters,
): TradePreview {
  const after = fills.reduce(afterFill, { ...portfolio, cashWad: portfolio.cashWad - feeWad });
  return {
    portfolio: after,
    initialSurplusWad: initialSurplusWad(market, { portfolio: after, stressWad }),
    liquidationSurplusWad: liquidationSurplusWad(market, { portfolio: after }),
  };
}

export type LiquidationPricesParameters = { readonly portfolio: MarginPortfolio; readonly asset: bigint };

export type LiquidationPrices = {
  /** Highest price below the mid from which on down the account fails, WAD; absent when there is none. */
  readonly belowWad?: bigint;
  /** Lowest price above it, WAD. */
  readonly aboveWad?: bigint;
};

/** Factors on the price that are tried on each side, apart by 1 % of it; the fall ends at 1 %, the rise at 5 times. */
const [STEP_WAD, LEAST_WAD, MOST_WAD] = [WAD / 100n, WAD / 100n, 5n * WAD];
/** To this share of the price. */
const PRECISION_WAD = 10n ** 10n;

/** The factor nearest to one at which the account fails, between one that holds and one that does not. */
function narrowed(fails: (factorWad: bigint) => boolean, holdsWad: bigint, failsWad: bigint): bigint {
  let [good, bad] = [holdsWad, failsWad];
  while (good - bad > PRECISION_WAD || bad - good > PRECISION_WAD) {
    const middle = (good + bad) / 2n;
    if (fails(middle)) bad = middle;
    else good = middle;
  }
  return bad;
}

/**
 * Searches the prices of one underlying at which an account may be liquidated, all else unchanged. Books with options may
 * fail at several: the nearest on a grid of 1 % is found.
 *
 * @returns The nearest on each side, to 1e-8 of the mid; the mid itself where the account fails already.
 * @throws {OutOfRangeError} when the market has no price of the underlying, and as {liquidationSurplusWad}.
 * @example
 * const { belowWad } = liquidationPrices(market, { portfolio, asset: 1n });
 */
export function liquidationPrices(
  market: MarginMarket,
  { portfolio, asset }: LiquidationPricesParameters,
): LiquidationPrices {
  const midWad = market.views.get(asset)?.midWad;
  if (midWad === undefined) throw new OutOfRangeError("asset", asset, 1n, 31n);
  const fails = (factorWad: bigint) => liquidationSurplusWad(market, { portfolio, move: { asset, factorWad } }) < 0n;
  if (fails(WAD)) return { belowWad: midWad, aboveWad: midWad };
  const search = (stepWad: bigint): bigint | undefined => {
    for (let factorWad = WAD; factorWad > LEAST_WAD && factorWad < MOST_WAD; factorWad += stepWad) {
      if (fails(factorWad + stepWad)) return (midWad * narrowed(fails, factorWad, factorWad + stepWad)) / WAD;
    }
    return undefined;
  };
  const [belowWad, aboveWad] = [search(-STEP_WAD), search(STEP_WAD)];
  return { ...(belowWad === undefined ? {} : { belowWad }), ...(aboveWad === undefined ? {} : { aboveWad }) };
}
