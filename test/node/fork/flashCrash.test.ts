import { expect } from "chai";
import { network } from "hardhat";
import { checkConservation } from "../../../offchain/lab/simulator/evm/conservation.js";
import { Chain } from "../../../offchain/lab/simulator/evm/chain.edge.js";
import { Venues } from "../../../offchain/lab/simulator/evm/venues.edge.js";
import { World } from "../../../offchain/lab/simulator/evm/world.edge.js";
import { ContractRevertError } from "../../../offchain/sdk/index.js";
import { ETH, ETHER_WORLD, refusalOf, settleAt, speak, trade, trader } from "../../support/world.js";

const WAD = 10n ** 18n;

describe("flash crash on a fork", function () {
  this.timeout(120_000);

  it("default: a pool that falls by 40 % liquidates nobody, stops opening, and leaves closing and deposits open", async () => {
    const server = await network.createServer({ network: "origin", chainType: "l1" });
    const { address, port } = await server.listen();
    const url = `http://${address}:${port}`;
    console.log(`      on a fork of ${url}: real Uniswap v3, WETH and Chainlink contracts on a local chain 1`);
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
      await server.close();
    }
  });
});

async function crash(world: World): Promise<void> {
  const [long, newcomer] = [trader(world, 0), trader(world, 1)];
  const { maker } = world.cast;
  const { circuitBreaker, liquidationAuction, priceOracle } = world.protocol;
  await world.insist("depositing", [
    world.deposit(long, "USDC", 150_000n * 10n ** 6n),
    world.deposit(newcomer, "USDC", 150_000n * 10n ** 6n),
  ]);
  const lots = (100n * WAD) / world.lotSize(0);
  await world.insist("opening", [await trade(world, long, maker, lots)]);
  const before = await priceOracle.read(ETH);

  await speak(world, { pool: 1_200n * WAD });
  await speak(world, { pool: 1_200n * WAD });
  const during = await priceOracle.read(ETH);
  expect(during.midWad > (before.midWad * 95n) / 100n, "the index stays with the honest sources").to.equal(true);
  const [flaggable] = await liquidationAuction.canFlag(long.account);
  expect(flaggable, "nobody is liquidated for a lying pool").to.equal(false);
  await world.insist("depositing during the crash", [world.deposit(long, "USDC", 1_000n * 10n ** 6n)]);
  await world.insist("closing during the crash", [await trade(world, maker, long, lots / 2n)]);
  await checkConservation(world, 0);

  await speak(world, { feeds: 1_200n * WAD, pyth: 1_200n * WAD, pool: 1_200n * WAD });
  expect(await circuitBreaker.levelOf(ETH), "the real fall trips the breaker").to.not.equal(0n);
  const refusal = await refusalOf(world, await trade(world, newcomer, maker, lots));
  expect(refusal).to.be.instanceOf(ContractRevertError);
  await world.insist("closing while tripped", [await trade(world, maker, long, lots / 2n)]);

  await settleAt(world, 2_000n * WAD, 120);
  expect(await circuitBreaker.levelOf(ETH), "levels recover without anybody's help").to.equal(0n);
  await world.insist("opening after the crash", [await trade(world, newcomer, maker, lots / 10n)]);
  await checkConservation(world, 0);
  expect(await world.protocol.lossWaterfall.shortfall()).to.equal(0n);
}
