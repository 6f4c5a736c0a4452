import { expect } from "chai";
import {
  formatDecimal,
  formatWad,
  InvalidDecimalError,
  parseDecimal,
  parseWad,
  WAD,
} from "../../../offchain/sdk/index.js";
import { draws } from "./draws.js";

describe("units", () => {
  it("default", () => {
    expect(parseWad("1990.25")).to.equal(1_990_250_000_000_000_000_000n);
    expect(formatWad(1_990_250_000_000_000_000_000n)).to.equal("1990.25");
    expect(parseDecimal({ text: "12.5", decimals: 6 })).to.equal(12_500_000n);
    expect(formatDecimal({ value: 1_234_567n, decimals: 6, digits: 2 })).to.equal("1.23");
  });

  it("behavior: edges", () => {
    expect(parseWad("0")).to.equal(0n);
    expect(parseWad("-0.000000000000000001")).to.equal(-1n);
    expect(parseWad("007")).to.equal(7n * WAD);
    expect(parseDecimal({ text: "-42", decimals: 0 })).to.equal(-42n);
    expect(formatDecimal({ value: -42n, decimals: 0 })).to.equal("-42");
    expect(formatWad(0n)).to.equal("0");
    expect(formatWad(0n, 2)).to.equal("0.00");
    expect(formatWad(-1n)).to.equal("-0.000000000000000001");
    expect(formatWad(-1n, 2), "nothing left to sign").to.equal("0.00");
    expect(formatWad(-1_999n * 10n ** 15n, 0)).to.equal("-1");
  });

  it("behavior: reads back what it wrote", () => {
    const draw = draws(5);
    for (let run = 0; run < 500; run++) {
      const decimals = Number(draw.between(0n, 18n));
      const value = draw.bits(256n) - (1n << 255n);
      expect(parseDecimal({ text: formatDecimal({ value, decimals }), decimals })).to.equal(value);
    }
  });

  it("error: InvalidDecimalError", () => {
    for (const text of ["", "-", ".", "1.", ".5", "1e3", "0x10", "1,000", " 1", "+1", "1.2.3", "NaN", "1\n"]) {
      expect(() => parseWad(text), text)
        .to.throw(InvalidDecimalError)
        .that.includes({ actual: text, decimals: 18 });
    }
    expect(() => parseDecimal({ text: "0.1234567", decimals: 6 })).to.throw(InvalidDecimalError);
    expect(() => parseDecimal({ text: "1.0", decimals: 0 })).to.throw(InvalidDecimalError);
  });
});
