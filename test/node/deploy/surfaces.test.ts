import { expect } from "chai";
import { network } from "hardhat";
import { deployLocalMarkets, deployProtocol, loadSpec, verifyDeployment, WiringError } from "../../../deploy/index.js";
import { connect } from "../../../offchain/sdk/index.js";

const [ETH, BTC] = [1n, 2n];
const MONTH_SECONDS = 30n * 86_400n;
/** `SmileSource.Fallback`. */
const FALLBACK = 3n;
/** 80 % a year in Q24. */
const ATM_Q24 = (80n << 24n) / 100n;

describe("correlations and surfaces of a deployment", function () {
  this.timeout(60_000);

  async function deployWithAttester() {
    const connection = await network.create({ network: "lab", chainType: "l1" });
    const [deployer, attester] = await connection.ethers.getSigners();
    if (deployer === undefined || attester === undefined) throw new RangeError("The network has too few accounts.");
    const local = loadSpec("localhost", await deployLocalMarkets(connection));
    const spec = { ...local, volSurface: { ...local.volSurface, attesters: [attester.address] } };
    const addresses = await deployProtocol(connection, spec);
    const protocol = connect({ chainId: 31337n, contracts: addresses, tokens: {} }, deployer);
    return { connection, spec, addresses, protocol, deployer, attester };
  }

  it("default: anyone observes, the attester is heard, and the spec is what stands there", async () => {
    const { connection, spec, addresses, protocol, attester } = await deployWithAttester();
    await verifyDeployment(connection, spec, addresses);
    const { correlationMatrix, volSurface } = protocol;
    const surface = await connection.ethers.getContractAt("VolSurface", addresses.volSurface);
    expect(await correlationMatrix.isDue(ETH, BTC)).to.equal(true);
    // Markets without a history give no consensus: the observation is made and teaches nothing.
    await correlationMatrix.observe([ETH, BTC]);
    expect(await correlationMatrix.isDue(ETH, BTC)).to.equal(true);
    const { lowWad, rhoWad, highWad } = await correlationMatrix.correlationOf(BTC, ETH);
    expect([lowWad, rhoWad, highWad]).to.deep.equal([-(10n ** 18n), 6n * 10n ** 17n, 10n ** 18n]);

    const now = BigInt(await connection.networkHelpers.time.latest());
    const smile = { expiry: now + MONTH_SECONDS, atmQ24: ATM_Q24, skewQ24: 0n, curvatureQ24: 0n };
    const { source, volWad, lowWad: lowVolWad } = await volSurface.volOf(ETH, smile.expiry, 0n);
    expect([source, volWad, lowVolWad]).to.deep.equal([FALLBACK, 5n * 10n ** 18n, 10n ** 17n]);
    // The attester may speak; with nothing realised to hold it against, its word is refused.
    await expect(surface.connect(attester).attest(ETH, 1n, now, [smile]))
      .to.be.revertedWithCustomError(surface, "Oracle_VolOutOfBounds")
      .withArgs(smile.expiry, (ATM_Q24 * 10n ** 18n) >> 24n, 10n ** 17n, 0n);
  });

  it("error: nobody else attests, not even the administrator", async () => {
    const { connection, addresses, deployer } = await deployWithAttester();
    const now = BigInt(await connection.networkHelpers.time.latest());
    const surface = await connection.ethers.getContractAt("VolSurface", addresses.volSurface);
    await expect(surface.attest(ETH, 1n, now, []))
      .to.be.revertedWithCustomError(surface, "AccessManagedUnauthorized")
      .withArgs(deployer.address);
  });

  it("error: WiringError names terms and attesters that are not there", async () => {
    const { connection, spec, addresses, deployer } = await deployWithAttester();
    const [pair] = spec.correlationPairs;
    const [terms] = spec.volSurface.terms;
    if (pair === undefined || terms === undefined) throw new RangeError("The spec has no pair or no surface.");
    const wrong = {
      ...spec,
      correlationPairs: [{ ...pair, rhoMaxBps: pair.rhoMaxBps + 1 }],
      volSurface: { attesters: [deployer.address], terms: [{ ...terms, markupBps: terms.markupBps + 1 }] },
    };
    const problem = await verifyDeployment(connection, wrong, addresses).then(
      () => "none",
      (error: unknown) => (error instanceof WiringError ? error.message : String(error)),
    );
    expect(problem).to.contain("correlation of 1 and 2.rhoMaxBps");
    expect(problem).to.contain("volatility surface of 1.markupBps");
    expect(problem).to.contain(`attester ${deployer.address}`);
  });
});
