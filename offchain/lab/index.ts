export { labCommand } from "./command.edge.js";
export { LabError } from "./errors.js";
export { openWorld, type OpenWorldParameters } from "./openWorld.edge.js";
export { type LoadedBars, loadBars } from "./scenarios/replay/files.edge.js";
export { CLASS_A_TERMS } from "./simulator/evm/assetTerms.js";
export type { Call } from "./simulator/evm/chain.edge.js";
export type { Person, World } from "./simulator/evm/world.edge.js";
export { serveLabWorker } from "./worker.edge.js";
