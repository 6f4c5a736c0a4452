import { allOf, noBadDebt, noHaircut, nobodyWronged } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "./world.js";

const CALM: readonly Knot[] = [{ atSeconds: 0, level: "1" }];

const WICK: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 660, level: "0.78" },
  { atSeconds: 720, level: "0.65" },
  { atSeconds: 840, level: "0.72" },
  { atSeconds: 960, level: "1" },
];

/** A flash wick on the pool alone. */
export const flashWickOneVenue: Scenario = {
  name: "flash-wick-one-venue",
  title: "Flash wick on one venue",
  story:
    "The on-chain pool falls 35 % within two minutes and is back four minutes later. No other venue moves: somebody sold into an empty book.",
  calibration:
    "One-venue wicks of 2025-10-10: LINK -60 %, AAVE -68 % within one hourly bar, WBETH -88 % for 40 minutes on one exchange; here the pool alone falls 35 % for six minutes.",
  world: { ...ORDINARY_WORLD, baselineSource: "uniswap" },
  steps: {
    endsAtSeconds: 3000,
    pace: [
      { fromSeconds: 0, stepSeconds: 60 },
      { fromSeconds: 540, stepSeconds: 12 },
      { fromSeconds: 1260, stepSeconds: 60 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: CALM, venues: { uniswap: WICK } },
      { symbol: "BTC", startPrice: "40000", market: CALM, venues: { uniswap: WICK } },
    ],
    faults: [],
    keepers: ORDINARY_KEEPERS,
  },
  property: {
    sentence: "A wick on one venue liquidates nobody, creates no bad debt and costs no winner anything.",
    breaches: allOf(nobodyWronged, noBadDebt, noHaircut),
  },
  seed: 20251010n,
};
