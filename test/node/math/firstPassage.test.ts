import { expect } from "chai";
import { network } from "hardhat";
import { z } from "zod";
import { exactBound, type Law } from "../../../scripts/math/firstPassage.js";
import { ONE, ratio } from "../../../scripts/math/real.js";

const WAD = 10n ** 18n;
const YEAR_SECONDS = 31_536_000;
const PATHS = 60_000;
const STEPS = 48;

const { ethers } = await network.create();
const harness = await ethers.deployContract("FirstPassageHarness");

const call = async (name: string, ...inputs: readonly unknown[]): Promise<bigint> =>
  z.bigint().parse(await harness.getFunction(name).staticCall(...inputs));

type Case = {
  readonly sigma: number;
  readonly hours: number;
  readonly jumpsPerYear: number;
  readonly mean: number;
  readonly deviation: number;
  readonly equityRatio: number;
  /** Most that the bound may exceed what happens, as a factor. */
  readonly looseness: number;
};

/** quant.md's three, a calm market, one in panic, and rare large jumps. */
const CASES: readonly Case[] = [
  { sigma: 0.8, hours: 4, jumpsPerYear: 0, mean: 0, deviation: 0, equityRatio: 0.03, looseness: 1.1 },
  { sigma: 0.8, hours: 4, jumpsPerYear: 20, mean: 0.03, deviation: 0.05, equityRatio: 0.05, looseness: 2.3 },
  { sigma: 1.2, hours: 24, jumpsPerYear: 20, mean: 0.03, deviation: 0.05, equityRatio: 0.15, looseness: 4.5 },
  { sigma: 0.4, hours: 1.1, jumpsPerYear: 100, mean: 0.095, deviation: 0.04, equityRatio: 0.1, looseness: 2 },
  { sigma: 3, hours: 1.1, jumpsPerYear: 100, mean: 0.095, deviation: 0.04, equityRatio: 0.12, looseness: 4 },
];

const wad = (x: number): bigint => BigInt(Math.round(x * 1e9)) * 10n ** 9n;

const lawOf = (c: Case): Law => ({
  sigmaWad: wad(c.sigma),
  horizonSeconds: BigInt(Math.round(c.hours * 3600)),
  jumpsPerYearWad: wad(c.jumpsPerYear),
  jumpMeanWad: wad(c.mean),
  jumpDeviationWad: wad(c.deviation),
});

const tuple = (law: Law): readonly bigint[] => [
  law.sigmaWad,
  law.horizonSeconds,
  law.jumpsPerYearWad,
  law.jumpMeanWad,
  law.jumpDeviationWad,
];

/** Uniform numbers in (0, 1): a 32-bit mixer, seeded. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

/** Share of paths that pass `-barrier` at any moment: between two steps by the law of a Brownian bridge. */
function simulate(
  c: Case,
  barrier: number,
  drift: number,
  seed: number,
): { readonly mean: number; readonly error: number } {
  const next = uniforms(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  const years = (c.hours * 3600) / YEAR_SECONDS;
  const dt = years / STEPS;
  const variance = c.sigma * c.sigma * dt;
  let sum = 0;
  let squares = 0;
  for (let path = 0; path < PATHS; path++) {
    let left = barrier;
    let survival = 1;
    for (let step = 0; step < STEPS && survival > 0; step++) {
      const after = left + drift * dt + Math.sqrt(variance) * normal();
      survival *= after <= 0 ? 0 : 1 - Math.exp((-2 * left * after) / variance);
      left = after;
      if (next() < c.jumpsPerYear * dt) left -= c.mean + c.deviation * normal();
      if (left <= 0) survival = 0;
    }
    sum += 1 - survival;
    squares += (1 - survival) ** 2;
  }
  const mean = sum / PATHS;
  return { mean, error: Math.sqrt((squares / PATHS - mean * mean) / PATHS) };
}

describe("FirstPassage", () => {
  it("default: is the bound of 70 digits, never below it", async () => {
    for (const c of CASES) {
      const law = lawOf(c);
      for (const thousandths of [1n, 5n, 20n, 50n, 100n, 150n, 300n, 700n, 2_000n]) {
        const barrierWad = (thousandths * WAD) / 1000n;
        const actual = await call("probability", tuple(law), barrierWad);
        const exact = exactBound(law, barrierWad);
        expect(ratio(actual, WAD) >= exact, `${barrierWad} of ${c.sigma}`).to.equal(true);
        expect(ratio(actual, WAD) - exact <= ONE / 10n ** 13n, `${barrierWad} of ${c.sigma}`).to.equal(true);
      }
    }
  });

  for (const [index, c] of CASES.entries()) {
    it(`behavior: case ${index} is no likelier in simulated paths, for a long and for a short`, async () => {
      for (const isShort of [false, true]) {
        const barrierWad = await call("barrierOf", wad(c.equityRatio), isShort);
        const bound = Number(await call("probability", tuple(lawOf(c)), barrierWad)) / 1e18;
        // A price without drift: its logarithm falls by half the variance.
        const drift = isShort ? 0 : -(c.sigma * c.sigma) / 2;
        const { mean, error } = simulate(c, Number(barrierWad) / 1e18, drift, 1 + index);
        expect(bound >= mean - 3 * error, `${bound} against ${mean} +- ${error}`).to.equal(true);
        expect(bound <= c.looseness * (mean + 3 * error), `${bound} against ${mean} +- ${error}`).to.equal(true);
      }
    });
  }

  it("behavior: the diffusion alone understates what jumps do", async () => {
    const c = CASES[1];
    if (c === undefined) throw new RangeError("no such case");
    const barrierWad = await call("barrierOf", wad(c.equityRatio), false);
    const { mean, error } = simulate(c, Number(barrierWad) / 1e18, 0, 7);
    const alone = await call("probability", tuple({ ...lawOf(c), jumpsPerYearWad: 0n }), barrierWad);
    expect(Number(alone) / 1e18 < mean - 3 * error, `${alone} against ${mean}`).to.equal(true);
  });
});
