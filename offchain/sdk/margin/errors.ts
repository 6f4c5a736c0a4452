import { BreakwaterError } from "../errors.js";

/** What an account has of one underlying is worth more than the risk engine can count: `Risk_ValueTooLarge`. */
export class ValueTooLargeError extends BreakwaterError {
  override readonly name = "ValueTooLargeError";
  constructor(
    readonly valueWad: bigint,
    readonly limitWad: bigint,
  ) {
    super(`${valueWad} is more than the risk engine counts of one underlying: the limit is ${limitWad}.`);
  }
}

/** The market at hand lacks what a portfolio needs; the contract refuses as well. */
export class MarginInputMissingError extends BreakwaterError {
  override readonly name = "MarginInputMissingError";
  /**
   * @param kind - What is missing.
   * @param id - Of which asset, collateral or correlation group.
   */
  constructor(
    readonly kind: "underlying" | "collateral" | "price" | "options" | "smile",
    readonly id: bigint,
  ) {
    super(`The market has no ${kind} for ${id}: add it, or leave the position out.`);
  }
}
