/** What one attack cost and how far it moved the readers. Money in WAD of USD. */
export type Attack = {
  /** Money the attacker has to put into the pool. */
  readonly neededWad: bigint;
  /** What is gone when he has taken it back: fees, nobody having traded against him. */
  readonly lostWad: bigint;
  /** Moves seen by a reader of the pool's spot price, by one of its plain mean, and by our interval's far edge, bps. */
  readonly spotBps: number;
  readonly meanBps: number;
  readonly edgeBps: number;
};

/** The attacks that hold the pool for so many blocks. */
export type HeldFor = {
  readonly blocks: number;
  /** Just enough for a spot reader. */
  readonly spot: Attack;
  /** Just enough for a plain mean over the window. */
  readonly mean: Attack;
  /** A thousand times the price. */
  readonly allOut: Attack;
};

/** What it costs to move a reader of a real pool, and why ours is not moved. */
export type Manipulation = {
  /** Both sides of the pool, WAD of USD. */
  readonly poolWad: bigint;
  readonly windowSeconds: number;
  /** The move that the attacker wants a reader to see, bps. */
  readonly wantedBps: number;
  /** Groups that our interval is made of, the pool being one. */
  readonly groups: number;
  /** What the pool's adapter takes the cost to be: it gives no value for more than half of it in open positions. */
  readonly statedCostWad: bigint;
  readonly rows: readonly HeldFor[];
};

/** The most that any of the attacks moved our far edge, bps. */
export function worstEdgeBps({ rows }: Manipulation): number {
  return Math.max(0, ...rows.flatMap(({ spot, mean, allOut }) => [spot, mean, allOut].map(({ edgeBps }) => edgeBps)));
}
