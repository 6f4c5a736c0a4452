import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployPool, isqrt } from "./uniswapPool.js";

const { ethers, networkHelpers } = await network.create();

const ETH = 1n;
const WAD = 10n ** 18n;
const BLOCK_SECONDS = 12n;
const WINDOW = 600n;
const PRICE_WAD = 2000n * WAD;
const BASE = 5_000n * WAD;
const QUOTE = 10_000_000n * 10n ** 6n;
const BPS = 10_000n;
/** The move that the attacker wants a reader to see. */
const WANTED_BPS = 500n;
/** 1.05 in steps of 1.0001. */
const WANTED_TICKS = 488n;
const CONFIG = {
  gateBps: 200n,
  truncationBps: 200n,
  velocityBps: 500n,
  minHalfSpreadBps: 10n,
  wideHalfSpreadBps: 100n,
  freshSeconds: 300n,
  maxAgeSeconds: 3600n,
  ageSpreadBps: 10_000n,
  shortWindowSeconds: 180n,
  longWindowSeconds: 600n,
  ringSpacingSeconds: 8n,
  sigmaFloorBps: 3000n,
  sigmaSeedBps: 6000n,
  glideBpsPerHour: 1000n,
} as const;

/** 1.0001^ticks in WAD, near enough to choose how much to swap. */
function priceOf(ticks: bigint): bigint {
  let [factor, base, left] = [WAD, (WAD * 10_001n) / 10_000n, ticks];
  for (; left !== 0n; left >>= 1n) {
    if (left % 2n === 1n) factor = (factor * base) / WAD;
    base = (base * base) / WAD;
  }
  return factor;
}

describe("Cost to move a reader by 5 %, on a real pool of 20 million dollars", () => {
  async function arena() {
    const [attacker] = await ethers.getSigners();
    if (attacker === undefined) throw new RangeError("no signer");
    const base = await ethers.deployContract("OracleMockToken", [18]);
    const quote = await ethers.deployContract("OracleMockToken", [6]);
    const pool = await deployPool(attacker, base, quote, BASE, QUOTE);
    await pool.pool.getFunction("increaseObservationCardinalityNext").send(200);
    const honest = [
      await ethers.deployContract("OracleMockSource", [PRICE_WAD]),
      await ethers.deployContract("OracleMockSource", [PRICE_WAD]),
    ];
    const twap = await ethers.deployContract("UniswapV3TwapAdapter", [
      pool.poolAddress,
      base,
      WINDOW,
      0n,
      1n,
      ZeroAddress,
      1n,
    ]);
    const manager = await ethers.deployContract("AccessManager", [attacker]);
    const libraries = { SpecDesk: await ethers.deployContract("SpecDesk") };
    const oracle = await ethers.deployContract("PriceOracle", [manager], { libraries });
    await networkHelpers.time.increase(Number(WINDOW));
    const sources = await Promise.all(
      [...honest, twap].map(async (adapter, group) => {
        const terms = { maxAgeSeconds: 3600n, gasCap: 500_000n, floorWad: 1n, ceilingWad: 10n ** 27n };
        return { adapter: await adapter.getAddress(), group: BigInt(group), ...terms };
      }),
    );
    await oracle.listAsset(ETH, CONFIG, sources, 256n);
    const balanceOf = async (): Promise<bigint> => base.getFunction("balanceOf").staticCall(attacker);
    const quoteOf = async (): Promise<bigint> => quote.getFunction("balanceOf").staticCall(attacker);
    /** What the honest say, a block later, and what our interval is then. */
    const block = async (): Promise<bigint> => {
      await networkHelpers.time.increase(Number(BLOCK_SECONDS));
      for (const feed of honest) {
        await feed.getFunction("set").send(PRICE_WAD, 0n, BigInt(await networkHelpers.time.latest()));
      }
      await oracle.poke([ETH]);
      return (await oracle.read(ETH)).highWad;
    };
    /** Ticks that a plain mean over the window has moved. */
    const meanTicks = async (): Promise<bigint> => {
      const [sums]: readonly [readonly bigint[]] = await pool.pool.getFunction("observe").staticCall([WINDOW, 0n]);
      return ((sums[1] ?? 0n) - (sums[0] ?? 0n)) / WINDOW;
    };
    return { pool, base, quote, twap, balanceOf, quoteOf, block, meanTicks };
  }

  /** Holds the pool `ticks` higher for some blocks and takes the money back; nobody trades against it. */
  async function attack(ticks: bigint, blocks: bigint) {
    const { pool, base, quote, balanceOf, quoteOf, block, meanTicks } = await networkHelpers.loadFixture(arena);
    await block();
    const [edgeBefore, meanBefore] = [await block(), await meanTicks()];
    const root = isqrt(priceOf(ticks) * WAD);
    const paid = (((QUOTE * (root - WAD)) / WAD) * 1003n) / 1000n;
    const before = await balanceOf();
    await pool.swap(quote, paid);
    const bought = (await balanceOf()) - before;
    let highest = 0n;
    for (let i = 0n; i < blocks; i++) {
      const edge = await block();
      if (edge > highest) highest = edge;
    }
    const meanMoved = (await meanTicks()) - meanBefore;
    const held = await quoteOf();
    // The router's helper mints what it sells: what was bought is what it sells.
    await pool.swap(base, bought);
    const returned = (await quoteOf()) - held;
    for (let i = 0n; i < blocks; i++) {
      const edge = await block();
      if (edge > highest) highest = edge;
    }
    const moved = pool.baseIsToken0 ? meanMoved : -meanMoved;
    return { paid, cost: paid - returned, edgeMovedBps: ((highest - edgeBefore) * BPS) / edgeBefore, meanMoved: moved };
  }

  it("the adapter's own figure is below what the attack on a mean takes, for two blocks and for five", async () => {
    const { twap } = await networkHelpers.loadFixture(arena);
    const [costWad] = await twap.manipulationCost();
    for (const blocks of [2n, 5n]) {
      const { paid } = await attack((WANTED_TICKS * WINDOW) / (BLOCK_SECONDS * blocks), blocks);
      expect(costWad / 10n ** 12n).to.be.lessThan(paid);
      if (process.env["SHOW"] !== undefined) console.log(blocks, usd(costWad / 10n ** 12n), usd(paid));
    }
  });

  const usd = (amount: bigint) => `$${(amount / 10n ** 6n).toLocaleString("en")}`;

  for (const blocks of [1n, 2n, 5n]) {
    it(`held for ${blocks} block${blocks === 1n ? "" : "s"}: a spot reader, a plain mean, and our far edge`, async () => {
      const spot = await attack(WANTED_TICKS, blocks);
      // The last block's share of the window grows by the seconds of the transactions in between: more than enough.
      const plain = await attack((WANTED_TICKS * WINDOW) / (BLOCK_SECONDS * blocks), blocks);
      expect(plain.meanMoved >= WANTED_TICKS - 2n, `a plain mean moved by ${plain.meanMoved}`).to.equal(true);
      // Seeing 5 % costs a reader of the spot fees of a small swap; a plain mean more; neither moves our edge by half of it.
      expect(spot.cost > 0n && plain.cost > spot.cost && plain.paid > spot.paid).to.equal(true);
      for (const { edgeMovedBps } of [spot, plain]) expect(edgeMovedBps).to.be.lessThan(WANTED_BPS / 2n);
      if (process.env["SHOW"] !== undefined) {
        const row = [spot.cost, spot.paid, plain.cost, plain.paid].map(usd).join(" | ");
        console.log(`| ${blocks} | ${row} | ${spot.edgeMovedBps} / ${plain.edgeMovedBps} bps |`);
      }
    });
  }
});
