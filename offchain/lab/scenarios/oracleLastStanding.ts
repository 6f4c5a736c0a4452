import { allOf, noBadDebt, nobodyForgotten, nobodyWronged, nothingTaken } from "./promises.js";
import type { Knot, Scenario } from "./scenario.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "./world.js";

const MARKET: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 2400, level: "0.96" },
  { atSeconds: 6600, level: "0.97" },
];

/** The survivor is pushed down while it is alone. */
const PUSHED: readonly Knot[] = [
  { atSeconds: 600, level: "1" },
  { atSeconds: 1500, level: "0.98" },
  { atSeconds: 1560, level: "0.7" },
  { atSeconds: 1920, level: "0.6" },
  { atSeconds: 2160, level: "0.96" },
  { atSeconds: 2400, level: "0.96" },
  { atSeconds: 6600, level: "0.97" },
];

/** All but one source die, and the survivor is manipulated. */
export const oracleLastStanding: Scenario = {
  name: "oracle-last-standing",
  title: "All but one source dead",
  story:
    "Chainlink, Pyth and RedStone fall silent for an hour; only the on-chain pool still has a price, and somebody uses the moment to push it down by 40 % for ten minutes. Then the others return.",
  calibration:
    "Synthetix 2019 (a third source down unnoticed), bZx 2020 and Inverse 2022 (a thin pool moved because a protocol read it alone).",
  world: { ...ORDINARY_WORLD, baselineSource: "uniswap" },
  steps: {
    endsAtSeconds: 6600,
    pace: [
      { fromSeconds: 0, stepSeconds: 60 },
      { fromSeconds: 1440, stepSeconds: 12 },
      { fromSeconds: 2400, stepSeconds: 60 },
    ],
    assets: [
      { symbol: "ETH", startPrice: "2000", market: MARKET, venues: { uniswap: PUSHED } },
      { symbol: "BTC", startPrice: "40000", market: MARKET, venues: { uniswap: PUSHED } },
    ],
    faults: [
      { source: "chainlink", kind: "dead", fromSeconds: 600, toSeconds: 4200 },
      { source: "pyth", kind: "dead", fromSeconds: 600, toSeconds: 4200 },
      { source: "redstone", kind: "dead", fromSeconds: 600, toSeconds: 4200 },
    ],
    keepers: ORDINARY_KEEPERS,
    opportunist: { fromSeconds: 1500, toSeconds: 2400 },
  },
  property: {
    sentence:
      "While one source is left, nobody is liquidated on its word and nobody takes anything out at its price; when the others return, every loss has an owner.",
    breaches: allOf(nobodyWronged, noBadDebt, nothingTaken, nobodyForgotten),
  },
  seed: 20200215n,
};
