import { blackValue } from "./black.js";
import { type Holding, legVol, type OptionLeg } from "./portfolios.js";
import type { AssetTerms, Hour } from "./world.js";

/** How far a price is moved by the references, as a share of it: Deribit's published ranges. */
const SCAN_RANGES: Readonly<Record<string, number>> = { BTC: 0.16, ETH: 0.2 };
const OTHER_RANGE = 0.25;

const DAY = 86_400;
const REFERENCE_DAYS = 30;

/** SPAN: sixteen scenarios, of which two are extreme moves that count in part. */
const SPAN = { volShift: 0.3, extremeMoves: 2, extremeShare: 0.35, shortMinimum: 0.01 };
const THIRDS = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1];

/** Deribit's portfolio margin: `volatility_range_up` and so on of its `private/simulate` answer. */
const DERIBIT = {
  buckets: [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((bucket) => bucket / 4),
  volUp: 0.5,
  volDown: 0.25,
  leastVolUp: 0.5,
  shortPower: 0.3,
  longPower: 0.13,
  farMoves: [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5],
  farFactor: 1,
  maintenanceShare: 0.8,
  shortContingency: 0.01,
};

type Priced = { readonly leg: OptionLeg; readonly price: number; readonly vol: number; readonly value: number };

/** What is held of one underlying, with its marks. */
type Slice = {
  readonly price: number;
  readonly perp: number;
  readonly legs: readonly Priced[];
  readonly range: number;
};

function slicesOf(holding: Holding, hour: Hour, terms: readonly AssetTerms[]): readonly Slice[] {
  return terms.map(({ symbol }, asset) => {
    const price = hour.sights[asset]?.price ?? 0;
    const legs = holding.options
      .filter((leg) => leg.asset === asset)
      .map((leg) => {
        const vol = legVol(leg, hour, terms);
        return { leg, price, vol, value: blackValue(leg, price, vol, hour.atSeconds) };
      });
    return { price, perp: holding.perps[asset] ?? 0, legs, range: SCAN_RANGES[symbol] ?? OTHER_RANGE };
  });
}

/** Gain of a slice when the price moves by a share and each volatility as told. */
function gainOf({ price, perp, legs }: Slice, hour: Hour, move: number, volOf: (priced: Priced) => number): number {
  const shocked = price * (1 + move);
  return legs.reduce(
    (sum, priced) =>
      sum + priced.leg.units * (blackValue(priced.leg, shocked, volOf(priced), hour.atSeconds) - priced.value),
    perp * price * move,
  );
}

/** Short options beyond long ones of their kind. */
function nakedShorts({ legs }: Slice): number {
  const net = (kind: "call" | "put") => legs.reduce((sum, { leg }) => sum + (leg.kind === kind ? leg.units : 0), 0);
  return Math.max(0, -net("call")) + Math.max(0, -net("put"));
}

/** Requirement of a SPAN-like scan with fixed ranges, dollars; no credit between underlyings. */
export function spanRequirement(holding: Holding, hour: Hour, terms: readonly AssetTerms[]): number {
  return slicesOf(holding, hour, terms).reduce((sum, slice) => {
    const losses = [SPAN.volShift, -SPAN.volShift].flatMap((shift) =>
      THIRDS.map((third) => -gainOf(slice, hour, third * slice.range, ({ vol }) => vol * (1 + shift))),
    );
    const extremes = [1, -1].map(
      (side) => -SPAN.extremeShare * gainOf(slice, hour, side * SPAN.extremeMoves * slice.range, ({ vol }) => vol),
    );
    const minimum = SPAN.shortMinimum * slice.price * nakedShorts(slice);
    return sum + Math.max(0, minimum, ...losses, ...extremes);
  }, 0);
}

/** Shock of a volatility by the time left: (30 days / time)^power. */
function volShock({ leg }: Priced, hour: Hour): number {
  const days = Math.max(1, (leg.expiry - hour.atSeconds) / DAY);
  return (REFERENCE_DAYS / days) ** (days < REFERENCE_DAYS ? DERIBIT.shortPower : DERIBIT.longPower);
}

/** Initial and maintenance requirement in the manner of Deribit's portfolio margin, dollars; no credit between underlyings. */
export function deribitRequirement(holding: Holding, hour: Hour, terms: readonly AssetTerms[]) {
  const up = (priced: Priced) =>
    priced.vol + Math.max(priced.vol, DERIBIT.leastVolUp) * DERIBIT.volUp * volShock(priced, hour);
  const down = (priced: Priced) => priced.vol * Math.max(0, 1 - DERIBIT.volDown * volShock(priced, hour));
  const maintenance = slicesOf(holding, hour, terms).reduce((sum, slice) => {
    const losses = [up, down, ({ vol }: Priced) => vol].flatMap((volOf) =>
      DERIBIT.buckets.map((bucket) => -gainOf(slice, hour, bucket * slice.range, volOf)),
    );
    const far = DERIBIT.farMoves.map(
      (move) => -gainOf(slice, hour, move, up) * Math.min(1, (DERIBIT.farFactor * slice.range) / Math.abs(move)),
    );
    const contingency = DERIBIT.shortContingency * slice.price * nakedShorts(slice);
    return sum + Math.max(0, ...losses, ...far) + contingency;
  }, 0);
  return { initial: maintenance / DERIBIT.maintenanceShare, maintenance };
}
