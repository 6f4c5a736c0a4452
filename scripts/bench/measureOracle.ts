import { concat, dataLength, id, toBeHex, zeroPadValue } from "ethers";
import type { GasFigures } from "./compare.js";
import { BenchSetupError } from "./errors.js";
import type { Stage } from "./stage.js";

/** Two coins with the same price: the sources of one and a feed of the other make five in agreement. */
const [FIRST, SECOND] = [3, 4];
const [THREE_SOURCES, FIVE_SOURCES] = [40, 41];
/** Underlyings beyond the markets of the world, for portfolios of sixteen. */
const FURTHER = Array.from({ length: 12 }, (_, index) => index + 5);
const RING = 256n;
/** Steps until standings and windows are those of an asset in use. */
const SETTLE_STEPS = 35;

async function listOwnAssets(stage: Stage): Promise<string> {
  const { world } = stage;
  const { priceOracle } = world.protocol;
  const config = await priceOracle.configOf(FIRST);
  const [first, second] = [await priceOracle.sourcesOf(FIRST), await priceOracle.sourcesOf(SECOND)];
  const [chainlink, uniswap, pyth, redstone] = first;
  const [fifth] = second;
  if (!chainlink || !uniswap || !pyth || !redstone || !fifth)
    throw new BenchSetupError("oracle.poke.5", "the world has fewer sources");
  const list = (asset: number, sources: readonly (typeof fifth)[]) => {
    const grouped = sources.map(({ adapter, maxAgeSeconds, gasCap, floorWad, ceilingWad }, group) => {
      return { adapter, group, maxAgeSeconds, gasCap, floorWad, ceilingWad };
    });
    const data = priceOracle.interface.encodeFunctionData("listAsset", [asset, config, grouped, RING]);
    return stage.call(world.cast.deployer, "priceOracle", data);
  };
  await world.insist("listing assets", [
    list(THREE_SOURCES, [chainlink, uniswap, pyth]),
    list(FIVE_SOURCES, [chainlink, uniswap, pyth, redstone, fifth]),
  ]);
  for (const asset of FURTHER) await world.insist("listing underlyings", [list(asset, [chainlink, uniswap, pyth])]);
  stage.alsoPoke([THREE_SOURCES, FIVE_SOURCES, ...FURTHER]);
  return uniswap.adapter;
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

async function readFigures(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const data = world.protocol.priceOracle.interface.encodeFunctionData("read", [FIRST]);
  const code = meter(world.addressOf("priceOracle"), data);
  const answer = await world.chain.request("eth_call", [{ from: world.cast.keeper.address, data: code }, "latest"]);
  if (typeof answer !== "string" || dataLength(answer) !== 64)
    throw new BenchSetupError("oracle.read", "the meter returned nothing");
  return {
    "oracle.read.cold": BigInt(answer.slice(0, 66)),
    "oracle.read.warm": BigInt(`0x${answer.slice(66)}`),
  };
}

/** Commits of one asset with three and with five sources, and reads of what was committed. */
export async function measureOracle(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const adapter = await listOwnAssets(stage);
  for (let step = 0; step < SETTLE_STEPS; step++) await stage.step(step % 2 === 0 ? 300n : -300n);
  const pokeOf = async (key: string, asset: number) => {
    const data = world.protocol.priceOracle.interface.encodeFunctionData("poke", [[asset]]);
    return stage.gasOf(key, stage.call(world.cast.keeper, "priceOracle", data));
  };
  await stage.step(300n);
  const three = await pokeOf("oracle.poke.3", THREE_SOURCES);
  const five = await pokeOf("oracle.poke.5", FIVE_SOURCES);
  await stage.step(-300n);
  // `refresh()` keeps the pool's average for the next reads.
  await world.insist("refreshing", [world.call(world.cast.keeper.address, adapter, id("refresh()").slice(0, 10))]);
  const threeCached = await pokeOf("oracle.poke.3.cached", THREE_SOURCES);
  const fiveCached = await pokeOf("oracle.poke.5.cached", FIVE_SOURCES);
  const reads = await readFigures(stage);
  return {
    "oracle.poke.3": three,
    "oracle.poke.3.cached": threeCached,
    "oracle.poke.5": five,
    "oracle.poke.5.cached": fiveCached,
    ...reads,
  };
}
