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

/** Signed price updates cannot be had. */
export class PriceUpdatesError extends BreakwaterError {
  override readonly name = "PriceUpdatesError";
  constructor(
    readonly source: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${source} gives no price updates: ${problem}.`, options);
  }
}

/** A pull oracle asks for more than the keeper is told to pay. Both in wei. */
export class UpdateFeeTooHighError extends BreakwaterError {
  override readonly name = "UpdateFeeTooHighError";
  constructor(
    readonly feeWei: bigint,
    readonly limitWei: bigint,
  ) {
    super(`The price update costs ${feeWei} wei, and the keeper pays at most ${limitWei}: raise the limit, or wait.`);
  }
}

/** The simulation shows that a duty would change nothing: it was done in the meantime, or is not due after all. */
export class NothingToDoError extends BreakwaterError {
  override readonly name = "NothingToDoError";
  constructor(readonly duty: string) {
    super(`${duty} would change nothing: someone was faster, or it is not due yet.`);
  }
}

/** A file of the keeper cannot be used. */
export class KeeperFileError extends BreakwaterError {
  override readonly name = "KeeperFileError";
  constructor(
    readonly path: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot use "${path}": ${problem}.`, options);
  }
}
