import "./closedPipe.js";
import { parseArgs } from "node:util";
import { buildContracts } from "./buildContracts.js";
import type { DeployFlags } from "./deploy/deployOn.js";

const usage =
  "Usage: npm run deploy -- --network <name> [--rpc-url <address>] [--spec <name or file>] [--out <folder>] [--reset]";

function parseFlags(): DeployFlags {
  const { values } = parseArgs({
    options: {
      network: { type: "string" },
      "rpc-url": { type: "string" },
      spec: { type: "string" },
      out: { type: "string" },
      reset: { type: "boolean", default: false },
    },
  });
  const { network, "rpc-url": rpcUrl, spec, out, reset } = values;
  if (network === undefined) throw new TypeError(usage);
  return { network, rpcUrl, spec, out, reset };
}

try {
  const flags = parseFlags();
  await buildContracts();
  // Loaded late: the bindings exist only after a build.
  const { deployOn } = await import("./deploy/deployOn.js");
  process.exitCode = await deployOn(flags);
} catch (error) {
  console.error(error instanceof Error ? error.message.replace(/\s+/g, " ").trim() : error);
  process.exitCode = 2;
}
