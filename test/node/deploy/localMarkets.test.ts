import { expect } from "chai";
import { network } from "hardhat";
import { deployLocalMarkets } from "../../../deploy/index.js";

describe("deployLocalMarkets", () => {
  it("default: pools start at the market's price", async () => {
    const connection = await network.create({ network: "lab", chainType: "l1" });
    const { ethers } = connection;
    const addresses = await deployLocalMarkets(connection);
    const pool = new ethers.Contract(
      addresses["ETH.pool"] ?? "",
      [
        "function slot0() view returns (uint160 sqrtPriceX96, int24, uint16, uint16, uint16, uint8, bool)",
        "function token0() view returns (address)",
      ],
      ethers.provider,
    );
    const { sqrtPriceX96 } = await pool.getFunction("slot0")();
    const ratio = (Number(sqrtPriceX96) / 2 ** 96) ** 2;
    const wethIsToken0 = (await pool.getFunction("token0")()) === addresses["WETH"];
    const price = wethIsToken0 ? ratio * 1e12 : 1e12 / ratio;
    expect(Math.round(price * 100)).to.equal(200_000);
  });
});
