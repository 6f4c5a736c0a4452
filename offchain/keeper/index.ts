export { batchFlags, type FlagBatch, type LiquidationStep } from "./batchFlags.js";
export { NothingFlaggedError, PriceUnknownError, TransactionFailedError } from "./errors.js";
export {
  type Attempt,
  type FailedAttempt,
  type KeeperLog,
  liquidate,
  type LiquidationRound,
  type LiquidatorClient,
  type LiquidatorConfig,
} from "./liquidator.edge.js";
export {
  type GasEstimates,
  type LiquidationAction,
  type LiquidationPolicy,
  planLiquidations,
  type PlanLiquidationsParameters,
  type PlanLiquidationsReturnType,
} from "./planLiquidations.js";
export {
  type AccountSource,
  type KeeperProtocol,
  readDomain,
  type ReadDomainParameters,
  vaultAccounts,
} from "./readDomain.edge.js";
export type { AccountSnapshot, DomainSnapshot, OpenAuction, UnflaggedAuction, UnreadableAccount } from "./snapshot.js";
