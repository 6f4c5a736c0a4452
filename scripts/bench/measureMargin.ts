import { WAD } from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";
import type { Stage } from "./stage.js";

/** The margin check of a portfolio that is long and short in turn, called by a transaction of its own. */
export async function measureMargin(stage: Stage): Promise<GasFigures> {
  const figures: Record<string, bigint> = {};
  for (const legs of [1, 2, 4, 8, 16]) {
    await stage.step();
    const perps = Array.from({ length: legs }, (_, index) => ({
      asset: index + 1,
      sizeWad: index % 2 === 0 ? WAD : -WAD,
    }));
    const portfolio = { cashWad: 100_000n * WAD, collateral: [], perps };
    const { interface: risk } = stage.world.protocol.portfolioMargin;
    const data = risk.encodeFunctionData("initialSurplus", [portfolio, WAD]);
    const key = `margin.perp.${legs}`;
    figures[key] = await stage.gasOf(key, stage.call(stage.world.cast.keeper, "portfolioMargin", data));
  }
  return figures;
}
