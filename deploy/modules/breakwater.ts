import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ProtocolSpec } from "../spec.js";
import { configure } from "./configure.js";
import { deployContracts } from "./contracts.js";
import { handOver } from "./handOver.js";
import { wire } from "./wire.js";

/**
 * Describes a whole risk domain: contracts, wiring, configuration, roles, in that order. The same spec gives the same
 * module, so that Ignition can resume what was interrupted.
 */
export function buildBreakwaterModule(spec: ProtocolSpec, deployer: string) {
  return buildModule("Breakwater", (m) => {
    const contracts = deployContracts(m, spec);
    const wired = wire(m, contracts);
    const configured = configure(m, spec, contracts, deployer, wired);
    handOver(m, spec, contracts, deployer, configured);
    return contracts;
  });
}
