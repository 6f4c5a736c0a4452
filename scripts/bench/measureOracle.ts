import { concat, dataLength, id, toBeHex, zeroPadValue } from "ethers";
import type { IPriceOracle } from "../../types/ethers-contracts/contracts/oracle/IPriceOracle.js";
import { CLASS_A_TERMS } from "../../offchain/lab/index.js";
import type { GasFigures } from "./compare.js";
import { BenchSetupError } from "./errors.js";
import type { Stage } from "./stage.js";

type AssetConfig = IPriceOracle.AssetConfigStruct;

/** Two coins with the same price: the sources of one and a feed of the other make five in agreement. */
const [FIRST, SECOND] = [3, 4];
const [THREE_SOURCES, FIVE_SOURCES, NEXT, LONG_RING] = [40, 41, 42, 43];
/** Underlyings beyond the markets of the world, for portfolios of sixteen. */
const FURTHER = Array.from({ length: 12 }, (_, index) => index + 5);
const RING = 256n;
/** Slots of the ring that is searched, and how far back. */
const LONG = 1000n;
const LONG_AGE_SECONDS = 777n;
const [BLOCK_SECONDS, STEP_SECONDS] = [12, 60];
/** From the end of one of the pools' sub-windows to a moment at which the next one may end. */
const SUB_WINDOW_SECONDS = 168;
/** Longer than a refreshed value serves. */
const OUT_OF_DATE_SECONDS = 72;
/** Longer than the adapters' own sub-windows may be: the pool's history is searched. */
const FORGOTTEN_SECONDS = 240;
/** Terms of an asset whose ring takes a slot a second; its windows are short enough for the ring it is listed with. */
const EVERY_SECOND: AssetConfig = {
  ...CLASS_A_TERMS,
  shortWindowSeconds: 60n,
  longWindowSeconds: 200n,
  ringSpacingSeconds: 1n,
};
/** Steps until standings and windows are those of an asset in use. */
const SETTLE_STEPS = 35;

async function listOwnAssets(stage: Stage): Promise<readonly string[]> {
  const { world } = stage;
  const { priceOracle } = world.protocol;
  const terms = await priceOracle.configOf(FIRST);
  const [first, second] = [await priceOracle.sourcesOf(FIRST), await priceOracle.sourcesOf(SECOND)];
  const [chainlink, uniswap, pyth, redstone] = first;
  const [fifth, uniswapOfNext, pythOfNext] = second;
  if (!chainlink || !uniswap || !pyth || !redstone || !fifth || !uniswapOfNext || !pythOfNext)
    throw new BenchSetupError("oracle.poke.5", "the world has fewer sources");
  const list = (asset: number, sources: readonly (typeof fifth)[], config: AssetConfig = terms) => {
    const grouped = sources.map(({ adapter, maxAgeSeconds, gasCap, floorWad, ceilingWad }, group) => {
      return { adapter, group, maxAgeSeconds, gasCap, floorWad, ceilingWad };
    });
    const data = priceOracle.interface.encodeFunctionData("listAsset", [asset, config, grouped, RING]);
    return stage.call(world.cast.deployer, "priceOracle", data);
  };
  await world.insist("listing assets", [
    list(THREE_SOURCES, [chainlink, uniswap, pyth]),
    list(FIVE_SOURCES, [chainlink, uniswap, pyth, redstone, fifth]),
    list(NEXT, [fifth, uniswapOfNext, pythOfNext]),
    list(LONG_RING, [chainlink, uniswap, pyth], EVERY_SECOND),
  ]);
  for (const asset of FURTHER) await world.insist("listing underlyings", [list(asset, [chainlink, uniswap, pyth])]);
  stage.alsoPoke([THREE_SOURCES, FIVE_SOURCES, NEXT, ...FURTHER]);
  return [uniswap.adapter, uniswapOfNext.adapter];
}

/**
 * Init code that calls a view twice and returns the gas of either call: `eth_call` without a recipient runs it, so that
 * nothing of a wrapper contract is in the figure. The first call finds the contract and its storage cold.
 */
function meter(target: string, data: string): string {
  const size = dataLength(data);
  const push = (value: number) => concat(["0x61", zeroPadValue(toBeHex(value), 2)]);
  const timed = (slot: number) =>
    // GAS; STATICCALL(gas, target, 0, size, 0, 0); POP; GAS; SWAP1; SUB; MSTORE(slot)
    concat([
      "0x5a",
      "0x6000",
      "0x6000",
      push(size),
      "0x6000",
      "0x73",
      target,
      "0x5a",
      "0xfa",
      "0x50",
      "0x5a",
      "0x90",
      "0x03",
      push(slot),
      "0x52",
    ]);
  const body = concat([timed(0x200), timed(0x220), "0x6040", push(0x200), "0xf3"]);
  // CODECOPY(0, where the calldata lies behind the code, size), memory reserved first.
  const reserve = concat(["0x6000", push(0x240), "0x52"]);
  const prefixLength = dataLength(reserve) + 3 + 3 + 2 + 1;
  const offset = prefixLength + dataLength(body);
  const prefix = concat([reserve, push(size), push(offset), "0x6000", "0x39"]);
  return concat([prefix, body, data]);
}

/** Gas of a view of the oracle, cold and warm. */
async function gasOfView({ world }: Stage, figure: string, data: string): Promise<readonly [bigint, bigint]> {
  const code = meter(world.addressOf("priceOracle"), data);
  const answer = await world.chain.request("eth_call", [{ from: world.cast.keeper.address, data: code }, "latest"]);
  if (typeof answer !== "string" || dataLength(answer) !== 64)
    throw new BenchSetupError(figure, "the meter returned nothing");
  return [BigInt(answer.slice(0, 66)), BigInt(`0x${answer.slice(66)}`)];
}

async function readFigures(stage: Stage): Promise<GasFigures> {
  const data = stage.world.protocol.priceOracle.interface.encodeFunctionData("read", [FIRST]);
  const [cold, warm] = await gasOfView(stage, "oracle.read", data);
  return { "oracle.read.cold": cold, "oracle.read.warm": warm };
}

/** A mean over the past, from a ring of a thousand slots that is full. */
async function ringFigures(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const { interface: oracle } = world.protocol.priceOracle;
  const { keeper } = world.cast;
  await world.insist("growing the ring", [
    stage.call(keeper, "priceOracle", oracle.encodeFunctionData("growRing", [LONG_RING, 600n])),
    stage.call(keeper, "priceOracle", oracle.encodeFunctionData("growRing", [LONG_RING, LONG])),
  ]);
  const poke = stage.call(keeper, "priceOracle", oracle.encodeFunctionData("poke", [[LONG_RING]]));
  for (let slot = 0n; slot <= LONG; slot++) await world.chain.mine(world.chain.nowSeconds + 1, [poke]);
  const [cardinality, , history] = await world.protocol.priceOracle.ringOf(LONG_RING);
  if (cardinality !== LONG || history < LONG_AGE_SECONDS)
    throw new BenchSetupError("oracle.ring.1000", "the ring is not full");
  const data = oracle.encodeFunctionData("twap", [LONG_RING, LONG_AGE_SECONDS]);
  const [cold] = await gasOfView(stage, "oracle.ring.1000", data);
  return { "oracle.ring.1000": cold };
}

/** Commits of one asset with three and with five sources, and reads of what was committed. */
export async function measureOracle(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const adapters = await listOwnAssets(stage);
  for (let step = 0; step < SETTLE_STEPS; step++) await stage.step(step % 2 === 0 ? 300n : -300n);
  const wait = async (seconds: number) => world.chain.idleUntil(world.chain.nowSeconds + seconds);
  const pokeOf = async (key: string, ...assets: number[]) => {
    const data = world.protocol.priceOracle.interface.encodeFunctionData("poke", [assets]);
    return stage.gasOf(key, stage.call(world.cast.keeper, "priceOracle", data));
  };
  // What was refreshed serves the next reads for a minute; for longer than two sub-windows it is of no use.
  const refresh = id("refresh()").slice(0, 10);
  const calls = adapters.map((adapter) => world.call(world.cast.keeper.address, adapter, refresh));
  const spacing = Number((await world.protocol.priceOracle.configOf(FIRST)).ringSpacingSeconds);
  /** A step after which the next block is `second` seconds into a slot of the ring, whenever the world began. */
  const stepTo = async (movePpm: bigint, second: number) => {
    const before = () => (world.chain.nowSeconds + STEP_SECONDS + BLOCK_SECONDS) % spacing;
    while (Math.abs(before() - second) >= BLOCK_SECONDS) await wait(2 * BLOCK_SECONDS);
    await stage.step(movePpm);
  };
  /** The same, the pools' values out of date then, and a sub-window to be ended: the dearest that is usual. */
  const stepOutOfDate = async (movePpm: bigint, second: number) => {
    await wait(SUB_WINDOW_SECONDS);
    const before = () => (world.chain.nowSeconds + BLOCK_SECONDS + SUB_WINDOW_SECONDS) % spacing;
    while (Math.abs(before() - second) >= BLOCK_SECONDS) await wait(2 * BLOCK_SECONDS);
    await world.insist("ending a sub-window", calls);
    await wait(SUB_WINDOW_SECONDS - OUT_OF_DATE_SECONDS);
    await world.insist("refreshing", calls);
    await stage.step(movePpm);
  };
  await stepOutOfDate(300n, BLOCK_SECONDS);
  const three = await pokeOf("oracle.poke.3", THREE_SOURCES);
  await stepOutOfDate(-300n, BLOCK_SECONDS);
  const five = await pokeOf("oracle.poke.5", FIVE_SOURCES);
  await stepOutOfDate(300n, BLOCK_SECONDS);
  const both = await pokeOf("oracle.poke.next", THREE_SOURCES, NEXT);
  const measureLater = async (key: string, movePpm: bigint, seconds: number) => {
    await stage.step(movePpm);
    await world.insist("refreshing", calls);
    await wait(seconds);
    return pokeOf(key, THREE_SOURCES);
  };
  await stepTo(-300n, BLOCK_SECONDS);
  await world.insist("refreshing", calls);
  const threeCached = await pokeOf("oracle.poke.3.cached", THREE_SOURCES);
  const fiveCached = await pokeOf("oracle.poke.5.cached", FIVE_SOURCES);
  const later = await measureLater("oracle.poke.3.later", 300n, OUT_OF_DATE_SECONDS);
  const walk = await measureLater("oracle.poke.3.walk", -300n, FORGOTTEN_SECONDS);
  await stepOutOfDate(300n, 0);
  const slot = await pokeOf("oracle.poke.5.slot", FIVE_SOURCES);
  const reads = await readFigures(stage);
  const ring = await ringFigures(stage);
  await stage.step(300n);
  return {
    "oracle.poke.3": three,
    "oracle.poke.3.cached": threeCached,
    "oracle.poke.3.later": later,
    "oracle.poke.3.walk": walk,
    "oracle.poke.5": five,
    "oracle.poke.5.cached": fiveCached,
    "oracle.poke.5.slot": slot,
    "oracle.poke.next": both - three,
    ...reads,
    ...ring,
  };
}
