import { readFileSync } from "node:fs";
import { expect } from "chai";
import { network } from "hardhat";
import { z } from "zod";
import { black } from "../../../scripts/math/black.js";
import { fitErrors, kernelConstants } from "../../../scripts/math/kernels.js";
import { ONE, abs, div, ln, normalCdf, normalDensity, ratio } from "../../../scripts/math/real.js";
import { formatVectors } from "../../../scripts/math/vectors.js";
import { deployKernelHarness } from "./kernelHarness.js";

const { ethers } = await network.create();
const harness = await deployKernelHarness(ethers);

const WAD = 10n ** 18n;
const X64 = 2n ** 64n;
/** The unit of committed results. */
const E36 = 10n ** 36n;
const SWEEP = 2_000;

const vectorsUrl = new URL("../../vectors/kernels.json", import.meta.url);
const row = z.array(z.string().transform((text) => BigInt(text)));
const rows = z.array(row);
const vectors = z.object({ black: rows, log: rows, normal: rows }).parse(JSON.parse(readFileSync(vectorsUrl, "utf8")));

const fromWad = (wad: bigint): bigint => ratio(wad, WAD);
const wadE36 = (wad: bigint): bigint => wad * 10n ** 18n;
const toE36 = (x: bigint): bigint => (x * E36) / ONE;
const most = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b), 0n);

/** A stream of draws that repeats. */
function draws(seed: bigint): (bound: bigint) => bigint {
  let state = seed;
  return (bound) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return ((state >> 11n) * bound) >> 53n;
  };
}

type Option = { readonly forwardWad: bigint; readonly strikeWad: bigint; readonly totalVolWad: bigint };

/** Forwards over sixteen decades, strikes from a thousandth to the thousandfold, volatilities over six decades. */
function drawOptions(seed: bigint, count: number): readonly Option[] {
  const draw = draws(seed);
  return Array.from({ length: count }, () => {
    const forwardWad = 10n ** (10n + draw(16n)) * (1n + draw(1_000_000n));
    const ppm = draw(3n) === 0n ? 1_000n + draw(10n ** 9n) : 400_000n + draw(2_100_000n);
    const strikeWad = (forwardWad * ppm) / 1_000_000n + draw(1000n);
    return { forwardWad, strikeWad, totalVolWad: 10n ** (13n + draw(6n)) * (1n + draw(10n)) };
  });
}

/** Call, put, delta, gamma and vega. */
function truthOf({ forwardWad, strikeWad, totalVolWad }: Option): readonly bigint[] {
  const truth = black({ forward: fromWad(forwardWad), strike: fromWad(strikeWad), totalVol: fromWad(totalVolWad) });
  return [truth.call, truth.put, truth.delta, truth.gamma, truth.vega].map(toE36);
}

type Case = { readonly option: Option; readonly truth: readonly bigint[] };

/** Largest errors on some options, each as a share of what is allowed for that option, in millionths. */
async function sharesOf(cases: readonly Case[]) {
  const valued = await harness.greeks(cases.map(({ option }) => option));
  const shares = cases.map(({ option: { forwardWad, strikeWad, totalVolWad }, truth }, i) => {
    const [callWad = 0n, putWad = 0n, deltaWad = 0n, gammaWad = 0n, vegaWad = 0n] = valued[i] ?? [];
    const [call = 0n, put = 0n, delta = 0n, gamma = 0n, vega = 0n] = truth;
    const share = (wad: bigint, exact: bigint, allowed: bigint) => (abs(wadE36(wad) - exact) * 1_000_000n) / allowed;
    // 7.1e-15 of forward + strike, and 3 wei.
    const price = ((forwardWad + strikeWad) * E36) / WAD / 2n ** 47n + wadE36(3n);
    if (totalVolWad === 0n) return { price: most([share(callWad, call, price), share(putWad, put, price)]), rest: 0n };
    // 1e-14 + 5e-16 / w.
    const part = 10n ** 22n + (5n * 10n ** 20n * WAD) / totalVolWad;
    return {
      price: most([share(callWad, call, price), share(putWad, put, price)]),
      rest: most([
        share(deltaWad, delta, part + (3n * E36) / forwardWad),
        share(vegaWad, vega, (part * forwardWad) / WAD + wadE36(3n)),
        share(gammaWad, gamma, (part * forwardWad) / totalVolWad + (wadE36(3n) * WAD) / totalVolWad + wadE36(1n)),
      ]),
    };
  });
  return { price: most(shares.map(({ price }) => price)), rest: most(shares.map(({ rest }) => rest)) };
}

describe("Option kernels against 70 digits", () => {
  it("the reference knows published values", () => {
    // N(1), N(-3): Abramowitz and Stegun, table 26.1.
    expect(toE36(normalCdf(ONE)) / 10n ** 21n).to.equal(841_344_746_068_542n);
    expect(toE36(normalCdf(-3n * ONE)) / 10n ** 21n).to.equal(1_349_898_031_630n);
    expect(toE36(ln(10n * ONE)) / 10n ** 18n).to.equal(2_302_585_092_994_045_684n);
  });

  it("constants in the contracts are those of the recipe", () => {
    const source = ["GaussKernel", "LogRatio"]
      .map((name) => readFileSync(new URL(`../../../contracts/math/${name}.sol`, import.meta.url), "utf8"))
      .join("\n");
    for (const { name, value } of kernelConstants())
      expect(source, name).to.contain(`constant ${name} = 0x${value.toString(16)};`);
  });

  it("fits are as close as the contracts say", () => {
    const { power, mills, log } = fitErrors();
    expect(power < ratio(1n, 10n ** 18n)).to.equal(true);
    expect(mills < ratio(495n, 10n ** 17n)).to.equal(true);
    expect(log < ratio(92n, 10n ** 17n)).to.equal(true);
  });

  it("committed vectors are those of the recipe", () => {
    expect(readFileSync(vectorsUrl, "utf8")).to.equal(formatVectors());
  });

  it("distribution within 5e-15 and density within 2e-18, golden and swept", async () => {
    const draw = draws(7n);
    const swept = Array.from({ length: SWEEP }, () => draw(20n * WAD) - 10n * WAD);
    const golden = vectors.normal.map(([x = 0n, cdf = 0n, pdf = 0n]) => ({ x, cdf, pdf }));
    const points = [
      ...golden,
      ...swept.map((x) => ({ x, cdf: toE36(normalCdf(fromWad(x))), pdf: toE36(normalDensity(fromWad(x))) })),
    ];
    const xs = points.map(({ x }) => x);
    const [cdfs, pdfs] = [await harness.cdf(xs), await harness.pdf(xs)];
    const cdfError = most(points.map(({ cdf }, i) => abs(wadE36(cdfs[i] ?? 0n) - cdf)));
    const pdfError = most(points.map(({ pdf }, i) => abs(wadE36(pdfs[i] ?? 0n) - pdf)));
    expect(cdfError <= 5n * 10n ** 21n, `cdf ${cdfError}`).to.equal(true);
    expect(pdfError <= 2n * 10n ** 18n, `pdf ${pdfError}`).to.equal(true);
    // An error of zero would mean that nothing was compared.
    expect(cdfError > 4n * 10n ** 21n).to.equal(true);
  });

  it("logarithms within 1e-15, golden and swept", async () => {
    const draw = draws(11n);
    const swept = Array.from({ length: SWEEP }, () => {
      const smaller = 10n ** draw(29n) * (1n + draw(1_000_000n));
      const larger = smaller * (1n + (draw(4n) === 0n ? draw(10n ** 6n) : 0n)) + draw(3n * smaller);
      return [larger, smaller] as const;
    });
    const golden = vectors.log.map(([larger = 0n, smaller = 0n]) => [larger, smaller] as const);
    const pairs = [...golden, ...swept].filter(([larger]) => larger < 2n ** 127n);
    const results = await harness.lnX64(pairs);
    const error = most(pairs.map(([a, b], i) => abs(ratio(results[i] ?? 0n, X64) - ln(div(a * ONE, b * ONE)))));
    const goldenError = most(vectors.log.map(([, , truth = 0n], i) => abs(((results[i] ?? 0n) * E36) / X64 - truth)));
    expect(toE36(error) <= 10n ** 21n, `ln ${toE36(error)}`).to.equal(true);
    expect(goldenError <= 10n ** 21n).to.equal(true);
  });

  it("prices and sensitivities, golden and swept", async () => {
    const golden = vectors.black.map(([forwardWad = 0n, strikeWad = 0n, totalVolWad = 0n, ...truth]) => ({
      option: { forwardWad, strikeWad, totalVolWad },
      truth,
    }));
    const swept = drawOptions(3n, SWEEP).map((option) => ({ option, truth: truthOf(option) }));
    const [atGolden, atSwept] = [await sharesOf(golden), await sharesOf(swept)];
    expect(atGolden.price <= 1_000_000n, `golden prices ${atGolden.price}`).to.equal(true);
    expect(atSwept.price <= 1_000_000n, `prices ${atSwept.price}`).to.equal(true);
    expect(atGolden.rest <= 1_000_000n, `golden sensitivities ${atGolden.rest}`).to.equal(true);
    expect(atSwept.rest <= 1_000_000n, `sensitivities ${atSwept.rest}`).to.equal(true);
    // Shares near zero would mean that nothing was compared.
    expect(atSwept.price > 500_000n).to.equal(true);
  });

  it("directed prices enclose the truth", async () => {
    const golden = vectors.black.map(([forwardWad = 0n, strikeWad = 0n, totalVolWad = 0n, call = 0n, put = 0n]) => ({
      option: { forwardWad, strikeWad, totalVolWad },
      truth: [call, put],
    }));
    const swept = drawOptions(5n, SWEEP).map((option) => ({ option, truth: truthOf(option) }));
    const cases = [...golden, ...swept];
    const bounds = await harness.bounds(cases.map(({ option }) => option));
    for (const [i, { option, truth }] of cases.entries()) {
      const [callDown = 0n, callUp = 0n, putDown = 0n, putUp = 0n] = bounds[i] ?? [];
      const [call = 0n, put = 0n] = truth;
      // Committed and computed truths end at 1e-36: half a unit either way.
      const encloses =
        wadE36(callDown) <= call + 1n &&
        wadE36(callUp) >= call - 1n &&
        wadE36(putDown) <= put + 1n &&
        wadE36(putUp) >= put - 1n;
      expect(encloses, `${option.forwardWad} ${option.strikeWad} ${option.totalVolWad}`).to.equal(true);
    }
  });

  it("total volatility encloses the truth", async () => {
    const draw = draws(13n);
    for (let i = 0; i < 50; i++) {
      const [sigmaWad, timeSeconds] = [1n + draw(5n * WAD), draw(10n ** 8n)];
      const [down = 0n, up = 0n] = await harness.totalVol(sigmaWad, timeSeconds);
      const squared = (sigmaWad * sigmaWad * timeSeconds) / 31_536_000n;
      expect(down * down <= squared, "down").to.equal(true);
      expect(up * up >= squared, "up").to.equal(true);
      expect(up - down <= sigmaWad / WAD + 2n, "width").to.equal(true);
    }
  });
});
