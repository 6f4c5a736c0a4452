import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { expect } from "chai";
import { id as hashOf, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployAdapter } from "../../../deploy/modules/adapters.js";
import { deployPool } from "../../../offchain/lab/simulator/evm/uniswapPool.edge.js";
import { measures, pairOf, source, type SourceSpec } from "../../../deploy/sourceSpec.js";

const { ethers, ignition } = await network.create();

const READER = { group: 0, maxAgeSeconds: 3660, gasCap: 100_000, floor: "0.5", ceiling: "5000" };
const GROWTH = { maxGrowthPerYear: "0.1", slack: "0.005" };

/** Deploys the adapter of a source as the deployment would, and returns its address. */
async function addressOf(given: SourceSpec, assetSymbol: string): Promise<string> {
  const name = `Adapter_${hashOf(JSON.stringify(given, (_, value) => (typeof value === "bigint" ? `${value}` : value)))}`;
  const module = buildModule(name, (m) => {
    const secured = { openSize: m.contract("OracleOpenSizeMock"), assetId: 7 };
    return {
      adapter: deployAdapter(m, given, pairOf(assetSymbol), secured, { PushFeeds: m.library("PushFeeds") }, "it"),
    };
  });
  const { adapter } = await ignition.deploy(module);
  return adapter.getAddress();
}

async function describeSource(given: SourceSpec, assetSymbol: string) {
  return (await ethers.getContractAt("IDescribedSource", await addressOf(given, assetSymbol))).describe();
}

describe("deployAdapter", () => {
  it("lstRate: the method by its name, the dimension as written", async () => {
    const token = await ethers.deployContract("OracleLstMock", [1_150_000_000_000_000_000n]);
    const given = source.parse({
      kind: "lstRate",
      base: "WSTETH",
      quote: "STETH",
      token: await token.getAddress(),
      method: "stEthPerToken()",
      ...GROWTH,
      ...READER,
    });
    const card = await describeSource(given, "WSTETH/ETH");
    expect([card.kind, card.base, card.quote]).to.deep.equal(["lst-rate", "WSTETH", "STETH"]);
    expect(card.feed).to.equal(await token.getAddress());
    expect(card.feedId).to.equal("0x035faf82".padEnd(66, "0"));
  });

  it("api3: the dimension is the asset's", async () => {
    const proxy = await (await ethers.deployContract("OracleApi3Mock")).getAddress();
    const card = await describeSource(source.parse({ kind: "api3", proxy, ...READER }), "WSTETH/ETH");
    expect([card.kind, card.base, card.quote, card.feed]).to.deep.equal(["api3", "WSTETH", "ETH", proxy]);
  });

  it("uniswapV3: the pool answers for what is open on the asset, unless the spec says otherwise", async () => {
    const [owner] = await ethers.getSigners();
    if (owner === undefined) throw new RangeError("no signer");
    const base = await ethers.deployContract("OracleMockToken", [18]);
    const quote = await ethers.deployContract("OracleMockToken", [6]);
    const { poolAddress } = await deployPool(owner, base, quote, 10n ** 18n, 2_000n * 10n ** 6n);
    const terms = { kind: "uniswapV3", pool: poolAddress, baseToken: await base.getAddress(), ...READER };
    const window = { windowSeconds: 600, cacheSeconds: 60, minLiquidity: "5" };
    const gated = source.parse({ ...terms, ...window });
    const free = source.parse({ ...terms, ...window, securesOpenInterest: false });
    const at = async (given: SourceSpec) => ethers.getContractAt("UniswapV3TwapAdapter", await addressOf(given, "ETH"));
    const [asked, unasked] = [await at(gated), await at(free)];
    expect(await asked.asset()).to.equal(7n);
    const markets = await ethers.getContractAt("OracleOpenSizeMock", await asked.openSize());
    await markets.getFunction("set").send(7n, 10n ** 18n);
    expect(await asked.floorAt(0)).to.be.greaterThan(10n ** 12n);
    expect(await unasked.openSize()).to.equal(ZeroAddress);
    expect(await unasked.floorAt(0)).to.equal(5n);
  });

  it("dataStreams: feed and decimals arrive", async () => {
    const verifier = await (await ethers.deployContract("VerifierProxy", [ZeroAddress])).getAddress();
    const feedId = `0x0003${"e7".repeat(30)}`;
    const given = source.parse({ kind: "dataStreams", verifier, feedId, decimals: 8, ...READER });
    const card = await describeSource(given, "ETH");
    expect([card.kind, card.feed, card.feedId, card.decimals]).to.deep.equal(["data-streams", verifier, feedId, 8n]);
  });

  it("chainlink: the deviation threshold arrives", async () => {
    const feed = await (await ethers.deployContract("MockV3Aggregator", [8, 2000_00000000n])).getAddress();
    const given = source.parse({ kind: "chainlink", feed, deviationBps: 50, ...READER });
    const adapter = await ethers.getContractAt("ChainlinkAdapter", await addressOf(given, "ETH"));
    expect((await adapter.latest()).confidenceWad).to.equal(10n ** 19n);
  });

  it("erc4626Rate: terms arrive", async () => {
    const asset = await ethers.deployContract("OracleMockToken", [6]);
    const vault = await ethers.deployContract("OracleVaultMock", [asset, 0]);
    const [owner] = await ethers.getSigners();
    if (owner === undefined) throw new RangeError("no signer");
    await asset.getFunction("mint").send(owner, 1_000_000n);
    await asset.getFunction("approve").send(vault, 1_000_000n);
    await vault.getFunction("deposit").send(1_000_000n, owner);
    const given = source.parse({
      kind: "erc4626Rate",
      base: "SUSD",
      quote: "USD",
      vault: await vault.getAddress(),
      minSupply: "1000000",
      ...GROWTH,
      ...READER,
    });
    const adapter = await ethers.getContractAt("Erc4626RateAdapter", await addressOf(given, "SUSD"));
    expect(await adapter.minSupply()).to.equal(1_000_000n);
    expect(await adapter.growthWadPerYear()).to.equal(10n ** 17n);
    expect(await adapter.slackWad()).to.equal(5n * 10n ** 15n);
  });
});

describe("deployAdapter cross", () => {
  it("default: each leg gets its adapter, the ends are checked on chain", async () => {
    const shares = await ethers.deployContract("OracleLstMock", [1_100_000_000_000_000_000n]);
    const coin = await ethers.deployContract("OracleLstMock", [500_000_000_000_000_000n]);
    const leg = async (token: { getAddress(): Promise<string> }, base: string, quote: string, inverse: boolean) => ({
      kind: "lstRate",
      base,
      quote,
      token: await token.getAddress(),
      method: "stEthPerToken()",
      ...GROWTH,
      inverse,
      maxAgeSeconds: 3660,
      floor: "0.1",
      ceiling: "10",
    });
    const given = source.parse({
      kind: "cross",
      base: "A",
      quote: "C",
      first: await leg(shares, "A", "B", false),
      second: await leg(coin, "C", "B", true),
      ...READER,
    });
    const adapter = await ethers.getContractAt("CrossRateAdapter", await addressOf(given, "A/C"));
    expect((await adapter.latest()).priceWad).to.equal(2_200_000_000_000_000_000n);
    const [first, second] = await adapter.legs();
    expect([first.inverse, second.inverse]).to.deep.equal([false, true]);
    expect(second.ceilingWad).to.equal(10n ** 19n);
    expect((await adapter.describe()).description).to.equal("lst-rate A/B * 1 / (lst-rate C/B)");
  });
});

describe("measures", () => {
  const address = `0x${"ab".repeat(20)}`;
  const rate = (quote: string) =>
    source.parse({
      kind: "lstRate",
      base: "WSTETH",
      quote,
      token: address,
      method: "getRate()",
      ...GROWTH,
      ...READER,
    });

  it("a source must be in the unit of its asset", () => {
    expect(pairOf("ETH")).to.deep.equal({ base: "ETH", quote: "USD" });
    expect(measures(rate("ETH"), pairOf("WSTETH/ETH"))).to.equal(true);
    expect(measures(rate("STETH"), pairOf("WSTETH/ETH"))).to.equal(false);
    expect(measures(rate("ETH"), pairOf("WSTETH"))).to.equal(false);
  });

  it("behavior: a source that does not name its unit takes the asset's", () => {
    const given = source.parse({ kind: "chainlink", feed: address, ...READER });
    expect(measures(given, pairOf("WSTETH/ETH"))).to.equal(true);
  });
});
