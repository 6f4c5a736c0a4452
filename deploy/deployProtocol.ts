import type { NetworkConnection } from "hardhat/types/network";
import { requireChain } from "../offchain/sdk/index.js";
import { NoDeployerError } from "./errors.js";
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
  await requireChain(connection.ethers.provider, { chainId: BigInt(spec.chainId) });
  const [deployer] = await connection.ethers.getSigners();
  if (deployer === undefined) throw new NoDeployerError(connection.networkName);
  const contracts = await connection.ignition.deploy(buildBreakwaterModule(spec, deployer.address), options);
  return {
    accessManager: await contracts.accessManager.getAddress(),
    priceOracle: await contracts.priceOracle.getAddress(),
    oracleDiagnostics: await contracts.oracleDiagnostics.getAddress(),
    sourceCatalogue: await contracts.sourceCatalogue.getAddress(),
    correlationMatrix: await contracts.correlationMatrix.getAddress(),
    volSurface: await contracts.volSurface.getAddress(),
    circuitBreaker: await contracts.circuitBreaker.getAddress(),
    outflowLimiter: await contracts.outflowLimiter.getAddress(),
    perpMarkets: await contracts.perpMarkets.getAddress(),
    optionMarkets: await contracts.optionMarkets.getAddress(),
    portfolioMargin: await contracts.portfolioMargin.getAddress(),
    marginVault: await contracts.marginVault.getAddress(),
    insuranceFund: await contracts.insuranceFund.getAddress(),
    venueAllocator: await contracts.venueAllocator.getAddress(),
    backstop: await contracts.backstop.getAddress(),
    lossWaterfall: await contracts.lossWaterfall.getAddress(),
    exchange: await contracts.exchange.getAddress(),
    auctionParameters: await contracts.auctionParameters.getAddress(),
    cureAuction: await contracts.cureAuction.getAddress(),
    liquidationAuction: await contracts.liquidationAuction.getAddress(),
    discountCurve: await contracts.discountCurve.getAddress(),
    lens: await contracts.lens.getAddress(),
    greeksLens: await contracts.greeksLens.getAddress(),
    matrixLens: await contracts.matrixLens.getAddress(),
    previewLens: await contracts.previewLens.getAddress(),
    leverageLens: await contracts.leverageLens.getAddress(),
  };
}
