/** Base of every failure the lab reports to its user in one sentence. */
export abstract class LabError extends Error {
  /** Exit code of the command: 2 bad input or infrastructure, 3 incomplete. */
  readonly exitCode: 2 | 3 = 2;
  override readonly name: string = "LabError";
}

/** A flag or argument of the command line makes no sense. */
export class BadFlagError extends LabError {
  override readonly name = "BadFlagError";
  constructor(
    readonly flag: string,
    readonly found: string,
    readonly allowed: string,
  ) {
    super(`${flag}: found "${found}", but it must be ${allowed}.`);
  }
}

/** The command line as a whole makes no sense. */
export class UsageError extends LabError {
  override readonly name = "UsageError";
  constructor(readonly problem: string) {
    super(`lab: ${problem}; \`npm run lab -- --help\` shows what there is.`);
  }
}

/** No scenario of that name is shipped. */
export class UnknownScenarioError extends LabError {
  override readonly name = "UnknownScenarioError";
  constructor(
    readonly scenario: string,
    readonly known: readonly string[],
  ) {
    super(`Unknown scenario "${scenario}"; choose "all" or one of: ${known.join(", ")}.`);
  }
}

/** No design of that name exists. */
export class UnknownDesignError extends LabError {
  override readonly name = "UnknownDesignError";
  constructor(
    readonly design: string,
    readonly known: readonly string[],
  ) {
    super(`Unknown design "${design}"; choose from: ${known.join(", ")}.`);
  }
}

/** A file or folder could not be read or written. */
export class FileAccessError extends LabError {
  override readonly name = "FileAccessError";
  constructor(
    readonly path: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot use "${path}": ${problem}.`, options);
  }
}

const LONGEST_QUOTE = 160;

/** Text of an unknown file, safe for a terminal: no control characters, no novel. */
function printable(text: string): string {
  const plain = text.replace(/[^\x20-\x7e\u00a0-\u024f\u2010-\u2026]/g, "?");
  return plain.length > LONGEST_QUOTE ? `${plain.slice(0, LONGEST_QUOTE)}…` : plain;
}

/** A market data file breaks the format; the line is counted from 1, the header included. */
export class MalformedCsvError extends LabError {
  override readonly name = "MalformedCsvError";
  constructor(
    readonly file: string,
    readonly line: number,
    readonly problem: string,
  ) {
    super(`Malformed market data in "${file}", line ${line}: ${printable(problem)}.`);
  }
}

/** The replay input holds nothing that can be replayed. */
export class NothingToReplayError extends LabError {
  override readonly name = "NothingToReplayError";
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`Nothing to replay in "${path}": ${problem}.`);
  }
}

/** The embedded EVM, the compiler or Node.js is missing or too old. */
export class InfrastructureError extends LabError {
  override readonly name = "InfrastructureError";
  constructor(
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}

/** A run was stopped before its end; what was finished is kept. */
export class InterruptedRunError extends LabError {
  override readonly name = "InterruptedRunError";
  override readonly exitCode = 3;
  constructor(readonly reason: string) {
    super(`Stopped before the end (${reason}); the report holds what was finished and is marked incomplete.`);
  }
}

/** The protocol broke an identity that must hold at every block. */
export class ConservationError extends LabError {
  override readonly name = "ConservationError";
  constructor(
    readonly identity: string,
    readonly expected: bigint,
    readonly actual: bigint,
    readonly atSeconds: number,
  ) {
    super(`${identity} broken at second ${atSeconds}: expected ${expected}, found ${actual}.`);
  }
}

/** The world of a case could not be set up: a step that must succeed was refused by a contract. */
export class WorldSetupError extends LabError {
  override readonly name = "WorldSetupError";
  constructor(
    readonly step: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The simulated world cannot be set up: ${step} was refused (${reason}).`, options);
  }
}
