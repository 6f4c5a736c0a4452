import { getAddress } from "ethers";
import { InvalidAddressError, OutOfRangeError } from "./errors.js";

/** Returns the checksummed form of `value`, or throws {InvalidAddressError} naming the field. */
export function requireAddress(field: string, value: string): string {
  try {
    return getAddress(value);
  } catch (cause) {
    throw new InvalidAddressError(field, value, { cause });
  }
}

/** A bigint field and how many bits it has; signed fields hold one bit less each way. */
export type BitsField = {
  readonly field: string;
  readonly bits: bigint;
  readonly signed?: boolean;
};

/** Returns `value` if it fits the field, or throws {OutOfRangeError}. */
export function requireBits({ field, bits, signed = false }: BitsField, value: bigint): bigint {
  const most = (1n << (signed ? bits - 1n : bits)) - 1n;
  const least = signed ? -most - 1n : 0n;
  if (value < least || value > most) throw new OutOfRangeError(field, value, least, most);
  return value;
}
