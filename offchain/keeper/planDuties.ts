import { BPS } from "../sdk/index.js";
import type { DueExpiry, DutySnapshot, MarketBacking, OptionUnderlying, PullFeed } from "./dutySnapshot.js";
import { listableExpiries } from "./listingCalendar.js";

/** When a duty is due, and how much of it is done at a time. */
export type DutyPolicy = {
  /** Age from which a price is observed anew, seconds. */
  readonly pokeAfterSeconds: number;
  /** Age from which a pull feed is paid to be renewed, seconds. */
  readonly pullAfterSeconds: number;
  /** Distance of two marks of a settlement price, seconds; never more than half of what counts. */
  readonly fixEverySeconds: number;
  /** A market's backing is asked anew when its answer would change by so much, bps. */
  readonly backingChangeBps: bigint;
  /** Expiries listed in one tick, at most. */
  readonly listAtOnce: number;
  /** Accounts paid in one transaction; the vault takes 32. */
  readonly collectAtOnce: number;
  /** Transactions of one tick, at most; what is left is due at the next. */
  readonly mostPerTick: number;
};

/** What most networks with blocks of up to 12 seconds want. */
export const ORDINARY_DUTIES: DutyPolicy = {
  pokeAfterSeconds: 48,
  pullAfterSeconds: 48,
  fixEverySeconds: 48,
  backingChangeBps: 200n,
  listAtOnce: 2,
  collectAtOnce: 16,
  mostPerTick: 12,
};

/** One transaction that is due, by anyone. */
export type Duty =
  | { readonly kind: "pull"; readonly adapter: string; readonly feedIds: readonly string[] }
  | { readonly kind: "poke" | "update" | "observe"; readonly assets: readonly bigint[] }
  | { readonly kind: "fix" | "settle" | "retire"; readonly slot: bigint }
  | { readonly kind: "collect"; readonly accounts: readonly bigint[] }
  | { readonly kind: "list"; readonly asset: bigint; readonly expiry: number }
  | { readonly kind: "syncBacking"; readonly asset: bigint };

export type PlanDutiesParameters = { readonly snapshot: DutySnapshot; readonly policy: DutyPolicy };
export type PlanDutiesReturnType = readonly Duty[];

/** A date that leaves the calendar within this time is not worth the race, seconds. */
const LISTING_MARGIN_SECONDS = 120;
/** Assets of one observation, as `CorrelationMatrix` takes them. */
const OBSERVED_AT_ONCE = 8;
/** Up to this age a grade is not what a poke would change, seconds; so a mark in vain is not tried at each block either. */
const YOUNG_SECONDS = 24;

/**
 * Chooses what is due now: prices first, then settlement prices, settlements and payments, then what can wait. What is
 * unknown is left alone until it is known.
 *
 * @param parameters.snapshot - The domain as read.
 * @param parameters.policy - When a duty is due, and how many at a time.
 * @returns Duties in the order to try them, at most `mostPerTick`.
 * @example
 * const duties = planDuties({ snapshot, policy: ORDINARY_DUTIES });
 */
export function planDuties({ snapshot, policy }: PlanDutiesParameters): PlanDutiesReturnType {
  return [
    ...pullsOf(snapshot, policy),
    ...pokesOf(snapshot, policy),
    ...marksOf(snapshot, policy),
    ...snapshot.expiries
      .filter(({ canSettle, isHeld }) => canSettle && isHeld)
      .map(({ slot }): Duty => ({ kind: "settle", slot })),
    ...paymentsOf(snapshot, policy),
    ...snapshot.expiries.filter(({ canRetire }) => canRetire).map(({ slot }): Duty => ({ kind: "retire", slot })),
    ...listingsOf(snapshot, policy),
    ...lessonsOf(snapshot),
    ...backingsOf(snapshot.backings, policy),
  ].slice(0, policy.mostPerTick);
}

function pullsOf({ feeds, nowSeconds }: DutySnapshot, policy: DutyPolicy): readonly Duty[] {
  const byProvider = new Map<string, PullFeed[]>();
  for (const feed of feeds) {
    if (nowSeconds - feed.updatedAt < policy.pullAfterSeconds) continue;
    byProvider.set(feed.provider, [...(byProvider.get(feed.provider) ?? []), feed]);
  }
  return [...byProvider.values()].flatMap((due): Duty[] => {
    const [first] = due;
    if (first === undefined) return [];
    return [{ kind: "pull", adapter: first.adapter, feedIds: [...new Set(due.map(({ feedId }) => feedId))] }];
  });
}

function pokesOf({ prices, nowSeconds }: DutySnapshot, policy: DutyPolicy): readonly Duty[] {
  const assets = prices
    .filter(({ updatedAt }) => nowSeconds - updatedAt >= policy.pokeAfterSeconds)
    .map(({ asset }) => asset);
  if (assets.length === 0) return [];
  // The breaker looks at what the poke brought: all of it, for levels also recover by time.
  return [
    { kind: "poke", assets },
    { kind: "update", assets: prices.map(({ asset }) => asset) },
  ];
}

function marksOf(snapshot: DutySnapshot, policy: DutyPolicy): readonly Duty[] {
  // A mark brings its own poke, and age alone can make a price Wide: only a young one that is not Firm will not be so then.
  const hopeless = new Set(
    snapshot.prices
      .filter(({ isFirm, updatedAt }) => !isFirm && snapshot.nowSeconds - updatedAt < YOUNG_SECONDS)
      .map(({ asset }) => asset),
  );
  const isDue = ({ asset, canFix, isHeld, markedAt, gapSeconds }: DueExpiry) =>
    canFix &&
    isHeld &&
    !hopeless.has(asset) &&
    snapshot.nowSeconds - markedAt >= Math.min(policy.fixEverySeconds, Math.floor(gapSeconds / 2));
  return snapshot.expiries.filter(isDue).map(({ slot }): Duty => ({ kind: "fix", slot }));
}

function paymentsOf({ holders }: DutySnapshot, { collectAtOnce }: DutyPolicy): readonly Duty[] {
  return holders.length === 0 ? [] : [{ kind: "collect", accounts: holders.slice(0, collectAtOnce) }];
}

function listingsOf({ underlyings, prices, nowSeconds }: DutySnapshot, policy: DutyPolicy): readonly Duty[] {
  const firm = new Set(prices.filter(({ isFirm }) => isFirm).map(({ asset }) => asset));
  const dates = listableExpiries(nowSeconds).filter((expiry) => {
    // A date that may be listed may be until a day before it.
    return expiry - nowSeconds >= 86_400 + LISTING_MARGIN_SECONDS;
  });
  const missing = ({ asset, listed, freeSlots }: OptionUnderlying) =>
    dates
      .filter((expiry) => !listed.includes(expiry))
      .slice(0, freeSlots)
      .map((expiry) => ({ asset, expiry }));
  return underlyings
    .filter(({ asset }) => firm.has(asset))
    .flatMap(missing)
    .sort((a, b) => a.expiry - b.expiry || (a.asset < b.asset ? -1 : 1))
    .slice(0, policy.listAtOnce)
    .map(({ asset, expiry }): Duty => ({ kind: "list", asset, expiry }));
}

/** One observation a tick, of as many due pairs as fit: assets in the order in which pairs name them. */
function lessonsOf({ pairs, prices }: DutySnapshot): readonly Duty[] {
  const quorate = new Set(prices.filter(({ isQuorate }) => isQuorate).map(({ asset }) => asset));
  const chosen = new Set<bigint>();
  for (const pair of pairs) {
    if (!pair.every((asset) => quorate.has(asset))) continue;
    const grown = new Set([...chosen, ...pair]);
    if (grown.size > OBSERVED_AT_ONCE) continue;
    for (const asset of pair) chosen.add(asset);
  }
  return chosen.size === 0 ? [] : [{ kind: "observe", assets: [...chosen] }];
}

function backingsOf(backings: readonly MarketBacking[], { backingChangeBps }: DutyPolicy): readonly Duty[] {
  const isStale = ({ keptUsd, actualUsd }: MarketBacking) => {
    const change = actualUsd > keptUsd ? actualUsd - keptUsd : keptUsd - actualUsd;
    return change > 0n && change * BPS >= keptUsd * backingChangeBps;
  };
  return backings.filter(isStale).map(({ asset }): Duty => ({ kind: "syncBacking", asset }));
}
