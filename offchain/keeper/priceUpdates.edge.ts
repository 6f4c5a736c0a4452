import { z } from "zod";
import { PriceUpdatesError } from "./errors.js";

/** Where signed updates of a pull oracle come from. */
export type PriceUpdates = {
  /** Name for messages. */
  readonly name: string;
  /** Newest signed updates of the feeds, as the provider's contract takes them, hexadecimal. */
  readonly fetch: (feedIds: readonly string[]) => Promise<readonly string[]>;
};

const answer = z.object({ binary: z.object({ encoding: z.literal("hex"), data: z.array(z.string().min(1)) }) });
const TIMEOUT_MS = 5_000;

/**
 * Takes updates from a Hermes server, Pyth's price service (`/v2/updates/price/latest`). What it says is signed: the contract
 * checks it, the server is trusted with nothing but being there.
 *
 * @param url - Its address, such as `https://hermes.pyth.network`.
 * @throws {PriceUpdatesError} from `fetch`, when it does not answer with updates.
 * @example
 * const updates = hermesUpdates("https://hermes.pyth.network");
 */
export function hermesUpdates(url: string): PriceUpdates {
  return {
    name: "Hermes",
    fetch: async (feedIds) => {
      const query = new URLSearchParams([["encoding", "hex"], ...feedIds.map((id) => ["ids[]", id])]);
      const endpoint = `${url.replace(/\/+$/, "")}/v2/updates/price/latest?${query.toString()}`;
      try {
        const response = await fetch(endpoint, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (!response.ok) throw new PriceUpdatesError("Hermes", `it answers with status ${response.status}`);
        const { data } = answer.parse(await response.json()).binary;
        return data.map((update) => (update.startsWith("0x") ? update : `0x${update}`));
      } catch (cause: unknown) {
        if (cause instanceof PriceUpdatesError) throw cause;
        const problem = cause instanceof z.ZodError ? "its answer holds no updates" : "it cannot be reached";
        throw new PriceUpdatesError("Hermes", problem, { cause });
      }
    },
  };
}
