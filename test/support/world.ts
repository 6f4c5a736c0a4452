import type { TransactionRequest } from "ethers";
import type { Call, MinedBlock } from "../../offchain/lab/simulator/evm/chain.edge.js";
import type { Quote } from "../../offchain/lab/simulator/feeds.js";
import type { Person, World } from "../../offchain/lab/simulator/evm/world.edge.js";
import { type BreakwaterError, toTypedError } from "../../offchain/sdk/index.js";
import { signedPerpTrade } from "./orders.js";

const WAD = 10n ** 18n;
const BLOCK_SECONDS = 12;

/** Number of ether in the oracle. */
export const ETH = 1n;

/** The world that all system tests start from: ether at 2000. */
export const ETHER_WORLD = { symbols: ["ETH"], pricesWad: [2_000n * WAD] } as const;

/** Which sources say something new, and what, WAD; the others stay silent. */
export type Saying = { readonly feeds?: bigint; readonly pyth?: bigint; readonly pool?: bigint };

/** Lets a block pass in which sources speak and the keepers do their upkeep. */
export async function speak(world: World, { feeds, pyth, pool }: Saying, seconds = BLOCK_SECONDS): Promise<MinedBlock> {
  const quote = (priceWad: bigint | undefined): Quote => ({
    priceWad: priceWad ?? 0n,
    confidenceWad: (priceWad ?? 0n) / 2_000n,
    madeAtSeconds: 0,
    fresh: priceWad !== undefined,
  });
  const now = world.chain.nowSeconds + seconds;
  await world.chain.idleUntil(now);
  const quotes = [[quote(feeds), quote(pyth), quote(feeds), quote(pool)]];
  return world.chain.mine(now, [...world.venues.publish(quotes, now, 0), ...world.upkeep()]);
}

/** Lets every source say one price, again and again, until the oracle's windows hold little else. */
export async function settleAt(world: World, priceWad: bigint, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    // A pool that does not move looks dead: it trades around the price.
    const pool = priceWad + (minute % 2 === 0 ? priceWad / 10_000n : 0n);
    await speak(world, { feeds: priceWad, pyth: priceWad, pool }, 60);
  }
}

/** Both sides' signed orders over `lots`, `buyer` buying, as the exchange settles them. */
export function signedMatch(world: World, buyer: Person, seller: Person, lots: bigint, priceWad: bigint) {
  const { nowSeconds, height } = world.chain;
  const trade = { buyer, seller, asset: ETH, lots, priceWad, nowSeconds, salt: BigInt(height) };
  return signedPerpTrade(trade, { chainId: 31337n, exchange: world.addressOf("exchange") });
}

/** The transaction that settles a trade between two accounts at the oracle's middle price. */
export async function trade(world: World, buyer: Person, seller: Person, lots: bigint, at?: bigint): Promise<Call> {
  const { midWad } = await world.protocol.priceOracle.read(ETH);
  const match = await signedMatch(world, buyer, seller, lots, at ?? midWad);
  const data = world.protocol.exchange.interface.encodeFunctionData("settle", [match]);
  return world.call(world.cast.deployer.address, world.addressOf("exchange"), data);
}

/** The transaction that withdraws settlement tokens, in their base units, to the account's owner. */
export function withdrawal(world: World, { account, address }: Person, amount: bigint): Call {
  const { marginVault } = world.protocol;
  const data = marginVault.interface.encodeFunctionData("withdraw", [account, world.token("USDC"), amount, address]);
  return world.call(address, world.addressOf("marginVault"), data);
}

/** Why a call would be refused right now; undefined when it would pass. */
export async function refusalOf(world: World, { from, to, data }: Call): Promise<BreakwaterError | undefined> {
  const request: TransactionRequest = { from, to, data };
  return world.chain.connection.ethers.provider.call(request).then(
    () => undefined,
    (error: unknown) => toTypedError(error),
  );
}

/** Somebody by position; the cast of the fixture is large enough for every test. */
export function trader(world: World, index: number): Person {
  const person = world.cast.traders[index];
  if (person === undefined) throw new RangeError(`The world has no trader ${index}.`);
  return person;
}
