import "./closedPipe.js";
import { labCommand } from "../offchain/lab/index.js";

process.exitCode = await labCommand(process.argv.slice(2));
