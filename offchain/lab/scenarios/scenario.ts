/** Sources of prices that the simulated world has for each underlying. */
export const SOURCES = ["chainlink", "pyth", "redstone", "uniswap"] as const;

/** One source of prices. */
export type SourceName = (typeof SOURCES)[number];

/** A span of simulated time, seconds since the start, the end not included. */
export type Span = { readonly fromSeconds: number; readonly toSeconds: number };

/** A price level relative to the start, a decimal string; between knots the price moves in a straight line. */
export type Knot = { readonly atSeconds: number; readonly level: string };

/** What an underlying does. */
export type AssetPath = {
  readonly symbol: string;
  /** Price in USD at the start, a decimal string. */
  readonly startPrice: string;
  /** Level of every venue that has no path of its own. */
  readonly market: readonly Knot[];
  /** Venues that go their own way. */
  readonly venues?: Readonly<Record<string, readonly Knot[]>>;
};

/**
 * A source that misbehaves in a span.
 * - frozen: keeps publishing, with fresh timestamps, the value of the start of the span.
 * - dead: publishes nothing; its last value grows old.
 * - scaled: publishes the true value times `numerator / denominator`.
 */
export type SourceFault = Span & { readonly source: SourceName } & (
    | { readonly kind: "frozen" | "dead" }
    | { readonly kind: "scaled"; readonly numerator: bigint; readonly denominator: bigint }
  );

/** A span in which the chain is full: the same for every design. */
export type Congestion = Span & {
  /** Keepers' transactions, upkeep included, get through in one step of so many. */
  readonly keeperStepIn: number;
  /** Rounds of the push feeds and Pyth updates get through in one step of so many. */
  readonly oracleStepIn: number;
  /** Of the liquidations in it, this many percent find one bidder: the others' transactions are stuck. */
  readonly soleBidderPercent: number;
};

/** When keepers work: they liquidate, and they do the upkeep of what needs it. */
export type KeeperPlan = {
  /** Keepers' transactions that fit into one block. */
  readonly perBlock: number;
  /** Spans in which no keeper acts at all. */
  readonly absent: readonly Span[];
  readonly congested: readonly Congestion[];
};

/** From a second on, one step lasts this long. */
export type Pace = { readonly fromSeconds: number; readonly stepSeconds: number };

/** The world a scenario requires before it starts. */
export type World = {
  /** Venues that trade every underlying; the first is the on-chain pool. */
  readonly venues: readonly string[];
  /** The one source on which the baselines rely. */
  readonly baselineSource: SourceName;
  readonly traders: number;
  /** What the insurance fund holds at the start, a decimal string in USD. */
  readonly insuranceFundUsd: string;
  /** Per-step noise of the market at 12-second steps, standard deviation in parts per million of price. */
  readonly noisePpm: number;
};

/** A leg of one unit of an option book, on the first underlying. */
export type BookLeg = {
  readonly kind: "call" | "put" | "perpetual";
  /** Strike relative to the price at the start, a decimal string; the nearest of the grid is taken. */
  readonly level: string;
  /** Lots per unit, signed: positive is bought. */
  readonly lots: number;
};

/** Somebody who trades options. */
export type BookPlan = {
  readonly id: string;
  readonly label: string;
  /** Own money, a decimal string in USD. */
  readonly moneyUsd: string;
  readonly collateral: "USDC" | "WETH";
  /** Units wanted; a book opens as many as its money carries. */
  readonly mostUnits: number;
  readonly legs: readonly BookLeg[];
};

/** Options in a case: one expiry within it, and who holds it. */
export type OptionPlan = { readonly expiresAtSeconds: number; readonly books: readonly BookPlan[] };

/** What happens. */
export type Steps = {
  readonly endsAtSeconds: number;
  readonly pace: readonly Pace[];
  readonly assets: readonly AssetPath[];
  readonly faults: readonly SourceFault[];
  readonly keepers: KeeperPlan;
  /** Span in which one trader tries at every step to take out whatever the design lets it take. */
  readonly opportunist?: Span;
  /** Options on the first underlying; only Breakwater has them. */
  readonly options?: OptionPlan;
};

/** What is measured of a run and judged. Money in WAD of USD. */
export type Metrics = {
  /** Losses that no account, fund or counterparty carried, plus what is still open and negative at the end. */
  readonly badDebtWad: bigint;
  readonly wrongfulLiquidations: number;
  readonly liquidations: number;
  /** Longest time an account stayed below maintenance at the fair price without a step against it. */
  readonly maxSecondsUnderWater: number;
  /** Longest time an account's equity stayed below zero at the fair price. */
  readonly maxSecondsInsolvent: number;
  readonly insuranceUsedWad: bigint;
  readonly penaltyPoolUsedWad: bigint;
  readonly backstopUsedWad: bigint;
  readonly haircutWad: bigint;
  readonly breakerTrips: number;
  /** What liquidations cost the owners: their equity at the fair price before, less what they had after. */
  readonly ownerCostWad: bigint;
  /** What the opportunist took beyond what the fair price allows. */
  readonly takenWad: bigint;
  /** Accounts below maintenance at the fair price at the end that nobody had acted on. */
  readonly leftUnderWater: number;
};

/** A promise and its test. */
export type Property = {
  readonly sentence: string;
  /** Names what broke; empty when the property holds. */
  readonly breaches: (metrics: Metrics) => readonly string[];
};

/** One stress scenario: a file of data and one property. */
export type Scenario = {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  /** The published facts on which the path is calibrated. */
  readonly calibration: string;
  readonly world: World;
  readonly steps: Steps;
  readonly property: Property;
  readonly seed: bigint;
};
