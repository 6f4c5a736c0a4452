import { expect } from "chai";
import { network } from "hardhat";
import {
  decodeExpiryWord,
  OutOfRangeError,
  parseWad,
  payoffPerLotWad,
  strikeIndexOf,
  strikeWadOf,
} from "../../../offchain/sdk/index.js";
import { draws } from "./draws.js";

const RUNS = 200;
/** Strikes 1800, 1850 … 5400 and lots of 0.01 on asset 1. */
const WORD =
  1n |
  (1_700_294_400n << 16n) |
  (1800_00000000n << 56n) |
  (50_00000000n << 112n) |
  (73n << 160n) |
  (10_000_000n << 168n);

describe("expiryWord", () => {
  it("default: the parts of a word", () => {
    const expiry = decodeExpiryWord(WORD);
    expect(expiry).to.deep.equal({
      asset: 1n,
      expiry: 1_700_294_400n,
      firstStrikeWad: parseWad("1800"),
      strikeStepWad: parseWad("50"),
      strikeCount: 73,
      lotSizeWad: parseWad("0.01"),
    });
    expect(strikeWadOf(expiry, 72)).to.equal(parseWad("5400"));
    expect(strikeIndexOf(expiry, parseWad("5400"))).to.equal(72);
    const settlementPriceWad = parseWad("3123.5");
    expect(payoffPerLotWad(expiry, { strikeIndex: 24, kind: "call", settlementPriceWad })).to.equal(parseWad("1.235"));
    expect(payoffPerLotWad(expiry, { strikeIndex: 24, kind: "put", settlementPriceWad })).to.equal(0n);
  });

  it("behavior: a price between, below or above the strikes has no index", () => {
    const expiry = decodeExpiryWord(WORD);
    for (const text of ["1750", "1801", "5450", "0"]) expect(strikeIndexOf(expiry, parseWad(text))).to.equal(undefined);
    expect(strikeIndexOf(decodeExpiryWord(0n), 0n)).to.equal(undefined);
  });

  it("behavior: equals the contracts' on random words", async () => {
    const { ethers } = await network.create();
    const harness = await ethers.deployContract("ExpiryWordHarness");
    const draw = draws(7);
    for (let run = 0; run < RUNS; run++) {
      const word = draw.bits(256n);
      const expiry = decodeExpiryWord(word);
      const parts = await harness.getFunction("fields")(word);
      expect([...parts]).to.deep.equal([expiry.asset, expiry.expiry, BigInt(expiry.strikeCount), expiry.lotSizeWad]);
      if (expiry.strikeCount === 0) continue;
      const strikeIndex = Number(draw.between(0n, BigInt(expiry.strikeCount) - 1n));
      const strikeWad = strikeWadOf(expiry, strikeIndex);
      expect(await harness.getFunction("strikeWad")(word, strikeIndex)).to.equal(strikeWad);
      const near = strikeWad + draw.between(0n, 1n);
      const [found, index] = await harness.getFunction("strikeIndex")(word, near);
      const own = strikeIndexOf(expiry, near);
      expect([found, index]).to.deep.equal([own !== undefined, BigInt(own ?? 0)]);
      const settlementPriceWad = draw.bits(96n);
      for (const kind of ["call", "put"] as const) {
        const actual = await harness.getFunction("payoffPerLotWad")(
          word,
          strikeIndex,
          kind === "put",
          settlementPriceWad,
        );
        expect(payoffPerLotWad(expiry, { strikeIndex, kind, settlementPriceWad })).to.equal(actual);
      }
    }
  });

  it("error: OutOfRangeError", () => {
    expect(() => decodeExpiryWord(1n << 256n)).to.throw(OutOfRangeError);
    expect(() => decodeExpiryWord(-1n)).to.throw(OutOfRangeError);
    expect(() => strikeWadOf(decodeExpiryWord(WORD), 73))
      .to.throw(OutOfRangeError)
      .that.includes({ field: "index", actual: 73n, least: 0n, most: 72n });
    expect(() => strikeWadOf(decodeExpiryWord(WORD), -1)).to.throw(OutOfRangeError);
    expect(() => strikeWadOf(decodeExpiryWord(WORD), 1.5)).to.throw(OutOfRangeError);
  });
});
