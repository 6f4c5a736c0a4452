import { BreakwaterError } from "../sdk/index.js";

/** The coin that pays for gas has no price: profit and cost cannot be compared, so nothing is decided. */
export class PriceUnknownError extends BreakwaterError {
  override readonly name = "PriceUnknownError";
  constructor(readonly asset: string) {
    super(`There is no price of ${asset}, in which gas is paid: wait for the oracle, or name another asset.`);
  }
}

/** A transaction was included and failed all the same. */
export class TransactionFailedError extends BreakwaterError {
  override readonly name = "TransactionFailedError";
  constructor(readonly hash: string) {
    super(`Transaction ${hash} was included but reverted: someone was faster, or the state changed.`);
  }
}

/** Nobody of a batch can be flagged any more. */
export class NothingFlaggedError extends BreakwaterError {
  override readonly name = "NothingFlaggedError";
  constructor(readonly accounts: number) {
    super(`None of ${accounts} accounts can be flagged any more: someone was faster, or they are healthy again.`);
  }
}
