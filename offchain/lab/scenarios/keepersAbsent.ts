import { ORDINARY_BOOKS } from "./books.js";
import { allOf, noBadDebt, nobodyForgotten, nobodyWronged } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_WORLD } from "./world.js";

const ETH: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 1800, level: "0.9" },
  { atSeconds: 3000, level: "0.79" },
  { atSeconds: 4200, level: "0.7" },
  { atSeconds: 6600, level: "0.72" },
];

const BTC: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 1800, level: "0.93" },
  { atSeconds: 3000, level: "0.84" },
  { atSeconds: 4200, level: "0.77" },
  { atSeconds: 6600, level: "0.79" },
];

/** Nobody liquidates for an hour of falling prices. */
export const keepersAbsent: Scenario = {
  name: "keepers-absent",
  title: "Keepers absent for an hour",
  story:
    "ETH falls by 30 % in an hour in which no liquidator acts at all. Then they return and find accounts that are long past their margin.",
  calibration:
    "2020-03-12: keepers effectively absent for hours, 36 % of auctions won with zero bids, $8.3M of collateral sold for nothing; ETH worst hour -20.9 %.",
  world: ORDINARY_WORLD,
  steps: {
    endsAtSeconds: 6600,
    pace: [
      { fromSeconds: 0, stepSeconds: 60 },
      { fromSeconds: 4140, stepSeconds: 12 },
      { fromSeconds: 5100, stepSeconds: 60 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: ETH },
      { symbol: "BTC", startPrice: "40000", market: BTC },
    ],
    faults: [],
    // Nobody marks for most of the half hour before: the window extends beyond expiry, as far as the oracle is Firm.
    options: { expiresAtSeconds: 4500, books: ORDINARY_BOOKS },
    keepers: { perBlock: 4, absent: [{ fromSeconds: 600, toSeconds: 4200 }], congested: [] },
  },
  property: {
    sentence:
      "After an hour without keepers every loss has an owner, nobody is liquidated wrongfully and nobody is left under water.",
    breaches: allOf(noBadDebt, nobodyWronged, nobodyForgotten),
  },
  seed: 20200313n,
};
