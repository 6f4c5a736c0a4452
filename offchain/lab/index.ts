export { labCommand } from "./command.edge.js";
