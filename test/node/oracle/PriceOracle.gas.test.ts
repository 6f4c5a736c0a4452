import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { CLASS_A_TERMS } from "../../../offchain/lab/simulator/evm/assetTerms.js";
import { deployPool } from "../../../offchain/lab/simulator/evm/uniswapPool.edge.js";

const { ethers, networkHelpers } = await network.create();

const ETH = 1n;
const PYTH_ID = `0x${"22".repeat(32)}`;
const PRICE_E8 = 2000_00000000n;
/**
 * Regression ceilings of an isolated transaction, everything cold, intrinsic gas included, in a ring that has wrapped.
 * `steady` is an observation 12 to 24 s after the last; the volatility filter adds up to 11k once a minute. DESIGN asks for
 * 110k and 150k: the feeds themselves (mocks of Chainlink and Pyth) take 16k to 18k each of that.
 */
const CEILINGS = { 3: { steady: 122_000n, minute: 137_000n }, 5: { steady: 161_000n, minute: 176_000n } } as const;
const READ_CEILING = 8_000n;
const INTRINSIC = 21_000n + 4n * 33n + 16n * 5n;

describe("PriceOracle gas", () => {
  async function deployAll() {
    const [admin] = await ethers.getSigners();
    if (admin === undefined) throw new RangeError("no signer");
    const oracle = await ethers.deployContract("PriceOracle", [await ethers.deployContract("AccessManager", [admin])], {
      libraries: { SpecDesk: await ethers.deployContract("SpecDesk") },
    });
    const feeds = [
      await ethers.deployContract("MockV3Aggregator", [8, PRICE_E8]),
      await ethers.deployContract("MockV3Aggregator", [8, PRICE_E8]),
      await ethers.deployContract("MockV3Aggregator", [8, PRICE_E8]),
    ] as const;
    const pyth = await ethers.deployContract("MockPyth", [3600n, 0n]);
    const base = await ethers.deployContract("OracleMockToken", [18]);
    const quote = await ethers.deployContract("OracleMockToken", [6]);
    const pool = await deployPool(admin, base, quote, 5000n * 10n ** 18n, 10_000_000n * 10n ** 6n);
    await pool.pool.getFunction("increaseObservationCardinalityNext").send(200);
    const twap = await ethers.deployContract("UniswapV3TwapAdapter", [
      pool.poolAddress,
      base,
      1800n,
      60n,
      1n,
      ZeroAddress,
      1n,
    ]);
    const readers = { libraries: { PushFeeds: await ethers.deployContract("PushFeeds") } };
    const adapters = [
      await ethers.deployContract("ChainlinkAdapter", [feeds[0], "ETH", "USD", 0n, 0n, 0n], readers),
      await ethers.deployContract("PythAdapter", [pyth, PYTH_ID, "ETH", "USD"], readers),
      twap,
      await ethers.deployContract("ChainlinkAdapter", [feeds[1], "ETH", "USD", 0n, 0n, 0n], readers),
      await ethers.deployContract("ChainlinkAdapter", [feeds[2], "ETH", "USD", 0n, 0n, 0n], readers),
    ] as const;
    const publish = async (): Promise<void> => {
      for (const feed of feeds) await feed.updateAnswer(PRICE_E8);
      const now = BigInt(await networkHelpers.time.latest());
      await pyth.updatePriceFeeds([
        await pyth.createPriceFeedUpdateData(PYTH_ID, PRICE_E8, 1_00000000n, -8, PRICE_E8, 1n, now, now - 1n),
      ]);
    };
    return { oracle, adapters, publish, pool, twap, base };
  }

  for (const count of [3, 5] as const) {
    it(`pokes ${count} heterogeneous sources and serves a read`, async () => {
      const { oracle, adapters, publish, pool, twap, base } = await deployAll();
      const sources = await Promise.all(
        adapters.slice(0, count).map(async (adapter, index) => ({
          adapter: await adapter.getAddress(),
          group: BigInt(index),
          maxAgeSeconds: 4000n,
          gasCap: 500_000n,
          floorWad: 10n ** 18n,
          ceilingWad: 10n ** 24n,
        })),
      );
      await oracle.listAsset(ETH, CLASS_A_TERMS, sources, 256n);
      const gas: bigint[] = [];
      for (let i = 0; i < 310; i++) {
        await networkHelpers.time.increase(8);
        if (i % 100 === 0) await pool.swap(base, 10n ** 15n);
        if (i > 180) {
          await publish();
          await twap.refresh();
        } else if (i % 5 === 0) {
          await publish();
        }
        const receipt = await (await oracle.poke([ETH])).wait();
        if (i > 290 && receipt !== null) gas.push(receipt.gasUsed);
      }
      const views = await oracle.read(ETH);
      expect(views.groups).to.equal(BigInt(count));
      expect(views.midWad).to.equal(2000n * 10n ** 18n);
      const sorted = gas.toSorted((a, b) => (a < b ? -1 : 1));
      expect(sorted[0]).to.be.lessThan(CEILINGS[count].steady);
      expect(sorted[Math.floor(sorted.length / 2)]).to.be.lessThan(CEILINGS[count].steady);
      expect(sorted.at(-1)).to.be.lessThan(CEILINGS[count].minute);
      expect((await oracle.getFunction("read").estimateGas(ETH)) - INTRINSIC).to.be.lessThan(READ_CEILING);
      if (process.env["GAS_TRACE"] !== undefined) {
        console.log(sorted.join(" "));
        console.log("read", (await oracle.getFunction("read").estimateGas(ETH)) - INTRINSIC);
        for (const a of adapters.slice(0, 3))
          console.log("source", (await a.getFunction("latest").estimateGas()) - 21_064n);
        await networkHelpers.time.increase(61);
        console.log("source live", (await twap.getFunction("latest").estimateGas()) - 21_064n);
      }
    });
  }
});
