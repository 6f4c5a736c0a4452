import { expect } from "chai";
import { network } from "hardhat";
import { z } from "zod";
import { fallbackSmileWord, observeVolatility, seedVolatility, WAD } from "../../../offchain/sdk/index.js";
import { draws } from "./draws.js";

const { ethers } = await network.create();
const probe = await ethers.deployContract("VolatilityProbe");
const START = 1_700_000_000n;

const filterTerms = { sigmaSeedBps: 6000n, sigmaFloorBps: 3000n, glideBpsPerHour: 1000n };
const assetConfig = {
  gateBps: 200,
  truncationBps: 200,
  velocityBps: 500,
  minHalfSpreadBps: 10,
  wideHalfSpreadBps: 100,
  freshSeconds: 300,
  maxAgeSeconds: 3600,
  ageSpreadBps: 10_000,
  shortWindowSeconds: 180,
  longWindowSeconds: 1800,
  ringSpacingSeconds: 8,
  ...filterTerms,
};
const surface = {
  markupBps: 12_500n,
  wingMarkupBps: 2_000n,
  volFloorBps: 1_000n,
  volCapBps: 50_000n,
  wingDeviationsBps: 40_000n,
  wingBps: 10_000n,
};
const surfaceTerms = {
  freshSeconds: 1200,
  maxAgeSeconds: 7200,
  lowestRatioBps: 5000,
  highestRatioBps: 25_000,
  maxSkewBps: 30_000,
  maxCurvatureBps: 400_000,
  ...surface,
};

describe("SDK volatility against the oracle, to the unit", () => {
  it("estimators through paths of irregular steps", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const { between } = draws(seed);
      const path: { logE9: bigint; atSeconds: bigint }[] = [];
      for (let i = 0, logE9 = 7_000_000_000n, atSeconds = START; i < 200; i++) {
        path.push({ logE9, atSeconds });
        logE9 += between(-(10n ** between(3n, 8n)), 10n ** between(3n, 8n));
        atSeconds += between(1n, 10n ** between(1n, 5n));
      }
      let state = seedVolatility(filterTerms);
      const mine = path.map((seen) => {
        state = observeVolatility(state, filterTerms, seen);
        return [state.fastE11, state.slowE11, state.stressE11, state.glideE9];
      });
      const answer: unknown = await probe.getFunction("filter").staticCall(
        assetConfig,
        path.map(({ logE9 }) => logE9),
        path.map(({ atSeconds }) => atSeconds),
      );
      expect(mine).to.deep.equal(z.array(z.array(z.bigint())).parse(answer));
    }
  });

  it("the smile without attestation", async () => {
    const { between } = draws(99);
    for (const left of [0n, 3_600n, 86_400n, 2_592_000n, 31_536_000n]) {
      const sigmas = Array.from({ length: 100 }, () => ({
        sigmaFastWad: between(0n, 6n * WAD),
        sigmaSlowWad: between(0n, 3n * WAD),
        sigmaGlideWad: between(0n, 3n * WAD),
      }));
      const rest = { lowWad: WAD, midWad: WAD, highWad: WAD, shortTwapWad: 0n, longTwapWad: 0n };
      const views = sigmas.map((own) => ({ ...rest, ...own, updatedAt: START, groups: 3n, grade: 0 }));
      const answer: unknown = await probe.getFunction("standIn").staticCall(surfaceTerms, views, START + left, START);
      const mine = sigmas.map((own) => fallbackSmileWord(surface, own, left));
      expect(mine).to.deep.equal(z.array(z.bigint()).parse(answer));
    }
  });
});
