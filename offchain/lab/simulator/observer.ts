import { BPS } from "../numbers.js";
import type { AccountSeries, RunEvent } from "./result.js";
import type { Trader } from "./population.js";

/** How an account stands at one step. Money in WAD of USD. */
export type Standing = {
  /** Health by the design's own eyes, 10000 = at maintenance; null when nothing is left to judge. */
  readonly healthBps: number | null;
  /** Equity at the fair price. */
  readonly fairEquityWad: bigint;
  /** Whether the fair price puts the account below the design's maintenance. */
  readonly belowAtFair: boolean;
};

const HEALTH_CAP_BPS = 100_000;
/** What a further slice may take to follow the one before: as long as replays wait for whoever fell at the very end. */
const SLICE_GRACE_SECONDS = 1_200;

/** Health in bps of maintenance, capped for drawing. */
export function healthBps(haveWad: bigint, needWad: bigint): number {
  if (needWad <= 0n) return HEALTH_CAP_BPS;
  const ratio = Number((haveWad * BPS) / needWad);
  return Math.max(-HEALTH_CAP_BPS, Math.min(HEALTH_CAP_BPS, ratio));
}

/** Follows one account through a run: how long it was under water, whether what was done to it was deserved. */
export class AccountObserver {
  private everBelow = false;
  private belowSince: number | undefined;
  private insolventSince: number | undefined;
  private hits = 0;
  private seenAt = 0;
  private last: Standing | undefined;
  private readonly health: (number | null)[] = [];
  maxSecondsUnderWater = 0;
  maxSecondsInsolvent = 0;

  constructor(readonly trader: Trader) {}

  /** Takes note of how the account stands after a step. */
  see(atSeconds: number, standing: Standing): void {
    this.health.push(standing.healthBps);
    this.seenAt = atSeconds;
    this.last = standing;
    if (standing.belowAtFair) {
      this.everBelow = true;
      this.belowSince ??= atSeconds;
      this.maxSecondsUnderWater = Math.max(this.maxSecondsUnderWater, atSeconds - this.belowSince);
    } else this.belowSince = undefined;
    if (standing.fairEquityWad < 0n) {
      this.insolventSince ??= atSeconds;
      this.maxSecondsInsolvent = Math.max(this.maxSecondsInsolvent, atSeconds - this.insolventSince);
    } else this.insolventSince = undefined;
  }

  /** The fair price would have put the account, as it stood when it was hit, below maintenance. */
  wouldHaveFallen(): void {
    this.everBelow = true;
  }

  /** A liquidation hit the account. */
  hit(atSeconds: number): void {
    if (this.belowSince !== undefined)
      this.maxSecondsUnderWater = Math.max(this.maxSecondsUnderWater, atSeconds - this.belowSince);
    this.belowSince = undefined;
    this.hits += 1;
  }

  /** Whether it was liquidated although the fair price never put it below maintenance, neither before nor after. */
  get wronged(): boolean {
    return this.hits > 0 && !this.everBelow;
  }

  get liquidated(): boolean {
    return this.hits > 0;
  }

  /** Whether it ended below maintenance at the fair price and nobody had acted on it, or not for a while. */
  get leftUnderWater(): boolean {
    if (this.belowSince === undefined) return false;
    return this.hits === 0 || this.seenAt - this.belowSince >= SLICE_GRACE_SECONDS;
  }

  series(symbol: string): AccountSeries {
    const { id, side, collateral, opportunist, label: own } = this.trader;
    const label = own ?? `${opportunist ? "opportunist, " : ""}${side} ${symbol}, ${collateral} margin`;
    const insolvent = (this.last?.fairEquityWad ?? 0n) < 0n;
    const acted = this.wronged ? "wrongful" : this.liquidated ? "liquidated" : "open";
    return { id, label, healthBps: this.health, outcome: insolvent && acted === "open" ? "insolvent" : acted };
  }
}

/** Marks the liquidations that turned out to be wrongful: known only when the run is over. */
export function markWrongful(events: readonly RunEvent[], observers: readonly AccountObserver[]): readonly RunEvent[] {
  const wronged = new Set(observers.filter((one) => one.wronged).map(({ trader }) => trader.id));
  return events.map((event) =>
    event.kind === "liquidation" && wronged.has(event.subject) ? { ...event, kind: "wrongful" } : event,
  );
}
