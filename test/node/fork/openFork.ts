import { network } from "hardhat";
import { id } from "ethers";

export type Fork = Awaited<ReturnType<typeof openFork>>;

const PEOPLE = 8;
const ETHER = 10n ** 18n;

/**
 * Forks the chain behind an address, as chain 1.
 *
 * The well-known test accounts have code on public mainnet, so people get keys of their own. Time passes by the test's
 * word alone, so that feeds which nobody updates stay young while the protocol is deployed.
 */
export async function openFork(url: string) {
  return network.create({
    network: "mainnetFork",
    chainType: "l1",
    override: {
      forking: { url },
      chainId: 1,
      allowBlocksWithSameTimestamp: true,
      // What a call writes depends on the time of its block, which an estimate does not know.
      gasMultiplier: 1.5,
      accounts: Array.from({ length: PEOPLE }, (_, person) => ({
        privateKey: id(`breakwater fork ${person}`),
        balance: 1_000n * ETHER,
      })),
    },
  });
}
