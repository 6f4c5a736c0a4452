import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { ProtocolSpec } from "../spec.js";

/** The contracts of a domain, from the ground up: each knows only those above it in this list. */
export function deployContracts(m: IgnitionModuleBuilder, spec: ProtocolSpec) {
  const token = spec.settlementToken;
  const accessManager = m.contract("AccessManager", [m.getAccount(0)]);
  const priceOracle = m.contract("PriceOracle", [accessManager], {
    libraries: { SpecDesk: m.library("SpecDesk") },
  });
  const oracleDiagnostics = m.contract("OracleDiagnostics", [priceOracle]);
  const sourceCatalogue = m.contract("SourceCatalogue", [oracleDiagnostics]);
  const correlationMatrix = m.contract("CorrelationMatrix", [accessManager, priceOracle]);
  const volSurface = m.contract("VolSurface", [accessManager, priceOracle]);
  const circuitBreaker = m.contract("CircuitBreaker", [accessManager, priceOracle]);
  const outflowLimiter = m.contract("OutflowLimiter", [accessManager]);
  const perpMarkets = m.contract("PerpMarkets", [accessManager, priceOracle, circuitBreaker]);
  const optionMarkets = m.contract("OptionMarkets", [accessManager, priceOracle]);
  const optionDesk = m.library("OptionDesk");
  const riskViews = m.contract("RiskViews", [accessManager, priceOracle, volSurface], {
    libraries: { OptionDesk: optionDesk },
  });
  const portfolioMargin = m.contract("PortfolioMargin", [accessManager, riskViews], {
    libraries: { OptionDesk: optionDesk, ParameterDesk: m.library("ParameterDesk") },
  });
  const libraries = {
    FillDesk: m.library("FillDesk"),
    ModuleDesk: m.library("ModuleDesk"),
    Settings: m.library("Settings"),
    VaultDesk: m.library("VaultDesk"),
  };
  const marginVault = m.contract(
    "MarginVault",
    [accessManager, token, portfolioMargin, perpMarkets, optionMarkets, circuitBreaker, outflowLimiter],
    { libraries },
  );
  const insuranceFund = m.contract("InsuranceFund", [accessManager, marginVault]);
  const venueAllocator = m.contract("VenueAllocator", [accessManager, insuranceFund]);
  const backstop = m.contract("Backstop", [accessManager, token]);
  const lossWaterfall = m.contract("LossWaterfall", [
    accessManager,
    marginVault,
    insuranceFund,
    backstop,
    perpMarkets,
    optionMarkets,
  ]);
  const exchange = m.contract("Exchange", [accessManager, marginVault]);
  const auctionParameters = m.contract("AuctionParameters", [accessManager]);
  const liquidationAuction = m.contract(
    "LiquidationAuction",
    [auctionParameters, marginVault, portfolioMargin, circuitBreaker, lossWaterfall],
    { libraries: { BidDesk: m.library("BidDesk") } },
  );
  const cureAuction = m.contract("CureAuction", [accessManager, marginVault, portfolioMargin, circuitBreaker]);
  const discountCurve = m.contract("LinearCurve", [spec.auction.curveSeconds]);
  const lens = m.contract("Lens", [
    priceOracle,
    circuitBreaker,
    perpMarkets,
    portfolioMargin,
    marginVault,
    insuranceFund,
    lossWaterfall,
    liquidationAuction,
  ]);
  const greeksLens = m.contract("GreeksLens", [
    priceOracle,
    volSurface,
    perpMarkets,
    optionMarkets,
    portfolioMargin,
    marginVault,
  ]);
  const matrixLens = m.contract("MatrixLens", [priceOracle, volSurface, portfolioMargin, marginVault], {
    libraries: { ScenarioDesk: m.library("ScenarioDesk") },
  });
  const previewLens = m.contract("PreviewLens", [
    priceOracle,
    circuitBreaker,
    outflowLimiter,
    perpMarkets,
    optionMarkets,
    portfolioMargin,
    marginVault,
  ]);
  const leverageLens = m.contract("LeverageLens", [priceOracle, portfolioMargin, auctionParameters]);
  return {
    accessManager,
    priceOracle,
    oracleDiagnostics,
    sourceCatalogue,
    correlationMatrix,
    volSurface,
    circuitBreaker,
    outflowLimiter,
    perpMarkets,
    optionMarkets,
    portfolioMargin,
    marginVault,
    insuranceFund,
    venueAllocator,
    backstop,
    lossWaterfall,
    exchange,
    liquidationAuction,
    auctionParameters,
    cureAuction,
    discountCurve,
    lens,
    greeksLens,
    matrixLens,
    previewLens,
    leverageLens,
  };
}

/** Futures of the contracts, by the names of the address book. */
export type Contracts = ReturnType<typeof deployContracts>;
