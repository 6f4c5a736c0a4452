import { expect } from "chai";
import { foldTrace, profileTable, trace } from "../../../scripts/bench/profile.js";

const CALLEE = "0x00000000000000000000000000000000000000bb";
const log = (op: string, gas: number, gasCost: number, depth: number, stack: readonly string[] = []) => {
  return { op, gas, gasCost, depth, stack: [...stack] };
};

/** A call that reads a cold slot, calls another contract with 5,000 gas, and writes a slot when it is back. */
const example = trace.parse({
  gas: 30_000,
  structLogs: [
    log("SHR", 20_000, 3, 1),
    log("SLOAD", 19_997, 2_100, 1, ["0xcafebabe"]),
    log("STATICCALL", 17_897, 2_600 + 5_000, 1, ["0x0", CALLEE, "0x1388"]),
    log("SHR", 5_000, 3, 2),
    log("SLOAD", 4_997, 100, 2, ["0x12345678"]),
    log("RETURN", 4_897, 0, 2),
    // A precompile: no step is its own, what is left comes back.
    log("STATICCALL", 15_194, 3_100 + 9_000, 1, ["0x0", "0x1", "0x2328"]),
    log("SSTORE", 12_094, 5_000, 1),
    log("STOP", 7_094, 0, 1),
  ],
});

describe("foldTrace", () => {
  it("default: each call has its own gas, by what it was spent on", () => {
    const root = foldTrace(example, "0xAA");
    expect(root).to.deep.include({ address: "0xaa", selector: "0xcafebabe", totalGas: 12_906 });
    expect(root).to.deep.include({ readGas: 2_100, coldReads: 1, writeGas: 5_000, writes: 1, callGas: 5_700 });
    const [child] = root.children;
    expect(child).to.deep.include({
      address: CALLEE,
      selector: "0x12345678",
      totalGas: 103,
      readGas: 100,
      coldReads: 0,
    });
  });

  it("behavior: the table names what is known and leaves the rest as it is", () => {
    const table = profileTable(foldTrace(example, "0xaa"), {
      address: (address) => (address === "0xaa" ? "vault" : undefined),
      selector: (selector) => (selector === "0xcafebabe" ? "deposit" : undefined),
    });
    const [, first, second] = table.split("\n");
    expect(first).to.match(/^vault\.deposit +12,906 +12,803/);
    expect(second).to.contain(`  ${CALLEE}.0x12345678`);
  });
});
