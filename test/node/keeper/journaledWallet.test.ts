import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id, parseEther, Transaction, Wallet } from "ethers";
import { network } from "hardhat";
import { JournaledWallet, KeeperFileError } from "../../../offchain/keeper/index.js";

const { ethers } = await network.create();
const KEY = id("a keeper of tests");
const TO = "0x00000000000000000000000000000000000000aa";

describe("journaled wallet", () => {
  let folder = "";
  let path = "";
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "breakwater-journal-"));
    const [rich] = await ethers.getSigners();
    await rich?.sendTransaction({ to: new Wallet(KEY).address, value: parseEther("1") });
  });
  beforeEach(() => (path = join(mkdtempSync(join(folder, "one-")), "journal.jsonl")));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The keeper as it starts anew on the same journal. */
  const wallet = () => new JournaledWallet(KEY, ethers.provider, path);
  const lines = () => readFileSync(path, "utf8").split("\n");
  const rows = () =>
    lines()
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));

  /** A row as a keeper leaves it that dies between signing and sending. */
  async function signedRow(value: bigint) {
    const plain = new Wallet(KEY, ethers.provider);
    const populated = await plain.populateTransaction({ to: TO, value });
    delete populated.from;
    const raw = await plain.signTransaction(populated);
    const { hash, nonce } = Transaction.from(raw);
    return { state: "signed", hash: hash ?? "", nonce, raw };
  }

  it("default: what was signed and never left is sent again, the same bytes, once", async () => {
    const row = await signedRow(1n);
    writeFileSync(path, `${JSON.stringify(row)}\n`);
    expect(await ethers.provider.getTransactionReceipt(row.hash)).to.equal(null);
    expect(await wallet().recover()).to.equal(1);
    expect((await ethers.provider.getTransactionReceipt(row.hash))?.status).to.equal(1);
    expect(rows()).to.deep.equal([row, { ...row, state: "sent" }]);
    expect(await wallet().recover()).to.equal(0);
  });

  it("behavior: what was mined already is not sent again", async () => {
    const row = await signedRow(2n);
    await ethers.provider.broadcastTransaction(row.raw);
    writeFileSync(path, `${JSON.stringify(row)}\n`);
    expect(await wallet().recover()).to.equal(0);
  });

  it("behavior: a last line that was cut off harms neither what is written after it nor the next start", async () => {
    const row = await signedRow(3n);
    const text = JSON.stringify(row);
    // The cut may fall within a character of more than one byte.
    writeFileSync(path, Buffer.concat([Buffer.from(`${text}\n${text.slice(0, 40)}`), Buffer.from([0xc3])]));
    expect(await wallet().recover()).to.equal(1);
    const { hash } = await wallet().sendTransaction({ to: TO, value: 4n });
    expect(await wallet().recover()).to.equal(0);
    expect((await ethers.provider.getTransactionReceipt(hash))?.status).to.equal(1);
    expect(rows().map((found) => JSON.stringify(found).slice(0, 17))).to.deep.equal([
      '{"state":"signed"',
      '{"state":"sent","',
      '{"state":"signed"',
      '{"state":"sent","',
    ]);
    expect(lines().at(-1)).to.equal("");
  });

  it("error: KeeperFileError names the line that is no row, and the file that cannot be used", async () => {
    const problemOf = (found: JournaledWallet) =>
      found.recover().catch((error: unknown) => (error instanceof KeeperFileError ? error.problem : error));
    writeFileSync(path, "not a row\n");
    expect(await problemOf(wallet())).to.equal("line 1 is no row of a keeper's journal");
    expect(await problemOf(new JournaledWallet(KEY, ethers.provider, folder))).to.equal(
      "the journal cannot be read and mended",
    );
  });
});
