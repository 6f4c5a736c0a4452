import { expect } from "chai";
import { WAD } from "../../../offchain/lab/numbers.js";
import type { Tape } from "../../../offchain/lab/scenarios/tape.js";
import { fairPrices, marketMedians } from "../../../offchain/lab/simulator/fair.js";

const tapeOf = (rows: readonly (readonly [number, readonly bigint[]])[]): Tape => ({
  assets: [{ symbol: "ETH", venues: ["a", "b", "c"] }],
  ticks: rows.map(([atSeconds, prices]) => ({ atSeconds, prices: [prices.map((price) => price * WAD)] })),
});

describe("fairPrices", () => {
  it("default: takes the median over venues", () => {
    const tape = tapeOf([[0, [100n, 90n, 10n]]]);
    expect(marketMedians(tape)).to.deep.equal([[90n * WAD]]);
  });

  it("behavior: averages five minutes by time, straight between steps, flat before the first", () => {
    const flat = (price: bigint) => [price, price, price];
    const tape = tapeOf([
      [0, flat(100n)],
      [300, flat(100n)],
      [450, flat(40n)],
      [750, flat(40n)],
    ]);
    // At 450: 150 s at 100, then 150 s falling from 100 to 40 (mean 70).
    expect(fairPrices(tape)).to.deep.equal([[100n * WAD, 100n * WAD, 85n * WAD, 40n * WAD]]);
  });

  it("behavior: a window may begin between two steps", () => {
    const flat = (price: bigint) => [price, price, price];
    const tape = tapeOf([
      [0, flat(100n)],
      [600, flat(40n)],
    ]);
    // The second half of a straight fall from 100 to 40: from 70 to 40.
    expect(fairPrices(tape)[0]?.[1]).to.equal(55n * WAD);
  });
});
