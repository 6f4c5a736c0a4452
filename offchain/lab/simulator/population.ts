import { BPS, WAD, wad } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import { openStream } from "../streams.js";

/** What a trader posts. Coins other than dollars need ETH on the tape. */
export type CollateralKind = "USDC" | "WETH" | "wstETH";

/** One trader, the same in every design: position and distance from the design's own opening limit. */
export type Trader = {
  readonly id: string;
  /** Index of the underlying on the tape. */
  readonly asset: number;
  readonly side: "long" | "short";
  readonly notionalWad: bigint;
  /** Margin posted beyond what the design asks at opening, bps of that requirement. */
  readonly bufferBps: number;
  readonly collateral: CollateralKind;
  /** Whether this one tries to take out whatever it is given. */
  readonly opportunist: boolean;
};

/** wstETH per ETH at the start; the ratio rises too slowly to matter within a run. */
export const WSTETH_RATIO_WAD = wad("1.15");

/**
 * Draws the traders of a case: two thirds long, sizes from $5k to $400k with many small ones, most of them close to
 * the opening limit. The last one is the opportunist where the case has one.
 */
export function drawTraders(input: Case): readonly Trader[] {
  const stream = openStream({ seed: input.seed, run: input.name, component: "traders" });
  const eth = input.tape.assets.findIndex(({ symbol }) => symbol === "ETH");
  const traders: Trader[] = [];
  for (let index = 0; index < input.traders; index++) {
    const draw = (slot: number, from: number, to: number) => stream.integer(index * 16 + slot, from, to);
    const asset = index < input.tape.assets.length ? index : draw(0, 0, input.tape.assets.length - 1);
    const skew = draw(1, 0, 1000);
    const closeness = draw(2, 0, 1000);
    const kind = eth < 0 ? 0 : draw(3, 0, 9);
    const opportunist = input.opportunist !== undefined && index === input.traders - 1;
    traders.push({
      id: `T${String(index + 1).padStart(2, "0")}`,
      asset,
      side: opportunist || index % 3 !== 2 ? "long" : "short",
      notionalWad: (BigInt(5_000 + Math.floor((395_000 * skew * skew) / 1_000_000)) * WAD * 10n) / 10n,
      bufferBps: 300 + Math.floor((11_700 * closeness * closeness) / 1_000_000),
      collateral: opportunist || kind < 6 ? "USDC" : kind < 8 ? "WETH" : "wstETH",
      opportunist,
    });
  }
  return traders;
}

/** A requirement with the trader's own buffer on top, WAD. */
export function withBuffer(requirementWad: bigint, trader: Trader): bigint {
  return (requirementWad * (BPS + BigInt(trader.bufferBps))) / BPS;
}

/** Whether a keeper's transaction gets through at a step. */
export function keeperActs(input: Case, atSeconds: number, step: number): boolean {
  const inside = (span: { fromSeconds: number; toSeconds: number }) =>
    span.fromSeconds <= atSeconds && atSeconds < span.toSeconds;
  if (input.keepers.absent.some(inside)) return false;
  const jam = input.keepers.congested.find(inside);
  return jam === undefined || step % jam.oneStepIn === 0;
}
