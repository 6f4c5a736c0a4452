import { OutOfRangeError } from "./errors.js";
import { type ListedExpiry, strikeWadOf } from "./expiryWord.js";
import { decodeInstrumentId, encodeInstrumentId } from "./instrumentId.js";
import { BPS, WAD } from "./units.js";

/** The largest fee on an option is its premium over this, as in `Exchange`. */
const OPTION_FEE_DIVISOR = 8n;

/** Which series of an expiry. */
export type SeriesOfParameters = {
  readonly kind: "call" | "put";
  /** Index of the strike in the grid; `strikeIndexOf` finds it. */
  readonly strikeIndex: number;
};

/**
 * The instrument of a listed series, as order legs name it.
 *
 * @returns The instrument id.
 * @throws {OutOfRangeError} when the grid has no such strike.
 * @example
 * const { mark } = await optionMarkets.expiryAt(slot);
 * const call = seriesOf(decodeExpiryWord(mark.expiry), { kind: "call", strikeIndex: 24 });
 */
export function seriesOf(listed: ListedExpiry, { kind, strikeIndex }: SeriesOfParameters): bigint {
  const { asset, expiry } = listed;
  return encodeInstrumentId({ kind, asset, expiry, strikeWad: strikeWadOf(listed, strikeIndex) });
}

/** What {feeNotionalWad} needs to know of a leg. */
export type FeeNotionalWadParameters = {
  readonly instrument: bigint;
  /** Lots filled, not negative. */
  readonly lots: bigint;
  /** Underlying per lot, WAD. */
  readonly lotSizeWad: bigint;
  /** Price, or premium of an option, WAD per whole unit of the underlying. */
  readonly priceWad: bigint;
  /** Terms of trades as the vault has them (`MarginVault.tradePolicy`): bounds what an option is charged. */
  readonly policy: { readonly feeBps: bigint; readonly surchargeBps: bigint };
};

/**
 * What the trade fee of a leg is charged on, as the exchange computes it: size · price of a perpetual; of an option size · the
 * lesser of the strike and that share of the premium on which the largest fee, surcharge included, is an eighth of the premium.
 *
 * @returns WAD of the settlement token, rounded up.
 * @throws {OutOfRangeError} when there are fewer than 0 lots.
 * @throws {InstrumentNotCanonicalError} when the instrument is not in its valid form.
 * @example
 * const policy = await marginVault.tradePolicy();
 * const notionalWad = feeNotionalWad({ instrument, lots: 100n, lotSizeWad, priceWad: parseWad("60"), policy });
 * const maxFeeWad = (notionalWad * 20n) / BPS + 1n;
 */
export function feeNotionalWad({ instrument, lots, lotSizeWad, priceWad, policy }: FeeNotionalWadParameters): bigint {
  if (lots < 0n) throw new OutOfRangeError("lots", lots, 0n, (1n << 63n) - 1n);
  const parts = decodeInstrumentId(instrument);
  const largestBps2 = policy.feeBps * (BPS + policy.surchargeBps);
  const capWad = (priceWad * BPS * BPS) / (largestBps2 === 0n ? 1n : OPTION_FEE_DIVISOR * largestBps2);
  const basisWad = parts.kind === "perpetual" ? priceWad : capWad < parts.strikeWad ? capWad : parts.strikeWad;
  return (lots * lotSizeWad * basisWad + WAD - 1n) / WAD;
}
