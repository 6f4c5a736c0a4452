/**
 * Base of every failure this project reports: `name` is stable, the message says what was found, what was allowed and what
 * to do, and the fields carry the facts.
 */
export abstract class BreakwaterError extends Error {
  abstract override readonly name: string;
}

/** A text or number lies outside what a field may hold. */
export class OutOfRangeError extends BreakwaterError {
  override readonly name = "OutOfRangeError";
  constructor(
    readonly field: string,
    readonly actual: bigint,
    readonly least: bigint,
    readonly most: bigint,
  ) {
    super(`${field} is ${actual}, but must be from ${least} to ${most}.`);
  }
}

/** A text is not a 20-byte address, or its checksum is wrong. */
export class InvalidAddressError extends BreakwaterError {
  override readonly name = "InvalidAddressError";
  constructor(
    readonly field: string,
    readonly actual: string,
    options?: ErrorOptions,
  ) {
    super(
      `${field} is "${actual}", which is no address: expected 0x and 40 hexadecimal digits with a valid checksum.`,
      options,
    );
  }
}

/** A text is not a plain decimal number with at most the allowed digits behind the point. */
export class InvalidDecimalError extends BreakwaterError {
  override readonly name = "InvalidDecimalError";
  constructor(
    readonly actual: string,
    readonly decimals: number,
  ) {
    super(`"${actual}" is no decimal number with at most ${decimals} digits behind the point, such as 1234.5.`);
  }
}

/** An instrument id is not written in its one valid form. */
export class InstrumentNotCanonicalError extends BreakwaterError {
  override readonly name = "InstrumentNotCanonicalError";
  constructor(readonly actual: bigint) {
    super(`0x${actual.toString(16)} is no instrument id: unknown underlying or kind, or bits set that must be zero.`);
  }
}

/** An order cannot be valid as it stands. */
export class InvalidOrderError extends BreakwaterError {
  override readonly name = "InvalidOrderError";
  constructor(readonly problem: string) {
    super(`The order cannot be valid: ${problem}.`);
  }
}

/** The key at hand is not the order's signer. */
export class SignerMismatchError extends BreakwaterError {
  override readonly name = "SignerMismatchError";
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`The order names ${expected} as its signer, but the key at hand is ${actual}'s: change one of them.`);
  }
}

/** The address book is not as it must be. */
export class InvalidAddressBookError extends BreakwaterError {
  override readonly name = "InvalidAddressBookError";
  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`The address book cannot be used: ${problems.join("; ")}.`, options);
  }
}

/** The address book lacks an address that is needed. */
export class MissingAddressError extends BreakwaterError {
  override readonly name = "MissingAddressError";
  constructor(
    readonly contract: string,
    readonly chainId: bigint,
  ) {
    super(`The address book of chain ${chainId} has no ${contract}: deploy it, or use a complete book.`);
  }
}

/** The node answers for another chain than expected. */
export class WrongChainError extends BreakwaterError {
  override readonly name = "WrongChainError";
  constructor(
    readonly expected: bigint,
    readonly actual: bigint,
  ) {
    super(
      `Expected chain ${expected}, but the node is on chain ${actual}: check the RPC address and the address book.`,
    );
  }
}

/** The node gives no answer. */
export class RpcUnreachableError extends BreakwaterError {
  override readonly name = "RpcUnreachableError";
  constructor(
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`The node gives no answer (${problem}): check the RPC address and that the node runs.`, options);
  }
}

/** One argument of a contract's custom error. */
export type RevertArgument = {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
};

/** A contract refused the call with an error that the project knows. */
export class ContractRevertError extends BreakwaterError {
  override readonly name = "ContractRevertError";
  /**
   * @param errorName - Name of the Solidity error, such as `Exchange_OrderExpired`; `Error` and `Panic` for the built-in ones.
   * @param args - Its arguments in order.
   * @param data - The revert data as hexadecimal text.
   */
  constructor(
    readonly errorName: string,
    readonly args: readonly RevertArgument[],
    readonly data: string,
    options?: ErrorOptions,
  ) {
    super(
      `The contract refused: ${errorName}(${args.map((arg) => `${arg.name}: ${String(arg.value)}`).join(", ")}).`,
      options,
    );
  }
}

/** A contract refused the call, and no error of the project explains it. */
export class UnknownRevertError extends BreakwaterError {
  override readonly name = "UnknownRevertError";
  constructor(
    readonly data: string,
    options?: ErrorOptions,
  ) {
    super(
      data === "0x"
        ? "The contract refused without a reason: out of gas, or there is no such contract or function."
        : `The contract refused with unknown data ${data.slice(0, 74)}: not an error of this project.`,
      options,
    );
  }
}

/** Something failed that is neither a refusal of a contract nor a silent node. The cause is kept. */
export class UnexpectedError extends BreakwaterError {
  override readonly name = "UnexpectedError";
  constructor(options: ErrorOptions & { readonly cause: unknown }) {
    const { cause } = options;
    super(`Unexpected failure: ${cause instanceof Error ? cause.message : String(cause)}`, options);
  }
}
