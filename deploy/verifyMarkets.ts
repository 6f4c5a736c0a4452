import type { connect } from "../offchain/sdk/index.js";
import { ATTESTER_ROLE, attestFunction, selectorOf } from "./modules/handOver.js";
import type { ProtocolSpec } from "./spec.js";

type Protocol = ReturnType<typeof connect>;
type Fact = { readonly what: string; readonly expected: unknown; readonly actual: unknown };

/** What the correlation matrix and the volatility surface were told, against the spec. */
export async function marketFacts(
  { accessManager, correlationMatrix, volSurface }: Protocol,
  { correlationPairs, volSurface: { attesters, terms } }: ProtocolSpec,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const { a, b, rhoMinBps, rhoMaxBps, priorBps } of correlationPairs) {
    const found = await correlationMatrix.termsOf(a, b);
    const actual = [found.rhoMinBps, found.rhoMaxBps, found.priorBps].join(" ");
    facts.push({ what: `correlation of ${a} and ${b}`, expected: [rhoMinBps, rhoMaxBps, priorBps].join(" "), actual });
  }
  for (const { asset, ...expected } of terms) {
    const found = await volSurface.termsOf(asset);
    const actual = [...found].join(" ");
    facts.push({ what: `volatility surface of ${asset}`, expected: Object.values(expected).join(" "), actual });
  }
  const surface = await volSurface.getAddress();
  const role = await accessManager.getTargetFunctionRole(surface, selectorOf(attestFunction));
  facts.push({ what: "the role that attests volatilities", expected: ATTESTER_ROLE, actual: role });
  for (const attester of attesters) {
    const [isMember] = await accessManager.hasRole(ATTESTER_ROLE, attester);
    facts.push({ what: `attester ${attester}`, expected: true, actual: isMember });
  }
  return facts;
}
