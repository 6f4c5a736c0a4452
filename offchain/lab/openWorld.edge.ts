import type { WorldPlan } from "./simulator/evm/spec.js";
import type { World } from "./simulator/evm/world.edge.js";

/** What a world is built for, and what its insurance fund holds at the start, WAD of USD. */
export type OpenWorldParameters = WorldPlan & { readonly fundUsdWad: bigint };

/**
 * Builds a world on the embedded EVM: markets, the protocol, people with means, an oracle with full windows.
 * The contracts must have been compiled.
 *
 * @throws {InfrastructureError} when the embedded EVM cannot be started.
 */
export async function openWorld({ fundUsdWad, ...plan }: OpenWorldParameters): Promise<World> {
  // Loaded late: the bindings exist only after a build.
  const { World } = await import("./simulator/evm/world.edge.js");
  return World.build(plan, fundUsdWad);
}
