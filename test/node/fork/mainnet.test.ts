import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { config, network } from "hardhat";
import { deployProtocol, loadSpec, verifyDeployment } from "../../../deploy/index.js";
import { connect } from "../../../offchain/sdk/index.js";

const URL = process.env["MAINNET_RPC_URL"];

describe("deployment on a fork of the public mainnet", function () {
  this.timeout(900_000);
  const { ignition } = config.paths;
  before(() => {
    config.paths.ignition = mkdtempSync(join(tmpdir(), "breakwater-mainnet-"));
  });
  after(() => {
    rmSync(config.paths.ignition, { recursive: true, force: true });
    config.paths.ignition = ignition;
  });

  if (URL === undefined || URL === "") {
    it.skip("skipped: MAINNET_RPC_URL is not set, so the real addresses of deploy/specs/mainnet.json were not tried");
    return;
  }
  it("default: the reviewed spec deploys, its wiring holds, and the oracle finds a price in the real feeds", async () => {
    const connection = await network.create({
      network: "mainnetFork",
      chainType: "l1",
      override: { forking: { url: URL }, chainId: 1 },
    });
    try {
      const spec = loadSpec("mainnet");
      const addresses = await deployProtocol(connection, spec);
      expect(await verifyDeployment(connection, spec, addresses)).to.be.greaterThan(20);
      const [signer] = await connection.ethers.getSigners();
      const book = { chainId: 1n, contracts: addresses, tokens: {} };
      const { priceOracle } = connect(book, signer ?? connection.ethers.provider);
      const ids = spec.assets.map(({ id }) => id);
      await (await priceOracle.poke(ids)).wait();
      for (const { midWad, lowWad, highWad } of await priceOracle.readMany(ids)) {
        expect(midWad > 0n, "a price").to.equal(true);
        expect(lowWad <= midWad && midWad <= highWad, "within its interval").to.equal(true);
      }
    } finally {
      await connection.close();
    }
  });
});
