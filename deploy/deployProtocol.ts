import type { NetworkConnection } from "hardhat/types/network";
import { WrongChainError } from "./errors.js";
import { buildBreakwaterModule } from "./modules/breakwater.js";
import type { Contracts } from "./modules/contracts.js";
import type { ProtocolSpec } from "./spec.js";

/** Where each contract of a domain is. */
export type ProtocolAddresses = { readonly [Name in keyof Contracts]: string };

export type DeployProtocolOptions = {
  /** Folder of the journal under `deploy/deployments/`; the same id resumes an interrupted deployment. */
  readonly deploymentId?: string;
  /** Whether Ignition draws its progress in the terminal. */
  readonly displayUi?: boolean;
};

/**
 * Deploys, wires and configures a risk domain. Tests, the lab and networks all come through here.
 *
 * @param connection - A connection of Hardhat whose first account deploys.
 * @param spec - The reviewed numbers of the network.
 * @returns The address of each contract.
 * @throws {WrongChainError} when the chain is not the spec's.
 */
export async function deployProtocol(
  connection: NetworkConnection<"l1">,
  spec: ProtocolSpec,
  options: DeployProtocolOptions = {},
): Promise<ProtocolAddresses> {
  const { chainId } = await connection.ethers.provider.getNetwork();
  if (chainId !== BigInt(spec.chainId)) throw new WrongChainError(spec.chainId, chainId);
  const contracts = await connection.ignition.deploy(buildBreakwaterModule(spec), options);
  return {
    authority: await contracts.authority.getAddress(),
    oracle: await contracts.oracle.getAddress(),
    breaker: await contracts.breaker.getAddress(),
    limiter: await contracts.limiter.getAddress(),
    perps: await contracts.perps.getAddress(),
    risk: await contracts.risk.getAddress(),
    vault: await contracts.vault.getAddress(),
    fund: await contracts.fund.getAddress(),
    backstop: await contracts.backstop.getAddress(),
    waterfall: await contracts.waterfall.getAddress(),
    exchange: await contracts.exchange.getAddress(),
    auction: await contracts.auction.getAddress(),
    curve: await contracts.curve.getAddress(),
    lens: await contracts.lens.getAddress(),
  };
}
