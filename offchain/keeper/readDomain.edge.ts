import type { Protocol } from "../sdk/index.js";
import { WAD, plainPortfolio, toTypedError } from "../sdk/index.js";
import { inPages } from "./pages.js";
import type { AccountSnapshot, DomainSnapshot, OpenAuction, UnflaggedAuction, UnreadableAccount } from "./snapshot.js";

/** The contracts that a keeper reads and calls. */
export type KeeperProtocol = Pick<
  Protocol,
  "priceOracle" | "circuitBreaker" | "portfolioMargin" | "marginVault" | "liquidationAuction"
>;

/** Where the accounts to look at come from. */
export type AccountSource = {
  readonly list: () => Promise<readonly bigint[]>;
};

export type ReadDomainParameters = {
  readonly accounts: readonly bigint[];
  readonly bidder: bigint;
  /** Oracle id of the coin that pays for gas. */
  readonly nativeAsset: bigint;
  readonly gasPriceWei: bigint;
};

/**
 * Lists every account that the vault ever knew.
 *
 * @example
 * const accounts = await vaultAccounts(protocol).list();
 */
export function vaultAccounts({ marginVault }: Pick<KeeperProtocol, "marginVault">): AccountSource {
  return {
    list: async () => {
      const count = Number(await marginVault.accountCount());
      return inPages(
        Array.from({ length: count }, (_, position) => position),
        (position) => marginVault.accountAt(position),
      );
    },
  };
}

/**
 * Reads the accounts one by one: what cannot be read is reported as unknown and costs the others nothing.
 *
 * @throws {BreakwaterError} when the keeper's own account cannot be read.
 * @example
 * const snapshot = await readDomain(protocol, { accounts, bidder, nativeAsset: 1n, gasPriceWei });
 */
export async function readDomain(
  protocol: KeeperProtocol,
  { accounts, bidder, nativeAsset, gasPriceWei }: ReadDomainParameters,
): Promise<DomainSnapshot> {
  const read = await inPages(accounts, (account) => readAccount(protocol, account));
  const bidderSurplusWad = await surplusOf(protocol, bidder);
  const nativePriceWad = (await typed(protocol.priceOracle.read(nativeAsset))).midWad;
  return {
    accounts: read.filter((entry): entry is AccountSnapshot => !("error" in entry)),
    unreadable: read.filter((entry): entry is UnreadableAccount => "error" in entry),
    bidderSurplusWad,
    ...(nativePriceWad > 0n ? { nativePriceWad } : {}),
    gasPriceWei,
  };
}

async function readAccount(protocol: KeeperProtocol, account: bigint): Promise<AccountSnapshot | UnreadableAccount> {
  try {
    const [report, state, residual] = await Promise.all([
      reportOf(protocol, account),
      protocol.liquidationAuction.auctionOf(account),
      protocol.liquidationAuction.canCoverResidual(account),
    ]);
    return {
      account,
      equityWad: report.equityWad,
      initialWad: report.initialWad,
      grossNotionalWad: report.grossNotionalWad,
      hasResidual: residual.ok,
      auction: state.phase === 0n ? await unflagged(protocol, account) : await opened(protocol, account),
    };
  } catch (cause: unknown) {
    return { account, error: toTypedError(cause) };
  }
}

async function unflagged({ liquidationAuction }: KeeperProtocol, account: bigint): Promise<UnflaggedAuction> {
  const { ok, rewardWad } = await liquidationAuction.canFlag(account);
  return { kind: "none", canFlag: ok, rewardWad };
}

async function opened({ liquidationAuction }: KeeperProtocol, account: bigint): Promise<OpenAuction> {
  const [release, refresh, quote] = await Promise.all([
    liquidationAuction.canRelease(account),
    liquidationAuction.canRefresh(account),
    liquidationAuction.quote(account),
  ]);
  return {
    kind: "open",
    canRelease: release.ok,
    canRefresh: refresh.ok,
    canBid: quote.ok,
    priceWad: quote.priceWad,
    maxFractionWad: quote.maxFractionWad,
  };
}

async function surplusOf(protocol: KeeperProtocol, account: bigint): Promise<bigint> {
  return (await typed(reportOf(protocol, account))).initialSurplusWad;
}

async function reportOf({ marginVault, portfolioMargin }: KeeperProtocol, account: bigint) {
  const portfolio = plainPortfolio(await marginVault.portfolioOf(account));
  return portfolioMargin.report(portfolio, WAD);
}

async function typed<Result>(pending: Promise<Result>): Promise<Result> {
  return pending.catch((cause: unknown) => {
    throw toTypedError(cause);
  });
}
