import { expect } from "chai";
import { WAD, lowerMedian, money, squareRoot, usd, wad } from "../../../offchain/lab/numbers.js";

describe("numbers", () => {
  it("default: writes dollars with at most two decimals, rounded half away from zero", () => {
    expect(usd(wad("1234.5"))).to.equal("1234.5");
    expect(usd(wad("0.005"))).to.equal("0.01");
    expect(usd(wad("-0.004"))).to.equal("0");
    expect(usd(wad("-2"))).to.equal("-2");
  });

  it("default: groups dollars for readers", () => {
    expect(money(wad("1264070.86"))).to.equal("$1,264,071");
    expect(money(wad("0.25"))).to.equal("$0.25");
    expect(money(-WAD * 1000n)).to.equal("-$1,000");
  });

  it("default: takes the lower median and the integer root", () => {
    expect(lowerMedian([5n, 1n, 3n])).to.equal(3n);
    expect(lowerMedian([4n, 1n, 3n, 2n])).to.equal(2n);
    for (const value of [0n, 1n, 2n, 99n, 100n, 10n ** 36n, 10n ** 36n - 1n]) {
      const root = squareRoot(value);
      expect(root * root <= value && (root + 1n) * (root + 1n) > value).to.equal(true);
    }
  });
});
