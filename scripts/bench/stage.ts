import { type Call, type Person, type World, openWorld } from "../../offchain/lab/index.js";
import { WAD, createOrder, encodeInstrumentId, signOrder } from "../../offchain/sdk/index.js";
import { BenchSetupError } from "./errors.js";

/** Markets with venues of their own; further ones share the sources of the third. */
const MARKETS = 4;
const STEP_SECONDS = 60;
const PPM = 1_000_000n;
const FUND_USD = 10_000_000n * WAD;
const FEED_COUNT = 4;
const CHAIN_ID = 31337n;
const ORDER_LIFE_SECONDS = 365 * 86_400;

/** A position in one market. */
export type Leg = { readonly asset: number; readonly notionalWad: bigint };

/** A leg of an order: lots per unit, signed from the buyer's side. */
export type OrderLeg = { readonly instrument: bigint; readonly lots: bigint; readonly limitPriceWad: bigint };

/** Is told of each measured transaction while it is the latest one. */
export type OnMeasured = (figure: string, world: World) => Promise<void>;

/** A world with four markets, and the few things that figures ask of it. */
export class Stage {
  private ppm = PPM;
  private elapsedSeconds = 0;
  private salt = 0n;
  private extraAssets: readonly number[] = [];

  private constructor(
    readonly world: World,
    private readonly onMeasured: OnMeasured,
  ) {}

  static async open(onMeasured: OnMeasured): Promise<Stage> {
    const others = Array.from({ length: MARKETS - 2 }, (_, index) => `COIN${index + 3}`);
    const pricesWad = [2_000n * WAD, 40_000n * WAD, ...others.map(() => 100n * WAD)];
    const world = await openWorld({ symbols: ["ETH", "BTC", ...others], pricesWad, fundUsdWad: FUND_USD });
    return new Stage(world, onMeasured);
  }

  /** A trader who has not been used before must be asked for by a number of its own. */
  trader(index: number): Person {
    const person = this.world.cast.traders[index];
    if (person === undefined) throw new BenchSetupError(`trader ${index}`, "the cast is too small");
    return person;
  }

  /** A call of a room. */
  call(from: Person, room: Parameters<World["addressOf"]>[0], data: string): Call {
    return this.world.call(from.address, this.world.addressOf(room), data, 14_000_000n);
  }

  /** Gas of one transaction, the only one in its block: everything is cold, the intrinsic gas is in it. */
  async gasOf(figure: string, call: Call): Promise<bigint> {
    const [gas] = (await this.world.insist(figure, [call])).gasUsed;
    if (gas === undefined) throw new BenchSetupError(figure, "there is no receipt");
    await this.onMeasured(figure, this.world);
    return gas;
  }

  /** Assets of the benchmark's own that have to be poked with the others. */
  alsoPoke(assets: readonly number[]): void {
    this.extraAssets = assets;
  }

  /** Lets a minute go by in which every price moves by some ppm and the keepers do their upkeep. */
  async step(movePpm = 0n): Promise<void> {
    this.ppm += (this.ppm * movePpm) / PPM;
    this.elapsedSeconds += STEP_SECONDS;
    const { world, elapsedSeconds: madeAtSeconds } = this;
    const quotes = world.plan.pricesWad.map((price) => {
      const priceWad = (price * this.ppm) / PPM;
      const quote = { priceWad, confidenceWad: price / 2000n, madeAtSeconds, fresh: true };
      return Array.from({ length: FEED_COUNT }, () => quote);
    });
    const now = world.chain.nowSeconds + STEP_SECONDS;
    const calls = [...world.venues.publish(quotes, now, madeAtSeconds), ...world.upkeep(), ...this.extraPoke()];
    await world.chain.mine(now, calls);
  }

  private extraPoke(): readonly Call[] {
    const { priceOracle } = this.world.protocol;
    if (this.extraAssets.length === 0) return [];
    const data = priceOracle.interface.encodeFunctionData("poke", [[...this.extraAssets]]);
    return [this.call(this.world.cast.keeper, "priceOracle", data)];
  }

  /** What a price says at this moment, WAD. */
  async midOf(asset: number): Promise<bigint> {
    return (await this.world.protocol.priceOracle.read(asset)).midWad;
  }

  /** Whole lots of a market for a notional. */
  async lotsFor({ asset, notionalWad }: Leg): Promise<bigint> {
    return (notionalWad * WAD) / this.world.lotSize(asset - 1) / (await this.midOf(asset));
  }

  /** A settlement at the middle price between two people who both sign. */
  async settle(buyer: Person, seller: Person, leg: Leg): Promise<Call> {
    const limitPriceWad = await this.midOf(leg.asset);
    const instrument = encodeInstrumentId({ kind: "perpetual", asset: BigInt(leg.asset) });
    return this.settleLegs(buyer, seller, await this.lotsFor(leg), [{ instrument, lots: 1n, limitPriceWad }]);
  }

  /** A settlement of `units` times the legs between two people who both sign. */
  async settleLegs(buyer: Person, seller: Person, units: bigint, bought: readonly OrderLeg[]): Promise<Call> {
    const { world } = this;
    const expiry = BigInt(world.chain.nowSeconds + ORDER_LIFE_SECONDS);
    const salt = this.salt++;
    const domain = { chainId: CHAIN_ID, exchange: world.addressOf("exchange") };
    const signed = async (owner: Person, side: bigint) => {
      const terms = { units, maxFeeBps: 100n, nonce: 0n, salt, expiry, reduceOnly: false };
      const legs = bought.map((leg) => ({ ...leg, lots: leg.lots * side }));
      const order = createOrder({ ...terms, account: owner.account, legs, signer: owner.address });
      return {
        order: { ...order, legs: [...order.legs] },
        signature: await signOrder(owner.signer, { order, domain }),
      };
    };
    const [maker, taker] = [await signed(seller, -1n), await signed(buyer, 1n)];
    const match = {
      maker: maker.order,
      makerSignature: maker.signature,
      taker: taker.order,
      takerSignature: taker.signature,
      units,
    };
    const data = world.protocol.exchange.interface.encodeFunctionData("settle", [match]);
    return this.call(world.cast.deployer, "exchange", data);
  }

  /** A deposit of dollars. */
  depositUsd(person: Person, usd: bigint): Call {
    return this.world.deposit(person, "USDC", usd * 10n ** 6n);
  }
}
