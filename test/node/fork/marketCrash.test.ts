import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { config, network } from "hardhat";
import { checkConservation } from "../../../offchain/lab/simulator/evm/conservation.js";
import { Chain } from "../../../offchain/lab/simulator/evm/chain.edge.js";
import { Venues } from "../../../offchain/lab/simulator/evm/venues.edge.js";
import { World } from "../../../offchain/lab/simulator/evm/world.edge.js";
import { ContractRevertError } from "../../../offchain/sdk/index.js";
import { serveOrigin } from "./serveOrigin.js";
import { ETH, ETHER_WORLD, refusalOf, settleAt, speak, trade, trader } from "../../support/world.js";

const WAD = 10n ** 18n;

describe("crash of the whole market on a fork", function () {
  this.timeout(120_000);
  const { ignition } = config.paths;
  // Ignition keeps a journal of what it does over JSON-RPC; this origin is gone after the test.
  before(() => {
    config.paths.ignition = mkdtempSync(join(tmpdir(), "breakwater-fork-"));
  });
  after(() => {
    rmSync(config.paths.ignition, { recursive: true, force: true });
    config.paths.ignition = ignition;
  });

  it("default: when the honest sources follow a fallen pool, the breaker trips, closing goes on, and all recovers", async () => {
    const { url, close } = await serveOrigin();
    const origin = await network.create({ network: "localhost", chainType: "l1", override: { url } });
    try {
      const venues = await Venues.deploy(origin, ETHER_WORLD);
      const chain = await Chain.open(url);
      try {
        const world = await World.build(ETHER_WORLD, 1_000_000n * WAD, { chain, venues });
        await crash(world);
      } finally {
        await chain.connection.close();
      }
    } finally {
      await origin.close();
      await close();
    }
  });
});

async function crash(world: World): Promise<void> {
  const [long, newcomer] = [trader(world, 0), trader(world, 1)];
  const { maker } = world.cast;
  const { circuitBreaker, priceOracle } = world.protocol;
  await world.insist("depositing", [
    world.deposit(long, "USDC", 150_000n * 10n ** 6n),
    world.deposit(newcomer, "USDC", 150_000n * 10n ** 6n),
  ]);
  const lots = (100n * WAD) / world.lotSize(0);
  await world.insist("opening", [await trade(world, long, maker, lots)]);
  await speak(world, { pool: 1_200n * WAD });
  await speak(world, { pool: 1_200n * WAD });

  await speak(world, { feeds: 1_200n * WAD, pyth: 1_200n * WAD, pool: 1_200n * WAD });
  expect(await circuitBreaker.levelOf(ETH), "the real fall trips the breaker").to.not.equal(0n);
  const { midWad } = await priceOracle.read(ETH);
  expect(midWad, "the index follows the market").to.equal(1_200n * WAD);
  const refusal = await refusalOf(world, await trade(world, newcomer, maker, lots));
  expect(refusal).to.be.instanceOf(ContractRevertError);
  await world.insist("closing while tripped", [await trade(world, maker, long, lots / 2n)]);

  await settleAt(world, 2_000n * WAD, 120);
  expect(await circuitBreaker.levelOf(ETH), "levels recover without anybody's help").to.equal(0n);
  await world.insist("opening after the crash", [await trade(world, newcomer, maker, lots / 10n)]);
  await checkConservation(world, 0);
  expect(await world.protocol.lossWaterfall.shortfall()).to.equal(0n);
}
