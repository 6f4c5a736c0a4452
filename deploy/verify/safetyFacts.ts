import { ZeroAddress } from "ethers";
import { IAuctionParameters__factory, ICureAuction__factory } from "../../types/ethers-contracts/index.js";
import type { ProtocolAddresses } from "../deployProtocol.js";
import type { ProtocolSpec } from "../spec.js";
import { auctionTerms, cureTerms, flowTerms } from "../terms.js";
import { type Fact, fact, type Protocol, structFacts } from "./fact.js";

/** Breaker and outflow limiter. */
export async function breakerFacts(
  { circuitBreaker, outflowLimiter }: Protocol,
  { breaker, outflow }: ProtocolSpec,
): Promise<readonly Fact[]> {
  const { blockSeconds, toleranceSeconds, stress, sequencerFeed } = breaker;
  const pace = await circuitBreaker.chainPace();
  const { feed } = await circuitBreaker.liveness();
  const facts = [
    fact("the breaker's stress", stress, await circuitBreaker.stressWad()),
    ...structFacts("the chain's pace", { blockSeconds, toleranceSeconds }, pace),
    fact("the sequencer feed", sequencerFeed ?? ZeroAddress, feed),
  ];
  for (const terms of outflow) {
    const actual = await outflowLimiter.flowLimitsOf(terms.token);
    facts.push(...structFacts(`outflow of ${terms.token}`, flowTerms(terms), actual));
  }
  return facts;
}

/** Liquidation and cure auctions. */
export async function auctionFacts(
  { liquidationAuction }: Protocol,
  { auction }: ProtocolSpec,
  addresses: ProtocolAddresses,
): Promise<readonly Fact[]> {
  const { discountCurve } = addresses;
  const auctionParameters = IAuctionParameters__factory.connect(addresses.auctionParameters, liquidationAuction.runner);
  const cureAuction = ICureAuction__factory.connect(addresses.cureAuction, liquidationAuction.runner);
  const [config, solventCurve, insolventCurve] = await auctionParameters.settings();
  const facts = [
    ...structFacts("auction", auctionTerms(auction), config),
    fact("the solvent curve", discountCurve, solventCurve),
    fact("the insolvent curve", discountCurve, insolventCurve),
    ...structFacts("cure", { ...cureTerms(auction.cure), curve: discountCurve }, await cureAuction.config()),
  ];
  for (const { asset, capacity, windowSeconds } of auction.capacities) {
    const actual = await auctionParameters.capacityOf(asset);
    facts.push(...structFacts(`capacity of ${asset}`, { capacityWad: capacity, windowSeconds }, actual));
  }
  return facts;
}

/** Fund, backstop and waterfall. */
export async function insuranceFacts(
  { insuranceFund, venueAllocator, backstop, lossWaterfall }: Protocol,
  { insurance }: ProtocolSpec,
  addresses: ProtocolAddresses,
): Promise<readonly Fact[]> {
  const { drawLimitBps, gateSeconds, gateThreshold, backstopLine, backstopEpochSeconds } = insurance;
  const { cooldownSeconds, windowSeconds, streamSeconds } = insurance;
  const limits = { drawLimitBps, gateSeconds, gateThresholdWad: gateThreshold };
  const durations = { cooldownSeconds, windowSeconds, streamSeconds };
  const [epochSeconds] = await backstop.currentEpoch();
  const domain = await backstop.domainOf(addresses.lossWaterfall);
  return [
    ...structFacts("the waterfall", limits, await lossWaterfall.limits()),
    ...structFacts("the fund", durations, await insuranceFund.durations()),
    fact("the fund's home share", insurance.homeShareBps, await venueAllocator.homeShareBps()),
    fact(
      "the fund's venues",
      insurance.venues.map(({ venue }) => venue).join(),
      (await venueAllocator.venues()).join(),
    ),
    ...structFacts("the backstop", durations, await backstop.durations()),
    fact("the backstop's epoch", backstopEpochSeconds, epochSeconds),
    ...structFacts("the backstop's domain", { vault: addresses.marginVault, line: backstopLine }, domain),
  ];
}
