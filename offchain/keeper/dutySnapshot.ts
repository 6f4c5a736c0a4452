/** What the oracle holds of one asset, as far as duties depend on it. Times in unix seconds. */
export type HeldPrice = {
  readonly asset: bigint;
  readonly updatedAt: number;
  readonly isFirm: boolean;
  /** Whether a correlation may learn from it: Firm or Wide, with a full quorum. */
  readonly isQuorate: boolean;
};

/** A pull oracle's feed that a source of ours reads. */
export type PullFeed = {
  /** Our adapter, through which an update is paid for. */
  readonly adapter: string;
  /** The provider's contract: one update of it serves every feed there. */
  readonly provider: string;
  readonly feedId: string;
  /** Unix seconds of the value on chain; 0 when there is none. */
  readonly updatedAt: number;
};

/** Options on an underlying. */
export type OptionUnderlying = {
  readonly asset: bigint;
  /** Expiries that are listed, unix seconds. */
  readonly listed: readonly number[];
  /** Expiries that may still be added. */
  readonly freeSlots: number;
};

/** A listed expiry that is near enough for something to be done about it. */
export type DueExpiry = {
  readonly slot: bigint;
  readonly asset: bigint;
  /** Whether any account has legs in it: what nobody holds needs no settlement price. */
  readonly isHeld: boolean;
  readonly canFix: boolean;
  readonly canSettle: boolean;
  readonly canRetire: boolean;
  /** Unix seconds at which the oracle was last found Firm for it; 0 = never. */
  readonly markedAt: number;
  /** Two marks further apart than this do not count, seconds. */
  readonly gapSeconds: number;
};

/** The pool behind a market: what may be open because of it as kept, and as the pool would say now. Whole USD. */
export type MarketBacking = { readonly asset: bigint; readonly keptUsd: bigint; readonly actualUsd: bigint };

/** Something that could not be read: unknown, not fine. It is asked again at the next tick. */
export type UnreadableFact = { readonly fact: string; readonly error: Error };

/** What a keeper must know to do its duties, all of one block. */
export type DutySnapshot = {
  readonly nowSeconds: number;
  readonly prices: readonly HeldPrice[];
  readonly feeds: readonly PullFeed[];
  readonly underlyings: readonly OptionUnderlying[];
  readonly expiries: readonly DueExpiry[];
  /** Accounts that hold legs of settled expiries, of those that were looked at. */
  readonly holders: readonly bigint[];
  readonly backings: readonly MarketBacking[];
  /** Pairs whose correlation may learn. */
  readonly pairs: readonly (readonly [bigint, bigint])[];
  readonly unreadable: readonly UnreadableFact[];
};
