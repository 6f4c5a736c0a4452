import { pricesDown, pricesUp } from "../math/black.js";
import { type NormalSteps, singleCallX63 } from "../math/blackLadder.js";
import { absOf, maxOf, mulWad, mulWadUp, zeroFloorSub } from "../math/integers.js";
import { signedLnRatioX64 } from "../math/logRatio.js";
import { sqrtYears } from "../math/optionTime.js";
import { linearWad, mulFloor } from "../math/signedWad.js";
import { WAD } from "../units.js";
import { expiryTerms, type ExpiryTerms, payoffOfLegsWad } from "./optionLegs.js";
import { type OptionTerms, volFactors } from "./optionTerms.js";
import { decodeSmileWord, lowVolAtWad, type Smile, volAtWad } from "./smileWord.js";

const WAD_PER_UNIT = 10n ** 9n;

/** States of volatility. */
export const [VOL_DOWN, VOL_FLAT, VOL_UP] = [0, 1, 2];

/** The legs of one expiry with what prices them: `OptionVector.Strip`. Words as on chain. */
export type Strip = {
  readonly expiry: bigint;
  readonly legs: bigint;
  readonly smile: bigint;
  readonly fixedPriceWad: bigint;
};

/** What strips are read with. */
export type Look = {
  readonly midWad: bigint;
  readonly nowSeconds: bigint;
  readonly terms: OptionTerms;
  readonly normal: NormalSteps;
};

/** What is held at one strike: calls, of which some are puts by another name. Sizes in 1e-9 of the underlying. */
export type HeldLeg = {
  readonly sizeE9: bigint;
  readonly putsE9: bigint;
  readonly strikeWad: bigint;
  /** ln(mid / strike). */
  readonly logX64: bigint;
  /** Total volatilities, WAD: down, flat, up; then the least of each. */
  readonly volsWad: readonly bigint[];
};

/** Units of the underlying and the sum of them times their strikes, WAD. */
export type Amount = { readonly unitsWad: bigint; readonly strikesWad: bigint };

/** An account's options on one underlying: `OptionVector.Calls`. */
export type Calls = {
  readonly legs: readonly HeldLeg[];
  readonly longs: Amount;
  readonly shorts: Amount;
  readonly unitsWad: bigint;
  readonly cashWad: bigint;
  readonly markX63: bigint;
  /** Calls with as many short puts of their strike, net, signed. */
  readonly forwardsWad: bigint;
  readonly nakedWad: bigint;
};

/** What is counted over the legs of an expiry, 1e-9 of the underlying. */
type Tenor = ExpiryTerms & {
  readonly rootWad: bigint;
  readonly upWad: bigint;
  readonly downWad: bigint;
  readonly smile: Smile;
};

/** The total volatility of a leg: high ones where a short is doubted or a long favoured. */
export function legVolWad({ sizeE9, volsWad }: HeldLeg, state: number, favourable: boolean): bigint {
  const isLow = sizeE9 > 0n !== favourable;
  return volsWad[state + (isLow ? 3 : 0)] ?? 0n;
}

function tenorOf(strip: Strip, look: Look): Tenor {
  const expiry = expiryTerms(strip.expiry);
  const secondsLeft = zeroFloorSub(expiry.expirySeconds, look.nowSeconds);
  return {
    ...expiry,
    ...volFactors(look.terms, secondsLeft),
    rootWad: sqrtYears(secondsLeft),
    smile: decodeSmileWord(strip.smile),
  };
}

function volsOf({ smile, rootWad, upWad, downWad }: Tenor, logMoneynessWad: bigint): readonly bigint[] {
  const volWad = (volAtWad(smile, logMoneynessWad) * rootWad) / WAD;
  const lowWad = smile.spreadBps === 0n ? volWad : (lowVolAtWad(smile, logMoneynessWad) * rootWad) / WAD;
  return [volWad, lowWad].flatMap((vol) => [(vol * downWad) / WAD, vol, (vol * upWad) / WAD]);
}

type Totals = {
  legs: HeldLeg[];
  longs: { unitsWad: bigint; strikesWad: bigint };
  shorts: { unitsWad: bigint; strikesWad: bigint };
  unitsWad: bigint;
  cashWad: bigint;
  markX63: bigint;
  forwardsE9: bigint;
  nakedE9: bigint;
};

function addLeg(
  totals: Totals,
  sizes: { sizeE9: bigint; putsE9: bigint },
  strikeWad: bigint,
  tenor: Tenor,
  look: Look,
) {
  const logX64 = signedLnRatioX64(look.midWad, strikeWad);
  const leg: HeldLeg = { ...sizes, strikeWad, logX64, volsWad: volsOf(tenor, (-logX64 * WAD) >> 64n) };
  totals.legs.push(leg);
  const amount = leg.sizeE9 > 0n ? totals.longs : totals.shorts;
  const sizeWad = absOf(leg.sizeE9) * WAD_PER_UNIT;
  amount.unitsWad += sizeWad;
  amount.strikesWad += (sizeWad * strikeWad) / WAD + 1n;
  const totalVolWad = legVolWad(leg, VOL_FLAT, false);
  totals.markX63 += leg.sizeE9 * singleCallX63(look.normal, look.midWad, { strikeWad, totalVolWad, logX64 });
}

/** A put is a call, the underlying sold, and the strike. */
function addForward(totals: Totals, putsE9: bigint, strikeWad: bigint) {
  const unitsWad = putsE9 * WAD_PER_UNIT;
  totals.unitsWad -= unitsWad;
  totals.cashWad += linearWad(unitsWad, strikeWad);
}

/** Legs of a word rise by strike, a call before the put of the same; 32 bits each, zero ends them. */
function addStrip(totals: Totals, word: bigint, tenor: Tenor, look: Look) {
  let [raw, calls, puts] = [word, 0n, 0n];
  while (raw !== 0n) {
    const key = raw & 0xffn;
    let callsE9 = BigInt.asIntN(24, raw >> 8n) * tenor.lotUnits;
    let putsE9 = 0n;
    raw >>= 32n;
    if ((key & 1n) === 1n) {
      [callsE9, putsE9] = [0n, callsE9];
    } else if ((raw & 0xffn) === key + 1n && (raw & 0xffffffffn) !== 0n) {
      putsE9 = BigInt.asIntN(24, raw >> 8n) * tenor.lotUnits;
      raw >>= 32n;
    }
    [calls, puts] = [calls + callsE9, puts + putsE9];
    const sizeE9 = callsE9 + putsE9;
    const strikeWad = tenor.strikeWadOf(key >> 1n);
    if (putsE9 !== 0n) addForward(totals, putsE9, strikeWad);
    if (sizeE9 === 0n) totals.forwardsE9 += callsE9;
    else addLeg(totals, { sizeE9, putsE9 }, strikeWad, tenor, look);
  }
  totals.nakedE9 += maxOf(-calls, 0n) + maxOf(-puts, 0n);
}

/** All legs of all strips, those of one strike together: `OptionVector.callsOf`. */
export function callsOf(strips: readonly Strip[], look: Look): Calls {
  const totals: Totals = {
    legs: [],
    longs: { unitsWad: 0n, strikesWad: 0n },
    shorts: { unitsWad: 0n, strikesWad: 0n },
    unitsWad: 0n,
    cashWad: 0n,
    markX63: 0n,
    forwardsE9: 0n,
    nakedE9: 0n,
  };
  for (const strip of strips) {
    if (strip.fixedPriceWad !== 0n) totals.cashWad += payoffOfLegsWad(strip.expiry, strip.legs, strip.fixedPriceWad);
    else addStrip(totals, strip.legs, tenorOf(strip, look), look);
  }
  return {
    ...totals,
    forwardsWad: totals.forwardsE9 * WAD_PER_UNIT,
    nakedWad: totals.nakedE9 * WAD_PER_UNIT,
  };
}

/** Value at one price by the exact kernel, WAD, rounded down: `OptionVector.valueAt`. */
export function valueAtWad(calls: Calls, priceWad: bigint): bigint {
  let valueWad = calls.cashWad + mulFloor(calls.unitsWad, priceWad);
  for (const leg of calls.legs) {
    const market = { forwardWad: priceWad, strikeWad: leg.strikeWad, totalVolWad: legVolWad(leg, VOL_FLAT, false) };
    const sizeWad = absOf(leg.sizeE9) * WAD_PER_UNIT;
    valueWad +=
      leg.sizeE9 > 0n ? mulWad(sizeWad, pricesDown(market).callWad) : -mulWadUp(sizeWad, pricesUp(market).callWad);
  }
  return valueWad;
}
