import "./closedPipe.js";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { config, network } from "hardhat";
import { runDeploy } from "../deploy/index.js";
import { BreakwaterError, toTypedError } from "../offchain/sdk/index.js";

const usage =
  "Usage: npm run deploy -- --network <name> [--rpc-url <address>] [--spec <name or file>] [--out <folder>] [--reset]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      network: { type: "string" },
      "rpc-url": { type: "string" },
      spec: { type: "string" },
      out: { type: "string" },
      reset: { type: "boolean", default: false },
    },
  });
  if (values.network === undefined) throw new TypeError(usage);
  // Ignition keeps its journal next to its modules unless told otherwise.
  if (values.out !== undefined) config.paths.ignition = resolve(values.out);
  const url = values["rpc-url"];
  const override = url === undefined ? {} : { override: { url } };
  const connection = await network.create({ network: values.network, chainType: "l1", ...override });
  try {
    const spec = values.spec ?? values.network;
    const { ignition: folder } = config.paths;
    const path = await runDeploy(connection, { spec, folder, reset: values.reset, log: (line) => console.log(line) });
    console.log(`Addresses written to ${path}.`);
  } finally {
    await connection.close();
  }
}

/** One line for people: Hardhat breaks its messages over several. */
function sentenceOf(error: unknown): string {
  const worded = error instanceof Error && (error instanceof TypeError || error.name.startsWith("HardhatError"));
  const known = error instanceof BreakwaterError || worded ? error : toTypedError(error);
  return known.message.replace(/\s+/g, " ").trim();
}

main().catch((error: unknown) => {
  console.error(sentenceOf(error));
  process.exitCode = 2;
});
