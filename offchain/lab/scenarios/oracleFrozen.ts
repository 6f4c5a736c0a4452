import { actedWithin, allOf, noBadDebt, nobodyForgotten, nobodyWronged } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "./world.js";

const ETH: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 1500, level: "0.9" },
  { atSeconds: 3000, level: "0.78" },
  { atSeconds: 4200, level: "0.68" },
  { atSeconds: 5400, level: "0.66" },
];

const BTC: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 1500, level: "0.92" },
  { atSeconds: 3000, level: "0.83" },
  { atSeconds: 4200, level: "0.75" },
  { atSeconds: 5400, level: "0.74" },
];

/** One source keeps signing an old price while the market falls. */
export const oracleFrozen: Scenario = {
  name: "oracle-frozen",
  title: "One oracle source frozen",
  story:
    "Chainlink keeps publishing the price of minute ten, with fresh timestamps, while ETH falls by a third within an hour and stays there for half an hour more.",
  calibration:
    "LUNA on 2022-05-12, whose feed stopped at its minimum answer of 0.107 while the market was at 0.01 and below: Venus lost $11.2M, Blizz everything.",
  world: ORDINARY_WORLD,
  steps: {
    endsAtSeconds: 7200,
    pace: [
      { fromSeconds: 0, stepSeconds: 60 },
      { fromSeconds: 600, stepSeconds: 24 },
      { fromSeconds: 4500, stepSeconds: 60 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: ETH },
      { symbol: "BTC", startPrice: "40000", market: BTC },
    ],
    faults: [{ source: "chainlink", kind: "frozen", fromSeconds: 600, toSeconds: 7201 }],
    keepers: ORDINARY_KEEPERS,
  },
  property: {
    sentence:
      "With one source frozen the accounts that fall below maintenance are still found within 20 minutes, nobody else is touched, and every loss has an owner.",
    breaches: allOf(noBadDebt, nobodyWronged, nobodyForgotten, actedWithin(1200)),
  },
  seed: 20220512n,
};
