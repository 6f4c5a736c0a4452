import { expect } from "chai";
import { wad } from "../../../offchain/lab/numbers.js";
import { specFor } from "../../../offchain/lab/simulator/evm/spec.js";

describe("specFor", () => {
  it("behavior: bounds of a dear underlying stay within what the oracle can hold", () => {
    const { assets } = specFor({ symbols: ["BTC"], pricesWad: [wad("85660")] }, {});
    const ceilings = assets.flatMap(({ sources }) => sources.map(({ ceiling }) => ceiling));
    expect(ceilings).to.not.be.empty;
    for (const ceiling of ceilings) expect(ceiling).to.equal(2n ** 96n - 1n);
  });

  it("behavior: an underlying that the reviewed spec does not name gets the gate of the most volatile class", () => {
    const { assets } = specFor({ symbols: ["ETH", "LUNA"], pricesWad: [wad("2000"), wad("10")] }, {});
    const gates = new Map(assets.map(({ symbol, oracle }) => [symbol, oracle.gateBps]));
    expect(gates.get("LUNA")).to.equal(800);
    expect(gates.get("ETH")).to.equal(200);
  });
});
