import type { ProtocolAddresses } from "../deployProtocol.js";
import { ADMIN_ROLE, GUARDIAN_ROLE, guardianFunctions, selectorOf } from "../modules/handOver.js";
import type { ProtocolSpec } from "../spec.js";
import { type Fact, fact, type Protocol } from "./fact.js";

/** Who may do what, and behind which delay. */
export async function roleFacts(
  { accessManager }: Protocol,
  { governance }: ProtocolSpec,
  addresses: ProtocolAddresses,
  deployer: string | undefined,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const guardian of governance.guardians) {
    const [isMember, delay] = await accessManager.hasRole(GUARDIAN_ROLE, guardian);
    facts.push(fact(`guardian ${guardian}`, true, isMember));
    facts.push(fact(`delay of guardian ${guardian}`, 0, delay));
  }
  const contracts: Readonly<Record<string, string>> = addresses;
  for (const [name, signatures] of Object.entries(guardianFunctions)) {
    for (const signature of signatures) {
      const role = await accessManager.getTargetFunctionRole(contracts[name] ?? "", selectorOf(signature));
      facts.push(fact(`role of ${name}.${signature}`, GUARDIAN_ROLE, role));
    }
  }
  const { admin, delaySeconds } = governance;
  if (admin === null) return facts;
  const [isAdmin, delay] = await accessManager.hasRole(ADMIN_ROLE, admin);
  facts.push(fact(`administrator ${admin}`, true, isAdmin));
  facts.push(fact("the administrator's delay", delaySeconds, delay));
  if (deployer === undefined || deployer.toLowerCase() === admin.toLowerCase()) return facts;
  const [stillAdmin] = await accessManager.hasRole(ADMIN_ROLE, deployer);
  return [...facts, fact("the deployer is administrator", false, stillAdmin)];
}
