import { encodeAccountId } from "../../offchain/sdk/index.js";
import type { ProtocolAddresses } from "../deployProtocol.js";
import { moduleRole } from "../modules/wire.js";
import type { ProtocolSpec } from "../spec.js";
import { tradeTerms } from "../terms.js";
import { type Fact, fact, type Protocol, structFacts } from "./fact.js";

/**
 * Modules, collateral and terms of the vault.
 *
 * @param deployer - Who gets the treasury's fees where the spec names nobody; undefined = not known, then not checked.
 */
export async function vaultFacts(
  { marginVault }: Protocol,
  spec: ProtocolSpec,
  addresses: ProtocolAddresses,
  deployer: string | undefined,
): Promise<readonly Fact[]> {
  const { settlementToken, collateral, vault: terms } = spec;
  const facts: Fact[] = [];
  for (const [what, module, role] of modulesOf(addresses)) {
    facts.push(fact(`the vault knows the ${what}`, role, await marginVault.moduleRole(module)));
  }
  const [risk, perps, breaker, limiter] = await marginVault.neighbours();
  facts.push(fact("the vault's risk engine", addresses.portfolioMargin, risk));
  facts.push(fact("the vault's markets", addresses.perpMarkets, perps));
  facts.push(fact("the vault's breaker", addresses.circuitBreaker, breaker));
  facts.push(fact("the vault's limiter", addresses.outflowLimiter, limiter));
  facts.push(fact("settlement token", settlementToken, await marginVault.settlementToken()));
  facts.push(fact("collateral count", collateral.length, await marginVault.collateralCount()));
  for (const [index, { token }] of collateral.entries()) {
    const [actual] = await marginVault.collateralToken(index);
    facts.push(fact(`collateral ${index}`, token, actual));
  }
  const [fund, treasury] = await marginVault.feeAccounts();
  const fundAccount = encodeAccountId({ owner: addresses.insuranceFund, subAccount: 0n });
  facts.push(fact("fees reach the insurance fund", fundAccount, fund));
  const owner = terms.treasury ?? deployer;
  if (owner !== undefined) {
    facts.push(fact("fees reach the treasury", encodeAccountId({ owner, subAccount: 0n }), treasury));
  }
  facts.push(...structFacts("trade policy", tradeTerms(terms), await marginVault.tradePolicy()));
  return [...facts, ...structFacts("interest", terms.interest, await marginVault.interestTerms())];
}

const modulesOf = (addresses: ProtocolAddresses) =>
  [
    ["exchange", addresses.exchange, moduleRole.exchange],
    ["liquidation auction", addresses.liquidationAuction, moduleRole.auction],
    ["cure auction", addresses.cureAuction, moduleRole.auction],
    ["waterfall", addresses.lossWaterfall, moduleRole.waterfall],
    ["insurance fund", addresses.insuranceFund, moduleRole.fund],
  ] as const;
