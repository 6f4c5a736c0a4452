import type { KeeperPlan, World } from "./scenario.js";

/** The world most scenarios ask for: three venues, 14 traders, a quarter of a million in the fund. */
export const ORDINARY_WORLD: World = {
  venues: ["uniswap", "exchange-a", "exchange-b"],
  baselineSource: "chainlink",
  traders: 14,
  insuranceFundUsd: "250000",
  noisePpm: 250,
};

/** Keepers that are there all the time. */
export const ORDINARY_KEEPERS: KeeperPlan = { perBlock: 4, absent: [], congested: [] };
