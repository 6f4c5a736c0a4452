import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Contracts } from "./contracts.js";

/** The vault's module roles, as in `IMarginVault.ModuleRole`. */
export const moduleRole = { exchange: 1, auction: 2, waterfall: 3, fund: 4 } as const;

/** Tells lower contracts, once and for good, of the higher ones that they obey. */
export function wire(m: IgnitionModuleBuilder, contracts: Contracts): Future[] {
  const { outflowLimiter, perpMarkets, optionMarkets, marginVault, insuranceFund, lossWaterfall, exchange } = contracts;
  const { liquidationAuction, cureAuction, venueAllocator } = contracts;
  return [
    m.call(outflowLimiter, "wire", [marginVault], { id: "limiter_wire" }),
    m.call(perpMarkets, "wire", [marginVault, lossWaterfall], { id: "perps_wire" }),
    m.call(optionMarkets, "wire", [marginVault, lossWaterfall], { id: "options_wire" }),
    m.call(insuranceFund, "wire", [lossWaterfall], { id: "fund_wire" }),
    m.call(insuranceFund, "wireVenues", [venueAllocator], { id: "fund_venues" }),
    m.call(lossWaterfall, "wire", [liquidationAuction], { id: "waterfall_wire" }),
    m.call(exchange, "wire", [perpMarkets, optionMarkets], { id: "exchange_wire" }),
    m.call(marginVault, "setModule", [exchange, moduleRole.exchange], { id: "module_exchange" }),
    m.call(marginVault, "setModule", [liquidationAuction, moduleRole.auction], { id: "module_auction" }),
    m.call(marginVault, "setModule", [cureAuction, moduleRole.auction], { id: "module_cure" }),
    m.call(marginVault, "setModule", [lossWaterfall, moduleRole.waterfall], { id: "module_waterfall" }),
    m.call(marginVault, "setModule", [insuranceFund, moduleRole.fund], { id: "module_fund" }),
  ];
}
