import { resolve } from "node:path";
import { config, network } from "hardhat";
import { runDeploy } from "../../deploy/index.js";
import { BreakwaterError, toTypedError } from "../../offchain/sdk/index.js";

export type DeployFlags = {
  readonly network: string;
  readonly rpcUrl: string | undefined;
  readonly spec: string | undefined;
  readonly out: string | undefined;
  readonly reset: boolean;
};

async function deploy({ network: name, rpcUrl, spec, out, reset }: DeployFlags): Promise<void> {
  // Ignition keeps its journal next to its modules unless told otherwise.
  if (out !== undefined) config.paths.ignition = resolve(out);
  const override = rpcUrl === undefined ? {} : { override: { url: rpcUrl } };
  const connection = await network.create({ network: name, chainType: "l1", ...override });
  try {
    const { ignition: folder } = config.paths;
    const path = await runDeploy(connection, { spec: spec ?? name, folder, reset, log: (line) => console.log(line) });
    console.log(`Addresses written to ${path}.`);
  } finally {
    await connection.close();
  }
}

/** Deploys and says in one sentence what went wrong. Returns the exit code: 0 or 2. */
export async function deployOn(flags: DeployFlags): Promise<number> {
  try {
    await deploy(flags);
    return 0;
  } catch (error) {
    const worded = error instanceof Error && error.name.startsWith("HardhatError");
    const known = error instanceof BreakwaterError || worded ? error : toTypedError(error);
    // Hardhat breaks its messages over several lines.
    console.error(known.message.replace(/\s+/g, " ").trim());
    return 2;
  }
}
