import { Interface, MaxUint256 } from "ethers";
import { type ProtocolAddresses, deployProtocol } from "../../../../deploy/index.js";
import { type Protocol, connect, encodeAccountId, toTypedError } from "../../../sdk/index.js";
import { type ILens, ILens__factory } from "../../../../types/ethers-contracts/index.js";
import { InfrastructureError, WorldSetupError } from "../../errors.js";
import { PPM, WAD, wad } from "../../numbers.js";
import { SOURCES } from "../../scenarios/scenario.js";
import { openStream } from "../../streams.js";
import type { Quote } from "../feeds.js";
import { type Call, Chain, type ChainSnapshot, type MinedBlock } from "./chain.edge.js";
import { RATIO_ASSET, type WorldPlan, assetId, lotSizeOf, specFor } from "./spec.js";
import { Venues } from "./venues.edge.js";

type Signer = Awaited<ReturnType<Chain["connection"]["ethers"]["getSigners"]>>[number];

/** Somebody with an account in the vault. */
export type Person = { readonly signer: Signer; readonly address: string; readonly account: bigint };

/** Who takes part, besides the traders. */
export type Cast = {
  readonly deployer: Person;
  readonly keeper: Person;
  readonly maker: Person;
  readonly backer: Person;
  readonly traders: readonly Person[];
};

/** Before a case starts the sources have been observed for this long: the oracle's long window and some. */
export const WARM_UP_SECONDS = 2400;
const WARM_UP_STEP_SECONDS = 60;
const WARM_UP_NOISE_PPM = 400;
const MAKER_CASH_USD = wad("20000000");
const KEEPER_CASH_USD = wad("5000000");
const POCKET_USD = 10_000_000n;
const POKE_GAS = 14_000_000n;

const ERC20 = new Interface([
  "function approve(address spender, uint256 amount) returns (bool)",
  "function transfer(address to, uint256 amount) returns (bool)",
]);

/** Settlement tokens have six decimals. */
export function toUsdc(amountWad: bigint): bigint {
  return amountWad / 10n ** 12n;
}

/** The protocol and everything around it on one pinned chain. */
export class World {
  private home: { readonly snapshot: ChainSnapshot; readonly venues: ReturnType<Venues["remember"]> } | undefined;

  private constructor(
    readonly chain: Chain,
    readonly plan: WorldPlan,
    readonly venues: Venues,
    readonly protocol: Protocol,
    readonly lens: ILens,
    readonly deployed: ProtocolAddresses,
    readonly cast: Cast,
  ) {}

  /**
   * Builds a world: third-party contracts, the protocol through `deployProtocol`, people with means, a warm oracle.
   *
   * @param fundUsd - What the insurance fund holds at the start, WAD of USD.
   * @param abroad - A fork, and the third-party contracts that stand on the chain it forks; absent: a chain of its own.
   */
  static async build(plan: WorldPlan, fundUsd: bigint, abroad?: { chain: Chain; venues: Venues }): Promise<World> {
    const chain = abroad?.chain ?? (await Chain.open());
    const venues = abroad?.venues ?? (await Venues.deploy(chain.connection, plan));
    const addresses = await deployProtocol(chain.connection, specFor(plan, venues.names));
    const { provider } = chain.connection.ethers;
    const book = { chainId: 31337n, contracts: addresses, tokens: {} };
    const protocol = connect(book, provider);
    const lens = ILens__factory.connect(addresses.lens, provider);
    const world = new World(chain, plan, venues, protocol, lens, addresses, await castOf(chain));
    await chain.takeOver();
    await world.endow(fundUsd);
    await world.warmUp();
    return world;
  }

  /** Names of the oracle's assets: underlyings, and the ratio where there is one. */
  get assetIds(): readonly bigint[] {
    const own = this.plan.symbols.map((_, index) => BigInt(assetId(index)));
    return this.plan.symbols.includes("ETH") ? [...own, BigInt(RATIO_ASSET)] : own;
  }

  /** Underlying per lot of a market, WAD. */
  lotSize(index: number): bigint {
    return lotSizeOf(this.plan.pricesWad[index] ?? WAD);
  }

  /** Address of a token by its symbol. */
  token(symbol: string): string {
    return this.venues.names[symbol] ?? "";
  }

  /** A call of the vault, the exchange or another room, ready to be mined. */
  call(from: string, to: string, data: string, gas?: bigint): Call {
    return { from, to, data, ...(gas === undefined ? {} : { gas }) };
  }

  /** The keepers' upkeep: commit an observation, evaluate the breakers. */
  upkeep(): readonly Call[] {
    const { priceOracle, circuitBreaker } = this.protocol;
    const from = this.cast.keeper.address;
    const ids = [...this.assetIds];
    return [
      this.call(from, this.addressOf("priceOracle"), priceOracle.interface.encodeFunctionData("poke", [ids]), POKE_GAS),
      this.call(
        from,
        this.addressOf("circuitBreaker"),
        circuitBreaker.interface.encodeFunctionData("update", [ids]),
        POKE_GAS,
      ),
    ];
  }

  addressOf(name: keyof ProtocolAddresses): string {
    return this.deployed[name];
  }

  /**
   * Mines calls that must all succeed.
   *
   * @throws {WorldSetupError} naming the contract's reason for the first that does not.
   */
  async insist(step: string, calls: readonly Call[]): Promise<MinedBlock> {
    const before = this.chain.nowSeconds + 12;
    const mined = await this.chain.mine(before, calls);
    const refused = calls[mined.succeeded.indexOf(false)];
    if (refused === undefined) return mined;
    const { from, to, data } = refused;
    const cause = await this.chain.request("eth_call", [{ from, to, data }, "latest"]).then(
      () => new WorldSetupError(step, "it succeeds when tried again"),
      (error: unknown) => toTypedError(error),
    );
    throw new WorldSetupError(step, cause.message);
  }

  /** Gives everybody tokens, lets the vault take them, and fills the fund and the professionals' accounts. */
  private async endow(fundUsd: bigint): Promise<void> {
    const { deployer, keeper, maker, backer, traders } = this.cast;
    const usdc = this.token("USDC");
    const vault = this.addressOf("marginVault");
    const tokens = ["USDC", ...(this.plan.symbols.includes("ETH") ? ["WETH", "WSTETH"] : [])];
    const gifts: Call[] = [];
    for (const person of [keeper, maker, backer, ...traders]) {
      for (const symbol of tokens) {
        const amount = symbol === "USDC" ? (person === maker ? 5n : 1n) * POCKET_USD * 10n ** 6n : 100_000n * WAD;
        if (symbol !== "USDC" && !traders.includes(person)) continue;
        const give = ERC20.encodeFunctionData("transfer", [person.address, amount]);
        const allow = ERC20.encodeFunctionData("approve", [vault, MaxUint256]);
        gifts.push(this.call(deployer.address, this.token(symbol), give, 200_000n));
        gifts.push(this.call(person.address, this.token(symbol), allow, 200_000n));
      }
    }
    await this.insist("giving people tokens", gifts);
    const fund = this.addressOf("insuranceFund");
    await this.insist("letting the fund take tokens", [
      this.call(backer.address, usdc, ERC20.encodeFunctionData("approve", [fund, MaxUint256])),
    ]);
    const shares = this.protocol.insuranceFund.interface.encodeFunctionData("deposit", [
      toUsdc(fundUsd),
      backer.address,
    ]);
    await this.insist("depositing into the insurance fund", [this.call(backer.address, fund, shares)]);
    await this.insist("depositing the professionals' cash", [
      this.deposit(maker, "USDC", toUsdc(MAKER_CASH_USD)),
      this.deposit(keeper, "USDC", toUsdc(KEEPER_CASH_USD)),
    ]);
  }

  /** A deposit of a token of the deposit's own decimals. */
  deposit(person: Person, symbol: string, amount: bigint): Call {
    const values = [person.account, this.token(symbol), amount] as const;
    const data = this.protocol.marginVault.interface.encodeFunctionData("deposit", [...values]);
    return this.call(person.address, this.addressOf("marginVault"), data);
  }

  /**
   * Lets the oracle watch quiet markets until its windows are full.
   *
   * @param endSeconds - Unix seconds of the last observation; without it the watch begins at once.
   */
  async warmUp(endSeconds?: number): Promise<void> {
    const stream = openStream({ seed: 0n, run: "warm-up", component: "market" });
    const start =
      endSeconds === undefined ? this.chain.nowSeconds + WARM_UP_STEP_SECONDS : endSeconds - WARM_UP_SECONDS;
    for (let step = 0; step * WARM_UP_STEP_SECONDS <= WARM_UP_SECONDS; step++) {
      const atSeconds = step * WARM_UP_STEP_SECONDS - WARM_UP_SECONDS;
      const last = (step + 1) * WARM_UP_STEP_SECONDS > WARM_UP_SECONDS;
      const quotes = this.plan.pricesWad.map((price, asset) =>
        SOURCES.map((source): Quote => {
          const noise = last ? 0 : stream.bell(step * 64 + asset, WARM_UP_NOISE_PPM);
          const push = source === "chainlink" || source === "redstone";
          const priceWad = push ? price : (price * (PPM + BigInt(noise))) / PPM;
          const confidenceWad = source === "pyth" ? price / 2000n : 0n;
          return { priceWad, confidenceWad, madeAtSeconds: atSeconds, fresh: !push || step === 0 || last };
        }),
      );
      const now = start + step * WARM_UP_STEP_SECONDS;
      await this.chain.idleUntil(now);
      await this.chain.mine(now, [...this.venues.publish(quotes, now, atSeconds), ...this.upkeep()]);
    }
  }

  /** Goes to the state in which every case starts: the first case and the last find the very same. */
  async restart(): Promise<void> {
    if (this.home !== undefined) await this.chain.revert(this.home.snapshot);
    const venues = this.home?.venues ?? this.venues.remember();
    this.venues.recall(venues);
    this.home = { snapshot: await this.chain.snapshot(), venues };
    this.chain.countFromHere();
  }
}

async function castOf(chain: Chain): Promise<Cast> {
  const signers = await chain.connection.ethers.getSigners();
  // The second account is the arbitrageur of the venues.
  const [deployer, , keeper, maker, backer, ...traders] = signers.map((signer) => ({
    signer,
    address: signer.address,
    account: encodeAccountId({ owner: signer.address, subAccount: 0n }),
  }));
  if (deployer === undefined || keeper === undefined || maker === undefined || backer === undefined)
    throw new InfrastructureError("The embedded EVM offers too few funded accounts.");
  return { deployer, keeper, maker, backer, traders };
}
