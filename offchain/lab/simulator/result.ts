import type { Design } from "../designs.js";
import type { Metrics } from "../scenarios/scenario.js";

/** Something that happened in a run and is worth a mark on a chart. */
export type RunEvent = {
  readonly atSeconds: number;
  readonly kind:
    "liquidation" | "wrongful" | "flag" | "trip" | "recovery" | "fund" | "haircut" | "theft" | "refusal" | "settlement";
  /** Trader, asset or layer it is about. */
  readonly subject: string;
  readonly text: string;
};

/** What was seen of one account through a run; health: 10000 = exactly at maintenance, null = no position left. */
export type AccountSeries = {
  readonly id: string;
  readonly label: string;
  readonly healthBps: readonly (number | null)[];
  readonly outcome: "open" | "liquidated" | "wrongful" | "insolvent";
};

/** What the protocol made of its sources: interval edges and mid, integer micro-dollars. */
export type IndexSeries = {
  readonly symbol: string;
  readonly low: readonly number[];
  readonly mid: readonly number[];
  readonly high: readonly number[];
};

/** Levels of one breaker, 0 to 4. */
export type LevelSeries = { readonly name: string; readonly level: readonly number[] };

/** One layer of the default waterfall. */
export type LayerUse = { readonly layer: string; readonly usedWad: bigint };

/** How an option book fared. Money in WAD of USD. */
export type BookOutcome = {
  readonly id: string;
  readonly label: string;
  readonly moneyWad: bigint;
  /** Notional of its option lots at the opening. */
  readonly notionalWad: bigint;
  /** Premiums received less premiums paid. */
  readonly premiumWad: bigint;
  /** Equity at the fair price at the end of the run. */
  readonly endWad: bigint;
  readonly outcome: AccountSeries["outcome"];
  /** What penalty pools, fund, backstop and counterparties paid for it. */
  readonly lossWad: bigint;
};

/** Options of a run: one expiry on the first underlying, settled by the keeper. Times in seconds since the start. */
export type OptionsOutcome = {
  readonly symbol: string;
  readonly expiresAtSeconds: number;
  /** Open lots of one side at the opening, in WAD of USD at the mid. */
  readonly openInterestWad: bigint;
  /** Marks of the settlement price, and the seconds that they cover. */
  readonly marks: number;
  readonly coveredSeconds: number;
  /** null: not settled within the run. */
  readonly settledAtSeconds: number | null;
  readonly settlementPriceWad: bigint | null;
  /** Fair price at expiry, to compare with. */
  readonly fairPriceWad: bigint;
  /** Accounts that were paid, and losses that were spread over series. */
  readonly paidAccounts: number;
  readonly spreadWad: bigint;
  readonly books: readonly BookOutcome[];
};

/** Everything known of one run of one design. */
export type RunResult = {
  readonly scenario: string;
  readonly design: Design;
  readonly seed: bigint;
  readonly metrics: Metrics;
  readonly breaches: readonly string[];
  readonly finalBlockHash: string | null;
  readonly blocks: number;
  readonly transactions: number;
  /** Own money of all traders at the start, WAD of USD: the same in every design. */
  readonly moneyWad: bigint;
  /** Positions they wanted for it, and the positions that the design opened, WAD of USD. */
  readonly wantedWad: bigint;
  readonly notionalWad: bigint;
  readonly insuranceStartWad: bigint;
  readonly waterfall: readonly LayerUse[];
  readonly events: readonly RunEvent[];
  readonly accounts: readonly AccountSeries[];
  readonly index: readonly IndexSeries[];
  readonly levels: readonly LevelSeries[];
  /** Insurance fund after each step, integer micro-dollars. */
  readonly fund: readonly number[];
  /** null: no options in this case, or in this design. */
  readonly options: OptionsOutcome | null;
};

/** Verdict of a run in the words of the report. */
export function verdictOf(result: RunResult): "pass" | "fail" {
  return result.breaches.length === 0 ? "pass" : "fail";
}
