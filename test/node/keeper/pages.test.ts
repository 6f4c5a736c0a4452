import { expect } from "chai";
import { inPages } from "../../../offchain/keeper/pages.js";

describe("inPages", () => {
  it("default: results in order, at most sixteen at once", async () => {
    let [open, most] = [0, 0];
    const items = Array.from({ length: 40 }, (_, i) => i);
    const doubled = await inPages(items, async (item) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, item % 3));
      open -= 1;
      return 2 * item;
    });
    expect(doubled).to.deep.equal(items.map((item) => 2 * item));
    expect(most).to.equal(16);
    expect(await inPages([], async () => 1)).to.deep.equal([]);
  });
});
