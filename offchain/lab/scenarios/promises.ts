import { money } from "../numbers.js";
import type { Metrics } from "./scenario.js";

/** One clause of a property: what broke, or undefined. */
export type Clause = (metrics: Metrics) => string | undefined;

/** Joins clauses to the test of a property. */
export function allOf(...clauses: readonly Clause[]): (metrics: Metrics) => readonly string[] {
  return (metrics) => clauses.map((clause) => clause(metrics)).filter((breach) => breach !== undefined);
}

/** Every loss has an owner: no negative equity is left uncovered. */
export const noBadDebt: Clause = ({ badDebtWad }) =>
  badDebtWad > 0n ? `${money(badDebtWad)} of losses without an owner` : undefined;

/** Nobody is liquidated whom the market-wide fair price never put below maintenance. */
export const nobodyWronged: Clause = ({ wrongfulLiquidations: count }) =>
  count > 0 ? `${count} wrongful liquidation${count === 1 ? "" : "s"}` : undefined;

/** Nobody takes out value that a true price would not have released. */
export const nothingTaken: Clause = ({ takenWad }) =>
  takenWad > 0n ? `${money(takenWad)} taken out at a false price` : undefined;

/** No account that should have been acted on is left alone at the end. */
export const nobodyForgotten: Clause = ({ leftUnderWater: count }) =>
  count > 0 ? `${count} account${count === 1 ? "" : "s"} left below maintenance` : undefined;

/** Losses stay within the insurance fund: nobody else pays. */
export const noHaircut: Clause = ({ haircutWad }) =>
  haircutWad > 0n ? `${money(haircutWad)} taken from the winning side` : undefined;

const minutes = (seconds: number) => `${Math.ceil(seconds / 60)} min`;

/** No account stays below maintenance for longer than `limitSeconds` without a step against it. */
export const actedWithin =
  (limitSeconds: number): Clause =>
  ({ maxSecondsUnderWater: seconds }) =>
    seconds > limitSeconds
      ? `an account was under water for ${minutes(seconds)} (limit ${minutes(limitSeconds)})`
      : undefined;
