import { UnknownDesignError } from "./errors.js";

/** The designs that are compared, oldest first. */
export const DESIGNS = ["early", "intermediate", "breakwater"] as const;

/** One of the designs compared. */
export type Design = (typeof DESIGNS)[number];

/** Whether a text names a design. */
export function isDesign(text: string): text is Design {
  return DESIGNS.some((design) => design === text);
}

/**
 * Reads a comma-separated list of designs.
 *
 * @returns The designs named, without repetition, in the order oldest first.
 * @throws {UnknownDesignError} when a name is not a design.
 */
export function parseDesigns(text: string): readonly Design[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  for (const name of names) if (!isDesign(name)) throw new UnknownDesignError(name, DESIGNS);
  return DESIGNS.filter((design) => names.includes(design));
}

/** Name of a design for readers. */
export const DESIGN_TITLES: Readonly<Record<Design, string>> = {
  early: "Early",
  intermediate: "Intermediate",
  breakwater: "Breakwater",
};

/** The designs whose property decides the exit code: Breakwater; the baselines only when they run alone. */
export function gatedDesigns(designs: readonly Design[]): readonly Design[] {
  return designs.includes("breakwater") ? ["breakwater"] : designs;
}
