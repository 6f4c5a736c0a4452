import { wad } from "../numbers.js";
import type { KeeperPlan, OptionPlan, Property, Scenario, SourceFault, SourceName, Span } from "./scenario.js";
import { type Tape, buildTape } from "./tape.js";

/** Something to run: a shipped scenario or a replay, with its prices drawn. */
export type Case = {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly calibration: string;
  readonly seed: bigint;
  readonly tape: Tape;
  /** Prices of the tape's assets at which the world is built, WAD of USD. */
  readonly startPricesWad: readonly bigint[];
  readonly faults: readonly SourceFault[];
  readonly keepers: KeeperPlan;
  readonly opportunist?: Span;
  readonly options?: OptionPlan;
  readonly baselineSource: SourceName;
  readonly traders: number;
  readonly insuranceFundUsd: string;
  readonly property: Property;
  /** The command that runs it again. */
  readonly command: string;
  /** What a reader must know of its input: files and hashes, what was left out. */
  readonly notes: readonly string[];
};

/** Draws a scenario with its own seed, or with the one given. */
export function caseOf(scenario: Scenario, seed: bigint = scenario.seed): Case {
  const { name, title, story, calibration, world, steps, property } = scenario;
  return {
    name,
    title,
    story,
    calibration,
    seed,
    tape: buildTape(scenario, seed),
    startPricesWad: steps.assets.map(({ startPrice }) => wad(startPrice)),
    faults: steps.faults,
    keepers: steps.keepers,
    ...(steps.opportunist === undefined ? {} : { opportunist: steps.opportunist }),
    ...(steps.options === undefined ? {} : { options: steps.options }),
    baselineSource: world.baselineSource,
    traders: world.traders,
    insuranceFundUsd: world.insuranceFundUsd,
    property,
    command: `npm run lab -- run ${name} --seed ${seed}`,
    notes: [],
  };
}
