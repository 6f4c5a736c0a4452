import { expect } from "chai";
import { type Person, World } from "../../../offchain/lab/simulator/evm/world.edge.js";
import {
  initialSurplusWad,
  liquidationSurplusWad,
  marginReport,
  plainPortfolio,
  previewTrade,
  readMarginMarket,
} from "../../../offchain/sdk/index.js";
import { ETH, ETHER_WORLD, trade, trader } from "../../support/world.js";

const WAD = 10n ** 18n;
const USDC = 10n ** 6n;

describe("SDK margin on a deployed domain", function () {
  this.timeout(120_000);
  let world: World;

  before(async () => {
    world = await World.build(ETHER_WORLD, 1_000_000n * WAD);
  });
  beforeEach(() => world.restart());

  const held = async ({ account }: Person) => plainPortfolio(await world.protocol.marginVault.portfolioOf(account));
  const marketFor = async (portfolio: Awaited<ReturnType<typeof held>>) => {
    const latest = await world.chain.connection.ethers.provider.getBlock("latest");
    const block = { blockNumber: latest?.number ?? 0, nowSeconds: BigInt(latest?.timestamp ?? 0) };
    return { market: await readMarginMarket(world.protocol, { portfolios: [portfolio], assets: [ETH] }, block), block };
  };

  it("says of an account what the contract says in the same block, and of a trade what it leaves", async () => {
    const [buyer, seller] = [trader(world, 0), trader(world, 1)];
    for (const person of [buyer, seller])
      await world.insist("depositing", [world.deposit(person, "USDC", 100_000n * USDC)]);
    const before = await held(buyer);
    const [lots, priceWad] = [(10n * WAD) / world.lotSize(0), 2_000n * WAD];
    await world.insist("trading", [await trade(world, buyer, seller, lots, priceWad)]);
    const after = await held(buyer);
    const { market, block } = await marketFor(after);
    const preview = previewTrade(market, {
      portfolio: before,
      fills: [{ kind: "perpetual", asset: ETH, sizeWad: lots * world.lotSize(0), priceWad }],
    });
    const feeWad = preview.portfolio.cashWad - after.cashWad;
    // The fee is all that the preview was not told.
    expect([feeWad >= 0n, feeWad < (10n * priceWad) / 1000n]).to.deep.equal([true, true]);
    expect(preview.portfolio.perps).to.deep.equal(after.perps);
    const { portfolioMargin } = world.protocol;
    const at = { blockTag: block.blockNumber };
    expect(initialSurplusWad(market, { portfolio: after })).to.equal(
      await portfolioMargin.initialSurplus(after, WAD, at),
    );
    expect(liquidationSurplusWad(market, { portfolio: after })).to.equal(
      await portfolioMargin.liquidationSurplus(after, at),
    );
    const { initialWad, maintenanceWad } = await portfolioMargin.report(after, 2n * WAD, at);
    const mine = marginReport(market, { portfolio: after, stressWad: 2n * WAD });
    expect([mine.initialWad, mine.maintenanceWad]).to.deep.equal([initialWad, maintenanceWad]);
  });
});
