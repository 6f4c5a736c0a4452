import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { config, network } from "hardhat";
import { z } from "zod";
import { type CrashReport, liveThroughACrash, QUIET } from "./crash.js";
import { buildOrigin, type Origin } from "./origin.js";
import { openFork } from "./openFork.js";
import { serveOrigin } from "./serveOrigin.js";
import type { Publish } from "./stage.js";
import { mainnetVenue, type Venue } from "./venue.js";

const MAINNET_RPC_URL = process.env["MAINNET_RPC_URL"] ?? "";

/** For a rehearsal against a chain that is not mainnet: what stands there for mainnet's addresses, as JSON. */
const STAND_INS = z.record(z.string(), z.string()).parse(JSON.parse(process.env["MAINNET_STAND_INS"] ?? "{}"));

/** As the contracts count them. */
const [THIN, BLIND] = [2n, 3n];
const [REDUCE_ONLY, PROTECTED] = [2n, 3n];

describe("flash crash of one pool on a fork over JSON-RPC", function () {
  this.timeout(900_000);
  const { ignition } = config.paths;
  // Ignition keeps a journal of what it does over JSON-RPC; these chains are gone after the test.
  beforeEach(() => {
    config.paths.ignition = mkdtempSync(join(tmpdir(), "breakwater-fork-"));
  });
  afterEach(() => {
    rmSync(config.paths.ignition, { recursive: true, force: true });
    config.paths.ignition = ignition;
  });

  it("default: on a fork of a local chain 1 with real Uniswap, WETH and Chainlink contracts, by the mainnet spec", async () => {
    const report = await withOrigin(({ url, standIns, publish }) => crashOn(url, mainnetVenue(standIns), publish));
    expect(report.before).to.deep.equal(QUIET);
    expect(report.during).to.deep.equal({ grade: THIN, level: REDUCE_ONLY, opened: false, poolCounts: false });
    expect(report.after).to.deep.equal(QUIET);
    expect(report.furthestBps, "the index never leaves what honest sources said").to.equal(0n);
  });

  it("behavior: where the publishers fall silent nobody opens and nobody is liquidated, and closing stays open", async () => {
    const report = await withOrigin(({ url, standIns }) => crashOn(url, mainnetVenue(standIns)));
    expect(report.before).to.deep.equal(QUIET);
    expect(report.during).to.deep.equal({ grade: THIN, level: REDUCE_ONLY, opened: false, poolCounts: false });
    expect(report.after).to.deep.equal({ grade: BLIND, level: PROTECTED, opened: false, poolCounts: true });
  });

  if (MAINNET_RPC_URL === "") {
    it.skip("skipped: MAINNET_RPC_URL is not set, so the real addresses of deploy/specs/mainnet.json were not tried");
    return;
  }
  it("default: on a fork of the public mainnet behind MAINNET_RPC_URL", async () => {
    const { before, during, after } = await crashOn(MAINNET_RPC_URL, mainnetVenue(STAND_INS));
    const grades = [before, during, after].map(({ grade }) => ["Firm", "Wide", "Thin", "Blind"][Number(grade)]);
    console.log(`      the oracle's grade before, during and after: ${grades.join(", ")}`);
  });
});

/** Forks the chain behind an address and crashes a pool there. */
async function crashOn(url: string, venue: Venue, publish?: Publish): Promise<CrashReport> {
  const fork = await openFork(url);
  try {
    return await liveThroughACrash(fork, venue, publish);
  } finally {
    await fork.close();
  }
}

/** Has a local chain 1 stand while something is done with it. */
async function withOrigin(
  use: (origin: Origin & { readonly url: string }) => Promise<CrashReport>,
): Promise<CrashReport> {
  const { url, close } = await serveOrigin();
  const connection = await network.create({ network: "localhost", chainType: "l1", override: { url } });
  try {
    return await use({ url, ...(await buildOrigin(connection)) });
  } finally {
    await connection.close();
    await close();
  }
}
