import { BPS, WAD, larger, squareRoot } from "../numbers.js";
import { BLOCK_SECONDS } from "../scenarios/tape.js";
import { Arena, QUOTE_AMOUNT, WINDOW_SECONDS, movedBps } from "./arena.edge.js";
import type { Attack, Manipulation } from "./manipulation.js";
import { priceOfTicks } from "./ticks.js";

/** The move that the attacker wants a reader to see, and 1.05 in steps of 1.0001. */
const WANTED_BPS = 500;
const WANTED_TICKS = 488n;
/** 1.0001^69,081 is a thousand. */
const ALL_OUT_TICKS = 69_081n;
const BLOCKS = [1, 2, 5] as const;
/** The pool's fee, and what rounding needs on top. */
const [GROSS, NET] = [1_003_010n, 1_000_000n];
/** Tokens of six decimals as WAD. */
const QUOTE_SCALE = 10n ** 12n;
const GROUPS = 3;

/** Holds the pool `ticks` higher for some blocks and takes the money back; nobody trades against it. */
async function attack(arena: Arena, ticks: bigint, blocks: number): Promise<Attack> {
  const [edge, pool] = [await arena.farEdge(), await arena.poolTicks()];
  const root = squareRoot(priceOfTicks(ticks) * WAD);
  const paid = (((QUOTE_AMOUNT * (root - WAD)) / WAD) * GROSS) / NET;
  const [base, quote] = [await arena.held("base"), await arena.held("quote")];
  await arena.block(arena.sell("quote", paid));
  const moved = await arena.poolTicks();
  const bought = (await arena.held("base")) - base;
  let highest = await arena.farEdge();
  const look = async () => (highest = larger(highest, await arena.farEdge()));
  for (let block = 1; block < blocks; block++) {
    await arena.block();
    await look();
  }
  // The last of the blocks: everybody has read before the money leaves.
  await arena.block(arena.sell("base", bought));
  await look();
  const { mean } = await arena.poolTicks();
  const lost = quote - (await arena.held("quote"));
  // What a window keeps may show later.
  for (let passed = 0; passed < WINDOW_SECONDS; passed += BLOCK_SECONDS) {
    await arena.block();
    await look();
  }
  return {
    neededWad: paid * QUOTE_SCALE,
    lostWad: lost * QUOTE_SCALE,
    spotBps: movedBps(pool.spot, moved.spot),
    meanBps: movedBps(pool.mean, mean),
    edgeBps: Number(((highest - edge) * BPS) / edge),
  };
}

/**
 * Measures, on a real Uniswap v3 pool and the real oracle, what it costs to move a reader by 5 % for one, two and five
 * blocks. Nothing is random and the clock is pinned: the same code gives the same figures. The contracts must have been
 * compiled.
 *
 * @throws {InfrastructureError} when the embedded EVM cannot be started.
 */
export async function measureManipulation(): Promise<Manipulation> {
  const arena = await Arena.open();
  try {
    const rows = [];
    for (const blocks of BLOCKS) {
      const attempt = (ticks: bigint) => arena.attempt(() => attack(arena, ticks, blocks));
      const share = (WANTED_TICKS * BigInt(WINDOW_SECONDS)) / BigInt(BLOCK_SECONDS * blocks);
      rows.push({
        blocks,
        spot: await attempt(WANTED_TICKS),
        mean: await attempt(share),
        allOut: await attempt(ALL_OUT_TICKS),
      });
    }
    return {
      poolWad: 2n * QUOTE_AMOUNT * QUOTE_SCALE,
      windowSeconds: WINDOW_SECONDS,
      wantedBps: WANTED_BPS,
      groups: GROUPS,
      statedCostWad: await arena.statedCostWad(),
      rows,
    };
  } finally {
    await arena.close();
  }
}
