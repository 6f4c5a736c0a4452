import type { HookContext, NetworkHooks } from "hardhat/types/hooks";
import type { NetworkConnection } from "hardhat/types/network";
import { toQuantity } from "ethers";
import { z } from "zod";
import { InfrastructureError } from "../../errors.js";
import { BLOCK_SECONDS } from "../../scenarios/tape.js";

/** One transaction to be mined. */
export type Call = {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  readonly valueWei?: bigint;
  readonly gas?: bigint;
};

/** One event as it stands in a block. */
export type ChainLog = { readonly address: string; readonly topics: readonly string[]; readonly data: string };

/** What a mined block brought: whether each call went through, what it cost, and the events. */
export type MinedBlock = {
  readonly succeeded: readonly boolean[];
  readonly gasUsed: readonly bigint[];
  readonly logs: readonly ChainLog[];
};

const USUAL_GAS = 3_000_000n;
const FEE_WEI = toQuantity(500n * 10n ** 9n);
const TIP_WEI = toQuantity(10n ** 9n);

const hash = z.string();
const block = z.object({ hash: z.string(), number: z.string(), timestamp: z.string() });
const receipt = z.object({
  status: z.string(),
  gasUsed: z.string(),
  logs: z.array(z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() })),
});
const quantity = z.string().transform((text) => Number(text));

/** A local chain whose clock, nonces, fees and order of transactions are all pinned: same calls, same block hashes. */
export class Chain {
  private readonly nonces = new Map<string, number>();
  private clock = 0;
  private count = 0;
  private sent = 0;

  private constructor(readonly connection: NetworkConnection<"l1">) {}

  /**
   * Opens the embedded EVM: a chain of its own, or a fork of the chain that a node serves.
   *
   * @param forkOf - Address of the node to fork.
   * @throws {InfrastructureError} when Hardhat or its engine cannot be loaded.
   */
  static async open(forkOf?: string): Promise<Chain> {
    try {
      const { default: hre } = await import("hardhat");
      const connection = await hre.network.create({
        network: forkOf === undefined ? "lab" : "mainnetFork",
        chainType: "l1",
        override: {
          ...(forkOf === undefined ? {} : { forking: { url: forkOf } }),
          blockGasLimit: 500_000_000n,
          mining: { mempool: { order: "fifo" } },
          initialBaseFeePerGas: 10n ** 9n,
        },
      });
      const chain = new Chain(connection);
      chain.pinClock(hre.hooks);
      const { timestamp, number } = await chain.latest();
      chain.clock = Number(timestamp);
      chain.count = Number(number);
      return chain;
    } catch (cause) {
      const text = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
      throw new InfrastructureError(
        `The embedded EVM cannot be started (${text}); run \`npm ci\` with Node 20.19 or newer.`,
        { cause },
      );
    }
  }

  /** Gives every transaction of the set-up, Ignition's included, a block twelve seconds after the one before. */
  private pinClock(hooks: HookContext["hooks"]): void {
    const own = this.connection.id;
    let queue: Promise<unknown> = Promise.resolve();
    const handlers: Partial<NetworkHooks> = {
      onRequest: (context, connection, request, next) => {
        const mines = request.method === "eth_sendTransaction" || request.method === "eth_sendRawTransaction";
        if (connection.id !== own || !mines || this.manual) return next(context, connection, request);
        const turn = queue.then(async () => {
          this.clock += BLOCK_SECONDS;
          const params = [toQuantity(this.clock)];
          await next(context, connection, { jsonrpc: "2.0", id: 0, method: "evm_setNextBlockTimestamp", params });
          return next(context, connection, request);
        });
        queue = turn.catch(() => undefined);
        return turn;
      },
    };
    hooks.registerHandlers("network", handlers);
    this.unpin = () => hooks.unregisterHandlers("network", handlers);
  }

  private unpin = (): void => undefined;

  /** Ends the chain and lets go of its memory. */
  async close(): Promise<void> {
    this.unpin();
    await this.connection.close();
  }

  private manual = false;

  /** Seconds since 1970 of the latest block. */
  get nowSeconds(): number {
    return this.clock;
  }

  /** Blocks mined so far. */
  get height(): number {
    return this.count;
  }

  /** Transactions sent in blocks of the run so far. */
  get transactions(): number {
    return this.sent;
  }

  request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    return this.connection.provider.request({ method, params: [...params] });
  }

  async latest(): Promise<z.infer<typeof block>> {
    return block.parse(await this.request("eth_getBlockByNumber", ["latest", false]));
  }

  /** From here on blocks are mined by hand alone. */
  async takeOver(): Promise<void> {
    this.manual = true;
    await this.request("evm_setAutomine", [false]);
    const { timestamp, number } = await this.latest();
    this.clock = Number(timestamp);
    this.count = Number(number);
  }

  private async nonceOf(from: string): Promise<number> {
    const known = this.nonces.get(from);
    return known ?? quantity.parse(await this.request("eth_getTransactionCount", [from, "latest"]));
  }

  /** Mines one block at a moment, with the calls in the order given. */
  async mine(atSeconds: number, calls: readonly Call[]): Promise<MinedBlock> {
    const hashes: string[] = [];
    for (const { from, to, data, valueWei, gas } of calls) {
      const nonce = await this.nonceOf(from);
      this.nonces.set(from, nonce + 1);
      const transaction = {
        from,
        to,
        data,
        value: toQuantity(valueWei ?? 0n),
        gas: toQuantity(gas ?? USUAL_GAS),
        nonce: toQuantity(nonce),
        maxFeePerGas: FEE_WEI,
        maxPriorityFeePerGas: TIP_WEI,
      };
      hashes.push(hash.parse(await this.request("eth_sendTransaction", [transaction])));
    }
    await this.request("evm_setNextBlockTimestamp", [toQuantity(atSeconds)]);
    await this.request("evm_mine");
    this.clock = atSeconds;
    this.count += 1;
    this.sent += calls.length;
    const receipts: z.infer<typeof receipt>[] = [];
    for (const one of hashes) receipts.push(receipt.parse(await this.request("eth_getTransactionReceipt", [one])));
    return {
      succeeded: receipts.map(({ status }) => status === "0x1"),
      gasUsed: receipts.map(({ gasUsed }) => BigInt(gasUsed)),
      logs: receipts.flatMap(({ logs }) => logs),
    };
  }

  /** Fills the time up to, but not including, a moment with empty blocks. */
  async idleUntil(atSeconds: number): Promise<void> {
    const empty = Math.ceil((atSeconds - this.clock) / BLOCK_SECONDS) - 1;
    if (empty <= 0) return;
    await this.request("evm_setNextBlockTimestamp", [toQuantity(this.clock + BLOCK_SECONDS)]);
    await this.request("hardhat_mine", [toQuantity(empty), toQuantity(BLOCK_SECONDS)]);
    this.clock += empty * BLOCK_SECONDS;
    this.count += empty;
  }

  /** Counts transactions from now on. */
  countFromHere(): void {
    this.sent = 0;
  }

  /** Remembers the state of chain and counters. */
  async snapshot(): Promise<ChainSnapshot> {
    const id = hash.parse(await this.request("evm_snapshot"));
    return { id, clock: this.clock, count: this.count, nonces: new Map(this.nonces) };
  }

  /** Goes back; a snapshot can be used once. */
  async revert({ id, clock, count, nonces }: ChainSnapshot): Promise<void> {
    await this.request("evm_revert", [id]);
    this.clock = clock;
    this.count = count;
    this.nonces.clear();
    for (const [from, nonce] of nonces) this.nonces.set(from, nonce);
  }
}

/** A state of the chain to go back to. */
export type ChainSnapshot = {
  readonly id: string;
  readonly clock: number;
  readonly count: number;
  readonly nonces: ReadonlyMap<string, number>;
};
