import { WAD } from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";
import type { Stage } from "./stage.js";

const LEGS = [1, 2, 4, 8, 16] as const;
const MARKETS = 4;
/** Its terms are those of the further underlyings, which `measureOracle` has listed. */
const TEMPLATE = 3;

async function configureFurther(stage: Stage): Promise<void> {
  const { portfolioMargin } = stage.world.protocol;
  const terms = await portfolioMargin.underlyingOf(TEMPLATE);
  const calls = Array.from({ length: Math.max(...LEGS) - MARKETS }, (_, index) => {
    const data = portfolioMargin.interface.encodeFunctionData("setUnderlying", [MARKETS + 1 + index, terms]);
    return stage.call(stage.world.cast.deployer, "portfolioMargin", data);
  });
  await stage.world.insist("configuring underlyings", calls);
}

/** The margin check of a portfolio that is long and short in turn, called by a transaction of its own. */
export async function measureMargin(stage: Stage): Promise<GasFigures> {
  const figures: Record<string, bigint> = {};
  await configureFurther(stage);
  for (const legs of LEGS) {
    await stage.step();
    const perps = Array.from({ length: legs }, (_, index) => ({
      asset: index + 1,
      sizeWad: index % 2 === 0 ? WAD : -WAD,
    }));
    const portfolio = { cashWad: 100_000n * WAD, collateral: [], perps, options: [] };
    const { interface: risk } = stage.world.protocol.portfolioMargin;
    const data = risk.encodeFunctionData("initialSurplus", [portfolio, WAD]);
    const key = `margin.perp.${legs}`;
    figures[key] = await stage.gasOf(key, stage.call(stage.world.cast.keeper, "portfolioMargin", data));
  }
  return figures;
}
