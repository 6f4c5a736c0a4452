import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { z } from "zod";
import { HistoryMissingError } from "./errors.js";

const message = z.object({
  type: z.string(),
  futureId: z.string().optional(),
  from: z.string().optional(),
  nonce: z.number().optional(),
  networkInteractionId: z.number().optional(),
  networkInteraction: z.object({ data: z.string().optional() }).optional(),
});
type Message = z.infer<typeof message>;

const STARTED = /^(DEPLOYMENT|CALL|SEND_DATA)_EXECUTION_STATE_INITIALIZE$/;

/** A transaction of which the journal says only that it was about to be sent. */
type Unrecorded = {
  readonly futureId: string;
  readonly networkInteractionId: number;
  readonly from: string;
  readonly nonce: number;
  readonly data: string;
};

/**
 * Repairs what a kill between two lines leaves in Ignition's journal, which Ignition itself cannot go on from: a torn
 * last line, a step that was opened and not begun, a transaction that was sent and not written down (sent again, a
 * call that is allowed once would fail for good).
 *
 * @param folder - The journal's folder; nothing is done when it holds none.
 */
export async function mendJournal(connection: NetworkConnection<"l1">, folder: string): Promise<void> {
  const file = join(folder, "journal.jsonl");
  if (!existsSync(file)) return;
  const messages = readWhole(file);
  for (const futureId of openedOnly(messages)) {
    appendFileSync(file, `\n${JSON.stringify({ futureId, type: "WIPE_APPLY" })}`);
  }
  for (const one of unrecorded(messages)) {
    const sent = await findTransaction(connection, one);
    // Neither mined nor ours: Ignition sends it, waits for what is pending, or says who took its nonce.
    if (sent !== undefined) appendFileSync(file, `\n${JSON.stringify(sendMessage(one, sent))}`);
  }
}

/** The line that Ignition would have written. Its own `track-tx` does not know creations of linked contracts again. */
function sendMessage({ futureId, networkInteractionId, nonce }: Unrecorded, sent: TransactionResponse) {
  const integer = (value: bigint) => ({ _kind: "bigint", value: value.toString() });
  const { hash, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = sent;
  const fees =
    maxFeePerGas === null || maxPriorityFeePerGas === null
      ? { gasPrice: integer(gasPrice) }
      : { maxFeePerGas: integer(maxFeePerGas), maxPriorityFeePerGas: integer(maxPriorityFeePerGas) };
  return { futureId, networkInteractionId, nonce, transaction: { fees, hash }, type: "TRANSACTION_SEND" };
}

/** The journal's messages; a last line that was cut off is taken out of the file. */
function readWhole(file: string): readonly Message[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const last = lines.at(-1) ?? "";
  try {
    if (last !== "") JSON.parse(last);
  } catch {
    lines.pop();
    writeFileSync(file, lines.join("\n"));
  }
  return lines.filter((line) => line !== "").map((line) => message.parse(JSON.parse(line)));
}

function openedOnly(messages: readonly Message[]): readonly string[] {
  const opened = new Set<string>();
  for (const { type, futureId } of messages) {
    if (futureId === undefined) continue;
    if (STARTED.test(type)) opened.add(futureId);
    else opened.delete(futureId);
  }
  return [...opened];
}

function unrecorded(messages: readonly Message[]): readonly Unrecorded[] {
  const senders = new Map<string, string>();
  const asked = new Map<string, string>();
  const prepared = new Map<string, Unrecorded>();
  for (const { type, futureId, from, nonce, networkInteractionId, networkInteraction } of messages) {
    if (futureId === undefined) continue;
    if (from !== undefined) senders.set(futureId, from);
    if (networkInteraction?.data !== undefined) asked.set(futureId, networkInteraction.data);
    const [sender, data] = [senders.get(futureId), asked.get(futureId)];
    prepared.delete(futureId);
    if (type !== "TRANSACTION_PREPARE_SEND" || sender === undefined || data === undefined) continue;
    if (nonce === undefined || networkInteractionId === undefined) continue;
    prepared.set(futureId, { futureId, networkInteractionId, from: sender, nonce, data });
  }
  return [...prepared.values()];
}

/** The mined transaction that was to be sent. Looks back from the latest block: old states may be gone. */
async function findTransaction(
  { ethers: { provider } }: NetworkConnection<"l1">,
  { from, nonce, data }: Unrecorded,
): Promise<TransactionResponse | undefined> {
  const countAt = (block: number) =>
    provider.getTransactionCount(from, block).catch((cause: unknown) => {
      throw new HistoryMissingError(from, nonce, { cause });
    });
  let high = await provider.getBlockNumber();
  if ((await countAt(high)) <= nonce) return undefined;
  let low = high;
  for (let step = 1; low >= 0 && (await countAt(low)) > nonce; step *= 2) {
    high = low;
    low = Math.max(-1, low - step);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((await countAt(middle)) > nonce) high = middle;
    else low = middle;
  }
  const block = await provider.getBlock(high, true);
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  // Addresses of linked libraries stand in the data with capitals.
  return block?.prefetchedTransactions.find(
    (one) => one.nonce === nonce && same(one.from, from) && same(one.data, data),
  );
}
