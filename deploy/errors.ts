/** Base of what can go wrong in a deployment: the message is one sentence for the operator. */
export abstract class DeployError extends Error {
  abstract override readonly name: string;
}

/** The spec of a network is missing, unreadable or not as it must be. */
export class SpecInvalidError extends DeployError {
  override readonly name = "SpecInvalidError";
  constructor(
    readonly file: string,
    readonly problem: string,
  ) {
    super(`The deployment spec ${file} cannot be used: ${problem}.`);
  }
}

/** The node answers for another chain than the spec was reviewed for. */
export class WrongChainError extends DeployError {
  override readonly name = "WrongChainError";
  constructor(
    readonly expected: number,
    readonly actual: bigint,
  ) {
    super(`The spec is for chain ${expected}, but the node is on chain ${actual}: check --network.`);
  }
}

/** The network has no account to deploy with. */
export class NoDeployerError extends DeployError {
  override readonly name = "NoDeployerError";
  constructor(readonly network: string) {
    super(`Network ${network} has no account to deploy with: set its \`accounts\` in hardhat.config.ts.`);
  }
}

/** What is deployed does not match the spec. */
export class WiringError extends DeployError {
  override readonly name = "WiringError";
  constructor(readonly problems: readonly string[]) {
    super(`The deployment does not match its spec: ${problems.join("; ")}.`);
  }
}
