import { type Provider, ZeroAddress } from "ethers";
import { IDescribedSource__factory } from "../../types/ethers-contracts/index.js";
import { decodeExpiryWord, toTypedError } from "../sdk/index.js";
import type {
  DueExpiry,
  DutySnapshot,
  HeldPrice,
  MarketBacking,
  OptionUnderlying,
  PullFeed,
  UnreadableFact,
} from "./dutySnapshot.js";
import type { DutyProtocol } from "./encodeDuty.js";
import { inPages } from "./pages.js";

/** A source that is pulled, as it stands in the oracle's list. */
export type PullSource = Omit<PullFeed, "updatedAt">;

export type ReadDutiesParameters = {
  readonly provider: Provider;
  /** Oracle ids to keep: underlyings and ratios. */
  readonly assets: readonly bigint[];
  readonly pullSources: readonly PullSource[];
  /** Which of the vault's accounts to look at for options of settled expiries. */
  readonly accounts: { readonly from: number; readonly count: number };
};
export type ReadDutiesReturnType = { readonly snapshot: DutySnapshot; readonly nextAccount: number };

const LAST_UNDERLYING = 31n;
const FIRM = 0n;
const WIDE = 1n;
const FULL_QUORUM = 3n;
/** Marks are taken from so long before expiry on, as `Fixing.opensAt`. */
const FIXING_OPENS_BEFORE_SECONDS = 35 * 60;
/** Marks further apart do not count, whatever the oracle calls fresh: `Fixing.MAX_GAP`. */
const LONGEST_GAP_SECONDS = 5 * 60;

/** Collects facts; what cannot be read is noted as unknown and costs the others nothing. */
class Reader {
  readonly unreadable: UnreadableFact[] = [];

  async fact<Result>(fact: string, pending: Promise<Result>): Promise<readonly Result[]> {
    try {
      return [await pending];
    } catch (cause: unknown) {
      this.unreadable.push({ fact, error: toTypedError(cause) });
      return [];
    }
  }

  async facts<Item, Result>(
    items: readonly Item[],
    name: (item: Item) => string,
    work: (item: Item) => Promise<Result>,
  ): Promise<readonly Result[]> {
    return (await inPages(items, (item) => this.fact(name(item), work(item)))).flat();
  }
}

type Block = { readonly blockTag: number };

/**
 * Reads what duties depend on, all at one block. A fact that cannot be read is reported as unknown.
 *
 * @returns The snapshot, and with which account to go on at the next tick.
 * @throws {BreakwaterError} when the node does not even say which block is the latest.
 * @example
 * const { snapshot } = await readDuties(protocol, { provider, assets: [1n, 2n], pullSources: [], accounts: { from: 0, count: 64 } });
 */
export async function readDuties(
  protocol: DutyProtocol,
  { provider, assets, pullSources, accounts }: ReadDutiesParameters,
): Promise<ReadDutiesReturnType> {
  const latest = await provider.getBlock("latest").catch((cause: unknown) => {
    throw toTypedError(cause);
  });
  const nowSeconds = latest?.timestamp ?? 0;
  const at = { blockTag: latest?.number ?? 0 };
  const reader = new Reader();
  const underlyings = assets.filter((asset) => asset <= LAST_UNDERLYING);
  const prices = (await reader.fact("prices", readPrices(protocol, assets, at))).flat();
  const feeds = await reader.facts(
    pullSources,
    ({ feedId }) => `feed ${feedId}`,
    (source) => readFeed(provider, source, at),
  );
  const options = await reader.facts(
    underlyings,
    (asset) => `options on ${asset}`,
    (asset) => readOptions(protocol, asset, at, nowSeconds),
  );
  const listed = options.flatMap((found) => (found === undefined ? [] : [found]));
  const near = listed.flatMap(({ slots }) => slots);
  const expiries = await reader.facts(
    near,
    ({ slot }) => `expiry in slot ${slot}`,
    (place) => readExpiry(protocol, place, at),
  );
  const settled = expiries.flatMap(({ slot, holders }) => (holders > 0n ? [slot] : []));
  const { holders, nextAccount } = await readHolders(protocol, reader, settled, accounts, at);
  const backings = await reader.facts(
    underlyings,
    (asset) => `backing of ${asset}`,
    (asset) => readBacking(protocol, asset, at),
  );
  const pairs = await reader.facts(
    pairsOf(underlyings),
    ([a, b]) => `correlation of ${a} and ${b}`,
    async (pair) => ((await protocol.correlationMatrix.isDue(...pair, at)) ? [pair] : []),
  );
  const snapshot = {
    nowSeconds,
    prices,
    feeds,
    underlyings: listed.map(({ underlying }) => underlying),
    expiries: expiries.map(({ due }) => due),
    holders,
    backings: backings.flat(),
    pairs: pairs.flat(),
    unreadable: reader.unreadable,
  };
  return { snapshot, nextAccount };
}

/**
 * Finds the sources that somebody must pay to be renewed: Pyth feeds that the oracle reads.
 *
 * @returns The sources, and what could not be read on the way.
 * @example
 * const { sources } = await findPullSources(protocol, { provider, assets: [1n] });
 */
export async function findPullSources(
  { priceOracle }: Pick<DutyProtocol, "priceOracle">,
  { provider, assets }: Pick<ReadDutiesParameters, "provider" | "assets">,
): Promise<{ readonly sources: readonly PullSource[]; readonly unreadable: readonly UnreadableFact[] }> {
  const reader = new Reader();
  const sources = await reader.facts(
    assets,
    (asset) => `sources of ${asset}`,
    (asset) => priceOracle.sourcesOf(asset),
  );
  // An adapter need not describe itself: then it is none of ours, and nobody can pay for it.
  const cards = await inPages(sources.flat(), async ({ adapter }) => {
    const card = await IDescribedSource__factory.connect(adapter, provider)
      .describe()
      .catch(() => undefined);
    return card?.kind === "pyth" ? [{ adapter, provider: card.feed, feedId: card.feedId }] : [];
  });
  return { sources: cards.flat(), unreadable: reader.unreadable };
}

async function readPrices({ priceOracle }: DutyProtocol, assets: readonly bigint[], at: Block): Promise<HeldPrice[]> {
  const views = await priceOracle.readMany([...assets], at);
  return views.map(({ updatedAt, grade, groups }, index) => ({
    asset: assets[index] ?? 0n,
    updatedAt: Number(updatedAt),
    isFirm: grade === FIRM,
    isQuorate: grade <= WIDE && groups >= FULL_QUORUM,
  }));
}

async function readFeed(provider: Provider, source: PullSource, at: Block): Promise<PullFeed> {
  const feed = IDescribedSource__factory.connect(source.adapter, provider);
  return { ...source, updatedAt: Number((await feed.latest(at)).updatedAt) };
}

type Place = { readonly slot: bigint; readonly asset: bigint; readonly isSettled: boolean };

async function readOptions(
  { optionMarkets }: DutyProtocol,
  asset: bigint,
  at: Block,
  nowSeconds: number,
): Promise<{ readonly underlying: OptionUnderlying; readonly slots: readonly Place[] } | undefined> {
  const bitmap = await optionMarkets.listedSlots(asset, at);
  const config = await optionMarkets.configOf(asset, at).catch((cause: unknown) => {
    const error = toTypedError(cause);
    // No options on it: nothing to do, and nothing unknown.
    if ("errorName" in error && error.errorName === "Option_UnderlyingNotListed") return undefined;
    throw error;
  });
  if (config === undefined) return undefined;
  // A plain list: methods of the lists that ethers answers make others of their kind.
  const marks = bitmap === 0n ? [] : [...(await optionMarkets.marksOf(bitmap, at))];
  const slots = slotsOf(bitmap);
  const expiries = marks.map(({ expiry }) => Number(decodeExpiryWord(expiry).expiry));
  const near = marks.flatMap(({ settlementPriceWad }, index) => {
    const slot = slots[index];
    const opensAt = (expiries[index] ?? 0) - FIXING_OPENS_BEFORE_SECONDS;
    return slot === undefined || nowSeconds < opensAt ? [] : [{ slot, asset, isSettled: settlementPriceWad !== 0n }];
  });
  const freeSlots = Math.max(0, Number(config.expiryLimit) - slots.length);
  return { underlying: { asset, listed: expiries, freeSlots }, slots: near };
}

async function readExpiry(
  { optionMarkets, priceOracle }: DutyProtocol,
  { slot, asset, isSettled }: Place,
  at: Block,
): Promise<{ readonly slot: bigint; readonly due: DueExpiry; readonly holders: bigint }> {
  const [state, fix, settle, retire, config] = await Promise.all([
    optionMarkets.expiryAt(slot, at),
    optionMarkets.canFix(slot, at),
    optionMarkets.canSettle(slot, at),
    optionMarkets.canRetire(slot, at),
    priceOracle.configOf(asset, at),
  ]);
  const due = {
    slot,
    asset,
    isHeld: state.holders > 0n,
    canFix: fix.ok,
    canSettle: settle.ok,
    canRetire: retire.ok,
    markedAt: Number(state.markedAt),
    gapSeconds: Math.min(Number(config.freshSeconds), LONGEST_GAP_SECONDS),
  };
  return { slot, due, holders: isSettled ? state.holders : 0n };
}

/** Looks through a page of the vault's accounts, only while some settled expiry has holders at all. */
async function readHolders(
  { marginVault }: DutyProtocol,
  reader: Reader,
  settled: readonly bigint[],
  { from, count }: ReadDutiesParameters["accounts"],
  at: Block,
): Promise<{ readonly holders: readonly bigint[]; readonly nextAccount: number }> {
  if (settled.length === 0) return { holders: [], nextAccount: from };
  const [known = 0n] = await reader.fact("number of accounts", marginVault.accountCount(at));
  const total = Number(known);
  if (total === 0) return { holders: [], nextAccount: 0 };
  const positions = Array.from({ length: Math.min(count, total) }, (_, index) => (from + index) % total);
  const holders = await reader.facts(
    positions,
    (position) => `account at ${position}`,
    async (position) => {
      const account = await marginVault.accountAt(position, at);
      // A portfolio shows settled legs as cash: only the payment itself tells who still has to be paid.
      return (await marginVault.settleOptions.staticCall([account], at)) > 0n ? [account] : [];
    },
  );
  return { holders: holders.flat(), nextAccount: (from + positions.length) % total };
}

async function readBacking({ perpMarkets }: DutyProtocol, asset: bigint, at: Block): Promise<readonly MarketBacking[]> {
  const { source, capacityUsd } = await perpMarkets.backingOf(asset, at);
  if (source === ZeroAddress) return [];
  return [{ asset, keptUsd: capacityUsd, actualUsd: await perpMarkets.syncBacking.staticCall(asset, at) }];
}

function slotsOf(bitmap: bigint): readonly bigint[] {
  return Array.from({ length: 64 }, (_, slot) => BigInt(slot)).filter((slot) => (bitmap >> slot) & 1n);
}

function pairsOf(assets: readonly bigint[]): readonly (readonly [bigint, bigint])[] {
  return assets.flatMap((a, index) => assets.slice(index + 1).map((b) => [a, b] as const));
}
