import { expect } from "chai";
import { network } from "hardhat";
import { deployPool } from "./uniswapPool.js";

const { ethers, networkHelpers } = await network.create();

const ETH = 1n;
const FEED_ID = `0x${"11".repeat(32)}`;
const PYTH_ID = `0x${"22".repeat(32)}`;
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
  longWindowSeconds: 1800n,
  ringSpacingSeconds: 8n,
  sigmaFloorBps: 3000n,
  sigmaSeedBps: 6000n,
  glideBpsPerHour: 1000n,
} as const;

/** Ceilings of DESIGN §14; transactions with everything cold, intrinsic gas included. */
const CEILINGS = { 3: 110_000n, 5: 150_000n } as const;

describe("PriceOracle gas", () => {
  async function deployFeeds() {
    const [admin] = await ethers.getSigners();
    if (admin === undefined) throw new RangeError("no signer");
    const manager = await ethers.deployContract("AccessManager", [admin]);
    const oracle = await ethers.deployContract("PriceOracle", [manager]);
    const chainlink = await ethers.deployContract("MockV3Aggregator", [8, 2000_00000000n]);
    const second = await ethers.deployContract("MockV3Aggregator", [8, 2000_00000000n]);
    const third = await ethers.deployContract("MockV3Aggregator", [18, 2000n * 10n ** 18n]);
    const pyth = await ethers.deployContract("MockPyth", [3600n, 0n]);
    const [base, quote] = [
      await ethers.deployContract("OracleMockToken", [18]),
      await ethers.deployContract("OracleMockToken", [6]),
    ];
    const pool = await deployPool(admin, base, quote, 5000n * 10n ** 18n, 10_000_000n * 10n ** 6n);
    await pool.pool.getFunction("increaseObservationCardinalityNext").send(200);
    const setPyth = async () => {
      const now = BigInt(await networkHelpers.time.latest());
      const update = await pyth.createPriceFeedUpdateData(
        PYTH_ID,
        2000_00000000n,
        1_00000000n,
        -8,
        2000_00000000n,
        1n,
        now,
        now - 1n,
      );
      await pyth.updatePriceFeeds([update]);
    };
    await setPyth();
    const twap = await ethers.deployContract("UniswapV3TwapAdapter", [pool.poolAddress, base, 1800, 300, 1n]);
    const adapters = [
      await ethers.deployContract("ChainlinkAdapter", [chainlink, 0n, 0n]),
      await ethers.deployContract("PythAdapter", [pyth, PYTH_ID]),
      twap,
      await ethers.deployContract("ChainlinkAdapter", [second, 0n, 0n]),
      await ethers.deployContract("ChainlinkAdapter", [third, 0n, 0n]),
    ];
    return { oracle, adapters, chainlink, second, third, setPyth, pool, twap, base, quote };
  }

  for (const count of [3, 5] as const) {
    it(`pokes ${count} heterogeneous sources within the ceiling`, async () => {
      const f = await deployFeeds();
      const sources = await Promise.all(
        f.adapters.slice(0, count).map(async (adapter, index) => ({
          adapter: await adapter.getAddress(),
          group: BigInt(index),
          maxAgeSeconds: 4000n,
          gasCap: 500_000n,
          floorWad: 10n ** 18n,
          ceilingWad: 10n ** 24n,
        })),
      );
      await f.oracle.listAsset(ETH, CONFIG, sources, 256n);
      const gas: bigint[] = [];
      for (let i = 0; i < 250; i++) {
        await networkHelpers.time.increase(10);
        for (const feed of [f.chainlink, f.second]) await feed.updateAnswer(2000_00000000n + BigInt(i % 7) * 1000_000n);
        await f.third.updateAnswer(2000n * 10n ** 18n);
        await f.setPyth();
        if (i % 20 === 0) {
          await f.pool.swap(f.base, 10n ** 15n);
        }
        if (i > 200 && i < 248) await f.twap.refresh();
        const receipt = await (await f.oracle.poke([ETH])).wait();
        gas.push(receipt?.gasUsed ?? 0n);
      }
      const views = await f.oracle.read(ETH);
      const readGas = (await f.oracle.getFunction("read").estimateGas(ETH)) - 21_000n - 16n * 6n - 4n * 30n;
      console.log(count, "groups", views.groups, "grade", views.grade, "read", readGas);
      console.log(
        gas.slice(0, 3).join(" "),
        "|",
        gas.slice(190, 248).join(" "),
        "| uncached",
        gas.slice(248).join(" "),
      );
    });
  }
});
