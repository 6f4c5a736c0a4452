import type { NetworkConnection } from "hardhat/types/network";
import { buildLocalFeedsModule } from "./modules/localFeeds.js";
import { buildLocalTokensModule, type LocalToken } from "./modules/localTokens.js";

/** One market of a chain without markets of its own. */
export type LocalMarket = {
  readonly symbol: string;
  readonly base: LocalToken;
  readonly quote: LocalToken;
  /** First price, WAD of the quote per whole unit of the base. */
  readonly priceWad: bigint;
};

const WAD = 10n ** 18n;
const USDC: LocalToken = { symbol: "USDC", decimals: 6 };
const WETH: LocalToken = { symbol: "WETH", decimals: 18 };

/** The markets that the specs of local chains refer to. */
export const defaultLocalMarkets: readonly LocalMarket[] = [
  { symbol: "ETH", base: WETH, quote: USDC, priceWad: 2_000n * WAD },
  { symbol: "BTC", base: { symbol: "WBTC", decimals: 8 }, quote: USDC, priceWad: 40_000n * WAD },
  {
    symbol: "WSTETH/ETH",
    base: { symbol: "WSTETH", decimals: 18 },
    quote: WETH,
    priceWad: 1_150_000_000_000_000_000n,
  },
];

const POOL_FEE_PIPS = 500;

/** Feed decimals as Chainlink has them: 8 against USD, 18 against ETH. */
const feedDecimals = (market: LocalMarket) => (market.quote.symbol === "USDC" ? 8 : 18);

/**
 * Puts real third-party contracts on a chain that has none: tokens, Uniswap v3 pools, Chainlink feeds, Pyth.
 *
 * @returns Addresses by the names that specs use behind a `$`, such as `USDC`, `ETH.pool`, `ETH.feed`, `pyth`.
 */
export async function deployLocalMarkets(
  connection: NetworkConnection<"l1">,
  markets: readonly LocalMarket[] = defaultLocalMarkets,
  options: { readonly deploymentId?: string } = {},
): Promise<Readonly<Record<string, string>>> {
  const { ignition } = connection;
  const tokens = new Map(
    markets.flatMap(({ base, quote }) => [base, quote]).map((token): [string, LocalToken] => [token.symbol, token]),
  );
  tokens.set(USDC.symbol, USDC);
  tokens.delete(WETH.symbol);
  // Ignition resumes a journal only with the module that was interrupted: each module has its own.
  const journal = (name: string) =>
    options.deploymentId === undefined ? {} : { deploymentId: `${options.deploymentId}-${name}` };
  const tokenContracts = await ignition.deploy(buildLocalTokensModule([...tokens.values()]), journal("tokens"));
  const addresses: Record<string, string> = {};
  for (const [name, contract] of Object.entries(tokenContracts)) addresses[name] = await contract.getAddress();
  const at = (name: string) => addresses[name] ?? "";
  const feeds = markets.map((market) => ({
    symbol: market.symbol,
    decimals: feedDecimals(market),
    answer: market.priceWad / 10n ** BigInt(18 - feedDecimals(market)),
    base: at(market.base.symbol),
    quote: at(market.quote.symbol),
    feePips: POOL_FEE_PIPS,
    sqrtPriceX96: sqrtPriceX96Of(market, at(market.base.symbol), at(market.quote.symbol)),
  }));
  const feedContracts = await ignition.deploy(buildLocalFeedsModule(at("uniswapFactory"), feeds), journal("feeds"));
  for (const { symbol } of feeds) {
    const id = symbol.replace(/\W/g, "_");
    addresses[`${symbol}.feed`] = await contractAddress(feedContracts[`${id}_feed`]);
    addresses[`${symbol}.pool`] = await contractAddress(feedContracts[`${id}_pool`]);
  }
  return addresses;
}

async function contractAddress(contract: { getAddress(): Promise<string> } | undefined): Promise<string> {
  return contract === undefined ? "" : contract.getAddress();
}

/** Uniswap's price: the square root of token1 per token0 in base units, in Q96. */
export function sqrtPriceX96Of(market: LocalMarket, base: string, quote: string): bigint {
  const baseUnits = 10n ** BigInt(market.base.decimals);
  const quoteUnits = (market.priceWad * 10n ** BigInt(market.quote.decimals)) / WAD;
  const baseIsToken0 = BigInt(base) < BigInt(quote);
  const [amount0, amount1] = baseIsToken0 ? [baseUnits, quoteUnits] : [quoteUnits, baseUnits];
  return squareRoot((amount1 << 192n) / amount0);
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
