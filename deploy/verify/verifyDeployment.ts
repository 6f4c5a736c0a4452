import type { NetworkConnection } from "hardhat/types/network";
import { connect } from "../../offchain/sdk/index.js";
import type { ProtocolAddresses } from "../deployProtocol.js";
import type { ProtocolSpec } from "../spec.js";
import { type Fact, fact, refuse } from "./fact.js";
import { optionFacts, oracleFacts, perpFacts, riskFacts } from "./marketFacts.js";
import { roleFacts } from "./roleFacts.js";
import { auctionFacts, breakerFacts, insuranceFacts } from "./safetyFacts.js";
import { surfaceFacts } from "./surfaceFacts.js";
import { vaultFacts } from "./vaultFacts.js";
import { wiringFacts } from "./wiringFacts.js";

/**
 * Reads back what a deployment wired and configured, and holds it against the spec.
 *
 * @returns How many facts were checked.
 * @throws {WiringError} naming every fact that is not as the spec says.
 */
export async function verifyDeployment(
  connection: NetworkConnection<"l1">,
  spec: ProtocolSpec,
  addresses: ProtocolAddresses,
): Promise<number> {
  const { provider } = connection.ethers;
  const facts: Fact[] = [];
  for (const [name, address] of Object.entries(addresses)) {
    facts.push(fact(`${name} has code`, true, (await provider.getCode(address)) !== "0x"));
  }
  refuse(facts);
  const protocol = connect({ chainId: BigInt(spec.chainId), contracts: addresses, tokens: {} }, provider);
  const [deployer] = await connection.ethers.getSigners();
  facts.push(
    ...(await vaultFacts(protocol, spec, addresses, deployer?.address)),
    ...(await oracleFacts(protocol, spec, addresses)),
    ...(await surfaceFacts(protocol, spec)),
    ...(await perpFacts(protocol, spec)),
    ...(await optionFacts(protocol, spec)),
    ...(await riskFacts(protocol, spec)),
    ...(await breakerFacts(protocol, spec)),
    ...(await auctionFacts(protocol, spec, addresses)),
    ...(await insuranceFacts(protocol, spec, addresses)),
    ...(await wiringFacts(protocol, addresses)),
    ...(await roleFacts(protocol, spec, addresses, deployer?.address)),
  );
  refuse(facts);
  return facts.length;
}
