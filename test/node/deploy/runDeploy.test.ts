import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { contractNames, parseAddressBook } from "../../../offchain/sdk/index.js";

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Starts the deployment as a user does. */
function start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/deploy.ts", ...args], { detached: true });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Waits until something is so, or the deployment ends. */
async function until(condition: () => boolean, ended: Promise<Ended>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!over && !condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("npm run deploy", function () {
  this.timeout(180_000);
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "breakwater-deploy-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("error: one sentence and status 2 for an unknown network", async () => {
    const { code, stderr } = await start(["--network", "atlantis"]).ended;
    expect(stderr.trim().split("\n")).to.have.length(1);
    expect(stderr).to.contain("atlantis");
    expect(code).to.equal(2);
  });

  it("error: one sentence and status 2 for markets of others without an administrator", async () => {
    const { code, stderr } = await start(["--network", "origin", "--spec", "mainnet", "--out", folder]).ended;
    expect(stderr.trim().split("\n")).to.have.length(1);
    expect(stderr).to.contain("governance.admin");
    expect(code).to.equal(2);
  });

  it("error: one sentence and status 2 when nobody answers", async () => {
    const { code, stderr } = await start(["--network", "localhost", "--rpc-url", "http://127.0.0.1:1", "--out", folder])
      .ended;
    expect(stderr.trim().split("\n")).to.have.length(1);
    expect(stderr).to.contain("The node gives no answer");
    expect(code).to.equal(2);
  });

  it("behavior: goes on from whatever line a kill left as the journal's last", async () => {
    const server = await network.createServer({ network: "lab", chainType: "l1" });
    const { address, port } = await server.listen();
    const out = join(folder, "lines");
    const args = ["--network", "localhost", "--rpc-url", `http://${address}:${port}`, "--out", out];
    const journal = join(out, "deployments", "chain-31337", "journal.jsonl");
    const read = () => (existsSync(journal) ? readFileSync(journal, "utf8") : "");
    const callsSent = () =>
      read()
        .split("\n")
        .filter((line) => line.includes("TRANSACTION_SEND")).length;
    try {
      const first = start(args);
      await until(() => callsSent() >= 45, first.ended);
      first.child.kill("SIGKILL");
      await first.ended;
      // The last transaction was sent, the line that says so was not written.
      const lines = read().split("\n");
      const lost = lines.findLastIndex((line) => line.includes("TRANSACTION_SEND"));
      const cut = lines.slice(0, lost);
      // A step was opened and not begun; the line after it is torn.
      const opening = lines.find((line) => line.includes("CALL_EXECUTION_STATE_INITIALIZE")) ?? "";
      expect(opening).to.match(/"futureId":"[^"]+"/);
      cut.push(opening.replace(/"futureId":"[^"]+"/, '"futureId":"Breakwater#label_guardian"'), '{"futureId":"Brea');
      writeFileSync(journal, cut.join("\n"));
      const { code, stderr } = await start(args).ended;
      expect(code, stderr).to.equal(0);
      const sent = read().matchAll(/"type":"TRANSACTION_PREPARE_SEND"/g);
      const confirmed = read().matchAll(/"type":"TRANSACTION_CONFIRM"/g);
      expect([...sent].length, "nothing was sent twice").to.equal([...confirmed].length);
    } finally {
      await server.close();
    }
  });

  it("default: a deployment that was killed goes on where it stopped and writes the address book", async () => {
    const server = await network.createServer({ network: "lab", chainType: "l1" });
    const { address, port } = await server.listen();
    const args = ["--network", "localhost", "--rpc-url", `http://${address}:${port}`, "--out", folder];
    const journal = join(folder, "deployments", "chain-31337", "journal.jsonl");
    const doneIn = (file: string) =>
      existsSync(file) ? readFileSync(file, "utf8").split("TRANSACTION_CONFIRM").length - 1 : 0;
    try {
      const first = start(args);
      await until(() => doneIn(journal) >= 25, first.ended);
      first.child.kill("SIGKILL");
      const stopped = await first.ended;
      expect(stopped.code, `it was killed before the end: ${stopped.stderr}`).to.equal(null);
      cpSync(journal, join(folder, "first.jsonl"));
      const { code, stdout, stderr } = await start(args).ended;
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(/facts of the deployment checked against localhost/);
      const kept = readFileSync(join(folder, "first.jsonl"), "utf8");
      expect(readFileSync(journal, "utf8").startsWith(kept), "the journal goes on").to.equal(true);
      const book = parseAddressBook(JSON.parse(readFileSync(join(folder, "addresses", "31337.json"), "utf8")));
      expect(Object.keys(book.contracts)).to.have.members([...contractNames]);
    } finally {
      await server.close();
    }
  });
});
