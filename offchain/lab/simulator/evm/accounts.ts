import type { ILens } from "../../../../types/ethers-contracts/index.js";
import type { Protocol } from "../../../sdk/index.js";
import { absolute, mulWad } from "../../numbers.js";
import { healthBps, type Standing } from "../observer.js";
import { WSTETH_RATIO_WAD } from "../population.js";

/** An account's holdings at a moment. */
export type Holdings = {
  readonly cashWad: bigint;
  /** Ether held as collateral, ratio included, WAD. */
  readonly etherWad: bigint;
  readonly sizes: readonly { readonly asset: number; readonly sizeWad: bigint }[];
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
export function equityAt({ cashWad, etherWad, sizes }: Holdings, priceOf: PriceOf, etherPriceWad: bigint): bigint {
  const positions = sizes.reduce((sum, { asset, sizeWad }) => sum + mulWad(sizeWad, priceOf(asset)), 0n);
  return cashWad + mulWad(etherWad, etherPriceWad) + positions;
}

/** Sum of position sizes at given prices. */
export function notionalAt({ sizes }: Holdings, priceOf: PriceOf): bigint {
  return sizes.reduce((sum, { asset, sizeWad }) => sum + absolute(mulWad(sizeWad, priceOf(asset))), 0n);
}

/**
 * Whether given prices put an account below maintenance. The protocol's own requirement is scaled with the notional: it
 * is proportional to it for a linear book.
 */
export function isBelow(judged: Judged, priceOf: PriceOf, etherPriceWad: bigint): boolean {
  if (judged.grossNotionalWad === 0n) return false;
  const needed = (judged.maintenanceWad * notionalAt(judged.holdings, priceOf)) / judged.grossNotionalWad;
  return equityAt(judged.holdings, priceOf, etherPriceWad) < needed;
}

/** How an account stands, by the protocol's eyes and by the fair price. */
export function standingOf(judged: Judged, fairOf: PriceOf, fairEtherWad: bigint): Standing {
  const open = judged.grossNotionalWad > 0n;
  return {
    healthBps: open ? healthBps(judged.equityWad, judged.maintenanceWad) : null,
    fairEquityWad: equityAt(judged.holdings, fairOf, fairEtherWad),
    belowAtFair: isBelow(judged, fairOf, fairEtherWad),
  };
}

/** The same account at other prices, between two readings: holdings and the share asked for are carried on. */
export function carriedTo(judged: Judged, priceOf: PriceOf, etherPriceWad: bigint): Judged {
  if (judged.grossNotionalWad === 0n) return judged;
  const grossNotionalWad = notionalAt(judged.holdings, priceOf);
  return {
    ...judged,
    equityWad: equityAt(judged.holdings, priceOf, etherPriceWad),
    maintenanceWad: (judged.maintenanceWad * grossNotionalWad) / judged.grossNotionalWad,
    grossNotionalWad,
  };
}

async function holdingsOf({ marginVault }: Protocol, account: bigint): Promise<Holdings> {
  const { cashWad, collateral, perps } = await marginVault.portfolioOf(account);
  const etherWad = collateral.reduce(
    (sum, { index, amountWad }) => sum + (index === 0n ? amountWad : mulWad(amountWad, WSTETH_RATIO_WAD)),
    0n,
  );
  return { cashWad, etherWad, sizes: perps.map(({ asset, sizeWad }) => ({ asset: Number(asset), sizeWad })) };
}

/** Accounts per page of the lens. */
const PAGE = 64n;

/** Reads every account of the domain. */
export async function readAccounts(
  protocol: Protocol,
  lens: ILens,
  wanted: ReadonlySet<bigint>,
): Promise<ReadonlyMap<bigint, Judged>> {
  const found = new Map<bigint, Judged>();
  for (let cursor = 0n; ;) {
    const [page, next] = await lens.page(cursor, PAGE);
    for (const { account, known, phase, margin, withdrawableWad } of page) {
      if (!known || !wanted.has(account)) continue;
      const { equityWad, maintenanceWad, grossNotionalWad, liquidationSurplusWad } = margin;
      const numbers = { equityWad, maintenanceWad, grossNotionalWad, liquidationSurplusWad, withdrawableWad };
      found.set(account, { holdings: await holdingsOf(protocol, account), ...numbers, underAuction: phase !== 0n });
    }
    if (next <= cursor || page.length === 0 || BigInt(page.length) < PAGE) return found;
    cursor = next;
  }
}
