export { batchFlags, type FlagBatch, type LiquidationStep } from "./batchFlags.js";
export type {
  DueExpiry,
  DutySnapshot,
  HeldPrice,
  MarketBacking,
  OptionUnderlying,
  PullFeed,
  UnreadableFact,
} from "./dutySnapshot.js";
export { type DutyCall, type DutyProtocol, encodeDuty, type PlainDuty } from "./encodeDuty.js";
export {
  KeeperFileError,
  NothingFlaggedError,
  NothingToDoError,
  PriceUnknownError,
  PriceUpdatesError,
  TransactionFailedError,
  UpdateFeeTooHighError,
} from "./errors.js";
export { JournaledWallet } from "./journaledWallet.edge.js";
export { listableExpiries } from "./listingCalendar.js";
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
  ORDINARY_LIQUIDATIONS,
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
export {
  type Duty,
  type DutyPolicy,
  ORDINARY_DUTIES,
  planDuties,
  type PlanDutiesParameters,
  type PlanDutiesReturnType,
} from "./planDuties.js";
export { hermesUpdates, type PriceUpdates } from "./priceUpdates.edge.js";
export {
  findPullSources,
  type PullSource,
  readDuties,
  type ReadDutiesParameters,
  type ReadDutiesReturnType,
} from "./readDuties.edge.js";
export {
  type FailedDuty,
  openSteward,
  type Steward,
  type StewardClient,
  type StewardConfig,
  type StewardTick,
} from "./steward.edge.js";
