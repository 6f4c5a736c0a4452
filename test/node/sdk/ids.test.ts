import { expect } from "chai";
import { network } from "hardhat";
import {
  decodeAccountId,
  decodeInstrumentId,
  encodeAccountId,
  encodeInstrumentId,
  InstrumentNotCanonicalError,
  InvalidAddressError,
  OutOfRangeError,
} from "../../../offchain/sdk/index.js";
import { draws } from "./draws.js";

const RUNS = 200;
const OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const KINDS = ["perpetual", "call", "put"] as const;

describe("accountId", () => {
  it("default: owner high, sub-account low", () => {
    const id = encodeAccountId({ owner: OWNER, subAccount: 1n });
    expect(id).to.equal((BigInt(OWNER) << 96n) | 1n);
    expect(decodeAccountId(id)).to.deep.equal({ owner: OWNER, subAccount: 1n });
  });

  it("behavior: accepts lower case, gives checksums", () => {
    const id = encodeAccountId({ owner: OWNER.toLowerCase(), subAccount: 0n });
    expect(decodeAccountId(id).owner).to.equal(OWNER);
  });

  it("behavior: equals the contracts' on random accounts", async () => {
    const { ethers } = await network.create();
    const harness = await ethers.deployContract("IdsHarness");
    const draw = draws(1);
    for (let run = 0; run < RUNS; run++) {
      const account = { owner: draw.address(), subAccount: draw.bits(96n) };
      const id = encodeAccountId(account);
      expect(await harness.getFunction("accountId")(account.owner, account.subAccount)).to.equal(id);
      expect(decodeAccountId(id)).to.deep.equal(account);
      const [owner, subAccount] = await harness.getFunction("splitAccountId")(id);
      expect([owner, subAccount]).to.deep.equal([account.owner, account.subAccount]);
    }
  });

  it("error: InvalidAddressError", () => {
    expect(() => encodeAccountId({ owner: "0x12", subAccount: 0n }))
      .to.throw(InvalidAddressError)
      .that.includes({ field: "owner", actual: "0x12" });
  });

  it("error: OutOfRangeError", () => {
    expect(() => encodeAccountId({ owner: OWNER, subAccount: 1n << 96n }))
      .to.throw(OutOfRangeError)
      .that.includes({ field: "subAccount", actual: 1n << 96n, least: 0n, most: (1n << 96n) - 1n });
    expect(() => encodeAccountId({ owner: OWNER, subAccount: -1n })).to.throw(OutOfRangeError);
    expect(() => decodeAccountId(1n << 256n)).to.throw(OutOfRangeError);
  });
});

describe("instrumentId", () => {
  it("default: a perpetual is its underlying in the top bits", () => {
    expect(encodeInstrumentId({ kind: "perpetual", asset: 1n })).to.equal(1n << 240n);
  });

  it("behavior: equals the contracts' on random instruments", async () => {
    const { ethers } = await network.create();
    const harness = await ethers.deployContract("IdsHarness");
    const draw = draws(2);
    for (let run = 0; run < RUNS; run++) {
      const instrument = draw.instrument();
      const id = encodeInstrumentId(instrument);
      expect(decodeInstrumentId(id)).to.deep.equal(instrument);
      const onChain: unknown =
        instrument.kind === "perpetual"
          ? await harness.getFunction("perpetual")(instrument.asset)
          : await harness.getFunction("option")(
              instrument.asset,
              KINDS.indexOf(instrument.kind),
              instrument.expiry,
              instrument.strikeWad,
            );
      expect(onChain).to.equal(id);
    }
  });

  it("behavior: knows the same valid forms as the contracts", async () => {
    const { ethers } = await network.create();
    const harness = await ethers.deployContract("IdsHarness");
    const draw = draws(3);
    let valid = 0;
    for (let run = 0; run < RUNS; run++) {
      // One random bit flipped in a valid id: mostly near misses.
      const id = encodeInstrumentId(draw.instrument()) ^ (1n << draw.between(0n, 255n));
      const accepted = isDecodable(id);
      expect(await harness.getFunction("isCanonical")(id), `0x${id.toString(16)}`).to.equal(accepted);
      if (accepted) valid++;
    }
    expect(valid).to.be.within(1, RUNS - 1);
  });

  it("error: InstrumentNotCanonicalError", () => {
    for (const id of [0n, 32n << 240n, 3n << 232n, (1n << 240n) | 1n, (1n << 240n) | (1n << 232n)]) {
      expect(() => decodeInstrumentId(id))
        .to.throw(InstrumentNotCanonicalError)
        .that.includes({ actual: id });
    }
  });

  it("error: OutOfRangeError", () => {
    expect(() => encodeInstrumentId({ kind: "perpetual", asset: 0n })).to.throw(OutOfRangeError);
    expect(() => encodeInstrumentId({ kind: "perpetual", asset: 32n }))
      .to.throw(OutOfRangeError)
      .that.includes({ field: "asset", actual: 32n, least: 1n, most: 31n });
    expect(() => encodeInstrumentId({ kind: "call", asset: 1n, expiry: 0n, strikeWad: 1n }))
      .to.throw(OutOfRangeError)
      .that.includes({ field: "expiry", least: 1n });
    expect(() => encodeInstrumentId({ kind: "put", asset: 1n, expiry: 1n, strikeWad: 1n << 128n }))
      .to.throw(OutOfRangeError)
      .that.includes({ field: "strikeWad" });
  });
});

function isDecodable(id: bigint): boolean {
  try {
    decodeInstrumentId(id);
    return true;
  } catch (error) {
    if (error instanceof InstrumentNotCanonicalError) return false;
    throw error;
  }
}
