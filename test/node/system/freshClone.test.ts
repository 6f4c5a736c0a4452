import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const ROOT = new URL("../../../", import.meta.url).pathname;
const MADE_BY_HAND = [
  "contracts",
  "deploy",
  "offchain",
  "scripts",
  "hardhat.config.ts",
  "package.json",
  "remappings.txt",
  "tsconfig.json",
];

/** Without what the running Hardhat tells its children: HARDHAT_CONFIG would have them build this project. */
const OWN_ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("HARDHAT_")),
);

/** What README's first command does after the install, on one of its scenarios: every other test finds a build. */
describe("a fresh clone", function () {
  this.timeout(900_000);

  it("default: the lab builds what it needs and runs, though nothing was built before", async () => {
    const clone = mkdtempSync(join(tmpdir(), "breakwater-"));
    try {
      for (const name of MADE_BY_HAND) cpSync(join(ROOT, name), join(clone, name), { recursive: true });
      symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
      expect(existsSync(join(clone, "types"))).to.equal(false);
      const lab = ["--import", "tsx", "scripts/lab.ts", "run", "oracle-1000x", "--designs", "breakwater"];
      await promisify(execFile)(process.execPath, [...lab, "--out", "out"], { cwd: clone, env: OWN_ENVIRONMENT });
      const report: unknown = JSON.parse(readFileSync(join(clone, "out/report.json"), "utf8"));
      expect(report).to.have.nested.property("runs[0].property", "pass");
    } finally {
      rmSync(clone, { recursive: true });
    }
  });
});
