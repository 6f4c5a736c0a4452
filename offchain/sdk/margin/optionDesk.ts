import { type Closing } from "./closing.js";
import type { MarginMarket, MarginPortfolio, PriceViews } from "./marginMarket.js";
import { MarginInputMissingError } from "./errors.js";
import { expiryTerms } from "./optionLegs.js";
import { type GridPass, gridClosing, gridValueWad, openGrid, optionsAtWad } from "./optionGrid.js";
import type { Strip } from "./optionVector.js";
import { hullOf } from "./priceHull.js";
import { decodeSmileWord } from "./smileWord.js";
import { isInitial, type Valuation } from "./valuation.js";

/** What an underlying with options comes to: `OptionAnswer`. Computed when asked for. */
export type OptionAnswer = {
  /** Least value of everything linked to the underlying, WAD; `unitsWad` beside the options. */
  readonly worstWad: (valuation: Valuation, unitsWad: bigint) => bigint;
  /** What closing is charged on. */
  readonly closing: (valuation: Valuation) => Closing;
  /** The most that everything can be worth in the interval of liquidation, WAD. */
  readonly mostWad: (unitsWad: bigint) => bigint;
  /** The options alone at mid, WAD, rounded down. */
  readonly optionsWad: () => bigint;
  /** What closing is charged on at mid, units of the underlying, WAD. */
  readonly grossWad: () => bigint;
};

/** Shocks of the underlying, WAD. */
export type Shocks = { readonly initialWad: bigint; readonly maintenanceWad: bigint };

/** `SmileSource.None`. */
const NO_SMILE = 0n;

function stripsOf(market: MarginMarket, portfolio: MarginPortfolio, asset: bigint): readonly Strip[] {
  const own = portfolio.options.filter(({ expiry }) => expiryTerms(expiry).asset === asset);
  return own.map(({ expiry, legs, fixedPriceWad }) => {
    const smile = market.smiles.get(asset)?.get(expiryTerms(expiry).expirySeconds);
    if (smile === undefined || decodeSmileWord(smile).source === NO_SMILE)
      throw new MarginInputMissingError("smile", asset);
    return { expiry, legs, smile, fixedPriceWad };
  });
}

/** Reads the options on one underlying: `OptionDesk`. @throws {MarginInputMissingError} without terms or a smile. */
export function openOptions(
  market: MarginMarket,
  { portfolio, asset, views }: { portfolio: MarginPortfolio; asset: bigint; views: PriceViews },
): GridPass {
  const terms = market.options.get(asset);
  if (terms === undefined) throw new MarginInputMissingError("options", asset);
  return openGrid({ midWad: views.midWad, nowSeconds: market.nowSeconds, terms }, stripsOf(market, portfolio, asset));
}

/** What the valuations of a book need of its options: `OptionDesk.answer`. */
export function answerOf(pass: GridPass, views: PriceViews, shocks: Shocks): OptionAnswer {
  return {
    worstWad: (valuation, unitsWad) =>
      gridValueWad(pass, {
        kind: isInitial(valuation) ? "initial" : "liquidation",
        favourable: valuation === "intersection",
        rhoWad: isInitial(valuation) ? shocks.initialWad : shocks.maintenanceWad,
        unitsWad,
        ...hullOf(views, valuation),
      }),
    closing: (valuation) => gridClosing(pass, { ...hullOf(views, valuation), largest: isInitial(valuation) }),
    mostWad: (unitsWad) => {
      const range = hullOf(views, "intersection");
      return gridValueWad(pass, { kind: "most", favourable: true, rhoWad: 0n, unitsWad, ...range });
    },
    optionsWad: () => optionsAtWad(pass, views.midWad),
    grossWad: () => gridClosing(pass, { lowWad: views.midWad, highWad: views.midWad, largest: true }).grossWad,
  };
}
