import { Command, CommanderError, Option } from "commander";
import { DESIGNS, type Design, parseDesigns } from "./designs.js";
import { BadFlagError, UsageError } from "./errors.js";
import { SCENARIOS } from "./scenarios/catalogue.js";

/** Flags that `run` and `replay` share. */
export type LabFlags = {
  readonly seed?: bigint;
  readonly out: string;
  readonly designs: readonly Design[];
  readonly maxSeconds?: number;
};

/** Scenarios or recorded crashes on every design: what is lost. */
export type LossRequest =
  | (LabFlags & { readonly command: "run"; readonly scenarios: readonly string[] })
  | (LabFlags & { readonly command: "replay"; readonly path: string; readonly hours?: number });

/** A moment that the user wrote. */
export type WrittenTime = { readonly text: string; readonly seconds: number };

/** Recorded prices through the oracle alone: what it sees. */
export type OracleRequest = {
  readonly command: "oracle";
  readonly path: string;
  readonly seed: bigint;
  readonly out: string;
  readonly maxSeconds?: number;
  /** Whether the long history is replayed, and which part of it. */
  readonly history: boolean;
  readonly from?: WrittenTime;
  readonly to?: WrittenTime;
  readonly everySeconds: number;
  readonly events: readonly string[];
  readonly assets: readonly string[];
  readonly hours?: number;
  /** Whether docs/oracle-replay.md is renewed. */
  readonly write: boolean;
};

/** Recorded prices against the margin of reference portfolios: what it covers. */
export type MarginRequest = {
  readonly command: "margin";
  readonly path: string;
  readonly out: string;
  readonly maxSeconds?: number;
  readonly everyHours: number;
  /** Whether docs/margin-backtest.md is renewed. */
  readonly write: boolean;
};

/** What the user asked for. */
export type LabRequest =
  LossRequest | OracleRequest | MarginRequest | { readonly command: "help"; readonly text: string };

const LARGEST_SEED_DIGITS = 78;
/** A keeper's pace: not below two commits' distance, and often enough for the oracle's ten-minute baseline. */
const [SHORTEST_EVERY, LONGEST_EVERY] = [24, 3600];

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

function parseTime(flag: string): (text: string) => WrittenTime {
  return (text) => {
    const milliseconds = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(milliseconds))
      throw new BadFlagError(flag, text, "a date such as 2023-08-17 or 2023-08-17T21:00Z");
    return { text, seconds: milliseconds / 1000 };
  };
}

function parseNames(flag: string): (text: string) => readonly string[] {
  return (text) => {
    const names = text.split(",").map((name) => name.trim());
    if (names.includes("")) throw new BadFlagError(flag, text, "names separated by commas");
    return [...new Set(names)];
  };
}

function parseEvery(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < SHORTEST_EVERY || value > LONGEST_EVERY)
    throw new BadFlagError("--every", text, `whole seconds from ${SHORTEST_EVERY} to ${LONGEST_EVERY}`);
  return value;
}

type OracleFlags = Omit<OracleRequest, "command" | "path" | "everySeconds"> & { readonly every: number };

function oracleCommand(program: Command, take: (request: OracleRequest) => void): void {
  program
    .command("oracle <folder>")
    .description(
      "replay recorded prices and Chainlink rounds through the oracle and its breaker, and tabulate what they see",
    )
    .exitOverride()
    .addOption(new Option("--seed <number>", "draw noise from this seed").default(1n, "1").argParser(parseSeed))
    .addOption(new Option("--out <folder>", "where tables and data go").default("out/oracle").argParser(parseOut))
    .addOption(new Option("--from <time>", "replay the rounds from here").argParser(parseTime("--from")))
    .addOption(new Option("--to <time>", "replay the rounds up to here").argParser(parseTime("--to")))
    .addOption(new Option("--no-history", "leave out the long history of rounds"))
    .addOption(new Option("--every <seconds>", "the keeper's pace between rounds").default(600).argParser(parseEvery))
    .addOption(
      new Option("--events <list>", "crashes, separated by commas; all or none")
        .default(["all"], "all")
        .argParser(parseNames("--events")),
    )
    .addOption(
      new Option("--assets <list>", "underlyings of the crashes")
        .default(["BTC", "ETH", "USDC"], "BTC,ETH,USDC")
        .argParser(parseNames("--assets")),
    )
    .addOption(new Option("--hours <number>", "window of a crash").argParser(parsePositive("--hours", 100_000)))
    .addOption(
      new Option("--max-seconds <number>", "stop after this long").argParser(parsePositive("--max-seconds", 1_000_000)),
    )
    .addOption(new Option("--write", "renew the tables of docs/oracle-replay.md").default(false))
    .action((path: string, { every, ...flags }: OracleFlags) => {
      if (flags.from !== undefined && flags.to !== undefined && flags.from.seconds >= flags.to.seconds)
        throw new BadFlagError("--to", flags.to.text, `later than --from ${flags.from.text}`);
      take({ command: "oracle", path, everySeconds: every, ...flags });
    });
}

function parseHours(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new BadFlagError("--every", text, "whole hours from 1 to 9999");
  return value;
}

type MarginFlags = Omit<MarginRequest, "command" | "path" | "everyHours"> & { readonly every: number };

function marginCommand(program: Command, take: (request: MarginRequest) => void): void {
  program
    .command("margin <folder>")
    .description("hold the margin of reference portfolios against recorded hourly prices, beside two other models")
    .exitOverride()
    .addOption(new Option("--out <folder>", "where report and data go").default("out/margin").argParser(parseOut))
    .addOption(new Option("--every <hours>", "hours between two readings").default(1).argParser(parseHours))
    .addOption(
      new Option("--max-seconds <number>", "stop after this long").argParser(parsePositive("--max-seconds", 1_000_000)),
    )
    .addOption(new Option("--write", "renew the tables of docs/margin-backtest.md").default(false))
    .action((path: string, { every, ...flags }: MarginFlags) =>
      take({ command: "margin", path, everyHours: every, ...flags }),
    );
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
      "\nExit codes: 0 every property held; 1 a property or gate failed (of Breakwater; of a baseline only when it runs alone);\n2 bad input or infrastructure; 3 incomplete.",
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
  oracleCommand(program, (found) => (request = found));
  marginCommand(program, (found) => (request = found));
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { command: "help", text: written.join("") };
    throw new UsageError(
      error.code === "commander.help" ? "a command is missing: run, replay, oracle or margin" : problemOf(error),
    );
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
