import {
  fallbackSmileWord,
  lnWad,
  observeVolatility,
  type OptionTerms,
  type PriceViews,
  seedVolatility,
  sigmasOf,
  type Smile,
  type SurfaceTerms,
  type UnderlyingTerms,
  underlyingTerms,
  type VolatilityTerms,
  volAtWad,
  WAD,
  type CorrelationTerms,
} from "../../sdk/index.js";
import {
  correlationTerms,
  optionStress,
  type ProtocolSpec,
  underlyingTerms as deployedUnderlying,
} from "../../../deploy/index.js";
import type { BarFile } from "../scenarios/replay/series.js";
import { BackTestSpecError } from "./errors.js";

const E9_PER_WAD = 10n ** 9n;
const HOUR = 3600;

/** The deployed parameters of one underlying. */
export type AssetTerms = {
  readonly id: bigint;
  readonly symbol: string;
  readonly underlying: UnderlyingTerms;
  readonly options: OptionTerms;
  readonly surface: SurfaceTerms;
  readonly filter: VolatilityTerms;
};

export type BackTestTerms = {
  readonly assets: readonly AssetTerms[];
  readonly correlations: ReadonlyMap<bigint, CorrelationTerms>;
};

/** Terms as the contracts answer them: every field an integer. */
function integersOf<Field extends string>(
  terms: Readonly<Record<Field, number | bigint>>,
): Readonly<Record<Field, bigint>>;
function integersOf(terms: Readonly<Record<string, number | bigint>>): Readonly<Record<string, bigint>> {
  return Object.fromEntries(Object.entries(terms).map(([field, value]) => [field, BigInt(value)]));
}

/**
 * Takes from a deployment's spec what the margin of some underlyings is made of.
 *
 * @throws {BackTestSpecError} when the spec does not say all of one.
 */
export function termsOf(spec: ProtocolSpec, symbols: readonly string[]): BackTestTerms {
  const assets = symbols.map((symbol): AssetTerms => {
    const asset = spec.assets.find((entry) => entry.symbol === symbol);
    const risk = spec.risk.underlyings.find((entry) => entry.asset === asset?.id);
    const option = spec.options.find((entry) => entry.asset === asset?.id);
    const surface = spec.volSurface.terms.find((entry) => entry.asset === asset?.id);
    if (asset === undefined || risk === undefined || option === undefined || surface === undefined)
      throw new BackTestSpecError(spec.name, `it lists no margin, options and surface for ${symbol}`);
    return {
      id: BigInt(asset.id),
      symbol,
      underlying: underlyingTerms(
        integersOf(deployedUnderlying(risk, spec.auction.curveSeconds)),
        BigInt(asset.oracle.shortWindowSeconds),
      ),
      options: integersOf(optionStress(option)),
      surface: integersOf(surface),
      filter: integersOf(asset.oracle),
    };
  });
  const correlations = spec.risk.correlations.map((entry): readonly [bigint, CorrelationTerms] => {
    const { thetaWad, kappa } = correlationTerms(entry);
    return [BigInt(entry.group), { thetaWad, kappa: Number(kappa) }];
  });
  return { assets, correlations: new Map(correlations) };
}

/** What the oracle would say of an underlying at an hour. */
export type Sight = {
  readonly views: PriceViews;
  /** Dollars. */
  readonly price: number;
};

/** Everything recorded at one hour, underlying by underlying. */
export type Hour = { readonly atSeconds: number; readonly sights: readonly Sight[] };

/** Views of one price, at which every mean lies: what is back-tested is the shock, not the interval. */
function viewsOf(priceWad: bigint, sigmas: ReturnType<typeof sigmasOf>): PriceViews {
  const prices = { lowWad: priceWad, midWad: priceWad, highWad: priceWad };
  return { ...prices, shortTwapWad: priceWad, longTwapWad: priceWad, ...sigmas, grade: 0 };
}

/** Shows hourly closes to the oracle's filter; each is known at the end of its bar. */
function sightsOf(file: BarFile, { filter }: AssetTerms): ReadonlyMap<number, Sight> {
  let state = seedVolatility(filter);
  const sights = new Map<number, Sight>();
  for (const { openSeconds, closeWad } of file.bars) {
    const atSeconds = openSeconds + HOUR;
    state = observeVolatility(state, filter, { logE9: lnWad(closeWad) / E9_PER_WAD, atSeconds: BigInt(atSeconds) });
    sights.set(atSeconds, { views: viewsOf(closeWad, sigmasOf(state)), price: Number(closeWad) / 1e18 });
  }
  return sights;
}

/** The hours that all files have, in order. */
export function hoursOf(files: readonly BarFile[], { assets }: BackTestTerms): readonly Hour[] {
  const all = files.map((file, i) => {
    const terms = assets[i];
    return terms === undefined ? new Map<number, Sight>() : sightsOf(file, terms);
  });
  return [...(all[0]?.keys() ?? [])].flatMap((atSeconds) => {
    const sights = all.flatMap((own) => own.get(atSeconds) ?? []);
    return sights.length === files.length ? [{ atSeconds, sights }] : [];
  });
}

/** The smile in effect at an hour of an underlying without attestations. */
export const smileWordOf = ({ surface }: AssetTerms, { views }: Sight, secondsLeft: number): bigint =>
  fallbackSmileWord(surface, views, BigInt(Math.max(0, Math.round(secondsLeft))));

/** Implied volatility of a strike at a price. */
export function impliedVol(smile: Smile, strike: number, price: number): number {
  const logMoneyness = BigInt(Math.round(Math.log(strike / price) * 1e9)) * E9_PER_WAD;
  return Number(volAtWad(smile, logMoneyness)) / Number(WAD);
}
