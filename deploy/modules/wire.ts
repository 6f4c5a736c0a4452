import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Contracts } from "./contracts.js";

/** The vault's module roles, as in `IMarginVault.ModuleRole`. */
export const moduleRole = { exchange: 1, auction: 2, waterfall: 3, fund: 4 } as const;

/** Tells lower contracts, once and for good, of the higher ones that they obey. */
export function wire(m: IgnitionModuleBuilder, contracts: Contracts): Future[] {
  const { limiter, perps, vault, fund, waterfall, exchange, auction } = contracts;
  return [
    m.call(limiter, "wire", [vault], { id: "limiter_wire" }),
    m.call(perps, "wire", [vault, waterfall], { id: "perps_wire" }),
    m.call(fund, "wire", [waterfall], { id: "fund_wire" }),
    m.call(waterfall, "wire", [auction], { id: "waterfall_wire" }),
    m.call(exchange, "wire", [perps], { id: "exchange_wire" }),
    m.call(vault, "setModule", [exchange, moduleRole.exchange], { id: "module_exchange" }),
    m.call(vault, "setModule", [auction, moduleRole.auction], { id: "module_auction" }),
    m.call(vault, "setModule", [waterfall, moduleRole.waterfall], { id: "module_waterfall" }),
    m.call(vault, "setModule", [fund, moduleRole.fund], { id: "module_fund" }),
  ];
}
