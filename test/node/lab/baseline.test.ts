import { expect } from "chai";
import { WAD, wad } from "../../../offchain/lab/numbers.js";
import { type Case, caseOf } from "../../../offchain/lab/scenarios/case.js";
import { findScenarios } from "../../../offchain/lab/scenarios/catalogue.js";
import {
  type BaselineAccount,
  balanceOf,
  closeOut,
  closeOutToSoleBidder,
  isUndercollateralised,
  openBaselineAccount,
  runBaseline,
} from "../../../offchain/lab/simulator/baseline.js";
import { type Trader, soleBidder } from "../../../offchain/lab/simulator/population.js";

const trader: Trader = {
  id: "T01",
  asset: 0,
  side: "long",
  wantedWad: wad("30000"),
  moneyWad: wad("20000"),
  collateral: "USDC",
  opportunist: false,
};
const held = { trader, notionalWad: wad("300"), etherWad: 0n, closed: false };
const prices = (asset: string, ether = "2000") => ({ assetWad: wad(asset), etherWad: wad(ether) });
const caseNamed = (name: string): Case => {
  const [scenario] = findScenarios([name]);
  if (scenario === undefined) throw new RangeError(name);
  return caseOf(scenario);
};

describe("baseline designs", () => {
  it("default: opens the largest position that the money carries at 150 % and the buffer, never more than wanted", () => {
    for (const side of ["long", "short"] as const)
      for (const collateral of ["USDC", "WETH"] as const) {
        const poor = openBaselineAccount({ ...trader, side, collateral, moneyWad: wad("5000") }, prices("100"));
        expect(poor.notionalWad < trader.wantedWad).to.equal(true);
        expect(isUndercollateralised(poor, prices("100"))).to.equal(false);
        // The buffer of 3 % of the margin is gone after a move of 2 %.
        expect(isUndercollateralised(poor, side === "long" ? prices("98", "1960") : prices("102"))).to.equal(true);
        const rich = openBaselineAccount({ ...trader, side, collateral }, prices("100"));
        expect(rich.notionalWad).to.equal(trader.wantedWad);
        const { assetsWad, debtsWad } = balanceOf(rich, prices("100"));
        expect(assetsWad - debtsWad).to.equal(trader.moneyWad);
      }
  });

  it("behavior: a single bidder takes everything for nothing, and what is owed is lost", () => {
    const long: BaselineAccount = { ...held, cashWad: wad("-200"), sizeWad: 3n * WAD };
    expect(closeOutToSoleBidder(long, wad("100"))).to.deep.equal({ leftWad: 0n, lossWad: wad("200") });
    const short: BaselineAccount = { ...held, cashWad: wad("226"), sizeWad: -1n * WAD };
    expect(closeOutToSoleBidder(short, wad("100"))).to.deep.equal({ leftWad: 0n, lossWad: wad("100") });
  });

  it("behavior: the share of auctions with a single bidder is exact, whatever the seed, and none outside congestion", () => {
    for (const seed of [1n, 2n, 3n]) {
      const input = { ...caseNamed("black-thursday"), seed };
      const { fromSeconds, soleBidderPercent } = input.keepers.congested[0] ?? { fromSeconds: 0, soleBidderPercent: 0 };
      const alone = Array.from({ length: 100 }, (_, ordinal) => soleBidder(input, fromSeconds, ordinal));
      expect(alone.filter((one) => one === true)).to.have.length(soleBidderPercent);
      expect(soleBidder(input, fromSeconds - 1, 0)).to.equal(undefined);
    }
  });

  it("behavior: Black Thursday costs Early what auctions without bidders cost in 2020, and empties the fund", () => {
    const input = caseNamed("black-thursday");
    const { metrics, events } = runBaseline(input, "early");
    const free = events.filter(({ text }) => text.includes("for nothing"));
    expect(free).to.not.be.empty;
    expect(metrics.badDebtWad > 0n).to.equal(true);
    expect(runBaseline(input, "intermediate").metrics.insuranceUsedWad > 0n).to.equal(true);
    const calm: Case = { ...input, keepers: { ...input.keepers, congested: [] } };
    expect(runBaseline(calm, "early").metrics.badDebtWad < metrics.badDebtWad).to.equal(true);
  });

  it("behavior: a closed long leaves what the discounted sale leaves, or a loss", () => {
    const account: BaselineAccount = { ...held, cashWad: wad("-200"), sizeWad: 3n * WAD };
    expect(closeOut(account, prices("100"), wad("100"))).to.deep.equal({ leftWad: wad("61"), lossWad: 0n });
    expect(closeOut(account, prices("50"), wad("100"))).to.deep.equal({ leftWad: 0n, lossWad: wad("69.5") });
  });

  it("behavior: coins a closed short still owes cost the fair price, not the false one", () => {
    const account: BaselineAccount = { ...held, cashWad: wad("226"), sizeWad: -1n * WAD };
    expect(closeOut(account, prices("100"), wad("100"))).to.deep.equal({ leftWad: wad("113"), lossWad: 0n });
    // At 1000 times the price the cash repays 226 / 113000 of the coin.
    expect(closeOut(account, prices("100000"), wad("100"))).to.deep.equal({ leftWad: 0n, lossWad: wad("99.8") });
  });

  it("behavior: the one-venue wick wrongs accounts on both, and insurance changes nothing", () => {
    const input = caseNamed("flash-wick-one-venue");
    for (const design of ["early", "intermediate"] as const) {
      const run = runBaseline(input, design);
      expect(run.metrics.wrongfulLiquidations).to.be.greaterThan(0);
      expect(run.breaches).to.not.be.empty;
      expect(run.events.filter(({ kind }) => kind === "wrongful")).to.have.length(run.metrics.wrongfulLiquidations);
    }
  });

  it("behavior: the fund of Intermediate pays what Early leaves without an owner", () => {
    const input = caseNamed("keepers-absent");
    const early = runBaseline(input, "early").metrics;
    const intermediate = runBaseline(input, "intermediate").metrics;
    expect(early.badDebtWad > 0n).to.equal(true);
    expect(intermediate.insuranceUsedWad + intermediate.badDebtWad).to.equal(early.badDebtWad);
  });

  it("behavior: a price wrong by 1000 times lets the opportunist take out the others' cash", () => {
    const { metrics } = runBaseline(caseNamed("oracle-1000x"), "early");
    expect(metrics.takenWad > 0n).to.equal(true);
    expect(metrics.badDebtWad > metrics.takenWad).to.equal(true);
  });

  it("behavior: nobody is liquidated while keepers are away, and time under water counts it", () => {
    const input = caseNamed("keepers-absent");
    const { events, metrics } = runBaseline(input, "early");
    const acted = events.filter(({ kind }) => kind === "liquidation").map(({ atSeconds }) => atSeconds);
    expect(Math.min(...acted)).to.be.at.least(4200);
    expect(metrics.maxSecondsUnderWater).to.be.greaterThan(1800);
  });

  it("behavior: the same seed gives the same result, another seed other traders", () => {
    const input = caseNamed("oracle-frozen");
    expect(runBaseline(input, "early")).to.deep.equal(runBaseline(input, "early"));
    const another = runBaseline({ ...input, seed: 99n }, "early");
    expect(another.notionalWad).to.not.equal(runBaseline(input, "early").notionalWad);
    expect(another.notionalWad <= another.wantedWad).to.equal(true);
  });
});
