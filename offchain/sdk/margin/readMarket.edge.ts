import type { Protocol } from "../protocol.js";
import { collateralTerms, type CollateralTerms } from "./collateralTerms.js";
import type { LiquidityTerms } from "./liquidityCost.js";
import type { CorrelationTerms, MarginMarket, MarginPortfolio, PriceViews } from "./marginMarket.js";
import { expiryTerms } from "./optionLegs.js";
import { decodeOptionTerms, type OptionTerms } from "./optionTerms.js";
import { underlyingTerms, type UnderlyingTerms } from "./underlyingTerms.js";

/** The contracts that margin is made of. */
export type MarginProtocol = Pick<Protocol, "portfolioMargin" | "priceOracle" | "volSurface">;

export type ReadMarginMarketParameters = {
  /** What is to be assessed: everything that these need is read. */
  readonly portfolios: readonly MarginPortfolio[];
  /** Underlyings beyond those of the portfolios, for trades to come. */
  readonly assets?: readonly bigint[];
  /** Expiry words beyond those of the portfolios. */
  readonly expiries?: readonly bigint[];
};

type Block = { readonly blockTag: number };

async function table<Key, Value>(
  keys: Iterable<Key>,
  read: (key: Key) => Promise<Value | undefined>,
): Promise<Map<Key, Value>> {
  const all = [...new Set(keys)];
  const values = await Promise.all(all.map(read));
  return new Map(all.flatMap((key, i) => (values[i] === undefined ? [] : [[key, values[i]] as const])));
}

/** The leverage bound is drawn with the oracle's window of now: it is off where that grew since the parameters were set. */
async function readUnderlying(
  { portfolioMargin, priceOracle }: MarginProtocol,
  asset: bigint,
  at: Block,
): Promise<UnderlyingTerms> {
  const config = await portfolioMargin.underlyingOf(asset, at);
  const { shortWindowSeconds } = await priceOracle.configOf(asset, at);
  const own = {
    zInitialWad: config.zInitialWad,
    zMaintenanceWad: config.zMaintenanceWad,
    mporInitialSeconds: config.mporInitialSeconds,
    mporMaintenanceSeconds: config.mporMaintenanceSeconds,
    rhoMinInitialWad: config.rhoMinInitialWad,
    rhoMaxInitialWad: config.rhoMaxInitialWad,
    rhoMinMaintenanceWad: config.rhoMinMaintenanceWad,
    rhoMaxMaintenanceWad: config.rhoMaxMaintenanceWad,
    sigmaFloorWad: config.sigmaFloorWad,
    stressSigmaWad: config.stressSigmaWad,
    stressWeightWad: config.stressWeightWad,
    fastGainWad: config.fastGainWad,
    correlationGroup: config.correlationGroup,
    leverage: config.leverage,
  };
  return underlyingTerms(own, shortWindowSeconds);
}

async function readCollateral({ portfolioMargin }: MarginProtocol, index: bigint, at: Block): Promise<CollateralTerms> {
  const config = await portfolioMargin.collateralOf(index, at);
  return collateralTerms({
    underlying: config.underlying,
    ratioAsset: config.ratioAsset,
    haircutFloorWad: config.haircutFloorWad,
    zWad: config.zWad,
    liquidationSeconds: config.liquidationSeconds,
    concentrationGainWad: config.concentrationGainWad,
    concentrationFreeWad: config.concentrationFreeWad,
    capWad: config.capWad,
  });
}

/** Nothing where it was never set. */
async function readLiquidity(
  { portfolioMargin }: MarginProtocol,
  asset: bigint,
  at: Block,
): Promise<LiquidityTerms | undefined> {
  const config = await portfolioMargin.liquidityOf(asset, at);
  if (config.depthUsd === 0n) return undefined;
  return {
    depthUsd: config.depthUsd,
    depthSigmaWad: config.depthSigmaWad,
    leastDepthBps: config.leastDepthBps,
    halfSpreadWad: config.halfSpreadWad,
    impactBps: config.impactBps,
    vegaDepthUsd: config.vegaDepthUsd,
    volHalfSpreadBps: config.volHalfSpreadBps,
    volImpactBps: config.volImpactBps,
  };
}

async function readViews({ priceOracle }: MarginProtocol, asset: bigint, at: Block): Promise<PriceViews> {
  const views = await priceOracle.read(asset, at);
  return {
    lowWad: views.lowWad,
    midWad: views.midWad,
    highWad: views.highWad,
    shortTwapWad: views.shortTwapWad,
    longTwapWad: views.longTwapWad,
    sigmaFastWad: views.sigmaFastWad,
    sigmaSlowWad: views.sigmaSlowWad,
    sigmaGlideWad: views.sigmaGlideWad,
    grade: Number(views.grade),
  };
}

async function readSmiles({ volSurface }: MarginProtocol, asset: bigint, expiries: readonly bigint[], at: Block) {
  const own = expiries.map(expiryTerms).filter((expiry) => expiry.asset === asset);
  const times = [...new Set(own.map(({ expirySeconds }) => expirySeconds))];
  const words = await volSurface.smilesOf(asset, times, at);
  return new Map(times.map((time, i) => [time, words[i] ?? 0n]));
}

/**
 * Reads prices and parameters of one block, as far as some portfolios need them: afterwards their margin costs no call.
 *
 * @param parameters - The portfolios, and what trades to come will need beside them.
 * @param blockTag - The block, with its time in unix seconds; one for all reads.
 * @returns The market for {marginReport} and its like.
 * @example
 * const { number: blockNumber, timestamp } = await provider.getBlock("latest");
 * const market = await readMarginMarket(protocol, { portfolios }, { blockNumber, nowSeconds: BigInt(timestamp) });
 */
export async function readMarginMarket(
  protocol: MarginProtocol,
  { portfolios, assets = [], expiries = [] }: ReadMarginMarketParameters,
  { blockNumber, nowSeconds }: { readonly blockNumber: number; readonly nowSeconds: bigint },
): Promise<MarginMarket> {
  const at = { blockTag: blockNumber };
  const held = portfolios.flatMap(({ collateral }) => collateral.filter(({ amountWad }) => amountWad !== 0n));
  const words = [...expiries, ...portfolios.flatMap(({ options }) => options.map(({ expiry }) => expiry))];
  const optioned = words.map((word) => expiryTerms(word).asset);
  const collaterals = await table(
    held.map(({ index }) => index),
    (index) => readCollateral(protocol, index, at),
  );
  const perps = portfolios.flatMap((portfolio) => portfolio.perps.map(({ asset }) => asset));
  const followed = [...collaterals.values()].map(({ underlying }) => underlying);
  const underlyings = await table([...perps, ...assets, ...optioned, ...followed], (asset) =>
    readUnderlying(protocol, asset, at),
  );
  const ratios = [...collaterals.values()].flatMap(({ ratioAsset }) => (ratioAsset === 0n ? [] : [ratioAsset]));
  const groups = [...underlyings.values()].map(({ correlationGroup }) => correlationGroup);
  const correlationOf = async (group: bigint): Promise<CorrelationTerms> => {
    const { thetaWad, kappa } = await protocol.portfolioMargin.correlationOf(group, at);
    return { thetaWad, kappa: Number(kappa) };
  };
  const optionTermsOf = async (asset: bigint): Promise<OptionTerms> =>
    decodeOptionTerms(await protocol.portfolioMargin.optionsOf(asset, at));
  const addOns = await protocol.portfolioMargin.addOns(at);
  return {
    nowSeconds,
    views: await table([...underlyings.keys(), ...ratios], (asset) => readViews(protocol, asset, at)),
    underlyings,
    collaterals,
    options: await table(optioned, optionTermsOf),
    liquidity: await table(underlyings.keys(), (asset) => readLiquidity(protocol, asset, at)),
    smiles: await table(optioned, (asset) => readSmiles(protocol, asset, words, at)),
    correlations: await table(
      groups.filter((group) => group !== 0n),
      correlationOf,
    ),
    addOns: { liquidationCostBps: addOns.liquidationCostBps, flatCostWad: addOns.flatCostWad },
  };
}
