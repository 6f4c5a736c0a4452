import { microUsd } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import { SOURCES, type SourceName } from "../scenarios/scenario.js";
import { fairPrices } from "../simulator/fair.js";
import { publishFeeds } from "../simulator/feeds.js";

/** Prices of one underlying through a case, integer micro-dollars, one per step. */
export type AssetMarket = {
  readonly symbol: string;
  readonly fair: readonly number[];
  readonly venues: readonly { readonly name: string; readonly prices: readonly number[] }[];
  readonly sources: readonly { readonly name: SourceName; readonly prices: readonly number[] }[];
};

/** What the outside world did in a case: the same for every design. */
export type Market = { readonly atSeconds: readonly number[]; readonly assets: readonly AssetMarket[] };

/** Tabulates the tape, the fair price and what each source said. */
export function marketOf(input: Case): Market {
  const { tape } = input;
  const fair = fairPrices(tape);
  const feeds = publishFeeds(input);
  return {
    atSeconds: tape.ticks.map(({ atSeconds }) => atSeconds),
    assets: tape.assets.map(({ symbol, venues }, asset) => ({
      symbol,
      fair: (fair[asset] ?? []).map(microUsd),
      venues: venues.map((name, venue) => ({
        name,
        prices: tape.ticks.map(({ prices }) => microUsd(prices[asset]?.[venue] ?? 0n)),
      })),
      sources: SOURCES.map((name, source) => ({
        name,
        prices: feeds.map((step) => microUsd(step[asset]?.[source]?.priceWad ?? 0n)),
      })),
    })),
  };
}
