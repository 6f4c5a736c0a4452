import { expect } from "chai";
import { exitCodeOf, runLab } from "../../../offchain/lab/lab.js";
import { type Case, caseOf } from "../../../offchain/lab/scenarios/case.js";
import { ORDINARY_BOOKS } from "../../../offchain/lab/scenarios/books.js";
import { allOf, noBadDebt, nobodyForgotten, nobodyWronged } from "../../../offchain/lab/scenarios/promises.js";
import type { Scenario } from "../../../offchain/lab/scenarios/scenario.js";
import { ORDINARY_KEEPERS, ORDINARY_WORLD } from "../../../offchain/lab/scenarios/world.js";
import { openBreakwater } from "../../../offchain/lab/simulator/evm/breakwater.edge.js";
import { InterruptedRunError } from "../../../offchain/lab/errors.js";

/** A quarter of an hour in which ETH loses a fifth: long enough to liquidate somebody. */
const SHORT: Scenario = {
  name: "test-short-crash",
  title: "Short crash",
  story: "",
  calibration: "",
  world: { ...ORDINARY_WORLD, traders: 4 },
  steps: {
    endsAtSeconds: 1500,
    pace: [{ fromSeconds: 0, stepSeconds: 60 }],
    assets: [
      {
        symbol: "ETH",
        startPrice: "2000",
        market: [
          { atSeconds: 60, level: "1" },
          { atSeconds: 900, level: "0.72" },
        ],
      },
    ],
    faults: [],
    keepers: ORDINARY_KEEPERS,
  },
  property: { sentence: "", breaches: () => [] },
  seed: 5n,
};

describe("lab on the EVM", () => {
  const hooks = { signal: new AbortController().signal, onStep: () => undefined };

  it("default: runs a crash on the real contracts, twice to the same final block", async () => {
    const input = caseOf(SHORT);
    const { run } = await openBreakwater();
    const first = await run(input, hooks);
    const second = await run(input, hooks);
    expect(first.finalBlockHash).to.match(/^0x[0-9a-f]{64}$/);
    expect(second).to.deep.equal(first);
    expect(first.metrics.liquidations).to.be.greaterThan(0);
    expect(first.metrics.wrongfulLiquidations).to.equal(0);
    expect(first.metrics.badDebtWad).to.equal(0n);
    expect(first.index[0]?.mid).to.have.length(input.tape.ticks.length);
    expect(first.levels.map(({ name }) => name)).to.deep.equal(["ETH", "domain"]);
    const another = await run({ ...input, seed: 6n }, hooks);
    expect(another.finalBlockHash).to.not.equal(first.finalBlockHash);
  }).timeout(300_000);

  it("behavior: the real keeper lists, marks, settles and pays the options of a case, to the same block again", async () => {
    const calm: Scenario = {
      ...SHORT,
      name: "test-options",
      steps: {
        ...SHORT.steps,
        endsAtSeconds: 3_600,
        assets: [{ symbol: "ETH", startPrice: "2000", market: [{ atSeconds: 0, level: "1" }] }],
        options: { expiresAtSeconds: 2_160, books: ORDINARY_BOOKS },
      },
    };
    const { run } = await openBreakwater();
    const first = await run(caseOf(calm), hooks);
    expect(await run(caseOf(calm), hooks)).to.deep.equal(first);
    const { options } = first;
    if (options === null) throw new RangeError("no options");
    expect(options.openInterestWad > 0n).to.equal(true);
    // The calendar's half hour, all of it; not before a quarter of an hour after expiry.
    expect(options.coveredSeconds).to.equal(1_800);
    expect(options.settledAtSeconds ?? 0).to.be.within(3_060, 3_180);
    const priceWad = options.settlementPriceWad ?? 0n;
    expect(priceWad > 1_980n * 10n ** 18n && priceWad < 2_020n * 10n ** 18n).to.equal(true);
    // The long lost its put at expiry and a slice to the keeper: five books, the market maker, and the keeper.
    expect(options.paidAccounts).to.equal(7);
    expect(options.books.map(({ id, outcome }) => `${id} ${outcome}`)).to.deep.equal([
      "O1 open",
      "O2 open",
      "O3 open",
      "O4 open",
      "O5 liquidated",
    ]);
    // The writer of a straddle keeps what is left of its premium.
    expect((options.books[0]?.premiumWad ?? 0n) > 0n).to.equal(true);
  }).timeout(300_000);

  it("behavior: a planted weakness breaks the property on the real contracts and ends with exit code 1", async () => {
    const breaches = allOf(nobodyForgotten, noBadDebt, nobodyWronged);
    const sound = caseOf({ ...SHORT, property: { sentence: "Nobody is left under water.", breaches } });
    // The weakness: nobody liquidates, and nobody looks at the oracle.
    const weak: Case = {
      ...sound,
      keepers: { ...ORDINARY_KEEPERS, absent: [{ fromSeconds: 0, toSeconds: 10_000 }] },
    };
    const exitCodes: number[] = [];
    for (const input of [sound, weak]) {
      const report = await runLab({
        cases: [input],
        designs: ["breakwater"],
        signal: hooks.signal,
        openBreakwater,
        onStart: () => undefined,
        onStep: () => undefined,
        onRun: () => undefined,
      });
      exitCodes.push(exitCodeOf(report));
    }
    expect(exitCodes).to.deep.equal([0, 1]);
  }).timeout(300_000);

  it("error: InterruptedRunError when told to stop", async () => {
    const { run } = await openBreakwater();
    const refused = await run(caseOf(SHORT), { ...hooks, signal: AbortSignal.abort("SIGINT received") }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(InterruptedRunError);
  }).timeout(300_000);
});
