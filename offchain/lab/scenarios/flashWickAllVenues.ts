import { allOf, noBadDebt, nobodyForgotten, nobodyWronged } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "./world.js";

const ETH: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 660, level: "0.84" },
  { atSeconds: 720, level: "0.72" },
  { atSeconds: 756, level: "0.65" },
  { atSeconds: 816, level: "0.76" },
  { atSeconds: 960, level: "0.97" },
  { atSeconds: 3000, level: "0.98" },
];

const BTC: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 660, level: "0.88" },
  { atSeconds: 720, level: "0.8" },
  { atSeconds: 756, level: "0.74" },
  { atSeconds: 816, level: "0.83" },
  { atSeconds: 960, level: "0.98" },
  { atSeconds: 3000, level: "0.985" },
];

/** The same wick on every venue at once. */
export const flashWickAllVenues: Scenario = {
  name: "flash-wick-all-venues",
  title: "Flash wick on every venue",
  story:
    "Every venue falls together, ETH by 35 % in two and a half minutes, and is back within six. The price was real, but nobody could have traded size at it.",
  calibration:
    "Deeper and faster than the worst printed: ETH -16 % in 5 minutes and -22 % in 15 (2021-05-19), SOL perp -37 % (2025-10-10), back within minutes.",
  world: { ...ORDINARY_WORLD, baselineSource: "uniswap" },
  steps: {
    endsAtSeconds: 4200,
    pace: [
      { fromSeconds: 0, stepSeconds: 60 },
      { fromSeconds: 540, stepSeconds: 12 },
      { fromSeconds: 1500, stepSeconds: 60 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: ETH },
      { symbol: "BTC", startPrice: "40000", market: BTC },
    ],
    faults: [],
    keepers: ORDINARY_KEEPERS,
  },
  property: {
    sentence:
      "A market-wide wick liquidates only accounts that the fair price put below maintenance, and every loss has an owner.",
    breaches: allOf(nobodyWronged, noBadDebt, nobodyForgotten),
  },
  seed: 20210519n,
};
