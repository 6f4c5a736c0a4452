import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trackTransaction } from "@nomicfoundation/ignition-core";
import type { NetworkConnection } from "hardhat/types/network";
import { z } from "zod";

const message = z.object({
  type: z.string(),
  futureId: z.string().optional(),
  from: z.string().optional(),
  nonce: z.number().optional(),
});
type Message = z.infer<typeof message>;

const STARTED = /^(DEPLOYMENT|CALL|SEND_DATA)_EXECUTION_STATE_INITIALIZE$/;

/** A transaction of which the journal says only that it was about to be sent. */
type Unrecorded = { readonly from: string; readonly nonce: number };

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
  for (const { from, nonce } of unrecorded(messages)) {
    const sent = await findTransaction(connection, from, nonce);
    // Not mined: Ignition sends it, or says that it waits for what is pending.
    if (sent !== undefined) await trackTransaction(folder, sent, connection.provider, 1);
  }
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
  const prepared = new Map<string, Unrecorded>();
  for (const { type, futureId, from, nonce } of messages) {
    if (futureId === undefined) continue;
    if (from !== undefined) senders.set(futureId, from);
    const sender = senders.get(futureId);
    if (type === "TRANSACTION_PREPARE_SEND" && sender !== undefined && nonce !== undefined) {
      prepared.set(futureId, { from: sender, nonce });
    } else prepared.delete(futureId);
  }
  return [...prepared.values()];
}

/** Hash of the mined transaction with a sender's nonce. Looks back from the latest block: old states may be gone. */
async function findTransaction(
  { ethers: { provider } }: NetworkConnection<"l1">,
  from: string,
  nonce: number,
): Promise<string | undefined> {
  const countAt = (block: number) => provider.getTransactionCount(from, block);
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
  return block?.prefetchedTransactions.find(
    (one) => one.nonce === nonce && one.from.toLowerCase() === from.toLowerCase(),
  )?.hash;
}
