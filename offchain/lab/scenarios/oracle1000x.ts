import { allOf, noBadDebt, noHaircut, nobodyWronged, nothingTaken } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "./world.js";

const MARKET: readonly Knot[] = [
  { atSeconds: 0, level: "1" },
  { atSeconds: 1200, level: "0.99" },
  { atSeconds: 3000, level: "1.01" },
];

/** One source is wrong by a factor of a thousand, first up, then down. */
export const oracle1000x: Scenario = {
  name: "oracle-1000x",
  title: "One oracle source wrong by 1000 times",
  story:
    "Chainlink reports a thousand times the price for five minutes and, later, a thousandth of it for five minutes. Meanwhile a trader tries to take out everything that the false price seems to give.",
  calibration:
    "Synthetix 2019-06-25 (one of two sources x1000, mean instead of median, $1B of paper profit) and Moonwell 2026-02-15 (a ratio read as dollars, a price 1/2000, $1.8M of bad debt).",
  world: ORDINARY_WORLD,
  steps: {
    endsAtSeconds: 3000,
    pace: [
      { fromSeconds: 0, stepSeconds: 60 },
      { fromSeconds: 540, stepSeconds: 12 },
      { fromSeconds: 1080, stepSeconds: 60 },
      { fromSeconds: 1740, stepSeconds: 12 },
      { fromSeconds: 2280, stepSeconds: 60 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: MARKET },
      { symbol: "BTC", startPrice: "40000", market: MARKET },
    ],
    faults: [
      { source: "chainlink", kind: "scaled", numerator: 1000n, denominator: 1n, fromSeconds: 600, toSeconds: 900 },
      { source: "chainlink", kind: "scaled", numerator: 1n, denominator: 1000n, fromSeconds: 1800, toSeconds: 2100 },
    ],
    keepers: ORDINARY_KEEPERS,
    opportunist: { fromSeconds: 600, toSeconds: 2100 },
  },
  property: {
    sentence:
      "A source that is wrong by a thousand times, up or down, liquidates nobody, lets nobody take anything out and costs nobody anything.",
    breaches: allOf(nobodyWronged, noBadDebt, nothingTaken, noHaircut),
  },
  seed: 20190625n,
};
