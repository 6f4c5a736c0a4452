import { requireBits } from "./checks.js";
import { InstrumentNotCanonicalError, OutOfRangeError } from "./errors.js";

/** Underlyings are numbered from 1 to this. */
const LAST_UNDERLYING = 31n;

const ASSET_SHIFT = 240n;
const KIND_SHIFT = 232n;
const EXPIRY_SHIFT = 192n;
const KINDS = ["perpetual", "call", "put"] as const;

/** A perpetual contract. */
export type Perpetual = {
  readonly kind: "perpetual";
  /** Number of the underlying, 1 to 31. */
  readonly asset: bigint;
};

/** A European, cash-settled option. */
export type EuropeanOption = {
  readonly kind: "call" | "put";
  /** Number of the underlying, 1 to 31. */
  readonly asset: bigint;
  /** Unix seconds, not 0. */
  readonly expiry: bigint;
  /** WAD of USD per unit of the underlying, not 0. */
  readonly strikeWad: bigint;
};

/** Anything that can be traded. */
export type Instrument = Perpetual | EuropeanOption;

/**
 * Packs an instrument into the id that contracts use.
 *
 * @param instrument - The instrument in its parts.
 * @returns The id in its one valid form.
 * @throws {OutOfRangeError} when a part does not fit its field or is 0.
 * @example
 * encodeInstrumentId({ kind: "perpetual", asset: 1n });
 */
export function encodeInstrumentId(instrument: Instrument): bigint {
  const { asset } = instrument;
  if (asset < 1n || asset > LAST_UNDERLYING) throw new OutOfRangeError("asset", asset, 1n, LAST_UNDERLYING);
  const head = (asset << ASSET_SHIFT) | (BigInt(KINDS.indexOf(instrument.kind)) << KIND_SHIFT);
  switch (instrument.kind) {
    case "perpetual":
      return head;
    case "call":
    case "put":
      return (
        head |
        (requireNonZero("expiry", 40n, instrument.expiry) << EXPIRY_SHIFT) |
        requireNonZero("strikeWad", 128n, instrument.strikeWad)
      );
  }
}

/**
 * Splits an instrument id into its parts.
 *
 * @param instrumentId - The id as contracts use it.
 * @returns The instrument.
 * @throws {InstrumentNotCanonicalError} when the id is not in its one valid form; contracts refuse it too.
 * @throws {OutOfRangeError} when the id does not fit 256 bits.
 * @example
 * const instrument = decodeInstrumentId(instrumentId);
 * if (instrument.kind !== "perpetual") console.log(instrument.strikeWad);
 */
export function decodeInstrumentId(instrumentId: bigint): Instrument {
  requireBits({ field: "instrumentId", bits: 256n }, instrumentId);
  const asset = instrumentId >> ASSET_SHIFT;
  const kind = KINDS[Number(BigInt.asUintN(8, instrumentId >> KIND_SHIFT))];
  const expiry = BigInt.asUintN(40, instrumentId >> EXPIRY_SHIFT);
  const strikeWad = BigInt.asUintN(128, instrumentId);
  if (kind !== undefined && asset >= 1n && asset <= LAST_UNDERLYING) {
    const instrument: Instrument = kind === "perpetual" ? { kind, asset } : { kind, asset, expiry, strikeWad };
    const complete = kind === "perpetual" || (expiry !== 0n && strikeWad !== 0n);
    if (complete && encodeInstrumentId(instrument) === instrumentId) return instrument;
  }
  throw new InstrumentNotCanonicalError(instrumentId);
}

function requireNonZero(field: string, bits: bigint, value: bigint): bigint {
  if (value === 0n) throw new OutOfRangeError(field, value, 1n, (1n << bits) - 1n);
  return requireBits({ field, bits }, value);
}
