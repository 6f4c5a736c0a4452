import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { publishedArtifact } from "./localTokens.js";

/** Observations each pool keeps: a half-hour window of 12-second blocks, with room to spare. */
const CARDINALITY = 300;

export type LocalFeed = {
  readonly symbol: string;
  readonly decimals: number;
  /** First answer, in the feed's decimals. */
  readonly answer: bigint;
  /** Tokens of its pool, and the pool's first price as Uniswap writes it. */
  readonly base: string;
  readonly quote: string;
  readonly feePips: number;
  readonly sqrtPriceX96: bigint;
};

/** A Chainlink feed and an initialised Uniswap v3 pool for each market of a local chain. */
export function buildLocalFeedsModule(factory: string, feeds: readonly LocalFeed[]) {
  return buildModule("LocalFeeds", (m) => {
    const core = "@uniswap/v3-core/artifacts/contracts";
    const factoryArtifact = publishedArtifact(`${core}/UniswapV3Factory.sol/UniswapV3Factory.json`);
    const poolArtifact = publishedArtifact(`${core}/UniswapV3Pool.sol/UniswapV3Pool.json`);
    const factoryAt = m.contractAt("UniswapV3Factory", factoryArtifact, factory);
    const created = feeds.flatMap(({ symbol, decimals, answer, base, quote, feePips, sqrtPriceX96 }) => {
      const id = symbol.replace(/\W/g, "_");
      const feed = m.contract("MockV3Aggregator", [decimals, answer], { id: `${id}_feed` });
      const creation = m.call(factoryAt, "createPool", [base, quote, feePips], { id: `${id}_createPool` });
      const address = m.readEventArgument(creation, "PoolCreated", "pool", { id: `${id}_poolAddress` });
      const poolAt = m.contractAt("UniswapV3Pool", poolArtifact, address, { id: `${id}_pool` });
      const start = m.call(poolAt, "initialize", [sqrtPriceX96], { id: `${id}_initialize` });
      m.call(poolAt, "increaseObservationCardinalityNext", [CARDINALITY], { id: `${id}_cardinality`, after: [start] });
      return [[`${id}_feed`, feed] as const, [`${id}_pool`, poolAt] as const];
    });
    return Object.fromEntries(created);
  });
}
