import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { ProtocolSpec } from "../spec.js";

/** The contracts of a domain, from the ground up: each knows only those above it in this list. */
export function deployContracts(m: IgnitionModuleBuilder, spec: ProtocolSpec) {
  const token = spec.settlementToken;
  const authority = m.contract("AccessManager", [m.getAccount(0)]);
  const oracle = m.contract("PriceOracle", [authority]);
  const breaker = m.contract("CircuitBreaker", [authority, oracle]);
  const limiter = m.contract("OutflowLimiter", [authority]);
  const perps = m.contract("PerpMarkets", [authority, oracle, breaker]);
  const risk = m.contract("PortfolioMargin", [authority, oracle]);
  const vault = m.contract("MarginVault", [authority, token, risk, perps, breaker, limiter]);
  const fund = m.contract("InsuranceFund", [authority, vault]);
  const backstop = m.contract("Backstop", [authority, token]);
  const waterfall = m.contract("LossWaterfall", [authority, vault, fund, backstop, perps]);
  const exchange = m.contract("Exchange", [authority, vault]);
  const auction = m.contract("LiquidationAuction", [authority, vault, risk, breaker, waterfall, oracle]);
  const curve = m.contract("LinearCurve", [spec.auction.curveSeconds]);
  const lens = m.contract("Lens", [oracle, breaker, perps, risk, vault, fund, waterfall, auction]);
  return {
    authority,
    oracle,
    breaker,
    limiter,
    perps,
    risk,
    vault,
    fund,
    backstop,
    waterfall,
    exchange,
    auction,
    curve,
    lens,
  };
}

/** Futures of the contracts, by the names of the address book. */
export type Contracts = ReturnType<typeof deployContracts>;
