import type { ProtocolAddresses } from "../deployProtocol.js";
import { type Fact, fact, type Protocol } from "./fact.js";

/** Whom each contract obeys that was told of it once and for good. */
export async function wiringFacts(protocol: Protocol, addresses: ProtocolAddresses): Promise<readonly Fact[]> {
  const { outflowLimiter, insuranceFund, lossWaterfall, exchange, liquidationAuction, perpMarkets, optionMarkets } =
    protocol;
  return [
    fact("the limiter's vault", addresses.marginVault, await outflowLimiter.vault()),
    fact("the markets' vault", addresses.marginVault, await perpMarkets.vault()),
    fact("the markets' waterfall", addresses.lossWaterfall, await perpMarkets.waterfall()),
    fact("the options' vault", addresses.marginVault, await optionMarkets.vault()),
    fact("the options' waterfall", addresses.lossWaterfall, await optionMarkets.waterfall()),
    fact("the fund's waterfall", addresses.lossWaterfall, await insuranceFund.waterfall()),
    fact("the fund's venues", addresses.venueAllocator, await insuranceFund.venues()),
    fact("the waterfall's auction", addresses.liquidationAuction, await lossWaterfall.auction()),
    fact("the exchange's vault", addresses.marginVault, await exchange.vault()),
    fact("the exchange's markets", addresses.perpMarkets, await exchange.perps()),
    fact("the exchange's option markets", addresses.optionMarkets, await exchange.options()),
    fact("the auction's parameters", addresses.auctionParameters, await liquidationAuction.parameters()),
  ];
}
