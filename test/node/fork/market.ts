import poolArtifact from "@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json" with { type: "json" };
import routerArtifact from "@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json" with { type: "json" };
import { Contract, MaxUint256, type Signer } from "ethers";
import { z } from "zod";
import type { Fork } from "./openFork.js";
import { subjectOf, type Venue } from "./venue.js";
import { squareRoot } from "../../../offchain/lab/numbers.js";

const TOKEN = [
  "function deposit() payable",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function balanceOf(address owner) view returns (uint256)",
];
const FOREVER = 2n ** 40n;
const ETHER = 10n ** 18n;
/** An estimate fits one block alone: what a swap writes depends on its time. On mainnet it may cross many ticks. */
const SWAP = { gasLimit: 15_000_000n };
/** More ether than any pool can take in. */
const WHALE_ETHER = 5_000_000n * ETHER;

/** Dollars for the pool's fees: selling alone does not bring what buying back costs. In base units. */
const FEE_PURSE = 300_000n * 10n ** 6n;

const uint = z.bigint();

/** A token by its address, spoken to as `signer`. */
export function tokenAt(address: string, signer: Signer): Contract {
  return new Contract(address, TOKEN, signer);
}

/** What somebody holds of a token, in its base units. */
export async function balanceOf(token: Contract, owner: string): Promise<bigint> {
  return uint.parse(await token.getFunction("balanceOf")(owner));
}

/** A real Uniswap v3 pool, moved by somebody with nothing but ether. */
export class Market {
  private constructor(
    private readonly pool: Contract,
    private readonly router: Contract,
    private readonly whale: Signer,
    readonly weth: string,
    readonly usdc: string,
    private readonly feePips: bigint,
  ) {}

  /** Wraps the whale's ether and lets the router take it. */
  static async open({ networkHelpers }: Fork, { spec, router }: Venue, whale: Signer): Promise<Market> {
    const { pool, token } = subjectOf(spec);
    const poolAt = new Contract(pool, poolArtifact.abi, whale);
    const feePips = uint.parse(await poolAt.getFunction("fee")());
    await networkHelpers.setBalance(await whale.getAddress(), 2n * WHALE_ETHER);
    await tokenAt(token, whale).getFunction("deposit").send({ value: WHALE_ETHER });
    for (const address of [token, spec.settlementToken]) {
      await tokenAt(address, whale).getFunction("approve").send(router, MaxUint256);
    }
    const routerAt = new Contract(router, routerArtifact.abi, whale);
    const market = new Market(poolAt, routerAt, whale, token, spec.settlementToken, feePips);
    await market.buyDollars(await whale.getAddress(), FEE_PURSE);
    return market;
  }

  private get etherIsToken0(): boolean {
    return BigInt(this.weth) < BigInt(this.usdc);
  }

  async sqrtPriceX96(): Promise<bigint> {
    const [sqrtPriceX96] = z
      .tuple([uint])
      .rest(z.unknown())
      .parse([...(await this.pool.getFunction("slot0")())]);
    return sqrtPriceX96;
  }

  /** Price of ether now against then, in thousandths. */
  async priceAgainst(thenX96: bigint): Promise<bigint> {
    const nowX96 = await this.sqrtPriceX96();
    const [above, below] = this.etherIsToken0 ? [nowX96, thenX96] : [thenX96, nowX96];
    return (above * above * 1000n) / (below * below);
  }

  /** Buys an exact amount of dollars for somebody. */
  async buyDollars(recipient: string, amountOut: bigint): Promise<void> {
    await this.router.getFunction("exactOutputSingle").send(
      {
        tokenIn: this.weth,
        tokenOut: this.usdc,
        fee: this.feePips,
        recipient,
        deadline: FOREVER,
        amountOut,
        amountInMaximum: WHALE_ETHER,
        sqrtPriceLimitX96: 0n,
      },
      SWAP,
    );
  }

  /** Turns somebody's own ether into its token. */
  async wrapFor(owner: Signer, amount: bigint): Promise<void> {
    await tokenAt(this.weth, owner).getFunction("deposit").send({ value: amount });
  }

  /** Sells ether until the price of ether is `partsPerMillion` of what it is. */
  async sellDown(partsPerMillion: bigint): Promise<void> {
    const nowX96 = await this.sqrtPriceX96();
    // Nine digits of the root: a billion of them make one.
    const factor = squareRoot(partsPerMillion * 10n ** 12n);
    const limit = this.etherIsToken0 ? (nowX96 * factor) / 10n ** 9n : (nowX96 * 10n ** 9n) / factor;
    await this.swap(this.weth, this.usdc, limit);
  }

  /** Buys ether back until the price is what it was. */
  async buyBack(priceX96: bigint): Promise<void> {
    await this.swap(this.usdc, this.weth, priceX96);
  }

  private async swap(tokenIn: string, tokenOut: string, limitX96: bigint): Promise<void> {
    const recipient = await this.whale.getAddress();
    await this.router.getFunction("exactInputSingle").send(
      {
        tokenIn,
        tokenOut,
        fee: this.feePips,
        recipient,
        deadline: FOREVER,
        amountIn: await balanceOf(tokenAt(tokenIn, this.whale), recipient),
        amountOutMinimum: 0n,
        sqrtPriceLimitX96: limitX96,
      },
      SWAP,
    );
  }
}
