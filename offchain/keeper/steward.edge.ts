import { AbiCoder, type Provider, type Signer, type TransactionRequest } from "ethers";
import { IPythAdapter__factory } from "../../types/ethers-contracts/index.js";
import { ContractRevertError, toTypedError } from "../sdk/index.js";
import type { UnreadableFact } from "./dutySnapshot.js";
import { type DutyProtocol, type PlainDuty, encodeDuty } from "./encodeDuty.js";
import { NothingToDoError, TransactionFailedError, UpdateFeeTooHighError } from "./errors.js";
import type { KeeperLog } from "./liquidator.edge.js";
import { type Duty, type DutyPolicy, planDuties } from "./planDuties.js";
import type { PriceUpdates } from "./priceUpdates.edge.js";
import { type PullSource, findPullSources, readDuties } from "./readDuties.edge.js";

/** What a steward works with. */
export type StewardClient = {
  readonly protocol: DutyProtocol;
  readonly provider: Provider;
  /** Who pays; anybody may. */
  readonly signer: Signer;
  readonly log: KeeperLog;
  /** Where updates of pull feeds come from; absent: nobody pulls them here. */
  readonly updates?: PriceUpdates;
};

export type StewardConfig = {
  /** Oracle ids to keep: underlyings and ratios. */
  readonly assets: readonly bigint[];
  readonly policy: DutyPolicy;
  /** Most that one pull of prices may cost, wei, gas aside. */
  readonly maxUpdateFeeWei: bigint;
  /** Accounts that are looked at in one tick for options of settled expiries. */
  readonly accountsPerTick: number;
};

export type FailedDuty = { readonly duty: Duty; readonly stage: "simulated" | "sent"; readonly error: Error };

/** What a tick did. */
export type StewardTick = {
  readonly done: readonly Duty[];
  /** Done by others in the meantime: no failure. */
  readonly outpaced: readonly Duty[];
  readonly failed: readonly FailedDuty[];
  readonly unreadable: readonly UnreadableFact[];
};

/** Does the duties that keep a domain alive and that anybody may do, one bounded tick at a time. */
export type Steward = { readonly tick: () => Promise<StewardTick> };

/** Refusals by which a contract says that somebody else was faster. */
const DONE_ALREADY: ReadonlySet<string> = new Set([
  "Option_AlreadyListed",
  "Option_Settled",
  "Option_FixingComplete",
  "Option_NoSuchSlot",
]);

type Prepared = { readonly request: TransactionRequest; readonly isWorthIt: (answer: string) => boolean };

/** A steward's work on one tick: prepare, simulate, send; a failure ends with the duty that it belongs to. */
class Tick {
  readonly done: Duty[] = [];
  readonly outpaced: Duty[] = [];
  readonly failed: FailedDuty[] = [];

  constructor(
    private readonly client: StewardClient,
    private readonly config: StewardConfig,
  ) {}

  async perform(duty: Duty): Promise<void> {
    let stage: FailedDuty["stage"] = "simulated";
    try {
      const prepared = duty.kind === "pull" ? await this.pull(duty) : await this.plain(duty);
      await this.simulate(duty, prepared);
      stage = "sent";
      const response = await this.client.signer.sendTransaction(prepared.request);
      const receipt = await response.wait().catch(async (cause: unknown) => {
        // The state says why it failed: perhaps only that somebody else was in the block before.
        await this.simulate(duty, prepared);
        throw cause;
      });
      if (receipt?.status !== 1) throw new TransactionFailedError(response.hash);
      this.done.push(duty);
      this.client.log.info(nameOf(duty));
    } catch (cause: unknown) {
      this.fail(duty, stage, toTypedError(cause));
    }
  }

  private fail(duty: Duty, stage: FailedDuty["stage"], error: Error): void {
    const refused = error instanceof ContractRevertError && DONE_ALREADY.has(error.errorName);
    if (refused || error instanceof NothingToDoError) {
      this.outpaced.push(duty);
      return;
    }
    this.failed.push({ duty, stage, error });
    this.client.log.warn(`${nameOf(duty)} failed (${stage}): ${error.message}`);
  }

  private async simulate(duty: Duty, { request, isWorthIt }: Prepared): Promise<void> {
    const from = await this.client.signer.getAddress();
    const answer = await this.client.provider.call({ ...request, from });
    if (!isWorthIt(answer)) throw new NothingToDoError(nameOf(duty));
  }

  private async plain(duty: PlainDuty): Promise<Prepared> {
    const { room, data, gas } = encodeDuty(this.client.protocol, duty);
    const to = await this.client.protocol[room].getAddress();
    const request = { to, data, ...(gas === undefined ? {} : { gasLimit: gas }) };
    // How many pairs learnt, or accounts were paid: none is not worth a transaction.
    const counts = duty.kind === "observe" || duty.kind === "collect";
    return { request, isWorthIt: (answer) => !counts || wordOf(answer) > 0n };
  }

  private async pull({ adapter, feedIds }: Extract<Duty, { kind: "pull" }>): Promise<Prepared> {
    const updates = [...((await this.client.updates?.fetch(feedIds)) ?? [])];
    const contract = IPythAdapter__factory.connect(adapter, this.client.provider);
    const feeWei = await contract.updateFee(updates);
    if (feeWei > this.config.maxUpdateFeeWei) throw new UpdateFeeTooHighError(feeWei, this.config.maxUpdateFeeWei);
    const data = contract.interface.encodeFunctionData("update", [updates]);
    return { request: { to: adapter, data, value: feeWei }, isWorthIt: () => updates.length > 0 };
  }
}

/**
 * Opens a steward: prices, settlement prices, settlements, listings, correlations and the backing of markets.
 *
 * @param client - Contracts, the signer that pays, and the log.
 * @param config - Which assets to keep, and when a duty is due.
 * @returns The steward; call `tick` as often as blocks come.
 * @example
 * const steward = openSteward({ protocol, provider, signer, log }, config);
 * const { failed } = await steward.tick();
 */
export function openSteward(client: StewardClient, config: StewardConfig): Steward {
  let account = 0;
  let known: readonly PullSource[] | undefined;
  let told = false;

  async function pullSources(): Promise<readonly PullSource[]> {
    if (known !== undefined) return known;
    const { sources, unreadable } = await findPullSources(client.protocol, { ...client, assets: config.assets });
    // What could not be read now may be a source all the same: it is looked for again.
    if (unreadable.length === 0) known = sources;
    if (sources.length > 0 && client.updates === undefined && !told) {
      told = true;
      client.log.warn(`no source of price updates is configured: ${sources.length} pull feeds are left to others`);
    }
    return sources;
  }

  return {
    tick: async () => {
      const sources = await pullSources();
      const { snapshot, nextAccount } = await readDuties(client.protocol, {
        provider: client.provider,
        assets: config.assets,
        pullSources: client.updates === undefined ? [] : sources,
        accounts: { from: account, count: config.accountsPerTick },
      });
      account = nextAccount;
      for (const { fact, error } of snapshot.unreadable) client.log.warn(`${fact} unknown: ${error.message}`);
      const tick = new Tick(client, config);
      for (const duty of planDuties({ snapshot, policy: config.policy })) await tick.perform(duty);
      return { done: tick.done, outpaced: tick.outpaced, failed: tick.failed, unreadable: snapshot.unreadable };
    },
  };
}

function wordOf(answer: string): bigint {
  const [word]: readonly unknown[] = AbiCoder.defaultAbiCoder().decode(["uint256"], answer);
  return typeof word === "bigint" ? word : 0n;
}

/** A duty in words for a log. */
function nameOf(duty: Duty): string {
  switch (duty.kind) {
    case "pull":
      return `pull ${duty.feedIds.length} feeds`;
    case "poke":
    case "update":
    case "observe":
      return `${duty.kind} ${duty.assets.join(", ")}`;
    case "fix":
    case "settle":
    case "retire":
      return `${duty.kind} expiry in slot ${duty.slot}`;
    case "collect":
      return `pay options of ${duty.accounts.length} accounts`;
    case "list":
      return `list ${new Date(duty.expiry * 1000).toISOString()} on ${duty.asset}`;
    case "syncBacking":
      return `sync backing of ${duty.asset}`;
  }
}
