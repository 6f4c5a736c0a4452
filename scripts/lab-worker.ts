import { serveLabWorker } from "../offchain/lab/index.js";

await serveLabWorker();
