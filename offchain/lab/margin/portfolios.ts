import { decodeSmileWord } from "../../sdk/index.js";
import { blackDelta, blackValue, type Option } from "./black.js";
import { type AssetTerms, type Hour, impliedVol, type Sight, smileWordOf } from "./world.js";

/** Options held on one underlying. */
export type OptionLeg = Option & {
  /** Place of the underlying. */
  readonly asset: number;
  /** Signed; positive = long. */
  readonly units: number;
};

/** What is held, without cash. */
export type Holding = {
  /** Signed units of each underlying in perpetuals. */
  readonly perps: readonly number[];
  readonly options: readonly OptionLeg[];
};

/** A portfolio that is set up anew at every hour. */
export type Reference = {
  readonly name: string;
  /** The underlying whose price times one is the notional. */
  readonly asset: number;
  readonly build: (hour: Hour, terms: readonly AssetTerms[]) => Holding;
};

const DAY = 86_400;
const [MONTH, WEEK] = [30 * DAY, 7 * DAY];

/** Strikes are whole multiples of this share of the price, so that they have few digits. */
const at = (price: number, share: number) => Number((price * share).toPrecision(6));

function volOf(terms: AssetTerms, sight: Sight, option: Option, atSeconds: number): number {
  const smile = decodeSmileWord(smileWordOf(terms, sight, option.expiry - atSeconds));
  return impliedVol(smile, option.strike, sight.price);
}

type Quote = { readonly kind: "call" | "put"; readonly share: number; readonly units: number };

function optionsOn(asset: number, hour: Hour, tenor: number, quotes: readonly Quote[]): readonly OptionLeg[] {
  const price = hour.sights[asset]?.price ?? 0;
  const expiry = hour.atSeconds + tenor;
  return quotes.map(({ kind, share, units }) => ({ asset, kind, units, strike: at(price, share), expiry }));
}

const STRADDLE: readonly Quote[] = [
  { kind: "call", share: 1, units: -1 },
  { kind: "put", share: 1, units: -1 },
];
const RATIO: readonly Quote[] = [
  { kind: "call", share: 1.05, units: 1 },
  { kind: "call", share: 1.15, units: -2 },
];

/** The reference portfolios on one underlying: place `asset` of `count`. */
export function referencesOn(asset: number, count: number, symbol: string): readonly Reference[] {
  const perps = (units: number) => Array.from({ length: count }, (_, i) => (i === asset ? units : 0));
  const fixed = (title: string, build: Reference["build"]): Reference => ({ name: `${symbol} ${title}`, asset, build });
  return [
    fixed("long perp", () => ({ perps: perps(1), options: [] })),
    fixed("short perp", () => ({ perps: perps(-1), options: [] })),
    fixed("short straddle, 30 d", (hour) => ({ perps: perps(0), options: optionsOn(asset, hour, MONTH, STRADDLE) })),
    fixed("covered call, 110 %, 30 d", (hour) => ({
      perps: perps(1),
      options: optionsOn(asset, hour, MONTH, [{ kind: "call", share: 1.1, units: -1 }]),
    })),
    fixed("ratio spread, 1 x 105 : 2 x 115 %, 30 d", (hour) => ({
      perps: perps(0),
      options: optionsOn(asset, hour, MONTH, RATIO),
    })),
    fixed("hedged short gamma, 7 d", (hour, terms) => {
      const options = optionsOn(asset, hour, WEEK, STRADDLE);
      const [sight, own] = [hour.sights[asset], terms[asset]];
      if (sight === undefined || own === undefined) return { perps: perps(0), options };
      const deltas = options.map(
        (leg) => leg.units * blackDelta(leg, sight.price, volOf(own, sight, leg, hour.atSeconds), hour.atSeconds),
      );
      return { perps: perps(-deltas.reduce((sum, delta) => sum + delta, 0)), options };
    }),
  ];
}

/** One unit of the first against as many dollars of the second. */
export const pairOf = (first: string, second: string): Reference => ({
  name: `long ${first}, short ${second}`,
  asset: 0,
  build: ({ sights }) => ({ perps: [1, -(sights[0]?.price ?? 0) / (sights[1]?.price ?? 1)], options: [] }),
});

/** Volatility of a leg at an hour. */
export function legVol(leg: OptionLeg, hour: Hour, terms: readonly AssetTerms[]): number {
  const [sight, own] = [hour.sights[leg.asset], terms[leg.asset]];
  return sight === undefined || own === undefined ? 0 : volOf(own, sight, leg, hour.atSeconds);
}

/** What a holding is worth at an hour, dollars: perpetuals at their notional, options by Black at the volatilities given. */
export function valueOf({ perps, options }: Holding, hour: Hour, vols: readonly number[]): number {
  const linear = perps.reduce((sum, units, i) => sum + units * (hour.sights[i]?.price ?? 0), 0);
  return options.reduce((sum, leg, i) => {
    const price = hour.sights[leg.asset]?.price ?? 0;
    return sum + leg.units * blackValue(leg, price, vols[i] ?? 0, hour.atSeconds);
  }, linear);
}
