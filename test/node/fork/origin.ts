import managerArtifact from "@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json" with { type: "json" };
import routerArtifact from "@uniswap/v3-periphery/artifacts/contracts/SwapRouter.sol/SwapRouter.json" with { type: "json" };
import { AbiCoder, Contract, type ContractRunner, ContractFactory, MaxUint256, type Signer, toQuantity } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { defaultLocalMarkets, deployLocalMarkets, type LocalMarket, loadSpec } from "../../../deploy/index.js";
import { tokenAt } from "./market.js";
import { type StandIns, UNISWAP_ROUTER } from "./venue.js";

type Names = Readonly<Record<string, string>>;

const WAD = 10n ** 18n;
const ETHER = 10n ** 18n;
/** Value of either side of a pool: with less, the mainnet spec finds the pool too thin. */
const POOL_SIDE_USD = 300_000_000n;
const POOL_FEE_PIPS = 500;
/** Widest range of a pool with a fee of 500: the multiple of its spacing next to the limit. */
const WIDEST_TICK = 887_270;
const FOREVER = 2n ** 40n;
/** The pools' history before anybody forks: the longest window of the spec and some. */
const HISTORY_SECONDS = 1_200;
/** Honest sources never agree to the cent: Pyth says five bps more than Chainlink. */
const PYTH_PREMIUM_BPS = 5n;
const PYTH_CONFIDENCE_BPS = 4n;
const BPS = 10n ** 4n;
/** Decimals of Chainlink's dollar feeds and of Pyth's prices: eight less than WAD's. */
const FEED_UNIT = 10n ** 10n;

const markets = defaultLocalMarkets.filter(({ quote }) => quote.symbol === "USDC");

/** A local chain of its own, with everything that the mainnet spec refers to. */
export type Origin = {
  /** What stands there for mainnet's addresses. */
  readonly standIns: StandIns;
  /** Lets honest publishers say again what they said, on this chain or on a fork of it. */
  readonly publish: (signer: Signer, nowSeconds: number) => Promise<void>;
};

/** Deploys the third-party contracts from their publishers' artifacts, and gives the pools liquidity and a past. */
export async function buildOrigin(connection: NetworkConnection<"l1">): Promise<Origin> {
  const { ethers, provider } = connection;
  const [deployer] = await ethers.getSigners();
  if (deployer === undefined) throw new RangeError("The origin offers no funded account.");
  const balance = toQuantity(10_000_000n * ETHER);
  await provider.request({ method: "hardhat_setBalance", params: [deployer.address, balance] });

  const names = await deployLocalMarkets(connection, markets);
  const at = (name: string) => addressIn(names, name);
  await tokenAt(at("WETH"), deployer)
    .getFunction("deposit")
    .send({ value: 1_000_000n * ETHER });
  const router = await deploy(routerArtifact, deployer, [at("uniswapFactory"), at("WETH")]);
  const manager = await deploy(managerArtifact, deployer, [at("uniswapFactory"), at("WETH"), at("WETH")]);
  for (const market of markets) await addLiquidity(market, names, manager, deployer);

  await provider.request({ method: "evm_increaseTime", params: [HISTORY_SECONDS] });
  await provider.request({ method: "evm_mine", params: [] });
  const publish: Origin["publish"] = (signer, nowSeconds) => publishPrices(names, signer, nowSeconds);
  const latest = await ethers.provider.getBlock("latest");
  await publish(deployer, latest?.timestamp ?? 0);
  return { standIns: standInsOf(names, await router.getAddress()), publish };
}

function addressIn(names: Names, name: string): string {
  const address = names[name];
  if (address === undefined) throw new RangeError(`The origin has no ${name}.`);
  return address;
}

type Artifact = { readonly abi: ConstructorParameters<typeof ContractFactory>[0]; readonly bytecode: string };

async function deploy({ abi, bytecode }: Artifact, signer: Signer, args: readonly unknown[]): Promise<Contract> {
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  await contract.waitForDeployment();
  return new Contract(await contract.getAddress(), abi, signer);
}

async function addLiquidity({ base, quote, priceWad }: LocalMarket, names: Names, manager: Contract, owner: Signer) {
  const [baseAt, quoteAt] = [addressIn(names, base.symbol), addressIn(names, quote.symbol)];
  const baseAmount = (POOL_SIDE_USD * WAD * 10n ** BigInt(base.decimals)) / priceWad;
  const quoteAmount = POOL_SIDE_USD * 10n ** BigInt(quote.decimals);
  for (const token of [baseAt, quoteAt]) {
    await tokenAt(token, owner)
      .getFunction("approve")
      .send(await manager.getAddress(), MaxUint256);
  }
  const baseIsToken0 = BigInt(baseAt) < BigInt(quoteAt);
  await manager.getFunction("mint").send({
    token0: baseIsToken0 ? baseAt : quoteAt,
    token1: baseIsToken0 ? quoteAt : baseAt,
    fee: POOL_FEE_PIPS,
    tickLower: -WIDEST_TICK,
    tickUpper: WIDEST_TICK,
    amount0Desired: baseIsToken0 ? baseAmount : quoteAmount,
    amount1Desired: baseIsToken0 ? quoteAmount : baseAmount,
    amount0Min: 0n,
    amount1Min: 0n,
    recipient: await owner.getAddress(),
    deadline: FOREVER,
  });
}

async function publishPrices(names: Names, signer: ContractRunner, nowSeconds: number): Promise<void> {
  const price = "tuple(int64 price,uint64 conf,int32 expo,uint256 publishTime)";
  const data: string[] = [];
  for (const { symbol, priceWad } of markets) {
    const feed = new Contract(addressIn(names, `${symbol}.feed`), ["function updateAnswer(int256 answer)"], signer);
    await feed.getFunction("updateAnswer").send(priceWad / FEED_UNIT);
    const said = {
      price: (priceWad * (BPS + PYTH_PREMIUM_BPS)) / BPS / FEED_UNIT,
      conf: (priceWad * PYTH_CONFIDENCE_BPS) / BPS / FEED_UNIT,
      expo: -8,
      publishTime: nowSeconds,
    };
    data.push(
      AbiCoder.defaultAbiCoder().encode(
        [`tuple(bytes32 id,${price} price,${price} emaPrice)`, "uint64"],
        [{ id: pythFeedOf(symbol), price: said, emaPrice: said }, nowSeconds - 1],
      ),
    );
  }
  const pyth = new Contract(
    addressIn(names, "pyth"),
    ["function updatePriceFeeds(bytes[] updateData) payable"],
    signer,
  );
  await pyth.getFunction("updatePriceFeeds").send(data, { value: data.length });
}

/** The published specification's sources of an asset. */
function publishedSources(symbol: string) {
  const asset = loadSpec("mainnet").assets.find((candidate) => candidate.symbol === symbol);
  if (asset === undefined) throw new RangeError(`The mainnet spec has no ${symbol}.`);
  return asset.sources;
}

function pythFeedOf(symbol: string): string {
  for (const source of publishedSources(symbol)) if (source.kind === "pyth") return source.feedId;
  throw new RangeError(`The mainnet spec has no Pyth feed of ${symbol}.`);
}

function standInsOf(names: Names, router: string): StandIns {
  const standIns: Record<string, string> = {
    [UNISWAP_ROUTER]: router,
    [loadSpec("mainnet").settlementToken]: addressIn(names, "USDC"),
  };
  for (const { symbol, base } of markets) {
    for (const source of publishedSources(symbol)) {
      switch (source.kind) {
        case "chainlink":
          standIns[source.feed] = addressIn(names, `${symbol}.feed`);
          break;
        case "uniswapV3":
          standIns[source.pool] = addressIn(names, `${symbol}.pool`);
          standIns[source.baseToken] = addressIn(names, base.symbol);
          break;
        case "pyth":
          standIns[source.pyth] = addressIn(names, "pyth");
      }
    }
  }
  return standIns;
}
