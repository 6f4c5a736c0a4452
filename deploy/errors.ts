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

/** A network that others use must not be left in the deployer's hands. */
export class NoAdministratorError extends BreakwaterError {
  override readonly name = "NoAdministratorError";
  constructor(readonly spec: string) {
    super(
      `The spec ${spec} names no administrator: set governance.admin to your timelock or multisig; null is for local markets only.`,
    );
  }
}

/** The node no longer knows the state that tells whether a transaction was sent. */
export class HistoryMissingError extends BreakwaterError {
  override readonly name = "HistoryMissingError";
  constructor(
    readonly from: string,
    readonly nonce: number,
    options?: ErrorOptions,
  ) {
    super(
      `The journal does not say whether the transaction of ${from} with nonce ${nonce} was sent, and the node keeps no state that old: run the same command with an archive node's address.`,
      options,
    );
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
