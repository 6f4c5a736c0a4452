import { z } from "zod";
import { address, count, wad, whole } from "./decimals.js";

/** What is priced in what, as in `ETH` and `USD`: at most 31 bytes each. */
const symbol = z.string().regex(/^[!-~]{1,31}$/, "wants 1 to 31 letters");
const pair = { base: symbol, quote: symbol };

/** How an adapter reads its provider; `maxAgeSeconds` and bounds are the reader's. */
const provider = {
  /** `deviationBps` is the feed's deviation threshold, if its half-width is to count with this source. */
  chainlink: { kind: z.literal("chainlink"), feed: address, deviationBps: count.default(0) },
  /** `securesOpenInterest`: whether the pool must cost more to move than what is open on the asset. */
  uniswapV3: {
    kind: z.literal("uniswapV3"),
    pool: address,
    baseToken: address,
    windowSeconds: count,
    cacheSeconds: count,
    minLiquidity: whole,
    securesOpenInterest: z.boolean().default(true),
  },
  pyth: {
    kind: z.literal("pyth"),
    pyth: address,
    feedId: z.string().regex(/^0x[0-9a-fA-F]{64}$/, "wants 32 bytes"),
  },
  /** `verifier` is Chainlink's verifier proxy; the feed is of schema v3. */
  dataStreams: {
    kind: z.literal("dataStreams"),
    verifier: address,
    feedId: z.string().regex(/^0x0003[0-9a-fA-F]{60}$/, "wants 32 bytes that begin with 0003"),
    decimals: z.int().min(0).max(18),
  },
  /** `proxy` is the feed's reader proxy. */
  api3: { kind: z.literal("api3"), proxy: address },
  /** A vault's shares in its asset. `minSupply` in base units of the share; growth per year and slack as fractions. */
  erc4626Rate: {
    kind: z.literal("erc4626Rate"),
    ...pair,
    vault: address,
    minSupply: whole,
    maxGrowthPerYear: wad,
    slack: wad,
  },
  /** What a token reports of itself, such as `stEthPerToken()`. */
  lstRate: {
    kind: z.literal("lstRate"),
    ...pair,
    token: address,
    method: z.string().regex(/^\w+\(\)$/, "wants a method without arguments, such as stEthPerToken()"),
    maxGrowthPerYear: wad,
    slack: wad,
  },
};

/** What the oracle's reader asks of each source. `maxAgeSeconds` = heartbeat * 1.25 + 60 s. */
const reader = { group: count, maxAgeSeconds: count, gasCap: count, floor: wad, ceiling: wad };

/** A leg of a cross rate: its own age and bounds, in the direction in which its source gives it. */
const judged = { inverse: z.boolean().default(false), maxAgeSeconds: count, floor: wad, ceiling: wad };
const leg = z.discriminatedUnion("kind", [
  z.strictObject({ ...provider.chainlink, ...pair, ...judged }),
  z.strictObject({ ...provider.pyth, ...pair, ...judged }),
  z.strictObject({ ...provider.dataStreams, ...pair, ...judged }),
  z.strictObject({ ...provider.api3, ...pair, ...judged }),
  z.strictObject({ ...provider.erc4626Rate, ...judged }),
  z.strictObject({ ...provider.lstRate, ...judged }),
]);

/** base/mid times mid/quote. */
const cross = { kind: z.literal("cross"), ...pair, first: leg, second: leg };

/** Where a price comes from. */
export const source = z.discriminatedUnion("kind", [
  z.strictObject({ ...provider.chainlink, ...reader }),
  z.strictObject({ ...provider.uniswapV3, ...reader }),
  z.strictObject({ ...provider.pyth, ...reader }),
  z.strictObject({ ...provider.dataStreams, ...reader }),
  z.strictObject({ ...provider.api3, ...reader }),
  z.strictObject({ ...provider.erc4626Rate, ...reader }),
  z.strictObject({ ...provider.lstRate, ...reader }),
  z.strictObject({ ...cross, ...reader }),
]);

export type SourceSpec = z.output<typeof source>;
export type LegSpec = z.output<typeof leg>;

/** What is priced in what. */
export type Pair = { readonly base: string; readonly quote: string };

/** The dimension that an asset's symbol says: `WSTETH/ETH` is in ether, `ETH` in dollars. */
export function pairOf(assetSymbol: string): Pair {
  const [base = assetSymbol, quote = "USD"] = assetSymbol.split("/");
  return { base, quote };
}

/**
 * Whether a source measures what its asset is. Sources that do not name their dimension take the asset's; one that does
 * must name the same, so that a ratio is never read as dollars, nor stETH as ether unless the spec says so.
 */
export function measures(given: SourceSpec, asset: Pair): boolean {
  return !("base" in given) || (given.base === asset.base && given.quote === asset.quote);
}
