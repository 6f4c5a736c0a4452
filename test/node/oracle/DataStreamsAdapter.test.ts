import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { encodeReport, signReport, type StreamReport, streamSigners } from "./streamsVerifier.js";

const { ethers, networkHelpers } = await network.create();

const WAD = 10n ** 18n;
const FEED = `0x0003${"e7".repeat(30)}`;
const NATIVE_FEE = 1_000_000_000_000n;
const LINK_FEE = 7_000_000_000_000_000n;
/** Faulty signers that the configuration stands: one more than that must sign. */
const FAULTS = 3;

/** The same contracts in the same order on another chain: its own digest of the same signers. */
async function digestOfAnotherChain(addresses: string[]): Promise<string> {
  const other = await network.create("origin");
  try {
    const proxy = await other.ethers.deployContract("VerifierProxy", [ZeroAddress]);
    const verifier = await other.ethers.deployContract("Verifier", [proxy]);
    await proxy.initializeVerifier(verifier);
    await verifier.setConfig(FEED, addresses, [], FAULTS, "0x", 1, "0x", []);
    return (await verifier.latestConfigDetails(FEED)).configDigest;
  } finally {
    await other.close();
  }
}

/** Chainlink's own VerifierProxy, Verifier, FeeManager and RewardManager, and ten signers of a test. */
describe("DataStreamsAdapter on Chainlink's verifier", () => {
  const signers = streamSigners(10);
  const quorum = signers.slice(2, 3 + FAULTS);

  async function deployVerifier() {
    const [owner, keeper] = await ethers.getSigners();
    if (owner === undefined || keeper === undefined) throw new RangeError("no signers");
    const proxy = await ethers.deployContract("VerifierProxy", [ZeroAddress]);
    const verifier = await ethers.deployContract("Verifier", [proxy]);
    await proxy.initializeVerifier(verifier);
    const addresses = signers.map(({ address }) => address);
    await verifier.setConfig(FEED, addresses, [], FAULTS, "0x", 1, "0x", []);
    const { configDigest } = await verifier.latestConfigDetails(FEED);
    const adapter = await ethers.deployContract("DataStreamsAdapter", [proxy, FEED, 18, "ETH", "USD"]);
    const now = BigInt(await networkHelpers.time.latest());
    const sample: StreamReport = {
      feedId: FEED,
      validFrom: now - 1n,
      observedAt: now,
      nativeFee: NATIVE_FEE,
      linkFee: LINK_FEE,
      expiresAt: now + 600n,
      price: 2000n * WAD,
      bid: 1999n * WAD,
      ask: 2002n * WAD,
    };
    return { owner, keeper, proxy, verifier, adapter, configDigest, sample };
  }

  async function deployBilling() {
    const base = await deployVerifier();
    const link = await ethers.deployContract("BurnMintERC20", ["LINK", "LINK", 18, 0n, 10n ** 27n]);
    const weth = await ethers.deployContract("WETH9");
    const rewards = await ethers.deployContract("RewardManager", [link]);
    const fees = await ethers.deployContract("FeeManager", [link, weth, base.proxy, rewards]);
    await rewards.setFeeManager(fees);
    await base.proxy.setFeeManager(fees);
    return { ...base, fees, rewards, weth };
  }

  it("keeps what k of n signers made, whoever brings it", async () => {
    const { adapter, keeper, configDigest, sample } = await networkHelpers.loadFixture(deployVerifier);
    const report = signReport(configDigest, encodeReport(sample), quorum);
    await expect(adapter.connect(keeper).submit(report))
      .to.emit(adapter, "ReportAccepted")
      .withArgs(sample.price, 2n * WAD, sample.observedAt);
    expect(await adapter.latest()).to.deep.equal([sample.price, 2n * WAD, sample.observedAt]);
  });

  it("error: as the verifier does, for anything but k different known signers of this very report", async () => {
    const { adapter, verifier, configDigest, sample } = await networkHelpers.loadFixture(deployVerifier);
    const bytes = encodeReport(sample);
    const first = signers.slice(0, 1);
    const strangers = streamSigners(14).slice(10);
    const few = signReport(configDigest, bytes, quorum.slice(1));
    await expect(adapter.submit(few))
      .to.be.revertedWithCustomError(verifier, "IncorrectSignatureCount")
      .withArgs(FAULTS, FAULTS + 1);
    const bad = [
      signReport(configDigest, bytes, [...first, ...first, ...first, ...first]),
      signReport(configDigest, bytes, [...quorum.slice(1), ...strangers.slice(0, 1)]),
      signReport(configDigest, bytes, strangers),
    ];
    const forged = encodeReport({ ...sample, price: 2001n * WAD });
    bad.push(signReport(configDigest, bytes, quorum).replace(bytes.slice(2), forged.slice(2)));
    for (const report of bad) {
      await expect(adapter.submit(report)).to.be.revertedWithCustomError(verifier, "BadVerification");
    }
    expect(await adapter.latest()).to.deep.equal([0n, 0n, 0n]);
  });

  it("error: a retired configuration, and a feed that was switched off", async () => {
    const { adapter, proxy, verifier, configDigest, sample } = await networkHelpers.loadFixture(deployVerifier);
    const report = signReport(configDigest, encodeReport(sample), quorum);
    const addresses = signers.slice(0, 7).map(({ address }) => address);
    await verifier.setConfig(FEED, addresses, [], 2, "0x", 1, "0x", []);
    await verifier.deactivateConfig(FEED, configDigest);
    await expect(adapter.submit(report)).to.be.revertedWithCustomError(verifier, "DigestInactive");
    const { configDigest: next } = await verifier.latestConfigDetails(FEED);
    const renewed = signReport(next, encodeReport(sample), signers.slice(0, 3));
    await verifier.deactivateFeed(FEED);
    await expect(adapter.submit(renewed)).to.be.revertedWithCustomError(verifier, "InactiveFeed");
    await verifier.activateFeed(FEED);
    await adapter.submit(renewed);
    const unknown = signReport(`0x${"11".repeat(32)}`, encodeReport(sample), quorum);
    await expect(adapter.submit(unknown)).to.be.revertedWithCustomError(proxy, "VerifierNotFound");
  });

  // 2022-05-08, Fortress: `submit` asked nobody who had signed; a price of the attacker's own bought three million dollars.
  it("test_Incident06_Fortress_OnlyWhatTheSignersOfThisChainMadeCounts", async () => {
    const { adapter, proxy, verifier, configDigest, sample } = await networkHelpers.loadFixture(deployVerifier);
    const naive = await ethers.deployContract("OracleSubmitMock");
    const bytes = encodeReport(sample);
    const genuine = signReport(configDigest, bytes, quorum);
    await adapter.submit(genuine);
    await naive.getFunction("submit").send(genuine);

    const later = { ...sample, observedAt: sample.observedAt + 1n, price: 4000n * WAD, ask: 4002n * WAD };
    const forged = signReport(configDigest, encodeReport(later), streamSigners(14).slice(10));
    const addresses = signers.map(({ address }) => address);
    const elsewhere = await digestOfAnotherChain(addresses);
    expect(elsewhere).to.not.equal(configDigest);
    const ofAnotherChain = signReport(elsewhere, encodeReport(later), quorum);
    await expect(adapter.submit(forged)).to.be.revertedWithCustomError(verifier, "BadVerification");
    await expect(adapter.submit(ofAnotherChain))
      .to.be.revertedWithCustomError(proxy, "VerifierNotFound")
      .withArgs(elsewhere);
    await expect(adapter.submit(genuine))
      .to.be.revertedWithCustomError(adapter, "Oracle_ReportNotNewer")
      .withArgs(sample.observedAt, sample.observedAt);

    // The first five signers leave: neither their old configuration nor their names count in the new one.
    const staying = signers.slice(5).map(({ address }) => address);
    await verifier.setConfig(FEED, staying, [], 1, "0x", 1, "0x", []);
    await verifier.deactivateConfig(FEED, configDigest);
    const { configDigest: next } = await verifier.latestConfigDetails(FEED);
    const retired = signReport(configDigest, encodeReport(later), quorum);
    const former = signReport(next, encodeReport(later), signers.slice(0, 2));
    await expect(adapter.submit(retired)).to.be.revertedWithCustomError(verifier, "DigestInactive");
    await expect(adapter.submit(former)).to.be.revertedWithCustomError(verifier, "BadVerification");
    expect(await adapter.latest()).to.deep.equal([sample.price, 2n * WAD, sample.observedAt]);

    // Who does not ask takes each of them, and the old one again.
    for (const report of [forged, ofAnotherChain, retired, former]) await naive.getFunction("submit").send(report);
    expect(await naive.getFunction("priceWad").staticCall()).to.equal(later.price);
    await naive.getFunction("submit").send(genuine);
    expect(await naive.getFunction("priceWad").staticCall()).to.equal(sample.price);
    expect(await naive.getFunction("updates").staticCall()).to.equal(6n);
    // What the signers of now say of this chain still counts.
    await adapter.submit(signReport(next, encodeReport(later), signers.slice(5, 7)));
    expect((await adapter.latest())[0]).to.equal(later.price);
  });

  it("error: the same report again, and an older one", async () => {
    const { adapter, configDigest, sample } = await networkHelpers.loadFixture(deployVerifier);
    const report = signReport(configDigest, encodeReport(sample), quorum);
    await adapter.submit(report);
    await expect(adapter.submit(report))
      .to.be.revertedWithCustomError(adapter, "Oracle_ReportNotNewer")
      .withArgs(sample.observedAt, sample.observedAt);
    const older = { ...sample, validFrom: sample.validFrom - 9n, observedAt: sample.observedAt - 1n };
    await expect(adapter.submit(signReport(configDigest, encodeReport(older), quorum))).to.be.revertedWithCustomError(
      adapter,
      "Oracle_ReportNotNewer",
    );
  });

  it("error: a report of another feed that its signers made", async () => {
    const { adapter, verifier, sample } = await networkHelpers.loadFixture(deployVerifier);
    const other = `0x0003${"b7".repeat(30)}`;
    const addresses = signers.map(({ address }) => address);
    await verifier.setConfig(other, addresses, [], FAULTS, "0x", 1, "0x", []);
    const { configDigest } = await verifier.latestConfigDetails(other);
    const report = signReport(configDigest, encodeReport({ ...sample, feedId: other }), quorum);
    await expect(adapter.submit(report))
      .to.be.revertedWithCustomError(adapter, "Oracle_ReportOfAnotherFeed")
      .withArgs(other, FEED);
  });

  it("error: a report that has expired", async () => {
    const { adapter, configDigest, sample } = await networkHelpers.loadFixture(deployVerifier);
    const report = signReport(configDigest, encodeReport(sample), quorum);
    await networkHelpers.time.increase(601);
    await expect(adapter.submit(report)).to.be.revertedWithCustomError(adapter, "Oracle_ReportNotValidNow");
  });

  it("with fees: the caller pays the verifier's, to the wei, and gets the rest", async () => {
    const { adapter, keeper, fees, weth, configDigest, sample } = await networkHelpers.loadFixture(deployBilling);
    const report = signReport(configDigest, encodeReport(sample), quorum);
    const feeWei = await adapter.submitFee(report);
    const [{ amount }] = await fees.getFeeAndReward(adapter, encodeReport(sample), weth);
    expect(feeWei).to.equal(amount);
    expect(feeWei).to.equal(NATIVE_FEE);
    await expect(adapter.connect(keeper).submit(report, { value: feeWei - 1n }))
      .to.be.revertedWithCustomError(adapter, "Oracle_ReportFeeNotCovered")
      .withArgs(feeWei - 1n, feeWei);
    await expect(adapter.connect(keeper).submit(report, { value: WAD })).to.changeEtherBalances(
      ethers,
      [keeper, adapter, weth],
      [-feeWei, 0n, feeWei],
    );
    expect(await adapter.latest()).to.deep.equal([sample.price, 2n * WAD, sample.observedAt]);
  });

  it("with fees: a surcharge and a discount of the fee manager are followed", async () => {
    const { adapter, keeper, fees, weth, configDigest, sample } = await networkHelpers.loadFixture(deployBilling);
    const report = signReport(configDigest, encodeReport(sample), quorum);
    await fees.setNativeSurcharge(WAD / 5n);
    expect(await adapter.submitFee(report)).to.equal((NATIVE_FEE * 6n) / 5n);
    await fees.updateSubscriberDiscount(adapter, FEED, weth, WAD);
    expect(await adapter.submitFee(report)).to.equal(0n);
    await expect(adapter.connect(keeper).submit(report, { value: 5n })).to.changeEtherBalance(ethers, keeper, 0n);
  });
});
