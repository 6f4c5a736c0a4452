import type { ILens } from "../../../../types/ethers-contracts/index.js";
import { type Protocol, decodeExpiryWord, decodeLegs, strikeWadOf } from "../../../sdk/index.js";
import { absolute, mulWad } from "../../numbers.js";
import { healthBps, type Standing } from "../observer.js";
import { WSTETH_RATIO_WAD } from "../population.js";
import { type OptionLeg, totalVolTo, valueOfLeg } from "./optionLegs.js";

/** An account's holdings at a moment. */
export type Holdings = {
  readonly cashWad: bigint;
  /** Ether held as collateral, ratio included, WAD. */
  readonly etherWad: bigint;
  readonly sizes: readonly { readonly asset: number; readonly sizeWad: bigint }[];
  readonly options: readonly OptionLeg[];
  /** What the protocol makes of the options at its mid beyond what the lab does, WAD: carried to other prices. */
  readonly optionOffsetWad: bigint;
};

/** An account as the lab judges it: holdings, and what the protocol asks for per unit of notional. */
export type Judged = {
  readonly holdings: Holdings;
  readonly equityWad: bigint;
  readonly maintenanceWad: bigint;
  readonly grossNotionalWad: bigint;
  readonly liquidationSurplusWad: bigint;
  readonly withdrawableWad: bigint;
  readonly underAuction: boolean;
};

/** Prices by number of the asset in the oracle, WAD. */
export type PriceOf = (asset: number) => bigint;

/** Equity at given prices. */
export function equityAt(holdings: Holdings, priceOf: PriceOf, etherPriceWad: bigint): bigint {
  const { cashWad, etherWad, sizes, options, optionOffsetWad } = holdings;
  const positions = sizes.reduce((sum, { asset, sizeWad }) => sum + mulWad(sizeWad, priceOf(asset)), 0n);
  const rights = options.reduce((sum, leg) => sum + valueOfLeg(leg, priceOf(leg.asset)), 0n);
  return cashWad + mulWad(etherWad, etherPriceWad) + positions + rights + optionOffsetWad;
}

/** Sum of position sizes at given prices. */
export function notionalAt({ sizes }: Holdings, priceOf: PriceOf): bigint {
  return sizes.reduce((sum, { asset, sizeWad }) => sum + absolute(mulWad(sizeWad, priceOf(asset))), 0n);
}

/**
 * Whether given prices put an account below maintenance. The protocol's own requirement is scaled with the notional: it
 * is proportional to it for a linear book. Of a book with options it is taken as last read, for it is no multiple of anything.
 */
export function isBelow(judged: Judged, priceOf: PriceOf, etherPriceWad: bigint): boolean {
  if (judged.holdings.options.length > 0)
    return equityAt(judged.holdings, priceOf, etherPriceWad) < judged.maintenanceWad;
  if (judged.grossNotionalWad === 0n) return false;
  const needed = (judged.maintenanceWad * notionalAt(judged.holdings, priceOf)) / judged.grossNotionalWad;
  return equityAt(judged.holdings, priceOf, etherPriceWad) < needed;
}

/** How an account stands, by the protocol's eyes and by the fair price. */
export function standingOf(judged: Judged, fairOf: PriceOf, fairEtherWad: bigint): Standing {
  const open = judged.grossNotionalWad > 0n || judged.holdings.options.length > 0;
  return {
    healthBps: open ? healthBps(judged.equityWad, judged.maintenanceWad) : null,
    fairEquityWad: equityAt(judged.holdings, fairOf, fairEtherWad),
    belowAtFair: isBelow(judged, fairOf, fairEtherWad),
  };
}

/** The same account at other prices, between two readings: holdings and the share asked for are carried on. */
export function carriedTo(judged: Judged, priceOf: PriceOf, etherPriceWad: bigint): Judged {
  if (judged.holdings.options.length > 0)
    return { ...judged, equityWad: equityAt(judged.holdings, priceOf, etherPriceWad) };
  if (judged.grossNotionalWad === 0n) return judged;
  const grossNotionalWad = notionalAt(judged.holdings, priceOf);
  return {
    ...judged,
    equityWad: equityAt(judged.holdings, priceOf, etherPriceWad),
    maintenanceWad: (judged.maintenanceWad * grossNotionalWad) / judged.grossNotionalWad,
    grossNotionalWad,
  };
}

/** Option legs of an account, each with the volatility that the protocol reads for its strike now. */
async function legsOf(
  { volSurface }: Protocol,
  holdings: readonly { readonly expiry: bigint; readonly legs: bigint; readonly fixedPriceWad: bigint }[],
  nowSeconds: number,
): Promise<readonly OptionLeg[]> {
  const legs: OptionLeg[] = [];
  for (const { expiry: word, legs: packed, fixedPriceWad } of holdings) {
    const listed = decodeExpiryWord(word);
    for (const { lots, strikeIndex, isPut } of decodeLegs(packed)) {
      const strikeWad = strikeWadOf(listed, strikeIndex);
      const { volWad } = await volSurface.volAtStrike(listed.asset, listed.expiry, strikeWad);
      legs.push({
        asset: Number(listed.asset),
        isPut,
        strikeWad,
        sizeWad: lots * listed.lotSizeWad,
        totalVolWad: totalVolTo(listed.expiry, nowSeconds, volWad),
        fixedPriceWad,
      });
    }
  }
  return legs;
}

async function holdingsOf(
  protocol: Protocol,
  account: bigint,
  equityWad: bigint,
  { midOf, etherWad: etherMidWad, nowSeconds }: ReadingMoment,
): Promise<Holdings> {
  const { cashWad, collateral, perps, options } = await protocol.marginVault.portfolioOf(account);
  const etherWad = collateral.reduce(
    (sum, { index, amountWad }) => sum + (index === 0n ? amountWad : mulWad(amountWad, WSTETH_RATIO_WAD)),
    0n,
  );
  const sizes = perps.map(({ asset, sizeWad }) => ({ asset: Number(asset), sizeWad }));
  const legs = await legsOf(protocol, options, nowSeconds);
  const holdings = { cashWad, etherWad, sizes, options: legs, optionOffsetWad: 0n };
  if (legs.length === 0) return holdings;
  return { ...holdings, optionOffsetWad: equityWad - equityAt(holdings, midOf, etherMidWad) };
}

/** When accounts are read, and at which mids of the oracle. */
export type ReadingMoment = { readonly nowSeconds: number; readonly midOf: PriceOf; readonly etherWad: bigint };

/** Accounts per page of the lens. */
const PAGE = 64n;

/** Reads every account of the domain. */
export async function readAccounts(
  protocol: Protocol,
  lens: ILens,
  wanted: ReadonlySet<bigint>,
  moment: ReadingMoment,
): Promise<ReadonlyMap<bigint, Judged>> {
  const found = new Map<bigint, Judged>();
  const count = await protocol.marginVault.accountCount();
  for (let cursor = 0n; ;) {
    const [page, next] = await lens.page(cursor, PAGE);
    for (const { account, known, phase, margin, withdrawableWad } of page) {
      if (!known || !wanted.has(account)) continue;
      const { equityWad, maintenanceWad, grossNotionalWad, liquidationSurplusWad } = margin;
      const numbers = { equityWad, maintenanceWad, grossNotionalWad, liquidationSurplusWad, withdrawableWad };
      const holdings = await holdingsOf(protocol, account, equityWad, moment);
      found.set(account, { holdings, ...numbers, underAuction: phase !== 0n });
    }
    // A page ends early where its gas does.
    if (next <= cursor || next >= count) return found;
    cursor = next;
  }
}
