import { expect } from "chai";
import { WAD, wad } from "../../../offchain/lab/numbers.js";
import { type Case, caseOf } from "../../../offchain/lab/scenarios/case.js";
import { findScenarios } from "../../../offchain/lab/scenarios/catalogue.js";
import {
  type BaselineAccount,
  balanceOf,
  closeOut,
  isUndercollateralised,
  openBaselineAccount,
  runBaseline,
} from "../../../offchain/lab/simulator/baseline.js";
import type { Trader } from "../../../offchain/lab/simulator/population.js";

const trader: Trader = {
  id: "T01",
  asset: 0,
  side: "long",
  notionalWad: wad("30000"),
  bufferBps: 0,
  collateral: "USDC",
  opportunist: false,
};
const prices = (asset: string, ether = "2000") => ({ assetWad: wad(asset), etherWad: wad(ether) });
const caseNamed = (name: string): Case => {
  const [scenario] = findScenarios([name]);
  if (scenario === undefined) throw new RangeError(name);
  return caseOf(scenario);
};

describe("baseline designs", () => {
  it("default: an account without buffer opens exactly at 150 %", () => {
    for (const side of ["long", "short"] as const)
      for (const collateral of ["USDC", "WETH"] as const) {
        const account = openBaselineAccount({ ...trader, side, collateral }, prices("100"));
        const { assetsWad, debtsWad } = balanceOf(account, prices("100"));
        expect(assetsWad * 2n).to.equal(debtsWad * 3n);
        expect(isUndercollateralised(account, prices("100"))).to.equal(false);
        expect(isUndercollateralised(account, side === "long" ? prices("99", "1980") : prices("101"))).to.equal(true);
      }
  });

  it("behavior: a closed long leaves what the discounted sale leaves, or a loss", () => {
    const account: BaselineAccount = { trader, cashWad: wad("-200"), sizeWad: 3n * WAD, etherWad: 0n, closed: false };
    expect(closeOut(account, prices("100"), wad("100"))).to.deep.equal({ leftWad: wad("61"), lossWad: 0n });
    expect(closeOut(account, prices("50"), wad("100"))).to.deep.equal({ leftWad: 0n, lossWad: wad("69.5") });
  });

  it("behavior: coins a closed short still owes cost the fair price, not the false one", () => {
    const account: BaselineAccount = { trader, cashWad: wad("226"), sizeWad: -1n * WAD, etherWad: 0n, closed: false };
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
    expect(runBaseline({ ...input, seed: 99n }, "early").notionalWad).to.not.equal(
      runBaseline(input, "early").notionalWad,
    );
  });
});
