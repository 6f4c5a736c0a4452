import { WAD } from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";
import type { Stage } from "./stage.js";

/** Legs, and in how many expiries. */
const BOOKS = [
  [1, 1],
  [8, 1],
  [32, 4],
  [64, 8],
] as const;
const ASSET = 1;
const DAY_SECONDS = 86_400;
const FIRST_DAYS = 7;
/** Of 2,000 USD: strikes of 1,200 to 2,800 USD, in the unit of the word. */
const STRIKE_UNITS_PER_USD = 10n ** 8n;
const FIRST_STRIKE_USD = 1_200n;
const STRIKE_STEP_USD = 100n;
const STRIKES = 17n;
/** 0.01 of the underlying, in the unit of the word. */
const LOT_UNITS = 10n ** 7n;
const LOTS = 100n;

/** An expiry as `ExpiryWord` lays it out: the engine takes any, listed or not. */
function expiryWord(expirySeconds: number): bigint {
  const prices = (FIRST_STRIKE_USD << 56n) + (STRIKE_STEP_USD << 112n);
  const frame = BigInt(ASSET) | (BigInt(expirySeconds) << 16n);
  return frame | (prices * STRIKE_UNITS_PER_USD) | (STRIKES << 160n) | (LOT_UNITS << 168n);
}

/** Long and short in turn, calls and puts in turn, each at a strike of its own: nothing cancels. */
function legsWord(count: number): bigint {
  return Array.from({ length: count }, (_, leg) => {
    const lots = leg % 4 < 2 ? LOTS : -LOTS;
    const key = BigInt(2 * (4 + leg) + (leg % 2));
    return ((BigInt.asUintN(24, lots) << 8n) | key) << BigInt(32 * leg);
  }).reduce((word, leg) => word | leg, 0n);
}

/** The margin check of options on one underlying in 27 scenarios, called by a transaction of its own. */
export async function measureOptionMargin(stage: Stage): Promise<GasFigures> {
  const figures: Record<string, bigint> = {};
  for (const [legs, expiries] of BOOKS) {
    await stage.step();
    const options = Array.from({ length: expiries }, (_, slot) => ({
      slot,
      expiry: expiryWord(stage.world.chain.nowSeconds + (FIRST_DAYS + 14 * slot) * DAY_SECONDS),
      legs: legsWord(legs / expiries),
      fixedPriceWad: 0n,
    }));
    const portfolio = { cashWad: 1_000_000n * WAD, collateral: [], perps: [], options };
    const { interface: risk } = stage.world.protocol.portfolioMargin;
    const data = risk.encodeFunctionData("initialSurplus", [portfolio, WAD]);
    const key = `margin.${legs}`;
    figures[key] = await stage.gasOf(key, stage.call(stage.world.cast.keeper, "portfolioMargin", data));
  }
  return figures;
}
