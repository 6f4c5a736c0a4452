import { BPS, WAD, wad } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import type { Span } from "../scenarios/scenario.js";
import { openStream } from "../streams.js";

/** What a trader posts. Coins other than dollars need ETH on the tape. */
export type CollateralKind = "USDC" | "WETH" | "wstETH";

/** One trader, the same in every design: own money, and the position wanted for it. */
export type Trader = {
  readonly id: string;
  /** Index of the underlying on the tape. */
  readonly asset: number;
  readonly side: "long" | "short";
  /** Position wanted; a design that asks for more money opens the largest that the money carries. */
  readonly wantedWad: bigint;
  /** The trader's own money, WAD of USD. */
  readonly moneyWad: bigint;
  readonly collateral: CollateralKind;
  /** Whether this one tries to take out whatever it is given. */
  readonly opportunist: boolean;
  /** What it holds, where that is more than one position. */
  readonly label?: string;
};

/** wstETH per ETH at the start; the ratio rises too slowly to matter within a run. */
export const WSTETH_RATIO_WAD = wad("1.15");

/** Nobody opens closer to a design's limit than this, bps of what it asks for. */
export const OPENING_BUFFER_BPS = 300n;
/** Own money of the careful half, and of the bold half, bps of the position wanted: 1.4 to 2 times, 2.2 to 3.7 times. */
const CAREFUL_BPS = [5_200, 7_000] as const;
const BOLD_BPS = [2_700, 4_500] as const;

/**
 * Draws the traders of a case: two thirds long, sizes from $5k to $400k with many small ones, every other one careful.
 * The last one is the opportunist where the case has one.
 */
export function drawTraders(input: Case): readonly Trader[] {
  const stream = openStream({ seed: input.seed, run: input.name, component: "traders" });
  const eth = input.tape.assets.findIndex(({ symbol }) => symbol === "ETH");
  const traders: Trader[] = [];
  for (let index = 0; index < input.traders; index++) {
    const draw = (slot: number, from: number, to: number) => stream.integer(index * 16 + slot, from, to);
    const asset = index < input.tape.assets.length ? index : draw(0, 0, input.tape.assets.length - 1);
    const skew = draw(1, 0, 1000);
    const [leastBps, mostBps] = index % 2 === 0 ? BOLD_BPS : CAREFUL_BPS;
    const moneyBps = BigInt(draw(2, leastBps, mostBps));
    const kind = eth < 0 ? 0 : draw(3, 0, 9);
    const opportunist = input.opportunist !== undefined && index === input.traders - 1;
    const wantedWad = BigInt(5_000 + Math.floor((395_000 * skew * skew) / 1_000_000)) * WAD;
    traders.push({
      id: `T${String(index + 1).padStart(2, "0")}`,
      asset,
      side: opportunist || index % 3 !== 2 ? "long" : "short",
      wantedWad,
      moneyWad: (wantedWad * moneyBps) / BPS,
      collateral: opportunist || kind < 6 ? "USDC" : kind < 8 ? "WETH" : "wstETH",
      opportunist,
    });
  }
  return traders;
}

const within = (atSeconds: number) => (span: Span) => span.fromSeconds <= atSeconds && atSeconds < span.toSeconds;

/** Whether keepers' transactions get through at a step. */
export function keeperActs({ keepers }: Case, atSeconds: number, step: number): boolean {
  if (keepers.absent.some(within(atSeconds))) return false;
  const jam = keepers.congested.find(within(atSeconds));
  return jam === undefined || step % jam.keeperStepIn === 0;
}

/** Whether rounds of the oracles get through at a step. */
export function oracleActs({ keepers }: Case, atSeconds: number, step: number): boolean {
  const jam = keepers.congested.find(within(atSeconds));
  return jam === undefined || step % jam.oracleStepIn === 0;
}

/**
 * Whether an auction finds a single bidder, all others being stuck: exactly the share given, evenly spread over the
 * auctions of the congestion from a random start, so that a handful of them is not a matter of luck.
 *
 * @param ordinal - Auctions in congestion before this one.
 * @returns Whether it does; undefined outside congestion.
 */
export function soleBidder(input: Case, atSeconds: number, ordinal: number): boolean | undefined {
  const jam = input.keepers.congested.find(within(atSeconds));
  if (jam === undefined) return undefined;
  const start = openStream({ seed: input.seed, run: input.name, component: "bidders" }).integer(0, 0, 99);
  const before = (count: number) => Math.floor((start + count * jam.soleBidderPercent) / 100);
  return before(ordinal + 1) > before(ordinal);
}
