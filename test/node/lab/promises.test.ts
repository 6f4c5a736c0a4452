import { expect } from "chai";
import { wad } from "../../../offchain/lab/numbers.js";
import { SCENARIOS } from "../../../offchain/lab/scenarios/catalogue.js";
import type { Metrics } from "../../../offchain/lab/scenarios/scenario.js";

const SPOTLESS: Metrics = {
  badDebtWad: 0n,
  wrongfulLiquidations: 0,
  liquidations: 3,
  maxSecondsUnderWater: 60,
  maxSecondsInsolvent: 0,
  insuranceUsedWad: 0n,
  penaltyPoolUsedWad: 0n,
  backstopUsedWad: 0n,
  haircutWad: 0n,
  breakerTrips: 2,
  ownerCostWad: wad("100"),
  takenWad: 0n,
  leftUnderWater: 0,
};

/** What must break a scenario's property, by words of its sentence. */
const WEAKNESSES: readonly { readonly promised: RegExp; readonly planted: Partial<Metrics> }[] = [
  { promised: /liquidat|touched/, planted: { wrongfulLiquidations: 1 } },
  { promised: /every loss has an owner|no bad debt|costs nobody/, planted: { badDebtWad: 1n } },
  { promised: /costs (?:no winner|nobody) anything/, planted: { haircutWad: 1n } },
  { promised: /takes? anything out/, planted: { takenWad: 1n } },
  { promised: /left under water|still found/, planted: { leftUnderWater: 1 } },
  { promised: /within 20 minutes/, planted: { maxSecondsUnderWater: 1201 } },
];

describe("promises of the scenarios", () => {
  it("default: every property holds for a spotless run", () => {
    for (const { name, property } of SCENARIOS) expect(property.breaches(SPOTLESS), name).to.deep.equal([]);
  });

  it("behavior: whatever a sentence promises breaks its property when it is planted, and says so", () => {
    for (const { name, property } of SCENARIOS) {
      const own = WEAKNESSES.filter(({ promised }) => promised.test(property.sentence));
      expect(own, name).to.have.length.of.at.least(2);
      for (const { planted } of own)
        expect(
          property.breaches({ ...SPOTLESS, ...planted }),
          `${name}: ${Object.keys(planted).join()}`,
        ).to.have.length(1);
    }
  });

  it("behavior: the property of every scenario judges losses without an owner and wrongful liquidations", () => {
    for (const { name, property } of SCENARIOS)
      for (const planted of [{ badDebtWad: 1n }, { wrongfulLiquidations: 1 }])
        expect(property.breaches({ ...SPOTLESS, ...planted }), name).to.have.length(1);
  });
});
