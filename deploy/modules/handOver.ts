import { id } from "ethers";
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { ProtocolSpec } from "../spec.js";
import type { Contracts } from "./contracts.js";

/** AccessManager's own administrator role. */
export const ADMIN_ROLE = 0n;
/** May only tighten, at once. */
export const GUARDIAN_ROLE = 1n;

/** May attest implied volatilities, within the terms of each surface. */
export const ATTESTER_ROLE = 2n;
/** The one door through which implied volatilities come in. */
export const attestFunction = "attest(uint16,uint32,uint40,(uint40,uint32,int32,int32)[])";

/** What a guardian may call: each of these can only reduce risk. */
export const guardianFunctions = {
  priceOracle: ["suspendSource(uint16,uint256)", "rollbackSources(uint16)"],
  circuitBreaker: ["raiseLevel(uint16,uint8)"],
  outflowLimiter: ["tightenCap(address,uint256)"],
  perpMarkets: ["lowerOpenInterestCap(uint16,uint256)"],
  optionMarkets: ["lowerOpenInterestCap(uint16,uint256)"],
  portfolioMargin: ["raiseInitialShock(uint16,uint256)"],
  venueAllocator: ["suspend(address)"],
  backstop: ["lowerLine(address,uint256)"],
} as const satisfies Partial<Record<keyof Contracts, readonly string[]>>;

/** The four bytes by which a function is called. */
export const selectorOf = (signature: string) => id(signature).slice(0, 10);

/** Gives the roles to their holders; last of all the deployer gives up its own, unless the spec keeps it. */
export function handOver(
  m: IgnitionModuleBuilder,
  spec: ProtocolSpec,
  contracts: Contracts,
  deployer: string,
  after: readonly Future[],
): void {
  const { accessManager } = contracts;
  const granted: Future[] = [
    m.call(accessManager, "labelRole", [GUARDIAN_ROLE, "GUARDIAN"], { id: "label_guardian", after: [...after] }),
  ];
  for (const [name, signatures] of Object.entries(guardianFunctions)) {
    const target = Object.entries(contracts).find(([key]) => key === name)?.[1];
    if (target === undefined) continue;
    const selectors = signatures.map(selectorOf);
    granted.push(
      m.call(accessManager, "setTargetFunctionRole", [target, selectors, GUARDIAN_ROLE], { id: `guard_${name}` }),
    );
  }
  for (const [index, guardian] of spec.governance.guardians.entries()) {
    granted.push(m.call(accessManager, "grantRole", [GUARDIAN_ROLE, guardian, 0], { id: `guardian_${index}` }));
  }
  granted.push(...appointAttesters(m, spec, contracts, after));
  const { admin, delaySeconds } = spec.governance;
  if (admin === null) return;
  const grant = m.call(accessManager, "grantRole", [ADMIN_ROLE, admin, delaySeconds], {
    id: "admin_grant",
    after: [...after, ...granted],
  });
  // Else the one administrator would dismiss itself, and nobody were left.
  if (admin.toLowerCase() === deployer.toLowerCase()) return;
  m.call(accessManager, "renounceRole", [ADMIN_ROLE, m.getAccount(0)], { id: "admin_renounce", after: [grant] });
}

function appointAttesters(
  m: IgnitionModuleBuilder,
  { volSurface: { attesters } }: ProtocolSpec,
  { accessManager, volSurface }: Contracts,
  after: readonly Future[],
): Future[] {
  const selectors = [selectorOf(attestFunction)];
  return [
    m.call(accessManager, "labelRole", [ATTESTER_ROLE, "ATTESTER"], { id: "label_attester", after: [...after] }),
    m.call(accessManager, "setTargetFunctionRole", [volSurface, selectors, ATTESTER_ROLE], { id: "attest_surface" }),
    ...attesters.map((attester, index) =>
      m.call(accessManager, "grantRole", [ATTESTER_ROLE, attester, 0], { id: `attester_${index}` }),
    ),
  ];
}
