import { LabError } from "../errors.js";

/** A deployment's spec cannot be used, or lacks what the margin of an underlying is made of. */
export class BackTestSpecError extends LabError {
  override readonly name = "BackTestSpecError";
  constructor(
    readonly spec: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`The spec ${spec} cannot be back-tested: ${problem}.`, options);
  }
}
