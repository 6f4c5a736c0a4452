import { expect } from "chai";
import { network } from "hardhat";
import { uniformBigInt } from "pure-rand/distribution/uniformBigInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  OutOfRangeError,
  WAD,
  greeksOf,
  ladderCalls,
  lnRatioX64,
  normalCdf,
  normalPdf,
  normalTable,
  pricesDown,
  pricesUp,
  sqrtYears,
  thetaPerYear,
  totalVolDown,
  totalVolUp,
  vegaOfSigma,
} from "../../../offchain/sdk/index.js";
import { deployKernelHarness } from "../math/kernelHarness.js";

const { ethers } = await network.create();
const harness = await deployKernelHarness(ethers);
const table = await ethers.deployContract("NormalTable");

const POINTS = 10_000;
const PER_CALL = 500;

function draws(seed: number) {
  const stream = xoroshiro128plus(seed);
  const between = (from: bigint, to: bigint) => uniformBigInt(stream, from, to);
  /** Every number of digits is as likely as any other. */
  const spread = (bits: bigint) => between(0n, (1n << between(0n, bits)) - 1n);
  const option = () => {
    const near = between(0n, 2n) > 0n;
    const forwardWad = spread(96n);
    const most = (1n << 96n) - 1n;
    const strike = near ? (forwardWad * between(250_000n, 4_000_000n)) / 1_000_000n : spread(96n);
    const totalVolWad = near ? between(0n, 3n * WAD) : spread(120n);
    return { forwardWad, strikeWad: strike > most ? most : strike, totalVolWad };
  };
  return { between, spread, option };
}

function pages<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / PER_CALL) }, (_, i) =>
    items.slice(i * PER_CALL, (i + 1) * PER_CALL),
  );
}

describe("SDK option maths against the contracts, to the unit", function () {
  // Minutes, where other work keeps the machine busy.
  this.timeout(600_000);

  it(`prices and sensitivities of ${POINTS} options`, async () => {
    const { option } = draws(1);
    for (const page of pages(Array.from({ length: POINTS }, option))) {
      const [valued, bounds] = [await harness.greeks(page), await harness.bounds(page)];
      for (const [i, market] of page.entries()) {
        const mine = greeksOf(market);
        const name = `${market.forwardWad} ${market.strikeWad} ${market.totalVolWad}`;
        expect([mine.callWad, mine.putWad, mine.deltaWad, mine.gammaWad, mine.vegaWad], name).to.deep.equal([
          ...(valued[i] ?? []),
        ]);
        const [down, up] = [pricesDown(market), pricesUp(market)];
        expect([down.callWad, up.callWad, down.putWad, up.putWad], name).to.deep.equal(bounds[i]);
      }
    }
  });

  it(`distribution, density and logarithm at ${POINTS} points`, async () => {
    const { between, spread } = draws(2);
    const xs = Array.from({ length: POINTS }, () => between(-11n * WAD, 11n * WAD));
    const pairs = Array.from({ length: POINTS }, () => {
      const [a, b] = [spread(127n), spread(127n)];
      return a > b ? ([a, b] as const) : ([b, a] as const);
    });
    for (const page of pages(xs)) {
      expect(page.map(normalCdf)).to.deep.equal(await harness.cdf(page));
      expect(page.map(normalPdf)).to.deep.equal(await harness.pdf(page));
    }
    for (const page of pages(pairs))
      expect(page.map(([a, b]) => lnRatioX64(a, b))).to.deep.equal(await harness.lnX64(page));
  });

  it("the table is the contract's code", async () => {
    const entries = normalTable().map((entry) => entry.toString(16).padStart(16, "0"));
    expect(`0x${entries.join("")}${"0".repeat(32)}`).to.equal(await ethers.provider.getCode(table));
  });

  it(`values of ${POINTS} legs on ladders`, async () => {
    const { between } = draws(3);
    const entries = normalTable();
    for (let page = 0; page < POINTS / 200; page++) {
      const middle = 10n ** between(12n, 25n);
      const stepX64 = between(1n, 1n << 63n);
      const forwardsWad = Array.from({ length: 9 }, (_, i) => (middle * BigInt(i + 5)) / 9n);
      const weight = between(-(10n ** 24n), 10n ** 24n);
      const options = Array.from({ length: 200 }, () => ({
        forwardWad: middle,
        strikeWad: between(0n, 3n * middle),
        totalVolWad: between(0n, 10n ** between(1n, 20n)),
      }));
      const sums = await harness.ladder(await table.getAddress(), stepX64, forwardsWad, options, weight);
      for (const [i, leg] of options.entries()) {
        const mine = ladderCalls({ table: entries, stepX64, forwardsWad }, { ...leg, weight });
        expect(mine, `${leg.strikeWad} ${leg.totalVolWad}`).to.deep.equal(sums[i]);
      }
    }
  });

  it("volatilities and sensitivities in time", async () => {
    const { between, spread } = draws(4);
    for (let i = 0; i < 200; i++) {
      const [timeSeconds, sigmaWad] = [spread(40n), spread(96n)];
      const [gammaWad, vegaWad] = [spread(120n), spread(96n)];
      const root = sqrtYears(timeSeconds);
      const [down, up] = await harness.totalVol(sigmaWad, timeSeconds);
      expect([totalVolDown(sigmaWad, root), totalVolUp(sigmaWad, root)]).to.deep.equal([down, up]);
      const sigma = between(0n, 20n * WAD);
      const [sqrtTime, vega, theta] = await harness.inTime(timeSeconds, sigma, gammaWad, vegaWad);
      expect([root, vegaOfSigma(vegaWad, root), thetaPerYear(gammaWad, sigma)]).to.deep.equal([sqrtTime, vega, theta]);
    }
  });

  it("refuses what the contracts do not serve", () => {
    const market = { forwardWad: WAD, strikeWad: WAD, totalVolWad: WAD };
    expect(() => greeksOf({ ...market, forwardWad: 1n << 96n })).to.throw(OutOfRangeError, "forwardWad");
    expect(() => greeksOf({ ...market, strikeWad: -1n })).to.throw(OutOfRangeError, "strikeWad");
    expect(() => greeksOf({ ...market, totalVolWad: 1n << 120n })).to.throw(OutOfRangeError, "totalVolWad");
  });
});
