/** What the auction says of an account that it has not opened. */
export type UnflaggedAuction = {
  readonly kind: "none";
  readonly canFlag: boolean;
  /** Reward for a flag now, WAD of the settlement token. */
  readonly rewardWad: bigint;
};

/** What the auction says of an account that it sells. */
export type OpenAuction = {
  readonly kind: "open";
  readonly canRelease: boolean;
  readonly canRefresh: boolean;
  readonly canBid: boolean;
  /** Price of the whole portfolio, WAD, signed; negative is paid to the bidder. */
  readonly priceWad: bigint;
  /** Largest fraction that may be taken, WAD. */
  readonly maxFractionWad: bigint;
};

/** An account as the keeper sees it. Amounts in WAD of the settlement token. */
export type AccountSnapshot = {
  readonly account: bigint;
  /** At mid, without haircut; signed. */
  readonly equityWad: bigint;
  /** Initial margin requirement. */
  readonly initialWad: bigint;
  readonly grossNotionalWad: bigint;
  /** Whether it owes cash and has nothing left, so that the waterfall may be asked. */
  readonly hasResidual: boolean;
  readonly auction: UnflaggedAuction | OpenAuction;
};

/** An account that could not be read: unknown, not healthy. */
export type UnreadableAccount = {
  readonly account: bigint;
  readonly error: Error;
};

/** The world at one moment. */
export type DomainSnapshot = {
  readonly accounts: readonly AccountSnapshot[];
  readonly unreadable: readonly UnreadableAccount[];
  /** The keeper's own surplus over initial margin, WAD, signed. */
  readonly bidderSurplusWad: bigint;
  /** Price of the coin that pays for gas, WAD; absent when the oracle has none. */
  readonly nativePriceWad?: bigint;
  /** Wei of that coin per gas. */
  readonly gasPriceWei: bigint;
};
