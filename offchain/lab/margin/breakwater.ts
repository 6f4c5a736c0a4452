import { type MarginMarket, type MarginPortfolio, marginReport, withLots } from "../../sdk/index.js";
import type { Holding, OptionLeg } from "./portfolios.js";
import { type AssetTerms, type BackTestTerms, type Hour, smileWordOf } from "./world.js";

const LOT_UNITS = 10n ** 6n;
const LOTS_PER_UNIT = 1000;
const STRIKE_UNITS = 1e8;

/** A requirement of the risk engine, dollars. */
export type Requirement = { readonly initial: number; readonly maintenance: number };

const wadOf = (value: number): bigint => BigInt(Math.round(value * 1e9)) * 10n ** 9n;

/** Legs of one underlying and expiry as words: strikes of 1e-8 USD on a grid of two places, lots of a thousandth. */
function wordsOf(id: bigint, legs: readonly OptionLeg[]) {
  const strikes = [...new Set(legs.map(({ strike }) => Math.round(strike * STRIKE_UNITS)))].sort((a, b) => a - b);
  const [first = 0, second = first] = strikes;
  const expiry =
    id |
    (BigInt(legs[0]?.expiry ?? 0) << 16n) |
    (BigInt(first) << 56n) |
    (BigInt(second - first) << 112n) |
    (BigInt(strikes.length) << 160n) |
    (LOT_UNITS << 168n);
  const word = legs.reduce(
    (sum, { strike, kind, units }) =>
      withLots(
        sum,
        { strikeIndex: strikes.indexOf(Math.round(strike * STRIKE_UNITS)), isPut: kind === "put" },
        BigInt(Math.round(units * LOTS_PER_UNIT)),
      ),
    0n,
  );
  return { expiry, legs: word };
}

/** A holding as the contracts keep it. All options on one underlying are of one expiry and of at most two strikes. */
export function portfolioOf({ perps, options }: Holding, assets: readonly AssetTerms[]): MarginPortfolio {
  const optioned = assets.flatMap(({ id }, i) => {
    const legs = options.filter(({ asset }) => asset === i);
    return legs.length === 0 ? [] : [{ slot: BigInt(i), ...wordsOf(id, legs), fixedPriceWad: 0n }];
  });
  return {
    cashWad: 0n,
    collateral: [],
    perps: perps.flatMap((units, i) => {
      const id = assets[i]?.id;
      return id === undefined || units === 0 ? [] : [{ asset: id, sizeWad: wadOf(units) }];
    }),
    options: optioned,
  };
}

/** The same parameters without what dampens them: the fast volatility alone, no floor, no stress, no memory. */
export const undamped = (terms: BackTestTerms): BackTestTerms => ({
  ...terms,
  assets: terms.assets.map((asset) => ({
    ...asset,
    underlying: {
      ...asset.underlying,
      boundPerSigmaWad: 0n,
      boundForJumpsWad: 0n,
      rhoMinInitialWad: 0n,
      rhoMinMaintenanceWad: 0n,
      sigmaFloorWad: 0n,
      stressWeightWad: 0n,
      fastGainWad: 10n ** 18n,
    },
  })),
});

/** The same parameters without the fast volatility. */
export const withoutFast = (terms: BackTestTerms): BackTestTerms => ({
  ...terms,
  assets: terms.assets.map((asset) => ({ ...asset, underlying: { ...asset.underlying, fastGainWad: 0n } })),
});

/** What the risk engine knows at an hour; closing costs are left out, for they are no cover of a loss. */
export function marketOf(hour: Hour, terms: BackTestTerms, options: { readonly fastOnly: boolean }): MarginMarket {
  const sights = terms.assets.flatMap((asset, i) => {
    const sight = hour.sights[i];
    return sight === undefined ? [] : [{ asset, sight }];
  });
  return {
    nowSeconds: BigInt(hour.atSeconds),
    views: new Map(
      sights.map(({ asset, sight: { views } }) => [
        asset.id,
        options.fastOnly ? { ...views, sigmaSlowWad: 0n, sigmaGlideWad: 0n } : views,
      ]),
    ),
    underlyings: new Map(terms.assets.map(({ id, underlying }) => [id, underlying])),
    collaterals: new Map(),
    liquidity: new Map(),
    options: new Map(terms.assets.map((asset) => [asset.id, asset.options])),
    smiles: new Map(
      sights.map(({ asset, sight }) => [
        asset.id,
        new Map(
          [7, 30].map((days) => {
            const left = days * 86_400;
            return [BigInt(hour.atSeconds + left), smileWordOf(asset, sight, left)] as const;
          }),
        ),
      ]),
    ),
    correlations: terms.correlations,
    addOns: { liquidationCostBps: 0n, flatCostWad: 0n },
  };
}

/** Initial and maintenance margin of a holding against the mark, by the wei-exact mirror. */
export function requirementOf(market: MarginMarket, portfolio: MarginPortfolio): Requirement {
  const { initialWad, maintenanceWad } = marginReport(market, { portfolio });
  return { initial: Number(initialWad) / 1e18, maintenance: Number(maintenanceWad) / 1e18 };
}
