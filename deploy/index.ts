export { defaultLocalMarkets, deployLocalMarkets, type LocalMarket } from "./localMarkets.js";
