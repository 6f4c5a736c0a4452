import type { LiquidationAction } from "./planLiquidations.js";

/** Several accounts to be flagged in one transaction. */
export type FlagBatch = { readonly kind: "flags"; readonly accounts: readonly bigint[] };

/** What one transaction does. */
export type LiquidationStep = FlagBatch | LiquidationAction;

/**
 * Gathers the flags of a plan into transactions of several, each where its first flag stood: on a congested chain the
 * number of transactions decides how long accounts stay under water.
 *
 * @param actions - A plan, in the order to try it.
 * @param atOnce - Accounts of one transaction, at most.
 * @returns Steps in the order to try them; a flag that has no company stays an action of its own.
 * @example
 * const steps = batchFlags(planLiquidations({ snapshot, policy }), 16);
 */
export function batchFlags(actions: readonly LiquidationAction[], atOnce: number): readonly LiquidationStep[] {
  const flags = actions.filter(({ kind }) => kind === "flag");
  if (flags.length < 2) return actions;
  const batches: FlagBatch[] = [];
  for (let at = 0; at < flags.length; at += atOnce)
    batches.push({ kind: "flags", accounts: flags.slice(at, at + atOnce).map(({ account }) => account) });
  const first = actions.findIndex(({ kind }) => kind === "flag");
  const others = (part: readonly LiquidationAction[]) => part.filter(({ kind }) => kind !== "flag");
  return [...others(actions.slice(0, first)), ...batches, ...others(actions.slice(first))];
}
