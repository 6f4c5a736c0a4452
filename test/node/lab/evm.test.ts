import { expect } from "chai";
import { exitCodeOf, runLab } from "../../../offchain/lab/lab.js";
import { type Case, caseOf } from "../../../offchain/lab/scenarios/case.js";
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
