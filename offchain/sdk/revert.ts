import { type ErrorDescription, Interface, isHexString } from "ethers";
import * as bindings from "../../types/ethers-contracts/index.js";
import {
  BreakwaterError,
  ContractRevertError,
  RpcUnreachableError,
  UnexpectedError,
  UnknownRevertError,
} from "./errors.js";

/** Every binding brings its contract's errors; the one of any selector is the same in all. */
const interfaces = Object.values(bindings).flatMap((binding) => ("abi" in binding ? [new Interface(binding.abi)] : []));

/** Codes by which ethers and Node.js say that nobody answered. */
const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  "NETWORK_ERROR",
  "TIMEOUT",
  "SERVER_ERROR",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Nodes wrap the revert data in errors within errors; deeper than this is no node's habit. */
const MAX_DEPTH = 6;

export type DecodeRevertParameters = {
  /** Revert data as hexadecimal text. */
  readonly data: string;
  /** What carried the data, kept as the error's cause. */
  readonly cause?: unknown;
};
export type DecodeRevertReturnType = ContractRevertError | UnknownRevertError;

/**
 * Decodes revert data by the errors of all the project's contracts and of the libraries that they use.
 *
 * @returns The error that the contract threw, by name and arguments; {UnknownRevertError} when no contract knows it.
 * @example
 * const error = decodeRevert({ data });
 * if (error instanceof ContractRevertError && error.errorName === "Exchange_OrderExpired") console.log(error.args);
 */
export function decodeRevert({ data, cause }: DecodeRevertParameters): DecodeRevertReturnType {
  const options = cause === undefined ? undefined : { cause };
  for (const contract of interfaces) {
    const found = parse(contract, data);
    if (found !== null) return new ContractRevertError(found.name, argumentsOf(found), data, options);
  }
  return new UnknownRevertError(data, options);
}

/**
 * Turns whatever a call to a contract or node threw into a typed error. Typed errors pass through.
 *
 * @param cause - What was caught.
 * @returns {ContractRevertError} or {UnknownRevertError} for a refused call, {RpcUnreachableError} when no node answered,
 * {UnexpectedError} for the rest; the cause is kept.
 * @example
 * await exchange.settle(match).catch((cause: unknown) => {
 *   throw toTypedError(cause);
 * });
 */
export function toTypedError(cause: unknown): BreakwaterError {
  if (cause instanceof BreakwaterError) return cause;
  const layers = layersOf(cause);
  const data = layers.map((layer) => field(layer, "data")).find((value) => isHexString(value));
  if (isHexString(data)) return decodeRevert({ data, cause });

  const codes = layers.map((layer) => field(layer, "code"));
  if (codes.includes("CALL_EXCEPTION")) return decodeRevert({ data: "0x", cause });
  const silent = codes.find((code) => typeof code === "string" && UNREACHABLE_CODES.has(code));
  if (typeof silent === "string") return new RpcUnreachableError(silent, { cause });
  return new UnexpectedError({ cause });
}

function parse(contract: Interface, data: string): ErrorDescription | null {
  try {
    return contract.parseError(data);
  } catch {
    // The selector is known but the rest is not its arguments: foreign data, which the caller reports as unknown.
    return null;
  }
}

function argumentsOf({ fragment, args }: ErrorDescription) {
  return fragment.inputs.map((input, i) => {
    const value: unknown = args[i];
    return { name: input.name, type: input.type, value };
  });
}

/** The thrown thing and the errors within it, outermost first. */
function layersOf(thrown: unknown): readonly object[] {
  const layers: object[] = [];
  let open: readonly unknown[] = [thrown];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const found = open.filter((value) => typeof value === "object" && value !== null);
    layers.push(...found);
    open = found.flatMap((layer) => ["error", "info", "data", "cause"].map((key) => field(layer, key)));
  }
  return layers;
}

function field(layer: object, key: string): unknown {
  return Reflect.get(layer, key);
}
