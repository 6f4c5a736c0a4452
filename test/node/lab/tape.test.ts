import { expect } from "chai";
import { lowerMedian, wad } from "../../../offchain/lab/numbers.js";
import { SCENARIOS, findScenarios } from "../../../offchain/lab/scenarios/catalogue.js";
import { flashWickOneVenue } from "../../../offchain/lab/scenarios/flashWickOneVenue.js";
import { buildTape, levelAt, stepTimes } from "../../../offchain/lab/scenarios/tape.js";
import { UnknownScenarioError } from "../../../offchain/lab/errors.js";

describe("scenario tapes", () => {
  it("default: levels run in straight lines between knots and stay flat outside", () => {
    const knots = [
      { atSeconds: 100, level: "1" },
      { atSeconds: 200, level: "0.5" },
    ];
    expect([0, 100, 150, 200, 900].map((at) => levelAt(knots, at))).to.deep.equal(
      ["1", "1", "0.75", "0.5", "0.5"].map(wad),
    );
  });

  it("behavior: every scenario draws rising whole-second steps and the same tape twice", () => {
    for (const scenario of SCENARIOS) {
      const times = stepTimes(scenario);
      expect(times[0]).to.equal(0);
      times.forEach((at, index) => {
        expect(Number.isInteger(at)).to.equal(true);
        if (index > 0) expect(at).to.be.greaterThan(times[index - 1] ?? 0);
      });
      expect(buildTape(scenario, 5n)).to.deep.equal(buildTape(scenario, 5n));
    }
  });

  it("behavior: a wick on one venue leaves the median of the venues where it was", () => {
    const tape = buildTape(flashWickOneVenue, flashWickOneVenue.seed);
    const lowest = tape.ticks.reduce((low, { prices }) => {
      const price = prices[0]?.[0] ?? 0n;
      return price < low ? price : low;
    }, wad("2000"));
    expect(lowest).to.be.within(wad("1290"), wad("1310"));
    for (const { prices } of tape.ticks) expect(lowerMedian(prices[0] ?? [])).to.be.within(wad("1990"), wad("2010"));
  });

  it("error: UnknownScenarioError names the scenario and the known ones", () => {
    expect(() => findScenarios(["black-thursday", "black-friday"]))
      .to.throw(UnknownScenarioError)
      .that.includes({ scenario: "black-friday" });
    expect(findScenarios(["all"])).to.have.length(7);
  });
});
