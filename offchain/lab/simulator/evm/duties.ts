import { ORDINARY_DUTIES, type DutyPolicy, encodeDuty, planDuties, readDuties } from "../../../keeper/index.js";
import { WorldSetupError } from "../../errors.js";
import type { Call } from "./chain.edge.js";
import type { World } from "./world.edge.js";

/** Prices are poked with every block of upkeep, and listings are made before a run starts. */
const RUNNING: DutyPolicy = { ...ORDINARY_DUTIES, pokeAfterSeconds: Number.MAX_SAFE_INTEGER, listAtOnce: 0 };
/** All dates of the calendar at once. */
const LISTING: DutyPolicy = { ...RUNNING, listAtOnce: 14, mostPerTick: 64 };
/** More than there are in any world. */
const ACCOUNTS_PER_TICK = 64;

async function callsBy(world: World, policy: DutyPolicy, nowSeconds: number): Promise<readonly Call[]> {
  const { protocol } = world;
  const { snapshot } = await readDuties(protocol, {
    provider: world.chain.connection.ethers.provider,
    assets: world.plan.symbols.map((_, index) => BigInt(index + 1)),
    pullSources: [],
    accounts: { from: 0, count: ACCOUNTS_PER_TICK },
  });
  const [unknown] = snapshot.unreadable;
  if (unknown !== undefined) throw new WorldSetupError(`reading ${unknown.fact}`, unknown.error.message);
  // The block in which they will be, not the one before: on this chain minutes may lie between them.
  return planDuties({ snapshot: { ...snapshot, nowSeconds }, policy }).flatMap((duty): readonly Call[] => {
    // Signed prices come with the world's publisher.
    if (duty.kind === "pull") return [];
    const { room, data, gas } = encodeDuty(protocol, duty);
    return [world.call(world.cast.keeper.address, world.addressOf(room), data, gas)];
  });
}

/** What the real keeper finds due for a block: marks, settlements, payments, correlations, backings. */
export function dutyCalls(world: World, nowSeconds: number): Promise<readonly Call[]> {
  return callsBy(world, RUNNING, nowSeconds);
}

/** What the real keeper lists at a calm moment. */
export function listingCalls(world: World): Promise<readonly Call[]> {
  return callsBy(world, LISTING, world.chain.nowSeconds);
}
