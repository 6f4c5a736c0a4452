import { Contract, Interface, ZeroAddress } from "ethers";
import { InfrastructureError, WorldSetupError } from "../errors.js";
import { BPS, WAD } from "../numbers.js";
import { CLASS_A_TERMS } from "../simulator/evm/assetTerms.js";
import { type Call, Chain } from "../simulator/evm/chain.edge.js";
import { type PoolFixture, deployPool } from "../simulator/evm/uniswapPool.edge.js";
import { BLOCK_SECONDS } from "../scenarios/tape.js";
import { priceOfTicks } from "./ticks.js";

/** The pool: 5,000 of the base against ten million dollars, at 2,000. */
export const BASE_AMOUNT = 5_000n * WAD;
export const QUOTE_AMOUNT = 10_000_000n * 10n ** 6n;
export const WINDOW_SECONDS = 600;
const PRICE_E8 = 2_000_00000000n;
const ASSET = 1n;
/** More than any attack here needs, of either token. */
const ENDLESS = 10n ** 33n;
/** Observations that the pool keeps: one a block for longer than the window. */
const CARDINALITY = 200;
const RING = 256n;
/** Blocks that the oracle watches before an attack: its own sub-windows are full. */
const WARM_BLOCKS = 60;
const SOURCE = { maxAgeSeconds: 3600n, gasCap: 500_000n, floorWad: 1n, ceilingWad: 10n ** 27n };
const CALL_GAS = 3_000_000n;

const FEED = new Interface(["function updateAnswer(int256 answer)"]);
const POOL = [
  "function observe(uint32[] secondsAgos) view returns (int56[] tickCumulatives, uint160[] perLiquidity)",
  "function slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16, uint16, uint16, uint8, bool)",
];
const ADAPTER = ["function manipulationCost() view returns (uint256 costWad, uint256 securedWad)"];
const ERC20 = ["function balanceOf(address) view returns (uint256)"];

/** One real pool, two honest push feeds, our oracle on all three, and an attacker with endless means. */
export class Arena {
  private constructor(
    private readonly chain: Chain,
    private readonly attacker: string,
    private readonly pool: PoolFixture,
    private readonly tokens: { readonly base: string; readonly quote: string },
    private readonly honest: readonly Call[],
    private readonly oracle: Contract,
    private readonly views: Readonly<Record<"pool" | "base" | "quote" | "adapter", Contract>>,
  ) {}

  /**
   * Builds it on a chain of its own.
   *
   * @throws {InfrastructureError} when the embedded EVM cannot be started.
   */
  static async open(): Promise<Arena> {
    const chain = await Chain.open();
    const { ethers } = chain.connection;
    const [attacker] = await ethers.getSigners();
    if (attacker === undefined) throw new InfrastructureError("The embedded EVM offers no funded accounts.");
    const token = async (symbol: string, decimals: number) => {
      const created = await ethers.deployContract("BurnMintERC20", [symbol, symbol, decimals, 0n, ENDLESS]);
      await created.grantMintAndBurnRoles(attacker.address);
      return new Contract(await created.getAddress(), created.interface, attacker);
    };
    const [base, quote] = [await token("BASE", 18), await token("QUOTE", 6)];
    const pool = await deployPool(attacker, base, quote, BASE_AMOUNT, QUOTE_AMOUNT);
    await pool.pool.getFunction("increaseObservationCardinalityNext").send(CARDINALITY);
    const feeds = [
      await ethers.deployContract("MockV3Aggregator", [8, PRICE_E8]),
      await ethers.deployContract("MockV3Aggregator", [8, PRICE_E8]),
    ];
    const readers = { libraries: { PushFeeds: await ethers.deployContract("PushFeeds") } };
    const adapters: string[] = [];
    for (const feed of feeds) {
      const adapter = await ethers.deployContract("ChainlinkAdapter", [feed, "BASE", "USD", 0n, 0n, 0n], readers);
      adapters.push(await adapter.getAddress());
    }
    const gate = [ZeroAddress, ASSET];
    const twap = await ethers.deployContract("UniswapV3TwapAdapter", [
      pool.poolAddress,
      base,
      WINDOW_SECONDS,
      0n,
      1n,
      ...gate,
    ]);
    adapters.push(await twap.getAddress());
    const manager = await ethers.deployContract("AccessManager", [attacker]);
    const libraries = { SpecDesk: await ethers.deployContract("SpecDesk") };
    const oracle = await ethers.deployContract("PriceOracle", [manager], { libraries });
    const terms = { ...CLASS_A_TERMS, longWindowSeconds: BigInt(WINDOW_SECONDS) };
    const sources = adapters.map((adapter, group) => ({ adapter, group: BigInt(group), ...SOURCE }));
    await oracle.listAsset(ASSET, terms, sources, RING);
    await chain.takeOver();
    const from = attacker.address;
    const honest: Call[] = [];
    const update = FEED.encodeFunctionData("updateAnswer", [PRICE_E8]);
    for (const feed of feeds) honest.push({ from, to: await feed.getAddress(), data: update, gas: CALL_GAS });
    const poke = oracle.interface.encodeFunctionData("poke", [[ASSET]]);
    honest.push({ from, to: await oracle.getAddress(), data: poke, gas: CALL_GAS });
    const tokens = { base: await base.getAddress(), quote: await quote.getAddress() };
    const arena = new Arena(
      chain,
      from,
      pool,
      tokens,
      honest,
      new Contract(await oracle.getAddress(), oracle.interface, ethers.provider),
      {
        pool: new Contract(pool.poolAddress, POOL, ethers.provider),
        base: new Contract(tokens.base, ERC20, ethers.provider),
        quote: new Contract(tokens.quote, ERC20, ethers.provider),
        adapter: new Contract(await twap.getAddress(), ADAPTER, ethers.provider),
      },
    );
    await chain.idleUntil(chain.nowSeconds + WINDOW_SECONDS);
    for (let block = 0; block < WARM_BLOCKS; block++) await arena.block();
    return arena;
  }

  /** Mines a block in which the honest feeds publish and the oracle commits; then come the attacker's transactions. */
  async block(...attacks: readonly Call[]): Promise<void> {
    const { succeeded } = await this.chain.mine(this.chain.nowSeconds + BLOCK_SECONDS, [...this.honest, ...attacks]);
    if (succeeded.includes(false)) throw new WorldSetupError("a block of the attack", "a transaction failed");
  }

  /** The transaction that sells an amount of a token into the pool. */
  sell(token: "base" | "quote", amount: bigint): Call {
    const data = this.pool.encodeSwap(this.tokens[token], amount);
    return { from: this.attacker, to: this.pool.routerAddress, data, gas: CALL_GAS };
  }

  /** What the attacker holds of a token, base units. */
  async held(token: "base" | "quote"): Promise<bigint> {
    return BigInt(await this.views[token].getFunction("balanceOf")(this.attacker));
  }

  /** Far edge of our interval, WAD. */
  async farEdge(): Promise<bigint> {
    const { highWad } = await this.oracle.getFunction("read")(ASSET);
    return BigInt(highWad);
  }

  /** Price at this moment and its plain mean over the window, in dollars, as ticks of 1.0001. */
  async poolTicks(): Promise<{ readonly spot: bigint; readonly mean: bigint }> {
    const { tick } = await this.views.pool.getFunction("slot0")();
    const [sums] = await this.views.pool.getFunction("observe")([WINDOW_SECONDS, 0]);
    const sign = this.pool.baseIsToken0 ? 1n : -1n;
    const mean = (BigInt(sums[1]) - BigInt(sums[0])) / BigInt(WINDOW_SECONDS);
    return { spot: sign * BigInt(tick), mean: sign * mean };
  }

  /** What the adapter itself takes the cost of a move to be, WAD of the quote token. */
  async statedCostWad(): Promise<bigint> {
    const { costWad } = await this.views.adapter.getFunction("manipulationCost")();
    return BigInt(costWad);
  }

  /** Runs an attack, and goes back to before it. */
  async attempt<T>(attack: () => Promise<T>): Promise<T> {
    const before = await this.chain.snapshot();
    const result = await attack();
    await this.chain.revert(before);
    return result;
  }

  /** Ends the chain. */
  async close(): Promise<void> {
    await this.chain.close();
  }
}

/** Move between two prices given as ticks, bps, rounded down. */
export function movedBps(before: bigint, after: bigint): number {
  return Number(((priceOfTicks(after - before) - WAD) * BPS) / WAD);
}
