import { BreakwaterError } from "../offchain/sdk/index.js";

/** The spec of a network is missing, unreadable or not as it must be. */
export class SpecInvalidError extends BreakwaterError {
  override readonly name = "SpecInvalidError";
  constructor(
    readonly file: string,
    readonly problem: string,
  ) {
    super(`The deployment spec ${file} cannot be used: ${problem}.`);
  }
}

/** The network has no account to deploy with. */
export class NoDeployerError extends BreakwaterError {
  override readonly name = "NoDeployerError";
  constructor(readonly network: string) {
    super(`Network ${network} has no account to deploy with: set its \`accounts\` in hardhat.config.ts.`);
  }
}

/** What is deployed does not match the spec. */
export class WiringError extends BreakwaterError {
  override readonly name = "WiringError";
  constructor(readonly problems: readonly string[]) {
    super(`The deployment does not match its spec: ${problems.join("; ")}.`);
  }
}

/** Ignition stopped before the end; its journal holds what is done. */
export class DeploymentInterruptedError extends BreakwaterError {
  override readonly name = "DeploymentInterruptedError";
  constructor(
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `The deployment stopped: ${problem} Run the same command again to go on, or with --reset on a new local chain.`,
      options,
    );
  }
}
