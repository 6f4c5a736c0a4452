import { expect } from "chai";
import { network } from "hardhat";
import { ONE, exp, ln, sqrt } from "../../../scripts/math/real.js";
import { History, fromWad, lowerMedian } from "./reference.js";

const { ethers, networkHelpers } = await network.create();

const ETH = 1n;
const WAD = 10n ** 18n;
const CONFIG = {
  gateBps: 800n,
  truncationBps: 200n,
  velocityBps: 2000n,
  minHalfSpreadBps: 10n,
  wideHalfSpreadBps: 800n,
  freshSeconds: 300n,
  maxAgeSeconds: 3600n,
  ageSpreadBps: 10_000n,
  shortWindowSeconds: 180n,
  longWindowSeconds: 400n,
  ringSpacingSeconds: 1n,
  sigmaFloorBps: 100n,
  sigmaSeedBps: 6000n,
  glideBpsPerHour: 1000n,
} as const;
const TERMS = {
  truncationBps: CONFIG.truncationBps,
  seedSigmaBps: CONFIG.sigmaSeedBps,
  fastHalfLifeSeconds: 3600n,
  slowHalfLifeSeconds: 14n * 86_400n,
  stressDecaySeconds: 365n * 86_400n,
  floorSigmaBps: CONFIG.sigmaFloorBps,
};
const OBSERVATIONS = 120;

/**
 * Largest relative errors, one over the figure. Means and realised variances keep twelve digits, the latter down to a unit of
 * 1e-18 for each square, which is cut there. Where fixed point cannot: TWAPs in `read` are ratios of 24 bits; volatilities come from log-prices cut to 1e-9, over moves of 1e-3 and more.
 */
const TWELVE_DIGITS = 10n ** 12n;
const READ_TWAP = 2n ** 23n;
const SIGMA = 10n ** 5n;

/** Whether two positive numbers of the reference's unit agree to one part in `parts`. */
function agree(actual: bigint, expected: bigint, parts: bigint): boolean {
  const distance = actual > expected ? actual - expected : expected - actual;
  return distance * parts <= expected;
}

describe("PriceOracle against seventy digits", () => {
  it("the reference knows its own numbers", () => {
    // e and ln 10, from any table.
    const digits = (value: bigint) => (value * 10n ** 30n) / ONE;
    expect(digits(exp(ONE))).to.equal(2_718281828459045235360287471352n);
    expect(digits(ln(10n * ONE))).to.equal(2_302585092994045684017991454684n);
    expect(digits(sqrt(2n * ONE))).to.equal(1_414213562373095048801688724209n);
    expect(lowerMedian([5n, 1n, 4n, 2n])).to.equal(2n);
  });

  for (const [seed, maxMoveBps] of [
    [1n, 60n],
    [2n, 150n],
    // Beyond the truncation of a block.
    [3n, 700n],
  ] as const) {
    it(`median, means, variances and volatilities, moves up to ${maxMoveBps} bps`, async () => {
      const [admin] = await ethers.getSigners();
      if (admin === undefined) throw new RangeError("no signer");
      const manager = await ethers.deployContract("AccessManager", [admin]);
      const libraries = { SpecDesk: await ethers.deployContract("SpecDesk") };
      const oracle = await ethers.deployContract("PriceOracle", [manager], { libraries });
      const feeds = [
        await ethers.deployContract("OracleMockSource", [WAD]),
        await ethers.deployContract("OracleMockSource", [WAD]),
        await ethers.deployContract("OracleMockSource", [WAD]),
        await ethers.deployContract("OracleMockSource", [WAD]),
      ];
      const sources = await Promise.all(
        feeds.map(async (feed, group) => {
          const terms = { maxAgeSeconds: 3600n, gasCap: 100_000n, floorWad: 1n, ceilingWad: 10n ** 24n };
          return { adapter: await feed.getAddress(), group: BigInt(group), ...terms };
        }),
      );
      await oracle.listAsset(ETH, CONFIG, sources, 512n);
      const history = new History(TERMS);
      let state = seed;
      const draw = (bound: bigint): bigint => {
        state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
        return (state >> 20n) % bound;
      };
      let price = 2000n * WAD + draw(WAD);
      for (let i = 0; i < OBSERVATIONS; i++) {
        price += (price * (draw(2n * maxMoveBps + 1n) - maxMoveBps)) / 10_000n + draw(1000n);
        const said = feeds.map(() => price + (price * (draw(41n) - 20n)) / 10_000n + draw(1000n));
        const now = BigInt(await networkHelpers.time.latest()) + 10n + draw(100n);
        for (const [index, feed] of feeds.entries()) {
          await feed.getFunction("set").send(said[index] ?? 0n, 0n, now);
        }
        await networkHelpers.time.setNextBlockTimestamp(now);
        await oracle.poke([ETH]);
        const median = lowerMedian(said);
        history.observe(now, median);
        const views = await oracle.read(ETH);
        expect(views.midWad).to.equal(median);

        const window = 1n + draw(1500n);
        const [twap, variance] = [history.twap(now, window), history.variance(now, window)];
        const [actualTwap, actualVariance] = [
          await oracle.twap(ETH, window),
          await oracle.realisedVariance(ETH, window),
        ];
        if (twap === undefined) expect(actualTwap).to.equal(0n);
        else expect(agree(fromWad(actualTwap), twap, TWELVE_DIGITS), `twap ${i}`).to.equal(true);
        if (variance === undefined) expect(actualVariance).to.equal(0n);
        else {
          const [actual, { value, cut }] = [fromWad(actualVariance), variance];
          const isClose = actual <= value + value / TWELVE_DIGITS && actual + cut + value / TWELVE_DIGITS >= value;
          expect(isClose, `variance ${i}`).to.equal(true);
        }

        const short = history.twap(now, CONFIG.shortWindowSeconds);
        const long = history.twap(now, CONFIG.longWindowSeconds);
        if (short !== undefined) expect(agree(fromWad(views.shortTwapWad), short, READ_TWAP)).to.equal(true);
        if (long !== undefined) expect(agree(fromWad(views.longTwapWad), long, READ_TWAP)).to.equal(true);
        expect(agree(fromWad(views.sigmaFastWad), sqrt(history.fastVariance), SIGMA), `fast ${i}`).to.equal(true);
        const { slowVariance, stressVariance } = history;
        const slow = sqrt(slowVariance > stressVariance ? slowVariance : stressVariance);
        expect(agree(fromWad(views.sigmaSlowWad), slow, SIGMA), `slow ${i}`).to.equal(true);
      }
    });
  }
});
