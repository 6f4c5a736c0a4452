import { LabError } from "../errors.js";

/** A deployment's spec lacks what the margin of an underlying is made of. */
export class BackTestSpecError extends LabError {
  override readonly name = "BackTestSpecError";
  constructor(readonly symbol: string) {
    super(`The spec lists no margin, options and surface for ${symbol}: it cannot be back-tested.`);
  }
}
