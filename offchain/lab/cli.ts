import { Command, CommanderError, Option } from "commander";
import { DESIGNS, type Design, parseDesigns } from "./designs.js";
import { BadFlagError, UsageError } from "./errors.js";
import { SCENARIOS } from "./scenarios/catalogue.js";

/** Flags both commands share. */
export type LabFlags = {
  readonly seed?: bigint;
  readonly out: string;
  readonly designs: readonly Design[];
  readonly maxSeconds?: number;
};

/** What the user asked for. */
export type LabRequest =
  | (LabFlags & { readonly command: "run"; readonly scenarios: readonly string[] })
  | (LabFlags & { readonly command: "replay"; readonly path: string; readonly hours?: number })
  | { readonly command: "help"; readonly text: string };

const LARGEST_SEED_DIGITS = 78;

function parseSeed(text: string): bigint {
  if (!/^\d+$/.test(text) || text.length > LARGEST_SEED_DIGITS)
    throw new BadFlagError("--seed", text, `a whole number of at most ${LARGEST_SEED_DIGITS} digits`);
  return BigInt(text);
}

function parsePositive(flag: string, limit: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value > 0 && value <= limit)) throw new BadFlagError(flag, text, `a number above 0 and at most ${limit}`);
    return value;
  };
}

function parseOut(text: string): string {
  if (text.trim() === "") throw new BadFlagError("--out", text, "the path of a folder");
  return text;
}

function withSharedFlags(command: Command): Command {
  return command
    .addOption(new Option("--seed <number>", "draw everything from this seed").argParser(parseSeed))
    .addOption(new Option("--out <folder>", "where the report goes").default("out/lab").argParser(parseOut))
    .addOption(
      new Option("--designs <list>", "designs to compare, separated by commas")
        .default([...DESIGNS], DESIGNS.join(","))
        .argParser(parseDesigns),
    )
    .addOption(
      new Option("--max-seconds <number>", "stop after this long; what is done is kept").argParser(
        parsePositive("--max-seconds", 1_000_000),
      ),
    );
}

/**
 * Reads the command line.
 *
 * @throws {BadFlagError} when the value of a flag makes no sense.
 * @throws {UsageError} when the command line as a whole makes no sense.
 * @throws {UnknownDesignError} when a design is not known.
 */
export function parseCommandLine(argv: readonly string[]): LabRequest {
  const written: string[] = [];
  let request: LabRequest | undefined;
  const program = new Command("lab")
    .description("Stress lab: runs crashes on Breakwater and on two older designs, and reports what each loses.")
    .addHelpText("after", `\nScenarios: ${SCENARIOS.map(({ name }) => name).join(", ")}, or all.`)
    .addHelpText(
      "after",
      "\nExit codes: 0 every property held; 1 a property failed (of Breakwater; of a baseline only when it runs alone);\n2 bad input or infrastructure; 3 incomplete.",
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => written.push(text), writeErr: () => undefined });
  withSharedFlags(program.command("run <scenario...>").description("run shipped scenarios").exitOverride()).action(
    (scenarios: string[], flags: LabFlags) => {
      request = { command: "run", scenarios, ...flags };
    },
  );
  withSharedFlags(
    program
      .command("replay <path>")
      .description("replay recorded bars: a file, a folder of files, or a folder of such folders")
      .exitOverride(),
  )
    .addOption(
      new Option("--hours <number>", "length of the window around the deepest fall").argParser(
        parsePositive("--hours", 100_000),
      ),
    )
    .action((path: string, flags: LabFlags & { readonly hours?: number }) => {
      request = { command: "replay", path, ...flags };
    });
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { command: "help", text: written.join("") };
    throw new UsageError(error.code === "commander.help" ? "a command is missing, run or replay" : problemOf(error));
  }
  return request ?? { command: "help", text: program.helpInformation() };
}

/** Commander's message as the middle of a sentence. */
function problemOf(error: CommanderError): string {
  return error.message
    .replace(/^error: /, "")
    .replace(/\.$/, "")
    .replace(/\s*\n\s*/g, " ");
}
