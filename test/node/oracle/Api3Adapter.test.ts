import { AccessControlRegistry__factory } from "@api3/contracts/dist/typechain-types/factories/access/AccessControlRegistry__factory.js";
import { Api3ServerV1OevExtension__factory } from "@api3/contracts/dist/typechain-types/factories/api3-server-v1/Api3ServerV1OevExtension__factory.js";
import { Api3ServerV1__factory } from "@api3/contracts/dist/typechain-types/factories/api3-server-v1/Api3ServerV1__factory.js";
import { Api3ReaderProxyV1Factory__factory } from "@api3/contracts/dist/typechain-types/factories/api3-server-v1/proxies/Api3ReaderProxyV1Factory__factory.js";
import { expect } from "chai";
import {
  AbiCoder,
  Contract,
  ContractFactory,
  encodeBytes32String,
  getBytes,
  HDNodeWallet,
  type InterfaceAbi,
  keccak256,
  Mnemonic,
  solidityPackedKeccak256,
} from "ethers";
import { network } from "hardhat";

const { ethers, networkHelpers } = await network.create();

const WAD = 10n ** 18n;
const NAME = encodeBytes32String("ETH/USD");
const TEMPLATE = keccak256("0x01");
const DAPP_ID = 1n;
const coder = AbiCoder.defaultAbiCoder();

/** API3's own contracts, from the code that API3 published, and three Airnodes of a test. */
describe("Api3Adapter on API3's contracts", () => {
  const [first, second, third] = [airnode(0), airnode(1), airnode(2)];
  const airnodes = [first, second, third] as const;

  function airnode(index: number) {
    const mnemonic = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
    return HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/7/${index}`);
  }

  async function deploy(factory: { readonly abi: InterfaceAbi; readonly bytecode: string }, args: readonly unknown[]) {
    const [signer] = await ethers.getSigners();
    if (signer === undefined) throw new RangeError("no signer");
    const contract = await new ContractFactory(factory.abi, factory.bytecode, signer).deploy(...args);
    await contract.waitForDeployment();
    return new Contract(await contract.getAddress(), factory.abi, signer);
  }

  async function deployFeed() {
    const [manager] = await ethers.getSigners();
    const registry = await deploy(AccessControlRegistry__factory, []);
    const server = await deploy(Api3ServerV1__factory, [registry, "Api3ServerV1 admin", manager]);
    const extension = await deploy(Api3ServerV1OevExtension__factory, [registry, "OEV admin", manager, server]);
    const proxies = await deploy(Api3ReaderProxyV1Factory__factory, [manager, extension]);
    const beacons = airnodes.map(({ address }) => solidityPackedKeccak256(["address", "bytes32"], [address, TEMPLATE]));
    await server.getFunction("setDapiName").send(NAME, keccak256(coder.encode(["bytes32[]"], [beacons])));
    await proxies.getFunction("deployApi3ReaderProxyV1").send(NAME, DAPP_ID, "0x");
    const proxy: string = await proxies.getFunction("computeApi3ReaderProxyV1Address").staticCall(NAME, DAPP_ID, "0x");
    const adapter = await ethers.deployContract("Api3Adapter", [proxy, "ETH", "USD"]);

    /** Anyone brings what an Airnode signed. */
    const bring = async (from: HDNodeWallet, value: bigint, timestamp: bigint, signer = from) => {
      const data = coder.encode(["int256"], [value]);
      const digest = solidityPackedKeccak256(["bytes32", "uint256", "bytes"], [TEMPLATE, timestamp, data]);
      const signature = await signer.signMessage(getBytes(digest));
      await server.getFunction("updateBeaconWithSignedData").send(from.address, TEMPLATE, timestamp, data, signature);
    };
    const aggregate = () => server.getFunction("updateBeaconSetWithBeacons").send(beacons);
    return { server, adapter, bring, aggregate };
  }

  it("serves the median of what the Airnodes signed, at the time they signed it", async () => {
    const { adapter, bring, aggregate } = await networkHelpers.loadFixture(deployFeed);
    const now = BigInt(await networkHelpers.time.latest());
    await bring(first, 1990n * WAD, now - 30n);
    await bring(second, 2000n * WAD + 1n, now - 20n);
    await bring(third, 9_000_000n * WAD, now - 10n);
    await aggregate();
    expect(await adapter.latest()).to.deep.equal([2000n * WAD + 1n, 0n, now - 20n]);
  });

  it("behavior: silence before the first update", async () => {
    const { adapter } = await networkHelpers.loadFixture(deployFeed);
    await expect(adapter.latest()).to.revert(ethers);
  });

  it("behavior: no value for what is not positive", async () => {
    const { adapter, bring, aggregate } = await networkHelpers.loadFixture(deployFeed);
    const now = BigInt(await networkHelpers.time.latest());
    for (const each of airnodes) await bring(each, -1n, now);
    await aggregate();
    expect(await adapter.latest()).to.deep.equal([0n, 0n, 0n]);
  });

  it("behavior: what another one signed, or an older value, changes nothing", async () => {
    const { adapter, bring, aggregate } = await networkHelpers.loadFixture(deployFeed);
    const now = BigInt(await networkHelpers.time.latest());
    for (const each of airnodes) await bring(each, 2000n * WAD, now);
    await aggregate();
    await expect(bring(first, WAD, now + 1n, second)).to.be.revertedWith("Signature mismatch");
    await expect(bring(first, WAD, now - 1n)).to.be.revertedWith("Does not update timestamp");
    expect(await adapter.latest()).to.deep.equal([2000n * WAD, 0n, now]);
  });

  it("behavior: a feed that loses its name is silent", async () => {
    const { server, adapter, bring, aggregate } = await networkHelpers.loadFixture(deployFeed);
    const now = BigInt(await networkHelpers.time.latest());
    for (const each of airnodes) await bring(each, 2000n * WAD, now);
    await aggregate();
    await server.getFunction("setDapiName").send(NAME, `0x${"00".repeat(32)}`);
    await expect(adapter.latest()).to.revert(ethers);
  });
});
