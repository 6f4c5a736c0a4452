import { expect } from "chai";
import { network } from "hardhat";
import { deployLocalMarkets, deployProtocol, loadSpec } from "../../../deploy/index.js";

const connection = await network.create({ network: "lab", chainType: "l1" });
const { ethers } = connection;

describe("SourceCatalogue", () => {
  it("tells the sources of a deployed protocol apart at a glance", async () => {
    const names = await deployLocalMarkets(connection);
    const spec = loadSpec("localhost", names);
    const addresses = await deployProtocol(connection, spec);
    const catalogue = await ethers.getContractAt("ISourceCatalogue", addresses.sourceCatalogue);
    const lines = (await catalogue.catalogue(1)).map(({ group, card, maxAgeSeconds, counts, excludedBecause }) =>
      [group, card.kind, card.base, card.quote, card.feed, maxAgeSeconds, counts, excludedBecause].join(" "),
    );
    expect(lines).to.deep.equal([
      `0 chainlink ETH USD ${names["ETH.feed"]} 4560 true `,
      `1 uniswap-v3-twap WETH USDC ${names["ETH.pool"]} 3600 false reading it failed`,
      `2 pyth ETH USD ${names["pyth"]} 300 false reading it failed`,
    ]);
  });
});
