import { expect } from "chai";
import { batchFlags, type LiquidationAction } from "../../../offchain/keeper/index.js";

const flag = (account: bigint): LiquidationAction => ({ kind: "flag", account, profitWad: 1n });
const release = (account: bigint): LiquidationAction => ({ kind: "release", account, profitWad: 0n });
const bid: LiquidationAction = { kind: "bid", account: 9n, maxFractionWad: 1n, maxPriceWad: 1n, profitWad: 5n };

describe("batchFlags", () => {
  it("default: flags share a transaction where the first of them stood, the rest keeps its order", () => {
    expect(batchFlags([bid, flag(1n), release(7n), flag(2n), release(8n)], 16)).to.deep.equal([
      bid,
      { kind: "flags", accounts: [1n, 2n] },
      release(7n),
      release(8n),
    ]);
  });

  it("behavior: no more than so many in one transaction", () => {
    const steps = batchFlags([1n, 2n, 3n, 4n, 5n].map(flag), 2);
    expect(steps.map((step) => (step.kind === "flags" ? step.accounts : []))).to.deep.equal([[1n, 2n], [3n, 4n], [5n]]);
  });

  it("behavior: a flag without company stays as it is", () => {
    expect(batchFlags([bid, flag(1n)], 16)).to.deep.equal([bid, flag(1n)]);
    expect(batchFlags([], 16)).to.deep.equal([]);
  });
});
