import { expect } from "chai";
import { network } from "hardhat";
import { deployLocalMarkets, deployProtocol, loadSpec, verifyDeployment } from "../../../deploy/index.js";
import { connect } from "../../../offchain/sdk/index.js";

const ADMIN_ROLE = 0n;
const DELAY_SECONDS = 3_600;

describe("handOver", function () {
  this.timeout(60_000);

  async function deployFor(adminIndex: number) {
    const connection = await network.create({ network: "lab", chainType: "l1" });
    const signers = await connection.ethers.getSigners();
    const [deployer, admin] = [signers[0], signers[adminIndex]];
    if (deployer === undefined || admin === undefined) throw new RangeError("The network has too few accounts.");
    const local = loadSpec("localhost", await deployLocalMarkets(connection));
    const governance = { admin: admin.address, guardians: [deployer.address], delaySeconds: DELAY_SECONDS };
    const spec = { ...local, governance };
    const addresses = await deployProtocol(connection, spec);
    await verifyDeployment(connection, spec, addresses);
    const { accessManager } = connect({ chainId: 31337n, contracts: addresses, tokens: {} }, deployer);
    const rolesOf = async (address: string) => [...(await accessManager.hasRole(ADMIN_ROLE, address))];
    return { deployer: await rolesOf(deployer.address), admin: await rolesOf(admin.address) };
  }

  it("default: the administrator acts behind its delay, the deployer no longer at all", async () => {
    const { deployer, admin } = await deployFor(1);
    expect(admin).to.deep.equal([true, BigInt(DELAY_SECONDS)]);
    expect(deployer).to.deep.equal([false, 0n]);
  });

  it("behavior: an administrator that is the deployer keeps its role", async () => {
    const { admin } = await deployFor(0);
    expect(admin[0]).to.equal(true);
  });
});
