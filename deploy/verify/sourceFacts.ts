import { IDescribedSource__factory, UniswapV3TwapAdapter__factory } from "../../types/ethers-contracts/index.js";
import { ZeroAddress } from "ethers";
import type { ProtocolAddresses } from "../deployProtocol.js";
import type { SourceSpec } from "../sourceSpec.js";
import { type Fact, fact, type Protocol } from "./fact.js";

/** The provider's contract behind a source; a cross rate has none of its own. */
function feedOf(source: SourceSpec): string | undefined {
  switch (source.kind) {
    case "chainlink":
      return source.feed;
    case "uniswapV3":
      return source.pool;
    case "pyth":
      return source.pyth;
    case "dataStreams":
      return source.verifier;
    case "api3":
      return source.proxy;
    case "erc4626Rate":
      return source.vault;
    case "lstRate":
      return source.token;
    case "cross":
      return undefined;
  }
}

/**
 * What an adapter reads, as it says itself: feed, feed id and, of a pool, window, floor and whom it asks what is open.
 *
 * @param what - Name of the source in the facts.
 * @param asset - Id of the asset that it prices.
 */
export async function sourceFacts(
  { priceOracle }: Protocol,
  addresses: ProtocolAddresses,
  what: string,
  asset: number,
  source: SourceSpec,
  adapter: string,
): Promise<readonly Fact[]> {
  const feed = feedOf(source);
  if (feed === undefined) return [];
  const card = await IDescribedSource__factory.connect(adapter, priceOracle.runner).describe();
  const facts = [fact(`${what}: feed`, feed, card.feed)];
  if ("feedId" in source) facts.push(fact(`${what}: feed id`, source.feedId, card.feedId));
  if (source.kind !== "uniswapV3") return facts;
  const pool = UniswapV3TwapAdapter__factory.connect(adapter, priceOracle.runner);
  const openSize = source.securesOpenInterest ? addresses.perpMarkets : ZeroAddress;
  return [
    ...facts,
    fact(`${what}: window`, source.windowSeconds, await pool.windowSeconds()),
    fact(`${what}: cache`, source.cacheSeconds, await pool.cacheSeconds()),
    fact(`${what}: least liquidity`, source.minLiquidity, await pool.minLiquidity()),
    fact(`${what}: who knows what is open`, openSize, await pool.openSize()),
    fact(`${what}: asset`, asset, await pool.asset()),
  ];
}
