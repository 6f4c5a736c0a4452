import { getAddress, toBeHex } from "ethers";
import { requireAddress, requireBits } from "./checks.js";

const SUB_ACCOUNT_BITS = 96n;
const ACCOUNT_BITS = 256n;
const ADDRESS_BYTES = 20;

/** An account in its parts. */
export type Account = {
  /** Who owns it; checksummed when it comes from this module. */
  readonly owner: string;
  /** Number within the owner's accounts, below 2^96. */
  readonly subAccount: bigint;
};

/**
 * Packs an account into the id that contracts use.
 *
 * @param account - Owner and sub-account number.
 * @returns Owner in the high 160 bits, sub-account in the low 96.
 * @throws {InvalidAddressError} when the owner is no address.
 * @throws {OutOfRangeError} when the sub-account does not fit 96 bits.
 * @example
 * encodeAccountId({ owner: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", subAccount: 1n });
 */
export function encodeAccountId(account: Account): bigint {
  const owner = BigInt(requireAddress("owner", account.owner));
  const subAccount = requireBits({ field: "subAccount", bits: SUB_ACCOUNT_BITS }, account.subAccount);
  return (owner << SUB_ACCOUNT_BITS) | subAccount;
}

/**
 * Splits an account id into owner and sub-account.
 *
 * @param accountId - Any 256-bit number: every one names an account.
 * @returns The parts; the owner checksummed.
 * @throws {OutOfRangeError} when the id does not fit 256 bits.
 * @example
 * const { owner, subAccount } = decodeAccountId(accountId);
 */
export function decodeAccountId(accountId: bigint): Account {
  requireBits({ field: "accountId", bits: ACCOUNT_BITS }, accountId);
  return {
    owner: getAddress(toBeHex(accountId >> SUB_ACCOUNT_BITS, ADDRESS_BYTES)),
    subAccount: BigInt.asUintN(Number(SUB_ACCOUNT_BITS), accountId),
  };
}
