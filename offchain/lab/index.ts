export { labCommand } from "./command.edge.js";
export { serveLabWorker } from "./worker.edge.js";
