import { type LocalMarket, type ProtocolSpec, loadSpec } from "../../../../deploy/index.js";
import { WAD, smaller, wad } from "../../numbers.js";
import { WSTETH_RATIO_WAD } from "../population.js";

/** What a world is built for: underlyings and their prices at the start. */
export type WorldPlan = { readonly symbols: readonly string[]; readonly pricesWad: readonly bigint[] };

/** Number of the ratio wstETH/ETH in the oracle. */
export const RATIO_ASSET = 32;

const USDC = { symbol: "USDC", decimals: 6 };
const WETH = { symbol: "WETH", decimals: 18 };
const WSTETH_MARKET = "WSTETH/ETH";

/** Number of an underlying in the oracle. */
export function assetId(index: number): number {
  return index + 1;
}

function baseToken(symbol: string) {
  if (symbol === "ETH") return WETH;
  if (symbol === "BTC") return { symbol: "WBTC", decimals: 8 };
  return { symbol: `x${symbol}`, decimals: 18 };
}

/** The markets outside the protocol: a pool and feeds for each underlying, and for wstETH where there is ether. */
export function marketsOf({ symbols, pricesWad }: WorldPlan): readonly LocalMarket[] {
  const own = symbols.map((symbol, index) => ({
    symbol,
    base: baseToken(symbol),
    quote: USDC,
    priceWad: pricesWad[index] ?? WAD,
  }));
  if (!symbols.includes("ETH")) return own;
  const ratio = {
    symbol: WSTETH_MARKET,
    base: { symbol: "WSTETH", decimals: 18 },
    quote: WETH,
    priceWad: WSTETH_RATIO_WAD,
  };
  return [...own, ratio];
}

/** Pyth's number of a feed: any 32 bytes do on a local chain. */
export function pythFeedId(symbol: string): string {
  return `0x${Buffer.from(symbol).toString("hex").padEnd(64, "0")}`;
}

/** Underlying per lot: a power of ten worth one to ten dollars at the start. */
export function lotSizeOf(priceWad: bigint): bigint {
  let size = WAD;
  while ((size * priceWad) / WAD > 10n * WAD) size /= 10n;
  while ((size * priceWad) / WAD < WAD && size < 10n ** 12n * WAD) size *= 10n;
  return size;
}

type AssetSpec = ProtocolSpec["assets"][number];
type SourceSpec = AssetSpec["sources"][number];

/** Underlyings that the reviewed spec does not name are of the most volatile class of the oracle (DESIGN: C). */
const LONG_TAIL = { gateBps: 800, truncationBps: 500, velocityBps: 2_000 } as const;

/** Bounds this wide leave it to the aggregate to find an outlier, instead of to a number in the configuration. */
const BOUND_FACTOR = 1_000_000n;
/** The oracle holds prices in 96 bits. */
const HIGHEST_PRICE_WAD = 2n ** 96n - 1n;

function sourcesFor(template: AssetSpec, market: LocalMarket, names: Readonly<Record<string, string>>): SourceSpec[] {
  const floor = market.priceWad / BOUND_FACTOR + 1n;
  const ceiling = smaller(market.priceWad * BOUND_FACTOR, HIGHEST_PRICE_WAD);
  const at = (name: string) => names[name] ?? "";
  const adapted = template.sources.map((source): SourceSpec => {
    switch (source.kind) {
      case "chainlink":
        return { ...source, feed: at(`${market.symbol}.feed`), floor, ceiling };
      case "uniswapV3": {
        const pool = at(`${market.symbol}.pool`);
        return { ...source, pool, baseToken: at(market.base.symbol), floor, ceiling };
      }
      case "pyth":
        return { ...source, feedId: pythFeedId(market.symbol), floor, ceiling };
      default:
        return source;
    }
  });
  const push = adapted.find((source) => source.kind === "chainlink");
  const second = names[`${market.symbol}.redstone`];
  if (push === undefined || push.kind !== "chainlink" || second === undefined) return adapted;
  const group = Math.max(...adapted.map((source) => source.group)) + 1;
  return [...adapted, { ...push, feed: second, group }];
}

/**
 * The reviewed numbers of the local network, applied to the underlyings of a case. Nothing is tuned to a scenario.
 *
 * @param names - Addresses of the third-party contracts, by the names of `deployLocalMarkets`; a second push feed as
 * `SYMBOL.redstone`.
 */
export function specFor(plan: WorldPlan, names: Readonly<Record<string, string>>): ProtocolSpec {
  const everything: Record<string, string> = { ...names };
  const missing = new Proxy(everything, { get: (target, key) => target[String(key)] ?? ZERO_ADDRESS });
  const base = loadSpec("localhost", missing);
  const template = (symbol: string) =>
    base.assets.find((asset) => asset.symbol === symbol) ?? base.assets.find(({ id }) => id === 1);
  const markets = marketsOf(plan);
  const known = new Set(base.assets.map(({ symbol }) => symbol));
  const assets = markets.flatMap((market, index): AssetSpec[] => {
    const found = template(market.symbol);
    if (found === undefined) return [];
    const own = known.has(market.symbol) ? found : { ...found, oracle: { ...found.oracle, ...LONG_TAIL } };
    const id = market.symbol === WSTETH_MARKET ? RATIO_ASSET : assetId(index);
    return [{ ...own, id, symbol: market.symbol, sources: sourcesFor(own, market, names) }];
  });
  const riskOf = (symbol: string) => (symbol === "BTC" ? base.risk.underlyings[1] : base.risk.underlyings[0]);
  const ether = plan.symbols.indexOf("ETH");
  const [firstPerp] = base.perps;
  return {
    ...base,
    name: "lab",
    assets,
    correlationPairs: base.correlationPairs.filter(({ b }) => b <= plan.symbols.length),
    volSurface: {
      ...base.volSurface,
      terms: base.volSurface.terms.filter(({ asset }) => asset <= plan.symbols.length),
    },
    perps:
      firstPerp === undefined
        ? []
        : plan.symbols.map((_, index) => ({
            ...firstPerp,
            asset: assetId(index),
            lotSize: lotSizeOf(plan.pricesWad[index] ?? WAD),
            openInterestCap: wad("400000000"),
          })),
    options: base.options.filter(({ asset }) => asset <= plan.symbols.length),
    risk: {
      ...base.risk,
      underlyings: plan.symbols.flatMap((symbol, index) => {
        const terms = riskOf(symbol);
        return terms === undefined ? [] : [{ ...terms, asset: assetId(index) }];
      }),
    },
    collateral: ether < 0 ? [] : base.collateral.map((terms) => ({ ...terms, underlying: assetId(ether) })),
    auction: {
      ...base.auction,
      capacities: base.auction.capacities.filter(({ asset }) => asset <= plan.symbols.length),
    },
    outflow: base.outflow.filter(({ token }) => token !== ZERO_ADDRESS),
  };
}

const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000";
