import { absOf, ceilDiv, mulWad, mulWadUp } from "../math/integers.js";
import { mulCeil, mulFloor } from "../math/signedWad.js";
import { BPS } from "../units.js";
import type { Book, BookHolding, BookLeg } from "./book.js";
import { accumulate, blendSidesWad } from "./correlationBlend.js";
import { creditWad } from "./haircut.js";
import { type Closing, netWithWad } from "./closing.js";
import { deltaExitWad, vegaExitWad } from "./liquidityCost.js";
import { BLIND_GRADE } from "./marginMarket.js";
import { hullOf, type PriceRange } from "./priceHull.js";
import { type Exposure, ladderWad, worstWad } from "./scenarioGrid.js";
import { isInitial, type Valuation } from "./valuation.js";

const NO_VALUES: readonly bigint[] = Array.from({ length: 9 }, () => 0n);

/** Tokens to units of the underlying, at the ratio that the valuation takes. */
function inUnderlyingWad({ ratio }: BookHolding, tokensWad: bigint, valuation: Valuation): bigint {
  if (ratio === undefined) return tokensWad;
  if (ratio.grade === BLIND_GRADE && valuation === "union") return 0n;
  const { lowWad, highWad } = hullOf(ratio, valuation);
  return isInitial(valuation) ? mulWad(tokensWad, lowWad) : mulWadUp(tokensWad, highWad);
}

function unitsWith(book: Book, tokensOf: (holding: BookHolding, leg: BookLeg) => bigint, valuation: Valuation) {
  const unitsWad = book.legs.map(({ sizeWad }) => sizeWad);
  for (const holding of book.holdings) {
    const leg = book.legs[holding.leg];
    if (leg === undefined) continue;
    const tokensWad = tokensOf(holding, leg);
    unitsWad[holding.leg] = (unitsWad[holding.leg] ?? 0n) + inUnderlyingWad(holding, tokensWad, valuation);
  }
  return unitsWad;
}

/** Position plus haircut collateral per leg, in its units, WAD: `BookValue.netUnits`. */
function netUnitsWad(book: Book, valuation: Valuation): readonly bigint[] {
  const initial = isInitial(valuation);
  const tokensOf = ({ terms, amountWad }: BookHolding, { sigmaInitialWad, views }: BookLeg) =>
    creditWad(terms, amountWad, { sigmaWad: initial ? sigmaInitialWad : views.sigmaGlideWad, roundUp: !initial });
  return unitsWith(book, tokensOf, valuation);
}

/** Position plus collateral without haircut per leg, WAD: `BookValue.grossUnits`. */
const grossUnitsWad = (book: Book, valuation: Valuation): readonly bigint[] =>
  unitsWith(book, ({ amountWad }) => amountWad, valuation);

/** Groups with offsets that have legs on both sides: `BookValue._prepare`. */
function mixedGroups(book: Book, unitsWad: readonly bigint[]): ReadonlySet<bigint> {
  const groups = [...book.groups.keys()];
  if (book.holdings.length === 0) return new Set(groups);
  const groupsWhere = (test: (units: bigint) => boolean) =>
    new Set(book.legs.filter((_, i) => test(unitsWad[i] ?? 0n)).map(({ terms }) => terms.correlationGroup));
  const [long, short] = [groupsWhere((units) => units > 0n), groupsWhere((units) => units < 0n)];
  return new Set(groups.filter((group) => long.has(group) && short.has(group)));
}

/** Initial takes the edge that hurts, liquidation the edge that helps; magnitudes round the same way. */
function exposureOf({ terms, shocks }: BookLeg, unitsWad: bigint, range: PriceRange, initial: boolean): Exposure {
  const atLow = unitsWad > 0n === initial;
  return {
    unitsWad,
    edgeWad: atLow ? range.lowWad : range.highWad,
    rhoWad: initial ? shocks.initialWad : shocks.maintenanceWad,
    gainRhoWad: terms.rhoMinMaintenanceWad,
    roundUp: !atLow,
  };
}

const sigmaOf = ({ sigmaInitialWad, views }: BookLeg, initial: boolean): bigint =>
  initial ? sigmaInitialWad : views.sigmaGlideWad;

/** Units in cash: initial at the highest price, rounded up, liquidation at the lowest, rounded down. */
const inCash = (unitsWad: bigint, { lowWad, highWad }: PriceRange, initial: boolean): bigint =>
  initial ? mulWadUp(unitsWad, highWad) : mulWad(unitsWad, lowWad);

/** What the market takes for the exit from options and their perpetual: `OptionDesk._exitCost`. */
function optionExitWad(leg: BookLeg, closing: Closing, range: PriceRange, initial: boolean): bigint {
  const deltaWad = inCash(netWithWad(closing, leg.sizeWad, initial), range, initial);
  const vegaWad = inCash(closing.vegaWad, range, initial);
  const forDelta = deltaExitWad(leg.liquidity, sigmaOf(leg, initial), { valueWad: deltaWad, up: initial });
  return forDelta + vegaExitWad(leg.liquidity, { valueWad: vegaWad, up: initial });
}

/** Cash + value at the worst indices - add-ons, WAD: `BookValue.surplus`. @throws {ValueTooLargeError} */
export function surplusWad(book: Book, valuation: Valuation): bigint {
  const initial = isInitial(valuation);
  const unitsWad = netUnitsWad(book, valuation);
  const mixed = mixedGroups(book, unitsWad);
  const sides = new Map([...mixed].map((group) => [group, { rising: NO_VALUES, falling: NO_VALUES }]));
  let [valueWad, grossWad, exitWad, open] = [book.cashWad, 0n, 0n, false];
  const addNotional = (magnitudeWad: bigint, range: PriceRange): bigint => {
    open = true;
    const notionalWad = inCash(magnitudeWad, range, initial);
    grossWad += notionalWad;
    return notionalWad;
  };
  for (const [i, leg] of book.legs.entries()) {
    const units = unitsWad[i] ?? 0n;
    const range = hullOf(leg.views, valuation);
    if (leg.options !== undefined) {
      valueWad += leg.options.worstWad(valuation, units);
      const closing = leg.options.closing(valuation);
      addNotional(closing.grossWad + absOf(leg.sizeWad), range);
      exitWad += optionExitWad(leg, closing, range, initial);
      continue;
    }
    if (leg.sizeWad !== 0n) {
      const valueOfSizeWad = addNotional(absOf(leg.sizeWad), range);
      exitWad += deltaExitWad(leg.liquidity, sigmaOf(leg, initial), { valueWad: valueOfSizeWad, up: initial });
    }
    if (units === 0n) continue;
    const exposure = exposureOf(leg, units, range, initial);
    const group = leg.terms.correlationGroup;
    const side = sides.get(group);
    if (side === undefined) {
      valueWad += worstWad(exposure);
      continue;
    }
    const vector = ladderWad(exposure);
    sides.set(
      group,
      units > 0n
        ? { ...side, rising: accumulate(side.rising, vector) }
        : { ...side, falling: accumulate(side.falling, vector) },
    );
  }
  for (const [group, side] of sides) {
    const terms = book.groups.get(group);
    if (terms !== undefined) valueWad += blendSidesWad(side, terms);
  }
  if (!open) return valueWad;
  const cost = grossWad * book.addOns.liquidationCostBps;
  return valueWad - (initial ? ceilDiv(cost, BPS) : cost / BPS) - exitWad - book.addOns.flatCostWad;
}

/** Equity without haircut at mid, WAD, rounded down: `BookValue.equity` of the mark. */
export function equityAtMidWad(book: Book): bigint {
  const unitsWad = grossUnitsWad(book, "markInitial");
  return book.legs.reduce(
    (sum, { options, views }, i) =>
      sum + (options?.optionsWad() ?? 0n) + mulFloor(unitsWad[i] ?? 0n, hullOf(views, "markInitial").lowWad),
    book.cashWad,
  );
}

/** Equity without haircut at the edges of the liquidation interval that favour the account, WAD: `BookValue.equity`. */
export function favourableEquityWad(book: Book): bigint {
  const unitsWad = grossUnitsWad(book, "intersection");
  return book.legs.reduce((sum, { options, views }, i) => {
    const units = unitsWad[i] ?? 0n;
    if (options !== undefined) return sum + options.mostWad(units);
    const { lowWad, highWad } = hullOf(views, "intersection");
    return sum + mulCeil(units, units > 0n ? highWad : lowWad);
  }, book.cashWad);
}

/** Positions alone at mid, WAD: net value, rounded down, and gross notional, rounded up: `BookValue.positionsAtMid`. */
export function positionsAtMid(book: Book): { netPositionWad: bigint; grossNotionalWad: bigint } {
  let [netPositionWad, grossNotionalWad] = [0n, 0n];
  for (const { options, sizeWad, views } of book.legs) {
    netPositionWad += (options?.optionsWad() ?? 0n) + mulFloor(sizeWad, views.midWad);
    grossNotionalWad += mulWadUp(options?.grossWad() ?? 0n, views.midWad) + mulWadUp(absOf(sizeWad), views.midWad);
  }
  return { netPositionWad, grossNotionalWad };
}

/** Collateral at mid after the initial haircut, WAD, rounded down: `BookValue.haircutCollateral`. */
export function haircutCollateralWad(book: Book): bigint {
  const unitsWad = netUnitsWad(book, "markInitial");
  return book.legs.reduce(
    (sum, { sizeWad, views }, i) => sum + mulWad((unitsWad[i] ?? 0n) - sizeWad, views.midWad),
    0n,
  );
}
