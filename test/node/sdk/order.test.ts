import { expect } from "chai";
import { AbiCoder, verifyTypedData, Wallet } from "ethers";
import { network } from "hardhat";
import {
  createOrder,
  encodeAccountId,
  encodeFillAction,
  encodeInstrumentId,
  encodeTakeRequest,
  hashOrder,
  InstrumentNotCanonicalError,
  InvalidAddressError,
  InvalidOrderError,
  type Order,
  orderTypes,
  OutOfRangeError,
  parseWad,
  signOrder,
  SignerMismatchError,
} from "../../../offchain/sdk/index.js";
import { IExchange__factory } from "../../../types/ethers-contracts/index.js";
import { draws } from "./draws.js";

const RUNS = 100;
const wallet = new Wallet(`0x${"11".repeat(32)}`);
const domain = { chainId: 31337n, exchange: "0x5FbDB2315678afecb367f032d93F642f64180aa3" };
const eth = encodeInstrumentId({ kind: "perpetual", asset: 1n });
const btc = encodeInstrumentId({ kind: "perpetual", asset: 2n });

function wish(changes: Partial<Order> = {}): Order {
  return {
    account: encodeAccountId({ owner: wallet.address, subAccount: 0n }),
    legs: [{ instrument: eth, lots: 10n, limitPriceWad: parseWad("2000") }],
    units: 5n,
    maxFeeBps: 10n,
    nonce: 0n,
    salt: 1n,
    expiry: 1_800_000_000n,
    reduceOnly: false,
    signer: wallet.address,
    ...changes,
  };
}

describe("order", () => {
  it("default: legs rise by instrument, the signer is checksummed", () => {
    const legs = [
      { instrument: btc, lots: -1n, limitPriceWad: 0n },
      { instrument: eth, lots: 10n, limitPriceWad: 1n },
    ];
    const order = createOrder(wish({ legs, signer: wallet.address.toLowerCase() }));
    expect(order.legs.map((leg) => leg.instrument)).to.deep.equal([eth, btc]);
    expect(order.signer).to.equal(wallet.address);
    expect(legs[0]?.instrument, "the input stays as it was").to.equal(btc);
  });

  it("default: signs what the exchange verifies", async () => {
    const order = createOrder(wish());
    const signature = await signOrder(wallet, { order, domain });
    const typedDomain = {
      name: "Breakwater Exchange",
      version: "1",
      chainId: domain.chainId,
      verifyingContract: domain.exchange,
    };
    expect(verifyTypedData(typedDomain, orderTypes, order, signature)).to.equal(wallet.address);
  });

  it("behavior: hashes as the contract does, on random orders", async () => {
    const { ethers } = await network.create();
    const manager = await ethers.deployContract("AccessManager", [wallet.address]);
    const contract = await ethers.deployContract("Exchange", [await manager.getAddress(), wallet.address]);
    const exchange = await contract.getAddress();
    const { chainId } = await ethers.provider.getNetwork();
    const draw = draws(4);
    for (let run = 0; run < RUNS; run++) {
      const order = createOrder(draw.order(encodeInstrumentId));
      const onChain = await IExchange__factory.connect(exchange, ethers.provider).hashOrder({
        ...order,
        legs: [...order.legs],
      });
      expect(hashOrder({ order, domain: { chainId, exchange } })).to.equal(onChain);
    }
  });

  it("behavior: another chain or exchange gives another hash", () => {
    const order = createOrder(wish());
    const hashes = [
      hashOrder({ order, domain }),
      hashOrder({ order, domain: { ...domain, chainId: 1n } }),
      hashOrder({ order, domain: { ...domain, exchange: wallet.address } }),
    ];
    expect(new Set(hashes).size).to.equal(hashes.length);
  });

  it("behavior: a take request is encoded as the contract's struct", () => {
    const maker = createOrder(wish());
    const request = {
      maker,
      makerSignature: "0x1234",
      taker: 7n,
      units: 2n,
      maxFeeWad: parseWad("2"),
      reduceOnly: true,
    };
    const order = IExchange__factory.createInterface().getFunction("hashOrder").inputs[0]?.format("full") ?? "";
    const [decoded] = AbiCoder.defaultAbiCoder().decode(
      [`tuple(${order},bytes makerSignature,uint256 taker,uint64 units,uint256 maxFeeWad,bool reduceOnly)`],
      encodeTakeRequest(request),
    );
    expect(decoded[0].account).to.equal(maker.account);
    expect(decoded.taker).to.equal(7n);
    expect(decoded.reduceOnly).to.equal(true);
  });

  it("behavior: a fill action is the request, which the vault passes on unread", () => {
    const maker = createOrder(wish());
    const request = { maker, makerSignature: "0x12", taker: 7n, units: 2n, maxFeeWad: 0n, reduceOnly: false };
    expect(encodeFillAction(request)).to.equal(encodeTakeRequest(request));
  });

  it("error: InvalidOrderError", () => {
    const leg = { instrument: eth, lots: 1n, limitPriceWad: 1n };
    const nine = Array.from({ length: 9 }, (_, i) => ({ ...leg, instrument: BigInt(i + 1) << 240n }));
    const bad: readonly Partial<Order>[] = [
      { legs: [] },
      { legs: nine },
      { legs: [leg, leg] },
      { legs: [{ ...leg, lots: 0n }] },
      { legs: [{ ...leg, limitPriceWad: 0n }] },
      { units: 0n },
    ];
    for (const changes of bad) expect(() => createOrder(wish(changes))).to.throw(InvalidOrderError);
  });

  it("error: InstrumentNotCanonicalError", () => {
    const legs = [{ instrument: eth + 1n, lots: 1n, limitPriceWad: 1n }];
    expect(() => createOrder(wish({ legs }))).to.throw(InstrumentNotCanonicalError);
  });

  it("error: OutOfRangeError", () => {
    const bad: readonly Partial<Order>[] = [
      { account: 1n << 256n },
      { units: 1n << 64n },
      { maxFeeBps: 1n << 32n },
      { nonce: -1n },
      { salt: 1n << 64n },
      { expiry: 1n << 40n },
      { legs: [{ instrument: eth, lots: 1n << 63n, limitPriceWad: 1n }] },
      { legs: [{ instrument: eth, lots: -(1n << 63n) - 1n, limitPriceWad: 1n }] },
    ];
    for (const changes of bad) expect(() => createOrder(wish(changes))).to.throw(OutOfRangeError);
  });

  it("error: InvalidAddressError", () => {
    expect(() => createOrder(wish({ signer: "me" })))
      .to.throw(InvalidAddressError)
      .that.includes({ field: "signer" });
    const order = createOrder(wish());
    expect(() => hashOrder({ order, domain: { ...domain, exchange: "there" } })).to.throw(InvalidAddressError);
  });

  it("error: SignerMismatchError", async () => {
    const other = new Wallet(`0x${"22".repeat(32)}`);
    const refusal: unknown = await signOrder(other, { order: createOrder(wish()), domain }).catch((e: unknown) => e);
    expect(refusal)
      .to.be.instanceOf(SignerMismatchError)
      .that.includes({ expected: wallet.address, actual: other.address });
  });
});
