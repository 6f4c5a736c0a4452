import { build } from "../../build.edge.js";
import type { BreakwaterRunner } from "../../lab.js";
import { wad } from "../../numbers.js";
import { openWorld } from "../../openWorld.edge.js";
import type { Case } from "../../scenarios/case.js";
import type { World } from "./world.edge.js";

const worldKey = ({ tape, startPricesWad, insuranceFundUsd }: Case) =>
  [...tape.assets.map(({ symbol }) => symbol), ...startPricesWad, insuranceFundUsd].join("|");

/**
 * Opens the embedded EVM in this process. One world serves every case that starts from the same prices: it goes back in
 * between.
 *
 * @throws {InfrastructureError} when the contracts cannot be compiled.
 */
export async function openBreakwater({
  build: wanted = true,
}: { readonly build?: boolean } = {}): Promise<BreakwaterRunner> {
  if (wanted) await build();
  // Loaded late: the bindings exist only after a build.
  const { runOnWorld } = await import("./run.edge.js");
  // One at a time: a chain of hundreds of megabytes is not kept for a case that starts elsewhere.
  let home: { readonly key: string; readonly world: World } | undefined;
  return {
    ahead: false,
    close: () => (home = undefined),
    run: async (input, hooks) => {
      const key = worldKey(input);
      const plan = { symbols: input.tape.assets.map(({ symbol }) => symbol), pricesWad: input.startPricesWad };
      if (home?.key !== key) {
        await home?.world.chain.close();
        home = { key, world: await openWorld({ ...plan, fundUsdWad: wad(input.insuranceFundUsd) }) };
      }
      await home.world.restart();
      return runOnWorld(home.world, input, hooks);
    },
  };
}
