import factoryArtifact from "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json" with { type: "json" };
import poolArtifact from "@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json" with { type: "json" };
import managerArtifact from "@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json" with { type: "json" };
import routerArtifact from "@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json" with { type: "json" };
import { Contract, ContractFactory, type Signer, ZeroAddress } from "ethers";

/** A real Uniswap v3 pool with full-range liquidity, and a router to move it. */
export type PoolFixture = {
  readonly pool: Contract;
  readonly poolAddress: string;
  readonly baseIsToken0: boolean;
  /** Sells `amount` base units of `token` into the pool. */
  readonly swap: (token: Contract, amount: bigint) => Promise<void>;
};

const FEE = 3000;
const FULL_RANGE_TICK = 887220;

/** Integer square root, rounded down. */
export function isqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

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
  const factory = await deploy(signer, factoryArtifact, []);
  const factoryAddress = await factory.getAddress();
  const manager = await deploy(signer, managerArtifact, [factoryAddress, baseAddress, ZeroAddress]);
  const router = await deploy(signer, routerArtifact, [factoryAddress, baseAddress]);
  const baseIsToken0 = BigInt(baseAddress) < BigInt(quoteAddress);
  const [token0, token1] = baseIsToken0 ? [baseAddress, quoteAddress] : [quoteAddress, baseAddress];
  const [amount0, amount1] = baseIsToken0 ? [baseAmount, quoteAmount] : [quoteAmount, baseAmount];
  const sqrtPriceX96 = isqrt((amount1 << 192n) / amount0);
  await manager.getFunction("createAndInitializePoolIfNecessary").send(token0, token1, FEE, sqrtPriceX96);
  const poolAddress: string = await factory.getFunction("getPool").staticCall(token0, token1, FEE);
  const pool = new Contract(poolAddress, poolArtifact.abi, signer);
  for (const [token, amount] of [[base, baseAmount] as const, [quote, quoteAmount] as const]) {
    await token.getFunction("mint").send(owner, amount);
    await token.getFunction("approve").send(await manager.getAddress(), amount);
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
    deadline: 2n ** 40n,
  });
  const swap = async (token: Contract, amount: bigint): Promise<void> => {
    await token.getFunction("mint").send(owner, amount);
    await token.getFunction("approve").send(await router.getAddress(), amount);
    await router.getFunction("exactInputSingle").send({
      tokenIn: await token.getAddress(),
      tokenOut: token === base ? quoteAddress : baseAddress,
      fee: FEE,
      recipient: owner,
      deadline: 2n ** 40n,
      amountIn: amount,
      amountOutMinimum: 0n,
      sqrtPriceLimitX96: 0n,
    });
  };
  return { pool, poolAddress, baseIsToken0, swap };
}

async function deploy(
  signer: Signer,
  artifact: { readonly abi: ConstructorParameters<typeof ContractFactory>[0]; readonly bytecode: string },
  args: readonly unknown[],
): Promise<Contract> {
  const contract = await new ContractFactory(artifact.abi, artifact.bytecode, signer).deploy(...args);
  await contract.waitForDeployment();
  return new Contract(await contract.getAddress(), artifact.abi, signer);
}
