import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

describe("scripts/jumps", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "breakwater-jumps-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("error: a wrong folder, a file that is no gzip, or no folder: 2 and one sentence", () => {
    writeFileSync(join(folder, "BTCUSDT-binance-spot-1h.csv.gz"), "no gzip");
    for (const [args, pattern] of [
      [[join(folder, "absent")], /cannot be found/],
      [[folder], /not a gzip file/],
      [[], /usage/],
    ] as const) {
      const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/jumps.ts", ...args], {
        encoding: "utf8",
      });
      expect(status, stderr).to.equal(2);
      expect(stderr).to.match(pattern);
      expect(stderr.trim().split("\n")).to.have.length(1);
    }
  }).timeout(60_000);
});
