import { parseArgs } from "node:util";
import { network } from "hardhat";
import { runDeploy } from "../deploy/index.js";
import { BreakwaterError, toTypedError } from "../offchain/sdk/index.js";

const usage = "Usage: npm run deploy -- --network <name> [--spec <name or file>] [--reset]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { network: { type: "string" }, spec: { type: "string" }, reset: { type: "boolean", default: false } },
  });
  if (values.network === undefined) throw new TypeError(usage);
  const connection = await network.create({ network: values.network, chainType: "l1" });
  try {
    const spec = values.spec ?? values.network;
    const path = await runDeploy(connection, { spec, reset: values.reset, log: (line) => console.log(line) });
    console.log(`Addresses written to ${path}.`);
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  const known = error instanceof BreakwaterError || error instanceof TypeError ? error : toTypedError(error);
  console.error(known.message);
  process.exitCode = 2;
});
