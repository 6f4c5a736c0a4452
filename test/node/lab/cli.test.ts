import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseCommandLine } from "../../../offchain/lab/cli.js";
import { BadFlagError, UnknownDesignError, UsageError } from "../../../offchain/lab/errors.js";

const COMMAND = ["--import", "tsx", "scripts/lab.ts"];

describe("lab command line", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "breakwater-lab-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const lab = (...args: readonly string[]) =>
    spawnSync(process.execPath, [...COMMAND, ...args], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });

  it("default: parses flags with their defaults", () => {
    expect(parseCommandLine(["run", "all"])).to.deep.equal({
      command: "run",
      scenarios: ["all"],
      out: "out/lab",
      designs: ["early", "intermediate", "breakwater"],
    });
    expect(
      parseCommandLine(["replay", "x.csv", "--seed", "5", "--designs", "breakwater, early", "--hours", "2.5"]),
    ).to.deep.equal({
      command: "replay",
      path: "x.csv",
      out: "out/lab",
      designs: ["early", "breakwater"],
      seed: 5n,
      hours: 2.5,
    });
    expect(parseCommandLine(["--help"]).command).to.equal("help");
  });

  it("error: BadFlagError, UsageError and UnknownDesignError", () => {
    for (const args of [
      ["run", "all", "--seed", "-1"],
      ["run", "all", "--seed", "x"],
      ["run", "all", "--max-seconds", "0"],
      ["run", "all", "--out", " "],
      ["replay", "x", "--hours", "many"],
    ])
      expect(() => parseCommandLine(args), args.join(" ")).to.throw(BadFlagError);
    for (const args of [[], ["fly"], ["run"], ["replay"], ["run", "all", "--frobnicate"], ["run", "all", "--out"]])
      expect(() => parseCommandLine(args), args.join(" ")).to.throw(UsageError);
    expect(() => parseCommandLine(["run", "all", "--designs", "early,late"])).to.throw(UnknownDesignError);
  });

  it("behavior: bad input ends with 2 and one sentence on stderr", () => {
    const csv = join(folder, "ETHUSDT-x-spot-1m.csv");
    writeFileSync(
      csv,
      "timestamp,open,high,low,close\n2020-03-12T00:00:00Z,1,1,1,1\n2020-03-12T00:01:00Z,1,oops,1,1\n",
    );
    const binary = join(folder, "binary.csv");
    writeFileSync(binary, Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x07, 0xff, 0xfe]));
    for (const [args, pattern] of [
      [["run", "no-such"], /Unknown scenario "no-such"/],
      [["run", "all", "--designs", "late"], /Unknown design "late"/],
      [["replay", join(folder, "absent")], /cannot be found/],
      [["replay", csv], /ETHUSDT-x-spot-1m\.csv", line 3: high is "oops"/],
      [["replay", binary], /line 1: the header is/],
      [["run", "oracle-frozen", "--out", join(csv, "below"), "--designs", "early"], /cannot be written/],
      // Node's recursive mkdir would never return here.
      [["run", "oracle-frozen", "--out", "/proc/breakwater/lab", "--designs", "early"], /cannot be written/],
    ] as const) {
      const { status, stderr, stdout } = lab(...args);
      expect(status, args.join(" ")).to.equal(2);
      expect(stderr).to.match(pattern);
      expect(stderr, "control characters never reach the terminal").to.match(/^[^\x00-\x09\x0b-\x1f]*$/);
      expect(stderr.trim().split("\n")).to.have.length(1);
      expect(stdout).to.equal("");
    }
  }).timeout(60_000);

  it("behavior: a baseline alone that breaks its promise ends with 1, one that keeps it with 0", () => {
    const out = join(folder, "out");
    expect(lab("run", "flash-wick-one-venue", "--designs", "early", "--out", out).status).to.equal(1);
    const held = lab("run", "keepers-absent", "--designs", "intermediate", "--out", out);
    expect(held.status).to.equal(0);
    expect(held.stdout).to.include("Intermediate kept its promise in 1 of 1 scenario");
    const first = readFileSync(join(out, "report.json"), "utf8");
    lab("run", "keepers-absent", "--designs", "intermediate", "--out", out);
    expect(readFileSync(join(out, "report.json"), "utf8")).to.equal(first);
    expect(JSON.parse(first).complete).to.equal(true);
  }).timeout(60_000);

  it("behavior: too little time ends with 3 and an incomplete report", () => {
    const out = join(folder, "short");
    const { status, stdout } = lab("run", "all", "--designs", "early", "--max-seconds", "0.001", "--out", out);
    expect(status).to.equal(3);
    expect(stdout).to.include("Incomplete");
    expect(JSON.parse(readFileSync(join(out, "report.json"), "utf8")).complete).to.equal(false);
  }).timeout(60_000);

  it("behavior: an interrupt keeps what is finished and ends with 3", async () => {
    const out = join(folder, "interrupted");
    const child = spawn(process.execPath, [...COMMAND, "run", "all", "--designs", "early,intermediate", "--out", out], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.once("data", () => child.kill("SIGINT"));
    const status = await new Promise<number | null>((resolve) => child.once("exit", resolve));
    const { complete, runs } = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
    // A fast machine may be done before the signal arrives: then the report must say so.
    expect(status === 3 ? !complete : complete).to.equal(true);
    expect(runs.length).to.be.greaterThan(0);
  }).timeout(60_000);
});
