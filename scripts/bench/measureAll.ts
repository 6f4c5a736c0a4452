import type { GasFigures } from "./compare.js";
import { measureKernel } from "./measureKernel.js";
import { measureLiquidation } from "./measureLiquidation.js";
import { measureMargin } from "./measureMargin.js";
import { measureOptionMargin } from "./measureOptionMargin.js";
import { measureOptions } from "./measureOptions.js";
import { measureOracle } from "./measureOracle.js";
import { measureTrading } from "./measureTrading.js";
import { type OnMeasured, Stage } from "./stage.js";

/** Measures every figure on one fresh world, always in the same order. */
export async function measureAll(onMeasured: OnMeasured = async () => {}): Promise<GasFigures> {
  const stage = await Stage.open(onMeasured);
  await stage.step();
  const trading = await measureTrading(stage);
  const oracle = await measureOracle(stage);
  // After the oracle: it lists the further underlyings.
  const margin = await measureMargin(stage);
  const liquidation = await measureLiquidation(stage);
  const optionMargin = await measureOptionMargin(stage);
  const options = await measureOptions(stage);
  await stage.world.chain.connection.close();
  const kernel = await measureKernel();
  return { ...kernel, ...trading, ...margin, ...optionMargin, ...options, ...oracle, ...liquidation };
}
