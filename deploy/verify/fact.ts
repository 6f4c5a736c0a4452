import type { connect } from "../../offchain/sdk/index.js";
import { WiringError } from "../errors.js";

/** Something that a deployment should be, and what the chain says it is. */
export type Fact = { readonly what: string; readonly expected: unknown; readonly actual: unknown };

/** The contracts of a deployment, connected. */
export type Protocol = ReturnType<typeof connect>;

type Plain = bigint | number | string | boolean;

/** Numbers and addresses as they compare: ethers answers with bigints and checksummed addresses. */
const plain = (value: unknown): unknown => {
  if (typeof value === "number") return BigInt(value);
  return typeof value === "string" ? value.toLowerCase() : value;
};

/** One fact. */
export function fact(what: string, expected: Plain, actual: Plain): Fact {
  return { what, expected: plain(expected), actual: plain(actual) };
}

/**
 * A fact for each field of a struct, named `what.field`.
 *
 * @param expected - The fields that were configured.
 * @param actual - The struct as the contract answers it.
 */
export function structFacts(what: string, expected: Readonly<Record<string, Plain>>, actual: object): readonly Fact[] {
  return Object.entries(expected).map(([field, value]) => ({
    what: `${what}.${field}`,
    expected: plain(value),
    actual: plain(Reflect.get(actual, field)),
  }));
}

/** @throws {WiringError} naming every fact that is not as it should be. */
export function refuse(facts: readonly Fact[]): void {
  const wrong = facts.filter(({ expected, actual }) => expected !== actual);
  if (wrong.length === 0) return;
  throw new WiringError(
    wrong.map(({ what, expected, actual }) => `${what}: ${String(actual)}, not ${String(expected)}`),
  );
}
