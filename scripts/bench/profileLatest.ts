import { z } from "zod";
import type { World } from "../../offchain/lab/index.js";
import { type Names, foldTrace, profileTable, trace } from "./profile.js";

const block = z.object({ transactions: z.array(z.object({ hash: z.string(), to: z.string() })).length(1) });

/** Names of the rooms and of every function that the generated bindings know. */
async function namesOf(world: World): Promise<Names> {
  const rooms = new Map(
    Object.entries(world.protocol).flatMap(([name, contract]) =>
      typeof contract.target === "string" ? [[contract.target.toLowerCase(), name] as const] : [],
    ),
  );
  const factories = await import("../../types/ethers-contracts/index.js");
  const functions = new Map<string, string>();
  for (const factory of Object.values(factories)) {
    if (!("createInterface" in factory)) continue;
    factory.createInterface().forEachFunction(({ selector, name }) => functions.set(selector, name));
  }
  return {
    address: (address) => rooms.get(address),
    selector: (selector) => functions.get(selector),
  };
}

/** Where the gas of the latest transaction went, call by call; it must be alone in its block. */
export async function profileLatest(world: World): Promise<string> {
  const { chain } = world;
  const [latest] = block.parse(await chain.request("eth_getBlockByNumber", ["latest", true])).transactions;
  if (latest === undefined) return "";
  const options = { disableMemory: true, disableStorage: true };
  const answer = trace.parse(await chain.request("debug_traceTransaction", [latest.hash, options]));
  return profileTable(foldTrace(answer, latest.to), await namesOf(world));
}
