import { expect } from "chai";
import { network } from "hardhat";
import { deployLocalMarkets, deployProtocol, loadSpec, verifyDeployment, WiringError } from "../../../deploy/index.js";
import { auctionTerms, cureTerms, liquidityTerms, tradeTerms } from "../../../deploy/terms.js";
import { connect } from "../../../offchain/sdk/index.js";
import { AuctionParameters__factory, CureAuction__factory } from "../../../types/ethers-contracts/index.js";

const ETH = 1;
const GUARDIAN_ROLE = 1n;
const SLOTS = 60;

describe("verifyDeployment", function () {
  this.timeout(120_000);

  async function deployed() {
    const connection = await network.create({ network: "lab", chainType: "l1" });
    const [deployer] = await connection.ethers.getSigners();
    if (deployer === undefined) throw new RangeError("The network has no accounts.");
    const spec = loadSpec("localhost", await deployLocalMarkets(connection));
    const addresses = await deployProtocol(connection, spec);
    const protocol = connect({ chainId: 31337n, contracts: addresses, tokens: {} }, deployer);
    const problems = async (): Promise<readonly string[]> => {
      try {
        await verifyDeployment(connection, spec, addresses);
        return [];
      } catch (error: unknown) {
        if (error instanceof WiringError) return error.problems;
        throw error;
      }
    };
    return { connection, deployer, spec, addresses, protocol, problems };
  }

  let world: Awaited<ReturnType<typeof deployed>>;
  let restore: () => Promise<void>;
  before(async () => {
    world = await deployed();
    const snapshot = await world.connection.networkHelpers.takeSnapshot();
    restore = () => snapshot.restore();
  });
  afterEach(() => restore());

  /** What a change makes wrong, by the names of the facts. */
  async function namesAfter(change: () => Promise<unknown>): Promise<readonly string[]> {
    expect(await world.problems()).to.deep.equal([]);
    await change();
    return (await world.problems()).map((problem) => problem.slice(0, problem.indexOf(":")));
  }

  const becomeGuardian = () => world.protocol.accessManager.grantRole(GUARDIAN_ROLE, world.deployer.address, 0);

  /** Puts `after` where a contract's storage holds the address `before`. */
  async function rewire(contract: string, before: string, after: string): Promise<void> {
    const { ethers, networkHelpers } = world.connection;
    let found = 0;
    for (let slot = 0; slot < SLOTS; ++slot) {
      const word = await ethers.provider.getStorage(contract, slot);
      if (!word.toLowerCase().endsWith(before.slice(2).toLowerCase())) continue;
      await networkHelpers.setStorageAt(contract, slot, word.slice(0, -40) + after.slice(2));
      found += 1;
    }
    expect(found, "places that hold the address").to.equal(1);
  }

  it("default: checks more than a hundred facts of a fresh deployment", async () => {
    const { connection, spec, addresses } = world;
    expect(await verifyDeployment(connection, spec, addresses)).to.be.greaterThan(100);
  });

  it("error: WiringError for a source that reads something else than the spec says", async () => {
    const { connection, spec, addresses } = world;
    const other = "0x" + "12".repeat(20);
    const [asset, ...assets] = spec.assets;
    if (asset === undefined) throw new RangeError("The spec lists no asset.");
    const sources = asset.sources.map((source) => {
      if (source.kind === "chainlink") return { ...source, feed: other };
      if (source.kind === "pyth") return { ...source, feedId: "0x" + "34".repeat(32) };
      return source.kind === "uniswapV3" ? { ...source, securesOpenInterest: true, minLiquidity: 77n } : source;
    });
    const changed = { ...spec, assets: [{ ...asset, sources }, ...assets] };
    const error: unknown = await verifyDeployment(connection, changed, addresses).catch((cause: unknown) => cause);
    if (!(error instanceof WiringError)) throw new RangeError("It was accepted.");
    const text = error.problems.join("\n");
    for (const what of ["feed", "feed id", "least liquidity", "who knows what is open", "backing of market"])
      expect(text).to.match(new RegExp(`${what}( \\d+)?: `));
  });

  it("error: WiringError for a market that another pool backs", async () => {
    const { perpMarkets } = world.protocol;
    const { lens } = world.addresses;
    expect(await namesAfter(() => perpMarkets.setBacking(ETH, lens))).to.deep.equal([`backing of market ${ETH}`]);
  });

  it("error: WiringError for the breaker's terms", async () => {
    const { circuitBreaker } = world.protocol;
    const stress = world.spec.breaker.stress + 1n;
    expect(await namesAfter(() => circuitBreaker.setStress(stress))).to.deep.equal(["the breaker's stress"]);
    await restore();
    const { blockSeconds, toleranceSeconds } = world.spec.breaker;
    const names = await namesAfter(() => circuitBreaker.setChainPace(blockSeconds, toleranceSeconds + 1));
    expect(names).to.deep.equal(["the chain's pace.toleranceSeconds"]);
  });

  it("error: WiringError for the limits of an outflow, also when a guardian tightened them", async () => {
    const { outflowLimiter } = world.protocol;
    const [first] = world.spec.outflow;
    if (first === undefined) throw new RangeError("The spec limits no outflow.");
    const { token, capBps, smallAmount, smallBudget } = first;
    const limits = { capBps, smallAmount, smallBudget: smallBudget + 2n };
    const names = await namesAfter(() => outflowLimiter.setFlowLimits(token, limits));
    expect(names).to.deep.equal([`outflow of ${token}.smallBudget`]);
    await restore();
    const tightened = await namesAfter(async () => {
      await becomeGuardian();
      await outflowLimiter.tightenCap(token, capBps - 1);
    });
    expect(tightened).to.deep.equal([`outflow of ${token}.capBps`]);
  });

  it("error: WiringError for the parameters of auctions and cures", async () => {
    const { addresses, deployer } = world;
    const parameters = AuctionParameters__factory.connect(addresses.auctionParameters, deployer);
    const cure = CureAuction__factory.connect(addresses.cureAuction, deployer);
    const config = auctionTerms(world.spec.auction);
    const changed = { ...config, coolOffSeconds: config.coolOffSeconds + 1 };
    expect(await namesAfter(() => parameters.setConfig(changed))).to.deep.equal(["auction.coolOffSeconds"]);
    await restore();
    const capacity = await namesAfter(() => parameters.setCapacity(ETH, 1n, 600));
    expect(capacity).to.include(`capacity of ${ETH}.capacityWad`);
    await restore();
    const terms = cureTerms(world.spec.auction.cure);
    const later = { ...terms, afterSeconds: terms.afterSeconds + 1, curve: addresses.discountCurve };
    expect(await namesAfter(() => cure.setConfig(later))).to.deep.equal(["cure.afterSeconds"]);
    await restore();
    const factory = await world.connection.ethers.getContractFactory("LinearCurve");
    const other = await (await factory.deploy(60)).getAddress();
    const curves = await namesAfter(() => parameters.setCurves(addresses.discountCurve, other));
    expect(curves).to.deep.equal(["the insolvent curve"]);
  });

  it("error: WiringError for the terms of insurance", async () => {
    const { lossWaterfall, insuranceFund, backstop } = world.protocol;
    const { drawLimitBps, cooldownSeconds, windowSeconds, streamSeconds, backstopLine } = world.spec.insurance;
    const draw = await namesAfter(() => lossWaterfall.setDrawLimit(drawLimitBps - 1));
    expect(draw).to.deep.equal(["the waterfall.drawLimitBps"]);
    await restore();
    const window = await namesAfter(() => insuranceFund.setCooldown(cooldownSeconds, windowSeconds + 1));
    expect(window).to.deep.equal(["the fund.windowSeconds"]);
    await restore();
    const stream = await namesAfter(() => backstop.setStreamDuration(streamSeconds + 1));
    expect(stream).to.deep.equal(["the backstop.streamSeconds"]);
    await restore();
    const { lossWaterfall: domain, marginVault } = world.addresses;
    const line = await namesAfter(() => backstop.setLine(domain, marginVault, backstopLine + 1n));
    expect(line).to.deep.equal(["the backstop's domain.line"]);
  });

  it("error: WiringError for the terms of vault, markets and risk", async () => {
    const { marginVault, portfolioMargin, perpMarkets } = world.protocol;
    const { interest } = world.spec.vault;
    const policy = { ...tradeTerms(world.spec.vault), feeBps: world.spec.vault.feeBps + 1 };
    expect(await namesAfter(() => marginVault.setTradePolicy(policy))).to.deep.equal(["trade policy.feeBps"]);
    await restore();
    const terms = { ...interest, baseBps: interest.baseBps + 1 };
    expect(await namesAfter(() => marginVault.setInterestTerms(terms))).to.deep.equal(["interest.baseBps"]);
    await restore();
    const cap = await namesAfter(async () => {
      await becomeGuardian();
      await perpMarkets.lowerOpenInterestCap(ETH, 1n);
    });
    expect(cap).to.deep.equal([`market ${ETH}.openInterestCapWad`]);
    await restore();
    const { liquidationCostBps, flatCost } = world.spec.risk;
    const addOns = { liquidationCostBps: liquidationCostBps + 1, flatCostWad: flatCost };
    expect(await namesAfter(() => portfolioMargin.setAddOns(addOns))).to.deep.equal(["add-ons.liquidationCostBps"]);
    await restore();
    const [first] = world.spec.risk.underlyings;
    if (first === undefined) throw new Error("the spec has no underlying");
    const exit = { ...liquidityTerms(first), depthUsd: 1n };
    expect(await namesAfter(() => portfolioMargin.setLiquidity(first.asset, exit))).to.deep.equal([
      `exit from ${ETH}.depthUsd`,
    ]);
  });

  it("error: WiringError for a wire that leads elsewhere", async () => {
    const { addresses } = world;
    const cases = [
      [addresses.perpMarkets, addresses.marginVault, "the markets' vault"],
      [addresses.perpMarkets, addresses.lossWaterfall, "the markets' waterfall"],
      [addresses.exchange, addresses.perpMarkets, "the exchange's markets"],
      [addresses.outflowLimiter, addresses.marginVault, "the limiter's vault"],
    ] as const;
    for (const [contract, wired, what] of cases) {
      expect(await namesAfter(() => rewire(contract, wired, addresses.lens)), what).to.include(what);
      await restore();
    }
  });

  it("error: WiringError for a guardian's function that another role may call", async () => {
    const { accessManager } = world.protocol;
    const selector = world.protocol.outflowLimiter.interface.getFunction("tightenCap").selector;
    const target = world.addresses.outflowLimiter;
    const names = await namesAfter(() => accessManager.setTargetFunctionRole(target, [selector], 0n));
    expect(names).to.deep.equal(["role of outflowLimiter.tightenCap(address,uint256)"]);
  });
});
