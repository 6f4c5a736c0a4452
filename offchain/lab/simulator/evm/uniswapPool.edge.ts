import { Contract, ContractFactory, MaxUint256, type Signer, ZeroAddress } from "ethers";
import { squareRoot } from "../../numbers.js";
import { CORE, PERIPHERY, published } from "./published.edge.js";

/** A real Uniswap v3 pool with full-range liquidity, and a router to move it. */
export type PoolFixture = {
  readonly pool: Contract;
  readonly poolAddress: string;
  readonly baseIsToken0: boolean;
  readonly routerAddress: string;
  /** What the router is told so that `amount` base units of `token` are sold into the pool for the signer. */
  readonly encodeSwap: (token: string, amount: bigint) => string;
  /** Mints `amount` base units of `token` and sells them into the pool. */
  readonly swap: (token: Contract, amount: bigint) => Promise<void>;
};

const FEE = 3000;
const FOREVER = 2n ** 40n;
const FULL_RANGE_TICK = 887220;

/**
 * Deploys factory, manager, router and one pool of `base` and `quote`, with all of `baseAmount` and `quoteAmount` in it
 * over the full range: they set the price.
 */
export async function deployPool(
  signer: Signer,
  base: Contract,
  quote: Contract,
  baseAmount: bigint,
  quoteAmount: bigint,
): Promise<PoolFixture> {
  const [baseAddress, quoteAddress, owner] = [
    await base.getAddress(),
    await quote.getAddress(),
    await signer.getAddress(),
  ];
  const factory = await deploy(signer, `${CORE}/UniswapV3Factory.sol/UniswapV3Factory.json`, []);
  const factoryAddress = await factory.getAddress();
  const managerPath = `${PERIPHERY}/NonfungiblePositionManager.sol/NonfungiblePositionManager.json`;
  const manager = await deploy(signer, managerPath, [factoryAddress, baseAddress, ZeroAddress]);
  const router = await deploy(signer, `${PERIPHERY}/SwapRouter.sol/SwapRouter.json`, [factoryAddress, baseAddress]);
  const routerAddress = await router.getAddress();
  const baseIsToken0 = BigInt(baseAddress) < BigInt(quoteAddress);
  const [token0, token1] = baseIsToken0 ? [baseAddress, quoteAddress] : [quoteAddress, baseAddress];
  const [amount0, amount1] = baseIsToken0 ? [baseAmount, quoteAmount] : [quoteAmount, baseAmount];
  const sqrtPriceX96 = squareRoot((amount1 << 192n) / amount0);
  await manager.getFunction("createAndInitializePoolIfNecessary").send(token0, token1, FEE, sqrtPriceX96);
  const poolAddress: string = await factory.getFunction("getPool").staticCall(token0, token1, FEE);
  const pool = new Contract(poolAddress, published(`${CORE}/UniswapV3Pool.sol/UniswapV3Pool.json`).abi, signer);
  for (const [token, amount] of [[base, baseAmount] as const, [quote, quoteAmount] as const]) {
    await token.getFunction("mint").send(owner, amount);
    for (const spender of [await manager.getAddress(), routerAddress])
      await token.getFunction("approve").send(spender, MaxUint256);
  }
  await manager.getFunction("mint").send({
    token0,
    token1,
    fee: FEE,
    tickLower: -FULL_RANGE_TICK,
    tickUpper: FULL_RANGE_TICK,
    amount0Desired: amount0,
    amount1Desired: amount1,
    amount0Min: 0n,
    amount1Min: 0n,
    recipient: owner,
    deadline: FOREVER,
  });
  const encodeSwap = (tokenIn: string, amountIn: bigint): string => {
    const tokenOut = tokenIn === baseAddress ? quoteAddress : baseAddress;
    const trade = { tokenIn, tokenOut, fee: FEE, recipient: owner, deadline: FOREVER, amountIn };
    return router.interface.encodeFunctionData("exactInputSingle", [
      { ...trade, amountOutMinimum: 0n, sqrtPriceLimitX96: 0n },
    ]);
  };
  const swap = async (token: Contract, amount: bigint): Promise<void> => {
    await token.getFunction("mint").send(owner, amount);
    await signer.sendTransaction({ to: routerAddress, data: encodeSwap(await token.getAddress(), amount) });
  };
  return { pool, poolAddress, routerAddress, baseIsToken0, encodeSwap, swap };
}

async function deploy(signer: Signer, path: string, args: readonly unknown[]): Promise<Contract> {
  const { abi, bytecode } = published(path);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  await contract.waitForDeployment();
  return new Contract(await contract.getAddress(), abi, signer);
}
