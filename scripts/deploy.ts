import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { network } from "hardhat";
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
  const url = values["rpc-url"];
  const override = url === undefined ? {} : { override: { url } };
  const connection = await network.create({ network: values.network, chainType: "l1", ...override });
  try {
    const spec = values.spec ?? values.network;
    const folder = values.out === undefined ? undefined : resolve(values.out);
    const path = await runDeploy(connection, { spec, reset: values.reset, folder, log: (line) => console.log(line) });
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
