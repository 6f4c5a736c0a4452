import { expect } from "chai";
import { network } from "hardhat";
import { deployLocalMarkets, deployProtocol, loadSpec, verifyDeployment, WiringError } from "../../../deploy/index.js";
import { connect } from "../../../offchain/sdk/index.js";

const UP = 1n;

describe("sequencer feed of a spec", function () {
  this.timeout(60_000);

  it("default: the breaker watches the feed that the spec names, and a wrong one is found", async () => {
    const connection = await network.create({ network: "lab", chainType: "l1" });
    const { ethers } = connection;
    // An aggregator that answers 0 since its deployment says what an uptime feed says of a sequencer that is up.
    const feed = await ethers.deployContract("MockV3Aggregator", [0, 0]);
    const other = await ethers.deployContract("MockV3Aggregator", [0, 0]);
    const local = loadSpec("localhost", await deployLocalMarkets(connection));
    const watching = (sequencerFeed: string | null) => ({ ...local, breaker: { ...local.breaker, sequencerFeed } });
    const spec = watching(await feed.getAddress());
    const addresses = await deployProtocol(connection, spec);
    await verifyDeployment(connection, spec, addresses);

    const { circuitBreaker, lens } = connect({ chainId: 31337n, contracts: addresses, tokens: {} }, ethers.provider);
    const liveness = await circuitBreaker.liveness();
    expect(liveness.feed).to.equal(spec.breaker.sequencerFeed);
    expect(liveness.status).to.equal(UP);
    expect((await lens.domain()).liveness.feed).to.equal(spec.breaker.sequencerFeed);

    for (const wrong of [null, await other.getAddress()]) {
      let refusal: unknown;
      await verifyDeployment(connection, watching(wrong), addresses).catch((error: unknown) => (refusal = error));
      expect(refusal).to.be.instanceOf(WiringError);
      expect(String(refusal)).to.match(/the sequencer feed/);
    }
  });
});
