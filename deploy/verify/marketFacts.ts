import { ZeroAddress } from "ethers";
import type { ProtocolAddresses } from "../deployProtocol.js";
import type { ProtocolSpec } from "../spec.js";
import {
  addOnTerms,
  backingSourceOf,
  collateralTerms,
  correlationTerms,
  liquidityTerms,
  optionStress,
  optionTerms,
  perpTerms,
  underlyingTerms,
} from "../terms.js";
import { type Fact, fact, type Protocol, structFacts } from "./fact.js";
import { sourceFacts } from "./sourceFacts.js";

/** Assets and sources of the oracle. */
export async function oracleFacts(
  protocol: Protocol,
  { assets }: ProtocolSpec,
  addresses: ProtocolAddresses,
): Promise<readonly Fact[]> {
  const { priceOracle } = protocol;
  const facts: Fact[] = [];
  for (const { id, oracle, sources, ringCardinality } of assets) {
    facts.push(...structFacts(`asset ${id}`, oracle, await priceOracle.configOf(id)));
    const [cardinality] = await priceOracle.ringOf(id);
    // Anyone may let a ring grow.
    facts.push(fact(`asset ${id} has its ring`, true, cardinality >= BigInt(ringCardinality)));
    const listed = await priceOracle.sourcesOf(id);
    facts.push(fact(`asset ${id} has its sources`, sources.length, listed.length));
    for (const [index, source] of sources.entries()) {
      const what = `source ${index} of asset ${id}`;
      const { group, maxAgeSeconds, gasCap, floor, ceiling } = source;
      const expected = { group, maxAgeSeconds, gasCap, floorWad: floor, ceilingWad: ceiling };
      facts.push(...structFacts(what, expected, listed[index] ?? {}));
      const adapter = listed[index]?.adapter;
      if (adapter !== undefined) facts.push(...(await sourceFacts(protocol, addresses, what, id, source, adapter)));
    }
  }
  return facts;
}

/** Perpetual markets, and the pools that must be worth what is open on them. */
export async function perpFacts(
  { perpMarkets, priceOracle }: Protocol,
  { perps, assets }: ProtocolSpec,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const perp of perps) {
    const { funding, ...market } = perpTerms(perp);
    const { config } = await perpMarkets.stateOf(perp.asset);
    facts.push(...structFacts(`market ${perp.asset}`, market, config));
    facts.push(...structFacts(`funding of market ${perp.asset}`, funding, config.funding));
    const asset = assets.find(({ id }) => id === perp.asset);
    const index = asset === undefined ? -1 : backingSourceOf(asset);
    const pool = (await priceOracle.sourcesOf(perp.asset))[index]?.adapter ?? ZeroAddress;
    facts.push(fact(`backing of market ${perp.asset}`, pool, (await perpMarkets.backingOf(perp.asset)).source));
  }
  return facts;
}

/** Option markets. */
export async function optionFacts(
  { optionMarkets, portfolioMargin }: Protocol,
  { options }: ProtocolSpec,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const option of options) {
    const actual = await optionMarkets.configOf(option.asset);
    facts.push(...structFacts(`options on ${option.asset}`, optionTerms(option), actual));
    // Six fields of 16 bits, the first one lowest: see `OptionTerms`.
    const word = Object.values(optionStress(option)).reduceRight((high, bps) => (high << 16n) | BigInt(bps), 0n);
    facts.push(fact(`stress of options on ${option.asset}`, word, await portfolioMargin.optionsOf(option.asset)));
  }
  return facts;
}

/** The risk engine. */
export async function riskFacts({ portfolioMargin }: Protocol, spec: ProtocolSpec): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (const terms of spec.risk.underlyings) {
    const actual = await portfolioMargin.underlyingOf(terms.asset);
    facts.push(...structFacts(`risk of ${terms.asset}`, underlyingTerms(terms, spec.auction.curveSeconds), actual));
    const exit = await portfolioMargin.liquidityOf(terms.asset);
    facts.push(...structFacts(`exit from ${terms.asset}`, liquidityTerms(terms), exit));
  }
  for (const [index, terms] of spec.collateral.entries()) {
    const actual = await portfolioMargin.collateralOf(index);
    facts.push(...structFacts(`risk of collateral ${index}`, collateralTerms(terms), actual));
  }
  for (const terms of spec.risk.correlations) {
    const actual = await portfolioMargin.correlationOf(terms.group);
    facts.push(...structFacts(`correlation of group ${terms.group}`, correlationTerms(terms), actual));
  }
  return [...facts, ...structFacts("add-ons", addOnTerms(spec.risk), await portfolioMargin.addOns())];
}
