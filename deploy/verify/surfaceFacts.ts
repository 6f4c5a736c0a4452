import { ATTESTER_ROLE, attestFunction, selectorOf } from "../modules/handOver.js";
import type { ProtocolSpec } from "../spec.js";
import { type Fact, fact, type Protocol, structFacts } from "./fact.js";

/** Pairs of the correlation matrix, surfaces of implied volatility, and who may attest them. */
export async function surfaceFacts(
  { accessManager, correlationMatrix, volSurface }: Protocol,
  { correlationPairs, volSurface: { attesters, terms } }: ProtocolSpec,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const { a, b, ...expected } of correlationPairs) {
    facts.push(...structFacts(`correlation of ${a} and ${b}`, expected, await correlationMatrix.termsOf(a, b)));
  }
  for (const { asset, ...expected } of terms) {
    facts.push(...structFacts(`volatility surface of ${asset}`, expected, await volSurface.termsOf(asset)));
  }
  const surface = await volSurface.getAddress();
  const role = await accessManager.getTargetFunctionRole(surface, selectorOf(attestFunction));
  facts.push(fact("the role that attests volatilities", ATTESTER_ROLE, role));
  for (const attester of attesters) {
    const [isMember, delay] = await accessManager.hasRole(ATTESTER_ROLE, attester);
    facts.push(fact(`attester ${attester}`, true, isMember));
    facts.push(fact(`delay of attester ${attester}`, 0, delay));
  }
  return facts;
}
