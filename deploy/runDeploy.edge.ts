import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { NetworkConnection } from "hardhat/types/network";
import {
  type AddressBook,
  addressBookToJson,
  contractNames,
  requireChain,
  RpcUnreachableError,
  toTypedError,
  UnexpectedError,
} from "../offchain/sdk/index.js";
import { deployProtocol, type ProtocolAddresses } from "./deployProtocol.js";
import { DeploymentInterruptedError, NoAdministratorError, NoDeployerError } from "./errors.js";
import { loadSpec, readSpecHead } from "./loadSpec.edge.js";
import { deployLocalMarkets } from "./localMarkets.js";
import { mendJournal } from "./mendJournal.edge.js";
import { verifyDeployment } from "./verify/verifyDeployment.js";

export type RunDeployParameters = {
  /** Name in `deploy/specs/`, or a path to a spec. */
  readonly spec: string;
  /** Whether to forget an earlier journal of this chain: for local chains that were started anew. */
  readonly reset: boolean;
  /** Hardhat's `paths.ignition`: it has the journal, and takes the address book. */
  readonly folder: string;
  readonly log: (line: string) => void;
};

/**
 * Deploys a spec to a network, or goes on where it was interrupted, checks the result and writes the address book.
 *
 * @returns Path of the address book.
 * @throws {RpcUnreachableError} when the network's node gives no answer.
 */
export async function runDeploy(
  connection: NetworkConnection<"l1">,
  { spec: name, reset, log, folder }: RunDeployParameters,
): Promise<string> {
  const head = readSpecHead(name);
  await requireChain(connection.ethers.provider, { chainId: BigInt(head.chainId) }).catch((error: unknown) => {
    // Hardhat words its failures to connect by itself; nothing else can go wrong in asking for a chain id.
    if (!(error instanceof UnexpectedError)) throw error;
    throw new RpcUnreachableError(`network ${connection.networkName}`, { cause: error });
  });
  if ((await connection.ethers.getSigners()).length === 0) throw new NoDeployerError(connection.networkName);
  if (head.markets !== "local" && head.governance.admin === null) throw new NoAdministratorError(head.name);
  const deploymentId = `chain-${head.chainId}`;
  const journals = [deploymentId, `${deploymentId}-tokens`, `${deploymentId}-feeds`];
  try {
    for (const journal of journals.map((id) => join(folder, "deployments", id))) {
      if (reset) rmSync(journal, { recursive: true, force: true });
      else await mendJournal(connection, journal);
    }
    const names = head.markets === "local" ? await deployLocalMarkets(connection, undefined, { deploymentId }) : {};
    const spec = loadSpec(name, names);
    const addresses = await deployProtocol(connection, spec, { deploymentId });
    const checks = await verifyDeployment(connection, spec, addresses);
    log(`${checks} facts of the deployment checked against ${head.name}.`);
    return writeAddressBook(folder, head.chainId, addresses, names);
  } catch (error) {
    throw asInterruption(error);
  }
}

function asInterruption(error: unknown): unknown {
  if (!(error instanceof Error) || !("errorCategory" in error || error.name.startsWith("HardhatError"))) {
    return toTypedError(error);
  }
  return new DeploymentInterruptedError(error.message.replace(/\s+/g, " "), { cause: error });
}

function writeAddressBook(
  folder: string,
  chainId: number,
  addresses: ProtocolAddresses,
  tokens: Readonly<Record<string, string>>,
): string {
  const contracts = Object.fromEntries(contractNames.map((name) => [name, addresses[name]]));
  const symbols = Object.entries(tokens).filter(([name]) => /^[A-Z]+$/.test(name));
  const book: AddressBook = { chainId: BigInt(chainId), contracts, tokens: Object.fromEntries(symbols) };
  mkdirSync(join(folder, "addresses"), { recursive: true });
  const path = join(folder, "addresses", `${chainId}.json`);
  writeFileSync(`${path}.new`, `${JSON.stringify(addressBookToJson(book), null, 2)}\n`);
  renameSync(`${path}.new`, path);
  return relative(process.cwd(), path);
}
