/** Base of what the benchmark reports in one sentence, with exit code 2. */
export abstract class BenchError extends Error {
  abstract override readonly name: string;
}

/** A flag or argument of the command line makes no sense. */
export class BenchFlagError extends BenchError {
  override readonly name = "BenchFlagError";
  constructor(readonly argument: string) {
    super(
      `Unknown argument "${argument}": npm run bench takes --write, which renews bench/gas.json, and --profile FIGURE.`,
    );
  }
}

/** A figure to be profiled that the benchmark does not measure by a transaction. */
export class UnknownFigureError extends BenchError {
  override readonly name = "UnknownFigureError";
  constructor(readonly figure: string) {
    super(`There is no figure "${figure}" to profile; npm run bench lists them.`);
  }
}

/** The committed snapshot is not a list of gas figures. */
export class SnapshotInvalidError extends BenchError {
  override readonly name = "SnapshotInvalidError";
  constructor(
    readonly path: string,
    readonly found: string,
  ) {
    super(`${path} cannot be used (${found}); renew it with: npm run bench -- --write`);
  }
}

/** The world did not come into the state that a figure asks for. */
export class BenchSetupError extends BenchError {
  override readonly name = "BenchSetupError";
  constructor(
    readonly figure: string,
    readonly found: string,
  ) {
    super(`${figure} cannot be measured: ${found}.`);
  }
}
