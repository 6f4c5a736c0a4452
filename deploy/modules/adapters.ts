import type { ContractFuture, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { id as hashOf, ZeroAddress } from "ethers";
import type { LegSpec, Pair, SourceSpec } from "../sourceSpec.js";

/** Who knows what is open on an asset, and its id there. */
export type Secured = { readonly openSize: ContractFuture<string>; readonly assetId: number };

/** The one reader of all push feeds. */
export type Readers = { readonly PushFeeds: ContractFuture<string> };

/** The adapter of a source. `asset` is what it prices, unless the source says so itself. */
export function deployAdapter(
  m: IgnitionModuleBuilder,
  source: SourceSpec | LegSpec,
  asset: Pair,
  secured: Secured,
  libraries: Readers,
  id: string,
): ContractFuture<string> {
  const { base, quote } = "base" in source ? source : asset;
  switch (source.kind) {
    case "chainlink":
      return m.contract("ChainlinkAdapter", [source.feed, base, quote, 0n, 0n, source.deviationBps], { id, libraries });
    case "uniswapV3": {
      const { pool, baseToken, windowSeconds, cacheSeconds, minLiquidity } = source;
      const openSize = source.securesOpenInterest ? secured.openSize : ZeroAddress;
      const values = [pool, baseToken, windowSeconds, cacheSeconds, minLiquidity, openSize, secured.assetId];
      return m.contract("UniswapV3TwapAdapter", values, { id });
    }
    case "pyth":
      return m.contract("PythAdapter", [source.pyth, source.feedId, base, quote], { id, libraries });
    case "dataStreams":
      return m.contract("DataStreamsAdapter", [source.verifier, source.feedId, source.decimals, base, quote], { id });
    case "api3":
      return m.contract("Api3Adapter", [source.proxy, base, quote], { id });
    case "erc4626Rate": {
      const { vault, minSupply, maxGrowthPerYear, slack } = source;
      return m.contract("Erc4626RateAdapter", [vault, minSupply, base, quote, maxGrowthPerYear, slack], { id });
    }
    case "lstRate": {
      const { token, method, maxGrowthPerYear, slack } = source;
      const selector = hashOf(method).slice(0, 10);
      return m.contract("LstRateAdapter", [token, selector, base, quote, maxGrowthPerYear, slack], { id });
    }
    case "cross": {
      const legs = [source.first, source.second].map((leg, index) => ({
        source: deployAdapter(m, leg, asset, secured, libraries, `${id}_leg_${index}`),
        inverse: leg.inverse,
        maxAgeSeconds: leg.maxAgeSeconds,
        floorWad: leg.floor,
        ceilingWad: leg.ceiling,
      }));
      return m.contract("CrossRateAdapter", [...legs, base, quote], { id });
    }
  }
}
