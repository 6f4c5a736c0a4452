import { WorldSetupError } from "../errors.js";
import { wad } from "../numbers.js";
import { openWorld } from "../openWorld.edge.js";
import { marketMedians } from "../simulator/fair.js";
import { sourceIndex } from "../simulator/feeds.js";
import type { World } from "../simulator/evm/world.edge.js";
import { assetId } from "../simulator/evm/spec.js";
import type { Recording } from "./recording.js";

/** What a reader of the oracle sees of one asset, WAD of USD. */
export type Reading = {
  readonly lowWad: bigint;
  readonly midWad: bigint;
  readonly highWad: bigint;
  readonly shortTwapWad: bigint;
  readonly longTwapWad: bigint;
};

/** Why a breaker rose. */
export const CAUSES = ["none", "grade", "velocity", "drift", "governance"] as const;

/** One tick of one asset. */
export type Moment = {
  readonly atSeconds: number;
  readonly trueWad: bigint;
  /** Chainlink's latest answer: what a design sees that relies on it alone. */
  readonly pushWad: bigint;
  /** Readings right before and right after the keeper's commit; absent where the true price is not recorded. */
  readonly before?: Reading;
  readonly after?: Reading;
  /** Level of the asset's breaker after the commit, and what put it up at this tick. */
  readonly level: number;
  readonly trip?: (typeof CAUSES)[number];
};

/** Everything seen of one asset in a recording. */
export type Track = { readonly symbol: string; readonly moments: readonly Moment[] };

/** What may be told while a recording is replayed. */
export type WatchHooks = { readonly signal: AbortSignal; readonly onTick: (done: number) => void | Promise<void> };

/** The commit is mined a block after what it reacts to. */
const COMMIT_SECONDS = 12;
const PUSH = sourceIndex("chainlink");
const UPDATE_GAS = 14_000_000n;
const FUND_USD = wad("1000000");

type Breaker = World["protocol"]["circuitBreaker"]["interface"];

/** Levels after an update and causes of rises, by asset. */
function readLogs(breaker: Breaker, logs: readonly { topics: readonly string[]; data: string }[]) {
  const levels = new Map<bigint, number>();
  const trips = new Map<bigint, (typeof CAUSES)[number]>();
  for (const { topics, data } of logs) {
    const found = breaker.parseLog({ topics: [...topics], data });
    if (found?.name === "LevelEvaluated") levels.set(BigInt(found.args["asset"]), Number(found.args["level"]));
    if (found?.name === "LevelTripped")
      trips.set(BigInt(found.args["asset"]), CAUSES[Number(found.args["cause"])] ?? "none");
  }
  return { levels, trips };
}

/** A world for a recording; the protocol stands on it with the reviewed numbers of the local network. */
export function openWorldFor({ input }: Recording): Promise<World> {
  const symbols = input.tape.assets.map(({ symbol }) => symbol);
  return openWorld({ symbols, pricesWad: input.startPricesWad, fundUsdWad: FUND_USD });
}

/**
 * Replays a recording through the real oracle and breaker: at each tick the sources publish, then the keeper has
 * the oracle commit and the breaker evaluate.
 *
 * @throws {WorldSetupError} when a source's publication or the keeper's update is refused.
 */
export async function watch(world: World, recording: Recording, hooks: WatchHooks): Promise<readonly Track[]> {
  const { input, feeds, recorded } = recording;
  const { priceOracle, circuitBreaker } = world.protocol;
  const ids = input.tape.assets.map((_, index) => assetId(index));
  const truth = marketMedians(input.tape);
  const data = circuitBreaker.interface.encodeFunctionData("update", [ids]);
  const update = world.call(world.cast.keeper.address, world.addressOf("circuitBreaker"), data, UPDATE_GAS);
  const base = world.chain.nowSeconds + COMMIT_SECONDS;
  const moments: Moment[][] = ids.map(() => []);
  const readings = async (): Promise<readonly Reading[]> => priceOracle.readMany(ids);
  for (const [tick, { atSeconds }] of input.tape.ticks.entries()) {
    if (hooks.signal.aborted) break;
    const now = base + atSeconds;
    const publish = world.venues.publish(feeds[tick] ?? [], now, atSeconds);
    const read = recorded[tick] === true;
    // Where nobody reads in between, the keeper's commit is in the same block: half the blocks.
    const published = read ? await world.chain.mine(now, publish) : undefined;
    const before = read ? await readings() : [];
    const committed = read
      ? await world.chain.mine(now + COMMIT_SECONDS, [update])
      : await world.chain.mine(now, [...publish, update]);
    const after = read ? await readings() : [];
    if ([...(published?.succeeded ?? []), ...committed.succeeded].includes(false))
      throw new WorldSetupError("publishing prices and committing them", `at second ${atSeconds}`);
    const { levels, trips } = readLogs(circuitBreaker.interface, committed.logs);
    for (const [index, id] of ids.entries()) {
      const [early, late, trip] = [before[index], after[index], trips.get(BigInt(id))];
      moments[index]?.push({
        atSeconds,
        trueWad: truth[index]?.[tick] ?? 0n,
        pushWad: feeds[tick]?.[index]?.[PUSH]?.priceWad ?? 0n,
        level: levels.get(BigInt(id)) ?? 0,
        ...(early === undefined ? {} : { before: early }),
        ...(late === undefined ? {} : { after: late }),
        ...(trip === undefined ? {} : { trip }),
      });
    }
    await hooks.onTick(tick + 1);
  }
  return input.tape.assets.map(({ symbol }, index) => ({ symbol, moments: moments[index] ?? [] }));
}
