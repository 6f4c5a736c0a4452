import { InfrastructureError } from "../../errors.js";
import type { DesignRunner } from "../../lab.js";

/** Opens the embedded EVM. */
export async function openBreakwater(): Promise<DesignRunner> {
  throw new InfrastructureError("The embedded EVM tier is not wired up yet.");
}
