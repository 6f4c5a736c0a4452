import type { ContractTransactionResponse } from "ethers";
import { ContractRevertError, toTypedError } from "../sdk/index.js";
import { type FlagBatch, type LiquidationStep, batchFlags } from "./batchFlags.js";
import { NothingFlaggedError, TransactionFailedError } from "./errors.js";
import { type LiquidationPolicy, planLiquidations } from "./planLiquidations.js";
import { type AccountSource, type KeeperProtocol, readDomain } from "./readDomain.edge.js";
import type { UnreadableAccount } from "./snapshot.js";

/** Where a keeper tells what it does. */
export type KeeperLog = {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
};

/** What a keeper works with; `protocol` is bound to the signer that pays. */
export type LiquidatorClient = {
  readonly protocol: KeeperProtocol;
  readonly accounts: AccountSource;
  readonly gasPriceWei: () => Promise<bigint>;
  readonly log: KeeperLog;
};

export type LiquidatorConfig = {
  /** Account that bids; the signer may act for it. */
  readonly bidder: bigint;
  /** Account that gets the rewards. */
  readonly rewardTo: bigint;
  /** Oracle ids to poke and to update the breaker for; none where a steward does it. */
  readonly assets: readonly bigint[];
  /** Oracle id of the coin that pays for gas. */
  readonly nativeAsset: bigint;
  readonly policy: LiquidationPolicy;
};

/** What was tried: the name of an upkeep call, an action on an account, or flags of several. */
export type Attempt = { readonly kind: "poke" | "update" } | LiquidationStep;

export type FailedAttempt = {
  readonly attempt: Attempt;
  /** Where it failed: refused when simulated (nothing sent), or after it was sent. */
  readonly stage: "simulated" | "sent";
  readonly error: Error;
};

/** What a round did. */
export type LiquidationRound = {
  readonly done: readonly Attempt[];
  readonly failed: readonly FailedAttempt[];
  readonly unreadable: readonly UnreadableAccount[];
};

type Call = {
  readonly simulate: () => Promise<unknown>;
  readonly send: () => Promise<ContractTransactionResponse>;
};

/** A bid that the bidder's margin does not carry is tried at half its size, this many times. */
const HALVINGS = 3n;
/** Accounts that are flagged in one transaction, at most: far below the gas that one may use. */
const FLAGS_AT_ONCE = 16;

/**
 * Runs one round: pokes the oracle, updates the breaker, flags what fails, and bids where it pays. Every transaction is
 * simulated first; what fails is reported and costs the rest nothing.
 *
 * @param client - Contracts bound to the signer, accounts, gas price and log.
 * @param config - Which accounts act, and what is worth doing.
 * @returns What was done, what failed and what could not be read.
 * @throws {PriceUnknownError} when gas has no price.
 * @throws {BreakwaterError} when the keeper's own account or the list of accounts cannot be read.
 * @example
 * const round = await liquidate({ protocol, accounts: vaultAccounts(protocol), gasPriceWei, log }, config);
 */
export async function liquidate(client: LiquidatorClient, config: LiquidatorConfig): Promise<LiquidationRound> {
  const { protocol } = client;
  const tally = new Tally(client.log);
  const assets = [...config.assets];
  if (assets.length > 0) {
    await tally.attempt({ kind: "poke" }, callOf(protocol.priceOracle.poke, assets));
    await tally.attempt({ kind: "update" }, callOf(protocol.circuitBreaker.update, assets));
  }

  const everything = await readListed(client);
  const unreadable = await act(client, config, tally, everything, () => true);
  // What was flagged or refreshed just now has a price only now.
  const opened = tally.done.flatMap((done) => {
    if (done.kind === "flags") return done.accounts;
    return done.kind === "flag" || done.kind === "refresh" ? [done.account] : [];
  });
  if (opened.length !== 0) await act(client, config, tally, opened, ({ kind }) => kind === "bid");
  return { done: tally.done, failed: tally.failed, unreadable };
}

async function readListed({ accounts }: LiquidatorClient): Promise<readonly bigint[]> {
  return accounts.list().catch((cause: unknown) => {
    throw toTypedError(cause);
  });
}

async function act(
  client: LiquidatorClient,
  config: LiquidatorConfig,
  tally: Tally,
  accounts: readonly bigint[],
  wanted: (step: LiquidationStep) => boolean,
): Promise<readonly UnreadableAccount[]> {
  const snapshot = await readDomain(client.protocol, {
    accounts: accounts.filter((account) => account !== config.bidder),
    bidder: config.bidder,
    nativeAsset: config.nativeAsset,
    gasPriceWei: await client.gasPriceWei(),
  });
  for (const { account, error } of snapshot.unreadable) client.log.warn(`account ${hex(account)}: ${error.message}`);
  for (const step of batchFlags(planLiquidations({ snapshot, policy: config.policy }), FLAGS_AT_ONCE)) {
    if (wanted(step)) await perform(client.protocol, config, tally, step);
  }
  return snapshot.unreadable;
}

async function perform(
  { liquidationAuction: auction }: KeeperProtocol,
  { bidder, rewardTo }: LiquidatorConfig,
  tally: Tally,
  action: LiquidationStep,
): Promise<void> {
  switch (action.kind) {
    case "flags":
      await tally.attempt(action, flagsOf(auction, action, rewardTo));
      return;
    case "flag":
      await tally.attempt(action, callOf(auction.flag, action.account, rewardTo));
      return;
    case "release":
      await tally.attempt(action, callOf(auction.release, action.account));
      return;
    case "refresh":
      await tally.attempt(action, callOf(auction.refresh, action.account));
      return;
    case "coverResidual":
      await tally.attempt(action, callOf(auction.coverResidual, action.account));
      return;
    case "bid": {
      const sizes = Array.from(
        { length: Number(HALVINGS) + 1 },
        (_, halving) => action.maxFractionWad >> BigInt(halving),
      );
      const calls = sizes.map((size) => callOf(auction.bid, action.account, bidder, size, action.maxPriceWad));
      await tally.attempt(action, ...calls);
    }
  }
}

/** The contract skips what it cannot flag: a simulation that flags nobody is not worth sending. */
function flagsOf({ flagMany }: KeeperProtocol["liquidationAuction"], { accounts }: FlagBatch, rewardTo: bigint): Call {
  return {
    simulate: async () => {
      const flagged = await flagMany.staticCall([...accounts], rewardTo);
      if (!flagged.includes(true)) throw new NothingFlaggedError(accounts.length);
    },
    send: () => flagMany([...accounts], rewardTo),
  };
}

/** A contract's method as typechain makes it. */
type Method<Arguments extends unknown[]> = {
  (...values: Arguments): Promise<ContractTransactionResponse>;
  readonly staticCall: (...values: Arguments) => Promise<unknown>;
};

function callOf<Arguments extends unknown[]>(method: Method<Arguments>, ...values: Arguments): Call {
  return { simulate: () => method.staticCall(...values), send: () => method(...values) };
}

/** Counts what is tried; a failure ends with the attempt that it belongs to. */
class Tally {
  readonly done: Attempt[] = [];
  readonly failed: FailedAttempt[] = [];

  constructor(private readonly log: KeeperLog) {}

  /** Sends the first of the calls that passes its simulation; only a refusal by the vault moves on to the next. */
  async attempt(attempt: Attempt, ...calls: readonly Call[]): Promise<void> {
    let refused: Error | undefined;
    for (const call of calls) {
      refused = await errorOf(call.simulate);
      if (refused === undefined) return this.send(attempt, call);
      if (!isOwnMargin(refused)) break;
    }
    if (refused !== undefined) this.fail({ attempt, stage: "simulated", error: refused });
  }

  private async send(attempt: Attempt, call: Call): Promise<void> {
    const error = await errorOf(async () => {
      const response = await call.send();
      const receipt = await response.wait();
      if (receipt?.status !== 1) throw new TransactionFailedError(response.hash);
    });
    if (error !== undefined) return this.fail({ attempt, stage: "sent", error });
    this.done.push(attempt);
    this.log.info(nameOf(attempt));
  }

  private fail(failure: FailedAttempt): void {
    this.failed.push(failure);
    this.log.warn(`${nameOf(failure.attempt)} failed (${failure.stage}): ${failure.error.message}`);
  }
}

async function errorOf(work: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause: unknown) {
    return toTypedError(cause);
  }
}

/** Whether the vault refused the bidder's own margin, so that less of the same may pass. */
function isOwnMargin(error: Error): boolean {
  return error instanceof ContractRevertError && error.errorName.startsWith("Vault_");
}

function nameOf(attempt: Attempt): string {
  if (attempt.kind === "flags") return `flag ${attempt.accounts.map(hex).join(", ")}`;
  return "account" in attempt ? `${attempt.kind} ${hex(attempt.account)}` : attempt.kind;
}

function hex(account: bigint): string {
  return `0x${account.toString(16).padStart(64, "0")}`;
}
