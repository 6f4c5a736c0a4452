import type { ContractRunner } from "ethers";
import {
  type AccessManager,
  AccessManager__factory,
  type IBackstop,
  IBackstop__factory,
  type ICircuitBreaker,
  ICircuitBreaker__factory,
  type ICorrelationMatrix,
  ICorrelationMatrix__factory,
  type IExchange,
  IExchange__factory,
  type IInsuranceFund,
  IInsuranceFund__factory,
  type ILiquidationAuction,
  ILiquidationAuction__factory,
  type IGreeksLens,
  IGreeksLens__factory,
  type ILens,
  ILens__factory,
  type ILeverageLens,
  ILeverageLens__factory,
  type ILossWaterfall,
  ILossWaterfall__factory,
  type IMatrixLens,
  IMatrixLens__factory,
  type IMarginVault,
  IMarginVault__factory,
  type IOutflowLimiter,
  IOutflowLimiter__factory,
  type IOptionMarkets,
  IOptionMarkets__factory,
  type IPerpMarkets,
  IPerpMarkets__factory,
  type IPortfolioMargin,
  IPortfolioMargin__factory,
  type IPreviewLens,
  IPreviewLens__factory,
  type IPriceOracle,
  IPriceOracle__factory,
  type IVolSurface,
  IVolSurface__factory,
  type IVenueAllocator,
  IVenueAllocator__factory,
} from "../../types/ethers-contracts/index.js";
import { type AddressBook, addressOf } from "./addresses.js";

/** Typed contract objects of one deployment. */
export type Protocol = {
  readonly accessManager: AccessManager;
  readonly priceOracle: IPriceOracle;
  readonly correlationMatrix: ICorrelationMatrix;
  readonly volSurface: IVolSurface;
  readonly circuitBreaker: ICircuitBreaker;
  readonly outflowLimiter: IOutflowLimiter;
  readonly perpMarkets: IPerpMarkets;
  readonly optionMarkets: IOptionMarkets;
  readonly portfolioMargin: IPortfolioMargin;
  readonly marginVault: IMarginVault;
  readonly exchange: IExchange;
  readonly insuranceFund: IInsuranceFund;
  readonly venueAllocator: IVenueAllocator;
  readonly backstop: IBackstop;
  readonly lossWaterfall: ILossWaterfall;
  readonly liquidationAuction: ILiquidationAuction;
  readonly lens: ILens;
  readonly greeksLens: IGreeksLens;
  readonly matrixLens: IMatrixLens;
  readonly previewLens: IPreviewLens;
  readonly leverageLens: ILeverageLens;
};

/**
 * Makes typed contract objects for a deployment. Sends nothing.
 *
 * @param book - Where the contracts are.
 * @param runner - A provider to read, a signer to send too.
 * @returns One object per contract.
 * @throws {MissingAddressError} when the book lacks one of them.
 * @example
 * const { exchange } = connect(book, signer);
 */
export function connect(book: AddressBook, runner: ContractRunner): Protocol {
  return {
    accessManager: AccessManager__factory.connect(addressOf(book, "accessManager"), runner),
    priceOracle: IPriceOracle__factory.connect(addressOf(book, "priceOracle"), runner),
    correlationMatrix: ICorrelationMatrix__factory.connect(addressOf(book, "correlationMatrix"), runner),
    volSurface: IVolSurface__factory.connect(addressOf(book, "volSurface"), runner),
    circuitBreaker: ICircuitBreaker__factory.connect(addressOf(book, "circuitBreaker"), runner),
    outflowLimiter: IOutflowLimiter__factory.connect(addressOf(book, "outflowLimiter"), runner),
    perpMarkets: IPerpMarkets__factory.connect(addressOf(book, "perpMarkets"), runner),
    optionMarkets: IOptionMarkets__factory.connect(addressOf(book, "optionMarkets"), runner),
    portfolioMargin: IPortfolioMargin__factory.connect(addressOf(book, "portfolioMargin"), runner),
    marginVault: IMarginVault__factory.connect(addressOf(book, "marginVault"), runner),
    exchange: IExchange__factory.connect(addressOf(book, "exchange"), runner),
    insuranceFund: IInsuranceFund__factory.connect(addressOf(book, "insuranceFund"), runner),
    venueAllocator: IVenueAllocator__factory.connect(addressOf(book, "venueAllocator"), runner),
    backstop: IBackstop__factory.connect(addressOf(book, "backstop"), runner),
    lossWaterfall: ILossWaterfall__factory.connect(addressOf(book, "lossWaterfall"), runner),
    liquidationAuction: ILiquidationAuction__factory.connect(addressOf(book, "liquidationAuction"), runner),
    lens: ILens__factory.connect(addressOf(book, "lens"), runner),
    greeksLens: IGreeksLens__factory.connect(addressOf(book, "greeksLens"), runner),
    matrixLens: IMatrixLens__factory.connect(addressOf(book, "matrixLens"), runner),
    previewLens: IPreviewLens__factory.connect(addressOf(book, "previewLens"), runner),
    leverageLens: ILeverageLens__factory.connect(addressOf(book, "leverageLens"), runner),
  };
}
