import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { findReplays, loadBars } from "../../../offchain/lab/scenarios/replay/files.edge.js";
import { REPLAY_SEED, replayCase } from "../../../offchain/lab/scenarios/replay/replay.js";
import { runBaseline } from "../../../offchain/lab/simulator/baseline.js";
import { openBreakwater } from "../../../offchain/lab/simulator/evm/breakwater.edge.js";

/** Recorded bars lie beside the project: their licences do not let them be committed. */
const EVENTS =
  process.env["BREAKWATER_MARKET_DATA"] ??
  fileURLToPath(new URL("../../../../shared/market-data/events", import.meta.url));
/** The deepest fall with what led to it; `lab replay` shows more of each. */
const HOURS = 3;

describe("recorded crashes", function () {
  this.timeout(900_000);
  const hooks = { signal: new AbortController().signal, onStep: () => undefined };

  if (!existsSync(EVENTS)) {
    it.skip(`skipped: no market data at ${EVENTS} (BREAKWATER_MARKET_DATA names another folder)`);
    return;
  }
  for (const path of findReplays(EVENTS))
    it(`behavior: the promise holds on ${basename(path)}`, async () => {
      const input = replayCase({ path, ...loadBars(path), seed: REPLAY_SEED, hours: HOURS });
      const runner = await openBreakwater();
      const run = await runner.run(input, hooks).finally(() => runner.close());
      expect(run.breaches, JSON.stringify(run.events.slice(-20))).to.deep.equal([]);
      // The same traders trade on every design.
      expect(runBaseline(input, "early").moneyWad).to.equal(run.moneyWad);
    });
});
