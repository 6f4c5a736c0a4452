import { expect } from "chai";
import { openStream } from "../../../offchain/lab/streams.js";

describe("openStream", () => {
  const key = { seed: 7n, run: "flash-wick-one-venue", component: "market" };

  it("default: gives the same draw for the same key and index, in any order", () => {
    const forward = openStream(key);
    const backward = openStream(key);
    const first = [0, 1, 2, 3].map((index) => forward.integer(index, 0, 1_000_000));
    const second = [3, 2, 1, 0].map((index) => backward.integer(index, 0, 1_000_000)).reverse();
    expect(first).to.deep.equal(second);
  });

  it("behavior: another seed, run or component is another stream", () => {
    const draw = (change: Partial<typeof key>) => openStream({ ...key, ...change }).integer(0, 0, 2 ** 30);
    const draws = [draw({}), draw({ seed: 8n }), draw({ run: "x" }), draw({ component: "x" })];
    expect(new Set(draws).size).to.equal(4);
  });

  it("behavior: bell draws have mean zero and about the spread asked for", () => {
    const stream = openStream(key);
    const draws = Array.from({ length: 2000 }, (_, index) => stream.bell(index, 1000));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
    expect(Math.abs(mean)).to.be.lessThan(80);
    expect(deviation).to.be.within(900, 1100);
  });
});
