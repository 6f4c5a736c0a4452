import { expect } from "chai";
import { measureManipulation } from "../../../offchain/lab/manipulation/measure.edge.js";
import { worstEdgeBps } from "../../../offchain/lab/manipulation/manipulation.js";

describe("Cost to move a reader by 5 %, on a real pool of 20 million dollars", () => {
  it("default: older readers see the move for the money, our far edge never half of it", async () => {
    const found = await measureManipulation();
    expect(found.rows.map(({ blocks }) => blocks)).to.deep.equal([1, 2, 5]);
    for (const { blocks, spot, mean, allOut } of found.rows) {
      const held = `held for ${blocks}`;
      // Each attack does to the older reader what it was made for: a spot reader and a plain mean fail the property.
      expect(spot.spotBps >= found.wantedBps, held).to.equal(true);
      expect(mean.meanBps >= found.wantedBps - 2, `${held}: a plain mean moved by ${mean.meanBps}`).to.equal(true);
      expect(allOut.meanBps > 2 * found.wantedBps && allOut.spotBps > 9_000_000, held).to.equal(true);
      // A plain mean costs more than the spot, and both cost something.
      expect(spot.lostWad > 0n && mean.lostWad > spot.lostWad && mean.neededWad > spot.neededWad, held).to.equal(true);
    }
    // What the adapter states is below what the attack on a mean takes.
    expect(found.statedCostWad > 0n).to.equal(true);
    expect(found.rows.slice(1).every(({ mean }) => found.statedCostWad < mean.neededWad)).to.equal(true);
    // The pool is excluded beyond the gate: no amount moves the edge by half of what is wanted.
    expect(worstEdgeBps(found) > 0).to.equal(true);
    expect(worstEdgeBps(found) < found.wantedBps / 2, `our edge moved by ${worstEdgeBps(found)}`).to.equal(true);
    // The longer it is held, the cheaper a plain mean.
    const costs = found.rows.map(({ mean }) => mean.lostWad);
    expect(costs.every((cost, index) => index === 0 || cost < (costs[index - 1] ?? 0n))).to.equal(true);
  }).timeout(120_000);

  it("behavior: the clock is pinned, so that the same code gives the same figures", async () => {
    expect(await measureManipulation()).to.deep.equal(await measureManipulation());
  }).timeout(240_000);
});
