import { expect } from "chai";
import { AbiCoder, id } from "ethers";
import { network } from "hardhat";
import {
  BreakwaterError,
  ContractRevertError,
  decodeRevert,
  encodeAccountId,
  RpcUnreachableError,
  toTypedError,
  UnexpectedError,
  UnknownRevertError,
} from "../../../offchain/sdk/index.js";
import { IExchange__factory } from "../../../types/ethers-contracts/index.js";

const exchangeInterface = IExchange__factory.createInterface();
const expired = exchangeInterface.encodeErrorResult("Exchange_OrderExpired", [11n, 10n]);

describe("decodeRevert", () => {
  it("default: names the error and its arguments", () => {
    const error = decodeRevert({ data: expired });
    expect(error).to.be.instanceOf(ContractRevertError);
    if (!(error instanceof ContractRevertError)) return;
    expect(error.errorName).to.equal("Exchange_OrderExpired");
    expect(error.args).to.deep.equal([
      { name: "nowSeconds", type: "uint256", value: 11n },
      { name: "expiry", type: "uint40", value: 10n },
    ]);
    expect(error.message).to.contain("Exchange_OrderExpired(nowSeconds: 11, expiry: 10)");
  });

  it("behavior: knows the libraries' and the language's errors", () => {
    const unauthorized = `${id("AccessManagedUnauthorized(address)").slice(0, 10)}${"00".repeat(32)}`;
    const panic = `${id("Panic(uint256)").slice(0, 10)}${AbiCoder.defaultAbiCoder().encode(["uint256"], [17n]).slice(2)}`;
    expect(decodeRevert({ data: unauthorized })).to.include({ errorName: "AccessManagedUnauthorized" });
    expect(decodeRevert({ data: panic })).to.include({ errorName: "Panic" });
  });

  it("error: UnknownRevertError", () => {
    for (const data of ["0x", "0x12345678", expired.slice(0, 20), "0x12"]) {
      expect(decodeRevert({ data })).to.be.instanceOf(UnknownRevertError).that.includes({ data });
    }
  });
});

describe("toTypedError", () => {
  it("default: decodes what a real call throws", async () => {
    const { ethers } = await network.create();
    const [owner, other] = await ethers.getSigners();
    expect(owner && other).to.not.equal(undefined);
    if (owner === undefined || other === undefined) return;
    const manager = await ethers.deployContract("AccessManager", [owner.address]);
    const contract = await ethers.deployContract("Exchange", [await manager.getAddress(), owner.address]);
    const exchange = IExchange__factory.connect(await contract.getAddress(), other);

    const account = encodeAccountId({ owner: other.address, subAccount: 3n });
    for (const call of [
      () => exchange.raiseNonceFloor(account, 0n),
      () => exchange.raiseNonceFloor.staticCall(account, 0n),
      () => exchange.raiseNonceFloor.estimateGas(account, 0n),
    ]) {
      const thrown: unknown = await call().catch((e: unknown) => e);
      expect(toTypedError(thrown)).to.include({ errorName: "Exchange_NonceFloorNotRising", cause: thrown });
    }
    const thrown: unknown = await exchange.wire(other.address, other.address).catch((e: unknown) => e);
    expect(toTypedError(thrown)).to.include({ errorName: "AccessManagedUnauthorized" });
  });

  it("behavior: finds the data in nested errors", () => {
    const shapes = [
      { data: expired },
      { error: { data: expired } },
      { info: { error: { data: { data: expired } } } },
      new Error("outer", { cause: { error: { data: expired } } }),
    ];
    for (const shape of shapes) expect(toTypedError(shape)).to.include({ errorName: "Exchange_OrderExpired" });
  });

  it("behavior: a typed error passes through", () => {
    const error = new UnknownRevertError("0x");
    expect(toTypedError(error)).to.equal(error);
  });

  it("behavior: a refusal without data is a refusal", () => {
    expect(toTypedError({ code: "CALL_EXCEPTION", data: null })).to.be.instanceOf(UnknownRevertError);
  });

  it("error: RpcUnreachableError", () => {
    const cause = new Error("fetch failed", { cause: { code: "ECONNREFUSED" } });
    expect(toTypedError(cause)).to.be.instanceOf(RpcUnreachableError).that.includes({ problem: "ECONNREFUSED", cause });
  });

  it("error: UnexpectedError", () => {
    for (const cause of [new Error("odd"), "text", undefined, null, 7]) {
      const error = toTypedError(cause);
      expect(error).to.be.instanceOf(UnexpectedError).that.includes({ cause });
      expect(error).to.be.instanceOf(BreakwaterError);
    }
  });

  it("behavior: an error that contains itself ends", () => {
    const loop: { error?: unknown } = {};
    loop.error = loop;
    expect(toTypedError(loop)).to.be.instanceOf(UnexpectedError);
  });
});
