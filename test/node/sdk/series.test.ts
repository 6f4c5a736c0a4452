import { expect } from "chai";
import { verifyTypedData, Wallet } from "ethers";
import {
  createOrder,
  decodeInstrumentId,
  encodeAccountId,
  encodeInstrumentId,
  feeNotionalWad,
  InstrumentNotCanonicalError,
  type ListedExpiry,
  orderTypes,
  OutOfRangeError,
  parseWad,
  seriesOf,
  signOrder,
} from "../../../offchain/sdk/index.js";

const listed: ListedExpiry = {
  asset: 1n,
  expiry: 1_700_121_600n,
  firstStrikeWad: parseWad("1400"),
  strikeStepWad: parseWad("25"),
  strikeCount: 73,
  lotSizeWad: parseWad("0.01"),
};
const perpetual = encodeInstrumentId({ kind: "perpetual", asset: 1n });
const lotSizeWad = parseWad("0.01");
const policy = { feeBps: 5n, surchargeBps: 0n };

describe("series", () => {
  it("default: names a strike of the grid", () => {
    expect(decodeInstrumentId(seriesOf(listed, { kind: "put", strikeIndex: 24 }))).to.deep.equal({
      kind: "put",
      asset: 1n,
      expiry: 1_700_121_600n,
      strikeWad: parseWad("2000"),
    });
  });

  it("default: an order of a perpetual and two series is sorted, signed and verified", async () => {
    const wallet = new Wallet(`0x${"11".repeat(32)}`);
    const legs = [
      { instrument: seriesOf(listed, { kind: "put", strikeIndex: 16 }), lots: 100n, limitPriceWad: parseWad("4") },
      { instrument: seriesOf(listed, { kind: "call", strikeIndex: 32 }), lots: -100n, limitPriceWad: parseWad("5") },
      { instrument: perpetual, lots: 100n, limitPriceWad: parseWad("2000") },
    ];
    const order = createOrder({
      account: encodeAccountId({ owner: wallet.address, subAccount: 0n }),
      legs,
      units: 3n,
      maxFeeBps: 5n,
      nonce: 0n,
      salt: 1n,
      expiry: 1_700_100_000n,
      reduceOnly: false,
      signer: wallet.address,
    });
    expect(order.legs).to.deep.equal([...legs].reverse());
    const domain = { chainId: 31337n, exchange: "0x5FbDB2315678afecb367f032d93F642f64180aa3" };
    const signature = await signOrder(wallet, { order, domain });
    const typedDomain = {
      name: "Breakwater Exchange",
      version: "1",
      chainId: domain.chainId,
      verifyingContract: domain.exchange,
    };
    expect(verifyTypedData(typedDomain, orderTypes, order, signature)).to.equal(wallet.address);
  });

  /** The figures of `Exchange.options.t.sol`: 70 lots of 0.01 at a strike of 2,000. */
  it("behavior: the fee notional of an option is capped by its premium", () => {
    const instrument = seriesOf(listed, { kind: "call", strikeIndex: 24 });
    const at = (priceWad: bigint) => feeNotionalWad({ instrument, lots: 70n, lotSizeWad, priceWad, policy });
    expect(at(parseWad("1"))).to.equal(parseWad("175"));
    expect(at(parseWad("8") - 1n)).to.equal(parseWad("1400") - 175n);
    expect(at(parseWad("8"))).to.equal(parseWad("1400"));
    expect(at(parseWad("900"))).to.equal(parseWad("1400"));
    // Four times the fee: a quarter of the premiums.
    const dearer = {
      instrument,
      lots: 70n,
      lotSizeWad,
      priceWad: parseWad("1"),
      policy: { ...policy, surchargeBps: 30_000n },
    };
    expect(feeNotionalWad(dearer)).to.equal(parseWad("43.75"));
  });

  it("behavior: the fee notional rounds up; a perpetual's is size times price", () => {
    const instrument = encodeInstrumentId({ kind: "call", asset: 2n, expiry: 1n, strikeWad: 1n });
    expect(
      feeNotionalWad({ instrument, lots: 10n, lotSizeWad: 1n, priceWad: 1n, policy: { feeBps: 0n, surchargeBps: 0n } }),
    ).to.equal(1n);
    const leg = { instrument: perpetual, lots: 70n, lotSizeWad: parseWad("0.001"), priceWad: parseWad("2000"), policy };
    expect(feeNotionalWad(leg)).to.equal(parseWad("140"));
  });

  it("error: OutOfRangeError", () => {
    expect(() => seriesOf(listed, { kind: "call", strikeIndex: 73 })).to.throw(OutOfRangeError);
    const leg = { instrument: perpetual, lots: -1n, lotSizeWad, priceWad: 1n, policy };
    expect(() => feeNotionalWad(leg)).to.throw(OutOfRangeError);
  });

  it("error: InstrumentNotCanonicalError", () => {
    const leg = { instrument: perpetual + 1n, lots: 1n, lotSizeWad, priceWad: 1n, policy };
    expect(() => feeNotionalWad(leg)).to.throw(InstrumentNotCanonicalError);
  });
});
