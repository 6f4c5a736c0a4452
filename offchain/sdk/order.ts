import { AbiCoder, type Signer, TypedDataEncoder } from "ethers";
import { requireAddress, requireBits } from "./checks.js";
import { InvalidOrderError, SignerMismatchError } from "./errors.js";
import { decodeInstrumentId } from "./instrumentId.js";

const MAX_LEGS = 8;

/** One leg of one unit of an order. */
export type OrderLeg = {
  readonly instrument: bigint;
  /** Signed lots per unit; positive buys. */
  readonly lots: bigint;
  /**
   * Worst price accepted, WAD per whole unit of the underlying: a maximum when buying, a minimum when selling. Of an option
   * it is the premium.
   */
  readonly limitPriceWad: bigint;
};

/** What an account signs. Field by field as `IExchange.Order`. */
export type Order = {
  readonly account: bigint;
  readonly legs: readonly OrderLeg[];
  readonly units: bigint;
  /** Largest trade fee accepted, bps of what `feeNotionalWad` says of the legs. */
  readonly maxFeeBps: bigint;
  readonly nonce: bigint;
  readonly salt: bigint;
  /** Unix seconds after which the order is void. */
  readonly expiry: bigint;
  readonly reduceOnly: boolean;
  /** The account's owner, or one of its operators. */
  readonly signer: string;
};

/** EIP-712 types of an order, as the exchange hashes it. */
export const orderTypes = {
  Order: [
    { name: "account", type: "uint256" },
    { name: "legs", type: "Leg[]" },
    { name: "units", type: "uint64" },
    { name: "maxFeeBps", type: "uint32" },
    { name: "nonce", type: "uint64" },
    { name: "salt", type: "uint64" },
    { name: "expiry", type: "uint40" },
    { name: "reduceOnly", type: "bool" },
    { name: "signer", type: "address" },
  ],
  Leg: [
    { name: "instrument", type: "uint256" },
    { name: "lots", type: "int64" },
    { name: "limitPriceWad", type: "uint256" },
  ],
};

const LEG_ABI = "tuple(uint256 instrument,int64 lots,uint256 limitPriceWad)";
const ORDER_ABI = `tuple(uint256 account,${LEG_ABI}[] legs,uint64 units,uint32 maxFeeBps,uint64 nonce,uint64 salt,uint40 expiry,bool reduceOnly,address signer)`;
const TAKE_REQUEST_ABI = `tuple(${ORDER_ABI} maker,bytes makerSignature,uint256 taker,uint64 units,uint256 maxFeeWad,bool reduceOnly)`;

/** Which exchange on which chain an order is for. */
export type OrderDomain = {
  readonly chainId: bigint;
  /** Address of the exchange. */
  readonly exchange: string;
};

/** An order and the exchange it is for. */
export type HashOrderParameters = {
  readonly order: Order;
  readonly domain: OrderDomain;
};

/**
 * Makes a well-formed order: legs put into the one order that exchanges accept, every field checked.
 *
 * @param order - The order as wished; legs in any order.
 * @returns The order to sign, `signer` checksummed.
 * @throws {InvalidOrderError} when it has no or more than eight legs, an instrument twice, no units, a leg without lots, or
 * a leg that buys at price 0.
 * @throws {InstrumentNotCanonicalError} when a leg's instrument is not in its valid form.
 * @throws {OutOfRangeError} when a field does not fit.
 * @throws {InvalidAddressError} when the signer is no address.
 * @example
 * createOrder({ account, legs: [{ instrument, lots: 10n, limitPriceWad: parseWad("2000") }], units: 5n, maxFeeBps: 10n,
 *   nonce: 0n, salt: 1n, expiry: 1_800_000_000n, reduceOnly: false, signer: owner });
 */
export function createOrder(order: Order): Order {
  if (order.legs.length < 1 || order.legs.length > MAX_LEGS) {
    throw new InvalidOrderError(`it has ${order.legs.length} legs, and 1 to ${MAX_LEGS} are allowed`);
  }
  if (order.units === 0n) throw new InvalidOrderError("it has no units");
  const legs = order.legs.map(checkedLeg).sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
  legs.forEach((leg, i) => {
    if (leg.instrument === legs[i + 1]?.instrument) {
      throw new InvalidOrderError(`instrument 0x${leg.instrument.toString(16)} appears twice`);
    }
  });
  return {
    account: requireBits({ field: "account", bits: 256n }, order.account),
    legs,
    units: requireBits({ field: "units", bits: 64n }, order.units),
    maxFeeBps: requireBits({ field: "maxFeeBps", bits: 32n }, order.maxFeeBps),
    nonce: requireBits({ field: "nonce", bits: 64n }, order.nonce),
    salt: requireBits({ field: "salt", bits: 64n }, order.salt),
    expiry: requireBits({ field: "expiry", bits: 40n }, order.expiry),
    reduceOnly: order.reduceOnly,
    signer: requireAddress("signer", order.signer),
  };
}

/**
 * Hashes an order as its exchange does.
 *
 * @returns The EIP-712 hash: what is signed, and what names the order in events and views.
 * @throws {InvalidAddressError} when the exchange is no address.
 * @example
 * const orderHash = hashOrder({ order, domain: { chainId: 1n, exchange: addresses.contracts.exchange } });
 */
export function hashOrder({ order, domain }: HashOrderParameters): string {
  return TypedDataEncoder.hash(typedDomain(domain), orderTypes, order);
}

export type SignOrderParameters = HashOrderParameters;
export type SignOrderReturnType = string;

/**
 * Signs an order with the key of its `signer`.
 *
 * @returns The 65-byte signature as hexadecimal text.
 * @throws {SignerMismatchError} when the key is not the one the order names.
 * @throws {InvalidAddressError} when the exchange is no address.
 * @example
 * const makerSignature = await signOrder(wallet, { order, domain });
 */
export async function signOrder(signer: Signer, { order, domain }: SignOrderParameters): Promise<SignOrderReturnType> {
  const actual = await signer.getAddress();
  const expected = requireAddress("signer", order.signer);
  if (actual !== expected) throw new SignerMismatchError(expected, actual);
  return signer.signTypedData(typedDomain(domain), orderTypes, order);
}

/** A maker's order taken at its prices. Field by field as `IExchange.TakeRequest`. */
export type TakeRequest = {
  readonly maker: Order;
  readonly makerSignature: string;
  readonly taker: bigint;
  readonly units: bigint;
  /** Largest trade fee accepted, WAD of the settlement token. */
  readonly maxFeeWad: bigint;
  readonly reduceOnly: boolean;
};

/**
 * Encodes a take as the exchange's `takeFor` wants it.
 *
 * @returns ABI-encoded `IExchange.TakeRequest` as hexadecimal text.
 * @example
 * const request = encodeTakeRequest({ maker, makerSignature, taker, units: 1n, maxFeeWad: parseWad("2"), reduceOnly: false });
 */
export function encodeTakeRequest(request: TakeRequest): string {
  return AbiCoder.defaultAbiCoder().encode([TAKE_REQUEST_ABI], [request]);
}

/**
 * Encodes a take as data of the Fill action of the vault's `operate`.
 *
 * @returns What the vault hands to the exchange unread: `encodeTakeRequest`.
 * @example
 * const action = { kind: 5n, data: encodeFillAction({ maker, makerSignature, taker, units: 1n, maxFeeWad, reduceOnly: false }) };
 */
export function encodeFillAction(request: TakeRequest): string {
  return encodeTakeRequest(request);
}

function typedDomain({ chainId, exchange }: OrderDomain) {
  return {
    name: "Breakwater Exchange",
    version: "1",
    chainId,
    verifyingContract: requireAddress("exchange", exchange),
  };
}

function checkedLeg(leg: OrderLeg): OrderLeg {
  decodeInstrumentId(leg.instrument);
  if (leg.lots === 0n) throw new InvalidOrderError("a leg has no lots");
  if (leg.lots > 0n && leg.limitPriceWad === 0n) throw new InvalidOrderError("a leg buys at a price of 0");
  return {
    instrument: leg.instrument,
    lots: requireBits({ field: "lots", bits: 64n, signed: true }, leg.lots),
    limitPriceWad: requireBits({ field: "limitPriceWad", bits: 256n }, leg.limitPriceWad),
  };
}
