import { expect } from "chai";
import { network } from "hardhat";
import { JointHistory, realisedMoments } from "./jointReference.js";
import { ONE, ln, sqrt } from "../../../scripts/math/real.js";
import { fromWad } from "./reference.js";

const { ethers, networkHelpers } = await network.create();

const [A, B] = [1n, 2n];
const WAD = 10n ** 18n;
const CONFIG = {
  gateBps: 200n,
  truncationBps: 200n,
  velocityBps: 2000n,
  minHalfSpreadBps: 10n,
  wideHalfSpreadBps: 200n,
  freshSeconds: 300n,
  maxAgeSeconds: 3600n,
  ageSpreadBps: 10_000n,
  shortWindowSeconds: 180n,
  longWindowSeconds: 1800n,
  ringSpacingSeconds: 60n,
  sigmaFloorBps: 3000n,
  sigmaSeedBps: 6000n,
  glideBpsPerHour: 1000n,
} as const;
const PRIOR_BPS = 5000n;
const TERMS = { rhoMinBps: -9900n, rhoMaxBps: 9900n, priorBps: PRIOR_BPS };
const OBSERVATIONS = 90;

/**
 * What fixed point keeps. Realised moments come from log-prices to 1e-16: twelve digits of the geometric mean of both
 * variances. The estimates are kept in units of 1e-9 a year times the weight of what was seen, which is a thousandth after the
 * first observation: a few units of that after each step is the error of the moments, 1e-5 of a variance of a third; and of
 * correlations, which are made of them.
 */
const TWELVE_DIGITS = 10n ** 12n;
const FIVE_DIGITS = 10n ** 5n;

const isWithin = (actual: bigint, expected: bigint, tolerance: bigint) =>
  actual - expected <= tolerance && expected - actual <= tolerance;

describe("CorrelationMatrix against forty digits", () => {
  for (const [seed, share, maxMoveBps] of [
    [1n, 90n, 60n],
    [2n, 0n, 60n],
    // Beyond four deviations: returns are cut.
    [3n, -70n, 700n],
  ] as const) {
    it(`moments, correlation and its band, ${share} % in common, moves up to ${maxMoveBps} bps`, async () => {
      const [admin] = await ethers.getSigners();
      if (admin === undefined) throw new RangeError("no signer");
      const manager = await ethers.deployContract("AccessManager", [admin]);
      const libraries = { SpecDesk: await ethers.deployContract("SpecDesk") };
      const oracle = await ethers.deployContract("PriceOracle", [manager], { libraries });
      const matrix = await ethers.deployContract("CorrelationMatrix", [manager, oracle]);
      const list = async (asset: bigint) => {
        const feeds = [
          await ethers.deployContract("OracleMockSource", [WAD]),
          await ethers.deployContract("OracleMockSource", [WAD]),
          await ethers.deployContract("OracleMockSource", [WAD]),
        ];
        const terms = { maxAgeSeconds: 3600n, gasCap: 100_000n, floorWad: 1n, ceilingWad: 10n ** 24n };
        const sources = await Promise.all(
          feeds.map(async (feed, group) => ({ adapter: await feed.getAddress(), group: BigInt(group), ...terms })),
        );
        await oracle.listAsset(asset, CONFIG, sources, 512n);
        return feeds;
      };
      const feeds = [await list(A), await list(B)];
      await matrix.setPair(A, B, TERMS);
      const history = new JointHistory();
      let state = seed;
      const draw = (bound: bigint): bigint => {
        state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
        return (state >> 20n) % bound;
      };
      const move = () => draw(2n * maxMoveBps + 1n) - maxMoveBps;
      const logAt = async (asset: bigint, age: bigint) => ln(fromWad(await oracle.priceAt(asset, age)));
      const prices = [2000n * WAD + draw(WAD), 3n * WAD + draw(WAD)];
      let learnt = 0;
      for (let i = 0; i < OBSERVATIONS; i++) {
        const [first, own] = [move(), move()];
        const second = (share * first + (100n - (share < 0n ? -share : share)) * own) / 100n;
        const moved = [first, second].map(
          (bps, index) => ((prices[index] ?? 0n) * (10_000n + bps)) / 10_000n + draw(1000n),
        );
        prices.splice(0, 2, ...moved);
        // Some too early, most regular, some after a pause.
        const wait = i % 10 === 9 ? 7200n : 1500n + draw(900n);
        const now = BigInt(await networkHelpers.time.latest()) + wait;
        for (const [index, asset] of feeds.entries()) {
          for (const feed of asset) await feed.getFunction("set").send(prices[index] ?? 0n, 0n, now);
        }
        await networkHelpers.time.setNextBlockTimestamp(now);
        await matrix.observe([A, B]);
        const views = [await oracle.read(A), await oracle.read(B)] as const;
        const sigmas = views.map(({ sigmaGlideWad }) => fromWad(sigmaGlideWad));
        const before = await matrix.correlationOf(A, B);
        const logs = [await logAt(A, 0n), await logAt(B, 0n)] as const;
        const isLearnt = history.observe(now, logs[0], logs[1], sigmas[0] ?? 0n, sigmas[1] ?? 0n);
        expect(before.ageSeconds === 0n).to.equal(isLearnt);
        if (isLearnt) learnt += 1;

        const [slow, fast] = await matrix.momentsOf(A, B);
        for (const [actual, estimate] of [
          [slow, history.slow],
          [fast, history.fast],
        ] as const) {
          const { varianceA, varianceB, covariance } = estimate.moments;
          const scale = larger(larger(varianceA, varianceB), ONE / 10n) / FIVE_DIGITS;
          expect(isWithin(fromWad(actual.varianceAWad), varianceA, scale), `variance of A ${i}`).to.equal(true);
          expect(isWithin(fromWad(actual.varianceBWad), varianceB, scale), `variance of B ${i}`).to.equal(true);
          expect(isWithin(fromWad(actual.covarianceWad), covariance, scale), `covariance ${i}`).to.equal(true);
        }
        const expected = history.correlation(now, (PRIOR_BPS * ONE) / 10_000n);
        const limit = (99n * ONE) / 100n;
        const clamped = larger(-limit, smaller(expected.rho, limit));
        const tolerance = (2n * ONE) / FIVE_DIGITS;
        expect(isWithin(fromWad(before.rhoWad), clamped, tolerance), `rho ${i}`).to.equal(true);
        expect(isWithin(fromWad(before.lowWad), smaller(expected.low, limit), 10n * tolerance), `low ${i}`).to.equal(
          true,
        );
        expect(isWithin(fromWad(before.highWad), larger(expected.high, -limit), 10n * tolerance), `high ${i}`).to.equal(
          true,
        );
        expect(isWithin(fromWad(before.weightWad), history.slow.weight, ONE / 10n ** 7n), `weight ${i}`).to.equal(true);

        const count = 1n + draw(12n);
        const window = 3600n + draw(7200n);
        const ages = Array.from({ length: Number(count) + 1 }, (_, k) => window - (window * BigInt(k)) / count);
        const realised = await matrix.realisedCovariance(A, B, window, count);
        if ((await oracle.priceAt(A, window)) === 0n) {
          expect(realised.varianceAWad).to.equal(0n);
          continue;
        }
        const logsA = await Promise.all(ages.map((age) => logAt(A, age)));
        const logsB = await Promise.all(ages.map((age) => logAt(B, age)));
        const exact = realisedMoments(logsA, logsB, window);
        // And one unit of WAD, where results are cut.
        const scale = sqrt((exact.varianceA * exact.varianceB) / ONE) / TWELVE_DIGITS + ONE / WAD;
        const digits = (value: bigint) => value / TWELVE_DIGITS + ONE / WAD;
        expect(isWithin(fromWad(realised.varianceAWad), exact.varianceA, digits(exact.varianceA))).to.equal(true);
        expect(isWithin(fromWad(realised.varianceBWad), exact.varianceB, digits(exact.varianceB))).to.equal(true);
        expect(isWithin(fromWad(realised.covarianceWad), exact.covariance, scale), `realised ${i}`).to.equal(true);
      }
      expect(learnt).to.be.greaterThan(40);
    });
  }
});

const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
