import { expect } from "chai";
import { compareGas } from "../../../scripts/bench/compare.js";
import { SnapshotInvalidError } from "../../../scripts/bench/errors.js";
import { formatSnapshot, parseSnapshot } from "../../../scripts/bench/snapshot.js";

describe("compareGas", () => {
  it("default: the same figures pass", () => {
    const { failures, verdicts } = compareGas({ bid: 100n }, { bid: 100n });
    expect(failures).to.deep.equal([]);
    expect(verdicts.get("bid")).to.deep.equal({ kind: "same", before: 100n, after: 100n });
  });

  it("behavior: growth of three percent passes, one more gas does not", () => {
    expect(compareGas({ bid: 1000n }, { bid: 1030n }).failures).to.deep.equal([]);
    expect(compareGas({ bid: 1000n }, { bid: 1031n }).failures).to.deep.equal([
      "bid grew from 1000 to 1031, more than 3 %.",
    ]);
  });

  it("behavior: what shrinks passes", () => {
    const { failures, verdicts } = compareGas({ bid: 1000n }, { bid: 1n });
    expect(failures).to.deep.equal([]);
    expect(verdicts.get("bid")?.kind).to.equal("shrank");
  });

  it("behavior: a key on one side only fails, whichever side", () => {
    const { failures, verdicts } = compareGas({ bid: 1n }, { flag: 2n });
    expect(failures).to.have.length(2);
    expect(verdicts.get("bid")).to.deep.equal({ kind: "missing", before: 1n });
    expect(verdicts.get("flag")).to.deep.equal({ kind: "new", after: 2n });
  });
});

describe("snapshot", () => {
  it("default: what is written is read again, keys sorted", () => {
    const text = formatSnapshot({ "flag.1": 20n, "bid.1": 10n });
    expect(text).to.equal('{\n  "bid.1": 10,\n  "flag.1": 20\n}\n');
    expect(parseSnapshot("gas.json", text)).to.deep.equal({ "bid.1": 10n, "flag.1": 20n });
  });

  for (const text of ["", "[1]", '{"bid":"10"}', '{"bid":1.5}', '{"bid":0}', '{"bid":-1}'])
    it(`error: SnapshotInvalidError for ${JSON.stringify(text)}`, () => {
      expect(() => parseSnapshot("gas.json", text)).to.throw(SnapshotInvalidError);
    });
});
