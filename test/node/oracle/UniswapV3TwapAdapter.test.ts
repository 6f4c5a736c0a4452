import { expect } from "chai";
import { network } from "hardhat";
import { type Addressable, type Contract, ZeroAddress } from "ethers";
import { squareRoot } from "../../../offchain/lab/numbers.js";
import { deployPool, type PoolFixture } from "../../../offchain/lab/simulator/evm/uniswapPool.edge.js";

const { ethers, networkHelpers } = await network.create();

const WAD = 10n ** 18n;
const WINDOW = 600n;
const PRICE_WAD = 2000n * WAD;
const BASE_AMOUNT = 1000n * WAD;
const QUOTE_AMOUNT = 2_000_000n * 10n ** 6n;

/** Whether `actual` is within `bps` of `expected`. */
function isWithinBps(actual: bigint, expected: bigint, bps: bigint): boolean {
  const distance = actual > expected ? actual - expected : expected - actual;
  return distance * 10_000n <= expected * bps;
}

describe("UniswapV3TwapAdapter", () => {
  async function tokens(): Promise<readonly [Contract, Contract]> {
    return [await ethers.deployContract("OracleMockToken", [18]), await ethers.deployContract("OracleMockToken", [6])];
  }

  /** A pool of 1000 base at 2000, in the token order asked for. */
  async function poolWithBase(first: boolean): Promise<PoolFixture & { base: Contract; quote: Contract }> {
    const [admin] = await ethers.getSigners();
    if (admin === undefined) throw new RangeError("no signer");
    for (;;) {
      const [base, quote] = await tokens();
      if (BigInt(await base.getAddress()) < BigInt(await quote.getAddress()) !== first) continue;
      const fixture = await deployPool(admin, base, quote, BASE_AMOUNT, QUOTE_AMOUNT);
      await fixture.pool.getFunction("increaseObservationCardinalityNext").send(100);
      return { ...fixture, base, quote };
    }
  }

  async function adapterOf(
    fixture: PoolFixture & { base: Contract },
    cache = 0n,
    minLiquidity = 1n,
    openSize: Addressable | string = ZeroAddress,
  ) {
    return ethers.deployContract("UniswapV3TwapAdapter", [
      fixture.poolAddress,
      fixture.base,
      WINDOW,
      cache,
      minLiquidity,
      openSize,
      1n,
    ]);
  }

  async function baseFirst() {
    return poolWithBase(true);
  }

  async function baseSecond() {
    return poolWithBase(false);
  }

  for (const [name, fixture] of [
    ["token0", baseFirst],
    ["token1", baseSecond],
  ] as const) {
    it(`prices base as ${name}`, async () => {
      const pool = await networkHelpers.loadFixture(fixture);
      await networkHelpers.time.increase(Number(WINDOW));
      const adapter = await adapterOf(pool);
      const [priceWad, confidenceWad, updatedAt] = await adapter.latest();
      expect(isWithinBps(priceWad, PRICE_WAD, 1n)).to.equal(true);
      expect(confidenceWad).to.equal(0n);
      expect(updatedAt).to.be.lessThan(BigInt(await networkHelpers.time.latest()) - WINDOW + 5n);
    });

    it(`keeps its price through a wick of one sub-window, base as ${name}`, async () => {
      const pool = await networkHelpers.loadFixture(fixture);
      const adapter = await adapterOf(pool);
      await networkHelpers.time.increase(Number(WINDOW));
      await pool.swap(pool.base, 300n * WAD);
      const reserve: bigint = await pool.quote.getFunction("balanceOf").staticCall(pool.poolAddress);
      await networkHelpers.time.increase(24);
      await pool.swap(pool.quote, ((QUOTE_AMOUNT - reserve) * 1003n) / 1000n);
      await networkHelpers.time.increase(24);
      const [priceWad] = await adapter.latest();
      expect(isWithinBps(priceWad, PRICE_WAD, 5n)).to.equal(true);
    });

    it(`says that it lags in a slide, base as ${name}`, async () => {
      const pool = await networkHelpers.loadFixture(fixture);
      const adapter = await adapterOf(pool);
      await networkHelpers.time.increase(Number(WINDOW));
      for (let i = 0; i < 11; i++) {
        await pool.swap(pool.base, 5n * WAD);
        await networkHelpers.time.increase(54);
      }
      // 55 sold into 1000: (1000 / 1055)^2 = -10.2 % spot; the median is half way.
      const [priceWad, confidenceWad, updatedAt] = await adapter.latest();
      expect(isWithinBps(priceWad, (PRICE_WAD * 9450n) / 10_000n, 60n)).to.equal(true);
      expect(confidenceWad > (priceWad * 3n) / 100n && confidenceWad < (priceWad * 7n) / 100n).to.equal(true);
      expect(updatedAt).to.be.greaterThan(BigInt(await networkHelpers.time.latest()) - 60n);
    });
  }

  /** The pool's own sums, seconds ago by seconds ago. */
  async function sumsOf(pool: PoolFixture, agos: readonly bigint[]): Promise<readonly bigint[]> {
    const [ticks]: readonly [readonly bigint[]] = await pool.pool.getFunction("observe").staticCall(agos);
    return ticks;
  }

  it("keeps the pool's own history, whoever refreshes whenever", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool);
    await networkHelpers.time.increase(Number(WINDOW));
    await adapter.refresh();
    const boundaries = Array.from({ length: 12 }, (_, i) => BigInt(i) - 11n).map((i) => (i * WINDOW) / 11n);
    const startedAt = BigInt(await networkHelpers.time.latest());
    const ends = boundaries.map((ago) => startedAt + ago);
    let seed = 7n;
    for (let step = 0; step < 60; step++) {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
      const [base, size, pause] = [seed % 2n === 0n, (seed >> 8n) % 30n, 3n + ((seed >> 16n) % 40n)];
      await pool.swap(base ? pool.base : pool.quote, base ? (size + 1n) * WAD : (size + 1n) * 2000n * 10n ** 6n);
      await networkHelpers.time.increase(Number(pause));
      await adapter.refresh();
      const now = BigInt(await networkHelpers.time.latest());
      if (now - (ends.at(-1) ?? 0n) >= WINDOW / 11n) ends.push(now);
      const edges = ends.slice(-12);
      const sums = await sumsOf(
        pool,
        [...edges, now].map((at) => now - at),
      );
      const mean = (from: number, to: number, seconds: bigint) => ((sums[to] ?? 0n) - (sums[from] ?? 0n)) / seconds;
      const means = edges.slice(1).map((end, i) => {
        // What came after the newest sub-window counts as part of it.
        const last = i === 10;
        return mean(i, last ? 12 : i + 1, (last ? now : end) - (edges[i] ?? 0n));
      });
      const expected = means.toSorted((a, b) => (a < b ? -1 : 1))[5] ?? 0n;
      const [tick, lagTicks] = await adapter.evaluate();
      const off = (a: bigint, b: bigint) => (a > b ? a - b : b - a);
      expect(off(tick, expected) <= 1n, `step ${step}: ${tick} for ${expected}`).to.equal(true);
      expect(off(lagTicks, off(means.at(-1) ?? 0n, expected)) <= 2n).to.equal(true);
    }
    expect(ends.length).to.be.greaterThan(12 + 11);
  });

  it("asks the pool for no history while somebody refreshes", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool);
    await networkHelpers.time.increase(Number(WINDOW));
    const gas: bigint[] = [];
    for (let i = 0; i < 30; i++) {
      await pool.swap(i % 2 === 0 ? pool.base : pool.quote, i % 2 === 0 ? WAD : 2000n * 10n ** 6n);
      await networkHelpers.time.increase(30);
      const receipt = await (await adapter.refresh()).wait();
      gas.push(receipt?.gasUsed ?? 0n);
    }
    expect(gas[0]).to.be.greaterThan(150_000n);
    for (const used of gas.slice(1)) expect(used).to.be.lessThan(60_000n);
    // A pause of two sub-windows, and the pool's own history is searched again.
    await networkHelpers.time.increase(120);
    const receipt = await (await adapter.refresh()).wait();
    expect(receipt?.gasUsed).to.be.greaterThan(100_000n);
  });

  it("holds against the extreme of one interval in each of five sub-windows, refreshed around it", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool);
    await networkHelpers.time.increase(Number(WINDOW));
    await adapter.refresh();
    const [before] = await adapter.evaluate();
    for (let attack = 0; attack < 5; attack++) {
      await networkHelpers.time.increase(50);
      const had: bigint = await pool.quote.getFunction("balanceOf").staticCall(pool.poolAddress);
      await pool.swap(pool.base, 100_000n * WAD);
      await networkHelpers.time.increase(12);
      // The sub-window ends with the extreme in it, before the price is put back.
      await adapter.refresh();
      const left: bigint = await pool.quote.getFunction("balanceOf").staticCall(pool.poolAddress);
      await pool.swap(pool.quote, ((had - left) * 1003n) / 1000n);
    }
    const [after, lagTicks] = await adapter.evaluate();
    expect(after > before ? after - before : before - after).to.be.lessThan(60n);
    expect(lagTicks).to.be.greaterThan(1000n);
  });

  it("behavior: too thin at a refresh, and said so until the thin sub-windows are out of the window", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    await networkHelpers.time.increase(Number(WINDOW));
    const liquidity: bigint = await pool.pool.getFunction("liquidity").staticCall();
    const strict = await adapterOf(pool, 60n, (liquidity * 199n) / 100n);
    await expect(strict.refresh()).to.emit(strict, "Refreshed").withArgs(-1048576n, 0n);
    // Eleven sub-windows with half the floor weigh 4 of 2 each.
    await expect(strict.latest()).to.be.revertedWithCustomError(strict, "Oracle_PoolTooThin").withArgs(44n, 22n);
    const empty = await adapterOf(pool, 60n, liquidity * 2n + 2n);
    await expect(empty.evaluate())
      .to.be.revertedWithCustomError(empty, "Oracle_PoolTooThin")
      .withArgs(2n ** 256n - 1n, 22n);
  });

  it("behavior: a pool idle for too long to tell gives no value", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool);
    await networkHelpers.time.increase(65_000);
    const [priceWad] = await adapter.latest();
    expect(isWithinBps(priceWad, PRICE_WAD, 1n)).to.equal(true);
    await networkHelpers.time.increase(600);
    expect(await adapter.latest()).to.deep.equal([0n, 0n, 0n]);
  });

  it("follows to the new price after the window", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool);
    await pool.swap(pool.base, 100n * WAD);
    await networkHelpers.time.increase(Number(WINDOW) + 1);
    const [priceWad] = await adapter.latest();
    // (1000 / 1099.7)^2 of 2000, the fee of 0.3 % staying outside.
    expect(isWithinBps(priceWad, (PRICE_WAD * 8269n) / 10_000n, 5n)).to.equal(true);
  });

  it("behavior: history shorter than the window is refused by the pool", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool);
    await networkHelpers.time.increase(Number(WINDOW) / 2);
    await expect(adapter.latest()).to.be.revertedWith("OLD");
    await expect(adapter.refresh()).to.be.revertedWith("OLD");
  });

  it("behavior: a thin pool is refused", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    await networkHelpers.time.increase(Number(WINDOW));
    const liquidity: bigint = await pool.pool.getFunction("liquidity").staticCall();
    await (await adapterOf(pool, 0n, (liquidity * 999n) / 1000n)).latest();
    const strict = await adapterOf(pool, 0n, liquidity * 2n);
    await expect(strict.latest()).to.be.revertedWithCustomError(strict, "Oracle_PoolTooThin");
  });

  it("serves the cache for its time and no longer", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const adapter = await adapterOf(pool, 120n);
    await networkHelpers.time.increase(Number(WINDOW));
    await expect(adapter.refresh()).to.emit(adapter, "Refreshed");
    const [cachedWad, , cachedAt] = await adapter.latest();
    await pool.swap(pool.base, 100n * WAD);
    await networkHelpers.time.increase(60);
    expect(await adapter.latest()).to.deep.equal([cachedWad, 0n, cachedAt]);
    await networkHelpers.time.increase(120);
    const [, confidenceWad, liveAt] = await adapter.latest();
    expect(liveAt).to.be.greaterThan(cachedAt);
    expect(confidenceWad).to.be.greaterThan(0n);
  });

  /** Liquidity that a size at 2000 needs: 2 * size * sqrt(2000) * sqrt(10^18 * 10^6) / (sqrt(1.2) - 1), WAD sizes. */
  function neededFor(sizeWad: bigint): bigint {
    return (2n * sizeWad * squareRoot(PRICE_WAD * WAD) * 10n ** 12n) / 95_445_115_010_332_226n / WAD;
  }

  for (const [name, fixture] of [
    ["token0", baseFirst],
    ["token1", baseSecond],
  ] as const) {
    it(`asks for as much liquidity as what is open costs to move, base as ${name}`, async () => {
      const pool = await networkHelpers.loadFixture(fixture);
      const markets = await ethers.deployContract("OracleOpenSizeMock");
      const adapter = await adapterOf(pool, 0n, 12_345n, markets);
      await networkHelpers.time.increase(Number(WINDOW));
      const [, tick] = await pool.pool.getFunction("slot0").staticCall();
      expect(await adapter.floorAt(tick)).to.equal(12_345n);
      const liquidity: bigint = await pool.pool.getFunction("liquidity").staticCall();
      // Two million dollars on each side: pushing it by 20 % takes 190,890 of the quote, which secure half of that.
      const [costWad] = await adapter.manipulationCost();
      expect(isWithinBps(costWad, 190_890n * WAD, 2n)).to.equal(true);
      const most = costWad / 2n / 2000n;
      await markets.getFunction("set").send(1n, most);
      expect(isWithinBps(await adapter.floorAt(tick), neededFor(most), 1n)).to.equal(true);
      expect(isWithinBps(await adapter.floorAt(tick), liquidity, 2n)).to.equal(true);
      const [, securedWad] = await adapter.manipulationCost();
      expect(isWithinBps(securedWad, 95_445n * WAD, 2n)).to.equal(true);
      // A size beyond all pools saturates instead of wrapping.
      await markets.getFunction("set").send(1n, 2n ** 143n);
      expect(await adapter.floorAt(tick)).to.equal(2n ** 127n - 1n);
    });

    it(`gives no value to more open interest than half of what it costs to move it, base as ${name}`, async () => {
      const pool = await networkHelpers.loadFixture(fixture);
      const markets = await ethers.deployContract("OracleOpenSizeMock");
      const [naive, adapter] = [await adapterOf(pool), await adapterOf(pool, 0n, 1n, markets)];
      await networkHelpers.time.increase(Number(WINDOW));
      const [costWad] = await adapter.manipulationCost();
      const most = (costWad * 9_990n) / 10_000n / 2n / 2000n;
      await markets.getFunction("set").send(1n, most);
      // At the limit.
      await adapter.refresh();
      expect((await adapter.latest())[0]).to.equal((await naive.latest())[0]);
      // Beyond it from the next sub-window on, at the latest when all have ended; at four times as much at once.
      await markets.getFunction("set").send(1n, most + most / 50n);
      await networkHelpers.time.increase(60);
      await adapter.refresh();
      await expect(adapter.latest()).to.be.revertedWithCustomError(adapter, "Oracle_PoolTooThin").withArgs(24n, 22n);
      await markets.getFunction("set").send(1n, most * 4n);
      await networkHelpers.time.increase(60);
      await adapter.refresh();
      await expect(adapter.latest())
        .to.be.revertedWithCustomError(adapter, "Oracle_PoolTooThin")
        .withArgs(2n ** 256n - 1n, 22n);
      expect((await naive.latest())[0]).to.be.greaterThan(0n);
      // Of another asset it does not speak; and it comes back when the positions have gone.
      await markets.getFunction("set").send(1n, 0n);
      await markets.getFunction("set").send(2n, most * 4n);
      for (let i = 0; i < 11; i++) {
        await networkHelpers.time.increase(60);
        await adapter.refresh();
      }
      expect((await adapter.latest())[0]).to.be.greaterThan(0n);
    });

    it(`says what it is, base as ${name}`, async () => {
      const pool = await networkHelpers.loadFixture(fixture);
      const adapter = await adapterOf(pool);
      const card = await adapter.describe();
      expect([card.kind, card.base, card.quote, card.feed, card.description]).to.deep.equal([
        "uniswap-v3-twap",
        "MOCK",
        "MOCK",
        pool.poolAddress,
        "MOCK/MOCK, fee 3000 pips",
      ]);
      expect([card.lowestWad, card.highestWad]).to.deep.equal([0n, 2n ** 256n - 1n]);
      // 18 decimals of base less 6 of quote.
      expect(await adapter.unitDecimals()).to.equal(12n);
    });
  }

  it("error: parameters out of bounds and foreign tokens", async () => {
    const pool = await networkHelpers.loadFixture(baseFirst);
    const factory = await ethers.getContractFactory("UniswapV3TwapAdapter");
    const [stranger] = await tokens();
    const at = pool.poolAddress;
    await expect(factory.deploy(at, stranger, WINDOW, 0n, 1n, ZeroAddress, 1n))
      .to.be.revertedWithCustomError(factory, "Oracle_NotInPool")
      .withArgs(at, await stranger.getAddress());
    for (const [window, cache, args] of [
      [599n, 0n, [599n, 600n, 43_200n]],
      [43_201n, 0n, [43_201n, 600n, 43_200n]],
      [600n, 301n, [301n, 0n, 300n]],
    ] as const) {
      await expect(factory.deploy(at, pool.base, window, cache, 1n, ZeroAddress, 1n))
        .to.be.revertedWithCustomError(factory, "Oracle_BadTwapParameter")
        .withArgs(...args);
    }
  });
});
