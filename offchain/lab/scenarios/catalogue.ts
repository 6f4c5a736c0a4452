import { UnknownScenarioError } from "../errors.js";
import { blackThursday } from "./blackThursday.js";
import { flashWickAllVenues } from "./flashWickAllVenues.js";
import { flashWickOneVenue } from "./flashWickOneVenue.js";
import { keepersAbsent } from "./keepersAbsent.js";
import { oracle1000x } from "./oracle1000x.js";
import { oracleFrozen } from "./oracleFrozen.js";
import { oracleLastStanding } from "./oracleLastStanding.js";
import type { Scenario } from "./scenario.js";

/** Every shipped scenario, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  flashWickOneVenue,
  flashWickAllVenues,
  blackThursday,
  oracleFrozen,
  oracle1000x,
  oracleLastStanding,
  keepersAbsent,
];

/**
 * Finds scenarios by name; "all" names every one.
 *
 * @returns The scenarios in the order of the report, each once.
 * @throws {UnknownScenarioError} when a name is not shipped.
 */
export function findScenarios(names: readonly string[]): readonly Scenario[] {
  const known = SCENARIOS.map(({ name }) => name);
  for (const name of names) if (name !== "all" && !known.includes(name)) throw new UnknownScenarioError(name, known);
  return names.includes("all") ? SCENARIOS : SCENARIOS.filter(({ name }) => names.includes(name));
}
