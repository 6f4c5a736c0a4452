import { mulWad } from "../math/integers.js";
import { WAD } from "../units.js";
import type { PriceViews } from "./marginMarket.js";
import type { Valuation } from "./valuation.js";

const NARROW_SPREAD_WAD = WAD / 100n;

export type PriceRange = { readonly lowWad: bigint; readonly highWad: bigint };

/** The range with a mean in it; a mean of 0 says that there is no history yet. */
function spanning({ lowWad, highWad }: PriceRange, meanWad: bigint): PriceRange {
  if (meanWad > highWad) return { lowWad, highWad: meanWad };
  return meanWad < lowWad && meanWad !== 0n ? { lowWad: meanWad, highWad } : { lowWad, highWad };
}

/** The prices that a valuation considers: `PriceHull.hull`. */
export function hullOf(
  views: Pick<PriceViews, "lowWad" | "midWad" | "highWad" | "shortTwapWad" | "longTwapWad">,
  valuation: Valuation,
): PriceRange {
  const { midWad } = views;
  if (valuation === "markInitial" || valuation === "markMaintenance") return { lowWad: midWad, highWad: midWad };
  const isNarrow = views.highWad - views.lowWad <= mulWad(midWad, NARROW_SPREAD_WAD);
  const own = valuation === "intersection" && isNarrow ? { lowWad: midWad, highWad: midWad } : views;
  const withShort = spanning(own, views.shortTwapWad);
  return valuation === "intersection" ? withShort : spanning(withShort, views.longTwapWad);
}
