export { type Account, decodeAccountId, encodeAccountId } from "./accountId.js";
export {
  type AddressBook,
  addressBookToJson,
  addressOf,
  type ContractName,
  contractNames,
  parseAddressBook,
} from "./addresses.js";
export {
  BreakwaterError,
  ContractRevertError,
  InstrumentNotCanonicalError,
  InvalidAddressBookError,
  InvalidAddressError,
  InvalidDecimalError,
  InvalidOrderError,
  MissingAddressError,
  OutOfRangeError,
  type RevertArgument,
  RpcUnreachableError,
  SignerMismatchError,
  UnexpectedError,
  UnknownRevertError,
  WrongChainError,
} from "./errors.js";
export {
  decodeInstrumentId,
  encodeInstrumentId,
  type EuropeanOption,
  type Instrument,
  type Perpetual,
} from "./instrumentId.js";
export {
  decodeExpiryWord,
  type ListedExpiry,
  payoffPerLotWad,
  type PayoffPerLotWadParameters,
  strikeIndexOf,
  strikeWadOf,
} from "./expiryWord.js";
export {
  createOrder,
  encodeFillAction,
  encodeTakeRequest,
  hashOrder,
  type HashOrderParameters,
  type Order,
  type OrderDomain,
  type OrderLeg,
  orderTypes,
  signOrder,
  type SignOrderParameters,
  type SignOrderReturnType,
  type TakeRequest,
} from "./order.js";
export { feeNotionalWad, type FeeNotionalWadParameters, seriesOf, type SeriesOfParameters } from "./series.js";
export {
  type BlackMarket,
  greeksOf,
  maxPriceError,
  type OptionGreeks,
  type OptionPrices,
  pricesDown,
  pricesUp,
} from "./math/black.js";
export {
  LADDER_RUNGS,
  LADDER_VALUE_SHIFT,
  ladderCalls,
  type LadderLeg,
  maxLadderError,
  normalTable,
  type PriceLadder,
} from "./math/blackLadder.js";
export { lnWad } from "./math/exponential.js";
export { lnRatioX64 } from "./math/logRatio.js";
export { normalCdf, normalPdf } from "./math/normalDistribution.js";
export { sqrtYears, thetaPerYear, totalVolDown, totalVolUp, vegaOfSigma } from "./math/optionTime.js";
export { type CollateralConfig, collateralTerms, type CollateralTerms } from "./margin/collateralTerms.js";
export { MarginInputMissingError, ValueTooLargeError } from "./margin/errors.js";
export { type LiquidityTerms } from "./margin/liquidityCost.js";
export {
  type AddOnTerms,
  type CorrelationTerms,
  type MarginMarket,
  type MarginPortfolio,
  type PriceViews,
} from "./margin/marginMarket.js";
export { decodeLegs, type HeldLots, withLots } from "./margin/optionLegs.js";
export { decodeOptionTerms, type OptionTerms } from "./margin/optionTerms.js";
export {
  initialSurplusWad,
  type InitialSurplusParameters,
  liquidationSurplusWad,
  type LiquidationSurplusParameters,
  type MarginReport,
  marginReport,
  shocksOf,
  type ShocksReport,
} from "./margin/portfolioMargin.js";
export {
  liquidationPrices,
  type LiquidationPrices,
  type LiquidationPricesParameters,
  type PreviewFill,
  previewTrade,
  type PreviewTradeParameters,
  type TradePreview,
} from "./margin/preview.js";
export { type MarginProtocol, readMarginMarket, type ReadMarginMarketParameters } from "./margin/readMarket.edge.js";
export { decodeSmileWord, type Smile, volAtWad } from "./margin/smileWord.js";
export { underlyingTerms, type UnderlyingConfig, type UnderlyingTerms } from "./margin/underlyingTerms.js";
export { fallbackSmileWord, type SurfaceTerms } from "./oracle/fallbackSmile.js";
export {
  observeVolatility,
  seedVolatility,
  sigmasOf,
  type VolatilityState,
  type VolatilityTerms,
} from "./oracle/volatilityFilter.js";
export { plainPortfolio } from "./portfolio.js";
export { connect, type Protocol } from "./protocol.js";
export { openProvider, type OpenProviderParameters, type OpenProviderReturnType } from "./provider.edge.js";
export { requireChain, type RequireChainParameters } from "./requireChain.edge.js";
export { decodeRevert, type DecodeRevertParameters, type DecodeRevertReturnType, toTypedError } from "./revert.js";
export {
  BPS,
  formatDecimal,
  type FormatDecimalParameters,
  formatWad,
  parseDecimal,
  type ParseDecimalParameters,
  parseWad,
  WAD,
  WAD_DECIMALS,
} from "./units.js";
