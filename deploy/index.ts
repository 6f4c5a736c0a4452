export { deployProtocol, type DeployProtocolOptions, type ProtocolAddresses } from "./deployProtocol.js";
export {
  DeploymentInterruptedError,
  HistoryMissingError,
  NoAdministratorError,
  NoDeployerError,
  SpecInvalidError,
  WiringError,
} from "./errors.js";
export { loadSpec, parseSpec, readSpecHead, type SpecHead } from "./loadSpec.edge.js";
export { defaultLocalMarkets, deployLocalMarkets, type LocalMarket, sqrtPriceX96Of } from "./localMarkets.js";
export { runDeploy, type RunDeployParameters } from "./runDeploy.edge.js";
export type { SourceSpec } from "./sourceSpec.js";
export type { ProtocolSpec, ProtocolSpecInput } from "./spec.js";
export { correlationTerms, optionStress, underlyingTerms } from "./terms.js";
export { verifyDeployment } from "./verify/verifyDeployment.js";
