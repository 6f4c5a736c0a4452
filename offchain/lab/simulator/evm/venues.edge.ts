import type { NetworkConnection } from "hardhat/types/network";
import { AbiCoder, Contract, ContractFactory, Interface, MaxUint256, toBeHex } from "ethers";
import { deployLocalMarkets, sqrtPriceX96Of } from "../../../../deploy/index.js";
import { InfrastructureError } from "../../errors.js";
import { BPS, WAD, absolute } from "../../numbers.js";
import type { SourceName } from "../../scenarios/scenario.js";
import { type Quote, sourceIndex } from "../feeds.js";
import { WSTETH_RATIO_WAD } from "../population.js";
import type { Call } from "./chain.edge.js";
import { PERIPHERY, published } from "./published.edge.js";
import { type WorldPlan, marketsOf, pythFeedId } from "./spec.js";

/** Value of either side of a pool at the start, in whole USDC. */
const POOL_SIDE_USD = 20_000_000n;
const POOL_FEE_PIPS = 500;
/** Widest range of a pool with a fee of 500: the multiple of its spacing next to the limit. */
const WIDEST_TICK = 887_270;
const FOREVER = 10n ** 12n;
/** More than any pool holds: swaps stop at their price limit. */
const UNBOUNDED_AMOUNT = 10n ** 36n;

const FEED = new Interface(["function updateAnswer(int256 answer)"]);
const ERC20 = new Interface([
  "function approve(address spender, uint256 amount) returns (bool)",
  "function transfer(address to, uint256 amount) returns (bool)",
  "function deposit() payable",
]);
const PYTH = new Interface(["function updatePriceFeeds(bytes[] updateData) payable"]);
const ROUTER = new Interface([
  "function exactInputSingle((address tokenIn,address tokenOut,uint24 fee,address recipient,uint256 deadline,uint256 amountIn,uint256 amountOutMinimum,uint160 sqrtPriceLimitX96) params) payable returns (uint256)",
]);
const MANAGER = new Interface([
  "function mint((address token0,address token1,uint24 fee,int24 tickLower,int24 tickUpper,uint256 amount0Desired,uint256 amount1Desired,uint256 amount0Min,uint256 amount1Min,address recipient,uint256 deadline) params) payable returns (uint256,uint128,uint256,uint256)",
]);

/** One pool as the arbitrageur knows it. */
type Pool = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly market: ReturnType<typeof marketsOf>[number];
};

/** The world outside the protocol: tokens, pools, feeds, and how prices get there. */
export class Venues {
  private readonly pools: readonly Pool[];
  /** Price each pool was last moved to, WAD. */
  private poolPrices: Map<string, bigint>;
  private ratioMovedAt = Number.NEGATIVE_INFINITY;

  private constructor(
    readonly names: Readonly<Record<string, string>>,
    private readonly plan: WorldPlan,
    private readonly roles: { readonly publisher: string; readonly arbitrageur: string },
    private readonly router: string,
  ) {
    this.pools = marketsOf(plan).map((market) => ({
      symbol: market.symbol,
      base: this.at(market.base.symbol),
      quote: this.at(market.quote.symbol),
      market,
    }));
    this.poolPrices = new Map(marketsOf(plan).map(({ symbol, priceWad }) => [symbol, priceWad]));
  }

  /** Deploys tokens, pools with liquidity, and feeds, on a chain that mines at once. */
  static async deploy(connection: NetworkConnection<"l1">, plan: WorldPlan): Promise<Venues> {
    const { ethers } = connection;
    const [deployer, arbitrageur] = await ethers.getSigners();
    if (deployer === undefined || arbitrageur === undefined)
      throw new InfrastructureError("The embedded EVM offers no funded accounts.");
    const names: Record<string, string> = { ...(await deployLocalMarkets(connection, marketsOf(plan))) };
    for (const market of marketsOf(plan)) {
      if (market.quote.symbol !== "USDC") continue;
      const feed = await ethers.deployContract("MockV3Aggregator", [8, market.priceWad / 10n ** 10n]);
      names[`${market.symbol}.redstone`] = await feed.getAddress();
    }
    const factory = names["uniswapFactory"] ?? "";
    const weth = names["WETH"] ?? "";
    const deploy = async (path: string, args: readonly unknown[]) => {
      const { abi, bytecode } = published(`${PERIPHERY}/${path}`);
      return (await new ContractFactory(abi, bytecode, deployer).deploy(...args)).getAddress();
    };
    const router = await deploy("SwapRouter.sol/SwapRouter.json", [factory, weth]);
    const manager = await deploy("NonfungiblePositionManager.sol/NonfungiblePositionManager.json", [
      factory,
      weth,
      weth,
    ]);
    const roles = { publisher: deployer.address, arbitrageur: arbitrageur.address };
    const venues = new Venues(names, plan, roles, router);
    await venues.endow(connection, manager);
    return venues;
  }

  private at(name: string): string {
    return this.names[name] ?? "";
  }

  /** Gives the arbitrageur every token and the pools their liquidity. */
  private async endow({ ethers, provider }: NetworkConnection<"l1">, manager: string): Promise<void> {
    const { publisher, arbitrageur } = this.roles;
    const ether = 10n ** 25n;
    for (const rich of [publisher, arbitrageur]) {
      const params = [rich, toBeHex(4n * ether).replace(/^0x0+/, "0x")];
      await provider.request({ method: "hardhat_setBalance", params });
    }
    const [deployer, trader] = await ethers.getSigners();
    if (deployer === undefined || trader === undefined) return;
    const tokens = [...new Set(this.pools.flatMap(({ base, quote }) => [base, quote]))];
    for (const token of tokens) {
      const contract = new Contract(token, ERC20, trader);
      if (token === this.at("WETH")) {
        await contract.getFunction("deposit")({ value: ether });
        await new Contract(token, ERC20, deployer).getFunction("deposit")({ value: ether });
      } else {
        const held = new Contract(token, ["function balanceOf(address) view returns (uint256)"], deployer);
        const balance: unknown = await held.getFunction("balanceOf")(publisher);
        const half = (typeof balance === "bigint" ? balance : 0n) / 2n;
        await new Contract(token, ERC20, deployer).getFunction("transfer")(arbitrageur, half);
      }
      for (const spender of [this.router, manager]) await contract.getFunction("approve")(spender, MaxUint256);
    }
    for (const { base, quote, market } of this.pools) {
      const quoteSide =
        market.quote.symbol === "USDC"
          ? POOL_SIDE_USD * WAD
          : (POOL_SIDE_USD * WAD * WAD) / (this.plan.pricesWad[this.plan.symbols.indexOf("ETH")] ?? WAD);
      const baseAmount = (quoteSide * 10n ** BigInt(market.base.decimals)) / market.priceWad;
      const quoteAmount = (quoteSide * 10n ** BigInt(market.quote.decimals)) / WAD;
      const first = BigInt(base) < BigInt(quote);
      await new Contract(manager, MANAGER, trader).getFunction("mint")({
        token0: first ? base : quote,
        token1: first ? quote : base,
        fee: POOL_FEE_PIPS,
        tickLower: -WIDEST_TICK,
        tickUpper: WIDEST_TICK,
        amount0Desired: first ? baseAmount : quoteAmount,
        amount1Desired: first ? quoteAmount : baseAmount,
        amount0Min: 0n,
        amount1Min: 0n,
        recipient: arbitrageur,
        deadline: FOREVER,
      });
    }
  }

  /** The swap that moves a pool to a price; nothing when it is there. */
  private arbitrage(pool: Pool, priceWad: bigint): readonly Call[] {
    const present = this.poolPrices.get(pool.symbol) ?? 0n;
    const target = sqrtPriceX96Of({ ...pool.market, priceWad }, pool.base, pool.quote);
    const before = sqrtPriceX96Of({ ...pool.market, priceWad: present }, pool.base, pool.quote);
    if (target === before) return [];
    this.poolPrices.set(pool.symbol, priceWad);
    const baseIsFirst = BigInt(pool.base) < BigInt(pool.quote);
    const [token0, token1] = baseIsFirst ? [pool.base, pool.quote] : [pool.quote, pool.base];
    const down = target < before;
    const params = {
      tokenIn: down ? token0 : token1,
      tokenOut: down ? token1 : token0,
      fee: POOL_FEE_PIPS,
      recipient: this.roles.arbitrageur,
      deadline: FOREVER,
      amountIn: UNBOUNDED_AMOUNT,
      amountOutMinimum: 0n,
      sqrtPriceLimitX96: target,
    };
    const data = ROUTER.encodeFunctionData("exactInputSingle", [params]);
    return [{ from: this.roles.arbitrageur, to: this.router, data, gas: 1_000_000n }];
  }

  private push(name: string, priceWad: bigint): Call {
    const data = FEED.encodeFunctionData("updateAnswer", [priceWad / 10n ** 10n]);
    return { from: this.roles.publisher, to: this.at(name), data, gas: 300_000n };
  }

  private pythUpdate(
    quotes: readonly (readonly [string, Quote])[],
    nowSeconds: number,
    atSeconds: number,
  ): readonly Call[] {
    if (quotes.length === 0) return [];
    const price = "tuple(int64 price,uint64 conf,int32 expo,uint256 publishTime)";
    const data = quotes.map(([symbol, { priceWad, confidenceWad, madeAtSeconds }]) => {
      const publishTime = BigInt(nowSeconds - (atSeconds - madeAtSeconds));
      const value = { price: priceWad / 10n ** 10n, conf: confidenceWad / 10n ** 10n, expo: -8, publishTime };
      const feed = { id: pythFeedId(symbol), price: value, emaPrice: value };
      return AbiCoder.defaultAbiCoder().encode(
        [`tuple(bytes32 id,${price} price,${price} emaPrice)`, "uint64"],
        [feed, publishTime - 1n],
      );
    });
    const call = PYTH.encodeFunctionData("updatePriceFeeds", [data]);
    return [
      { from: this.roles.publisher, to: this.at("pyth"), data: call, valueWei: BigInt(data.length), gas: 2_000_000n },
    ];
  }

  /**
   * What has to be mined so that the outside world says what the feeds of a step say.
   *
   * @param nowSeconds - Time of the block, since 1970. @param atSeconds - The same since the start of the case.
   */
  publish(quotes: readonly (readonly Quote[])[], nowSeconds: number, atSeconds: number): readonly Call[] {
    const calls: Call[] = [];
    const pyth: [string, Quote][] = [];
    this.plan.symbols.forEach((symbol, asset) => {
      const said = (source: SourceName) => quotes[asset]?.[sourceIndex(source)];
      const [chainlink, redstone, signed, pool] = [said("chainlink"), said("redstone"), said("pyth"), said("uniswap")];
      if (chainlink?.fresh === true) calls.push(this.push(`${symbol}.feed`, chainlink.priceWad));
      if (redstone?.fresh === true) calls.push(this.push(`${symbol}.redstone`, redstone.priceWad));
      if (signed?.fresh === true) pyth.push([symbol, signed]);
      const own = this.pools[asset];
      if (pool?.fresh === true && own !== undefined) calls.push(...this.arbitrage(own, pool.priceWad));
    });
    const ratio = this.pools[this.plan.symbols.length];
    const first = pyth[0]?.[1];
    if (ratio !== undefined) {
      if (first !== undefined)
        pyth.push([ratio.symbol, { ...first, priceWad: WSTETH_RATIO_WAD, confidenceWad: WAD / BPS }]);
      calls.push(...this.keepRatioAlive(ratio, atSeconds));
    }
    return [...calls, ...this.pythUpdate(pyth, nowSeconds, atSeconds)];
  }

  /** The ratio hardly moves; its feeds are kept young by what a quiet market does. */
  private keepRatioAlive(ratio: Pool, atSeconds: number): readonly Call[] {
    if (absolute(BigInt(atSeconds) - BigInt(Number.isFinite(this.ratioMovedAt) ? this.ratioMovedAt : -3600)) < 600n)
      return [];
    this.ratioMovedAt = atSeconds;
    const present = this.poolPrices.get(ratio.symbol) ?? WSTETH_RATIO_WAD;
    const other = present === WSTETH_RATIO_WAD ? (WSTETH_RATIO_WAD * (BPS + 1n)) / BPS : WSTETH_RATIO_WAD;
    const feed = { from: this.roles.publisher, to: this.at(`${ratio.symbol}.feed`), gas: 300_000n };
    return [
      ...this.arbitrage(ratio, other),
      { ...feed, data: FEED.encodeFunctionData("updateAnswer", [WSTETH_RATIO_WAD]) },
    ];
  }

  /** What the pools were last moved to, to go back to with a snapshot of the chain. */
  remember(): ReadonlyMap<string, bigint> {
    return new Map(this.poolPrices);
  }

  /** Forgets everything since `remember`; times of the next case start at 0 again. */
  recall(poolPrices: ReadonlyMap<string, bigint>): void {
    this.poolPrices = new Map(poolPrices);
    this.ratioMovedAt = Number.NEGATIVE_INFINITY;
  }
}
