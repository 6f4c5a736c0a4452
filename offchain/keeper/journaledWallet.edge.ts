import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { type Provider, Transaction, type TransactionRequest, type TransactionResponse, Wallet } from "ethers";
import { z } from "zod";
import { KeeperFileError } from "./errors.js";

const row = z.object({ state: z.enum(["signed", "sent"]), hash: z.string(), nonce: z.number(), raw: z.string() });
type Row = z.infer<typeof row>;

/** Rows of a journal. A last line that a crash cut off was never broadcast: it is cut off the file too. */
function rowsOf(path: string): readonly Row[] {
  if (!existsSync(path)) return [];
  return wholeLines(path).map((line, index) => {
    try {
      return row.parse(JSON.parse(line));
    } catch (cause: unknown) {
      throw new KeeperFileError(path, `line ${index + 1} is no row of a keeper's journal`, { cause });
    }
  });
}

/** Lines of a file, which ends with the last of them from then on: what is appended begins a line. */
function wholeLines(path: string): readonly string[] {
  try {
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf("\n") + 1;
    if (end < bytes.length) truncateSync(path, end);
    return bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
  } catch (cause: unknown) {
    throw new KeeperFileError(path, "the journal cannot be read and mended", { cause });
  }
}

/** A wallet that writes each signed transaction to a file, and has it on disk, before it is broadcast. */
export class JournaledWallet extends Wallet {
  constructor(
    key: string,
    provider: Provider,
    private readonly path: string,
  ) {
    super(key, provider);
  }

  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    const populated = await this.populateTransaction(request);
    delete populated.from;
    const raw = await this.signTransaction(populated);
    const { hash, nonce } = Transaction.from(raw);
    this.note({ state: "signed", hash: hash ?? "", nonce, raw });
    const response = await this.broadcast(raw);
    this.note({ state: "sent", hash: response.hash, nonce, raw });
    return response;
  }

  /** Broadcasts again what was signed before a crash and may never have left: the same bytes, so that it happens once. */
  async recover(): Promise<number> {
    const last = new Map(rowsOf(this.path).map((found) => [found.hash, found]));
    const mined = (await this.provider?.getTransactionCount(this.address, "latest")) ?? 0;
    const open = [...last.values()].filter(({ state, nonce }) => state === "signed" && nonce >= mined);
    for (const { raw, nonce, hash } of open) {
      // Refused when the node has it already, which is as good.
      await this.broadcast(raw).catch(() => undefined);
      this.note({ state: "sent", hash, nonce, raw });
    }
    return open.length;
  }

  private async broadcast(raw: string): Promise<TransactionResponse> {
    if (this.provider === null) throw new KeeperFileError(this.path, "its wallet has no provider");
    return this.provider.broadcastTransaction(raw);
  }

  private note(entry: Row): void {
    try {
      appendFileSync(this.path, `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
    } catch (cause: unknown) {
      throw new KeeperFileError(this.path, "the journal cannot be written, so nothing is sent", { cause });
    }
  }
}
