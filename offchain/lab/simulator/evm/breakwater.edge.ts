import { InfrastructureError } from "../../errors.js";
import type { BreakwaterRunner } from "../../lab.js";
import { wad } from "../../numbers.js";
import type { Case } from "../../scenarios/case.js";
import { runOnWorld } from "./run.edge.js";
import { World } from "./world.edge.js";

/**
 * Compiles the contracts; nothing happens when they are up to date.
 *
 * @throws {InfrastructureError} when they cannot be compiled.
 */
export async function build(): Promise<void> {
  try {
    const { default: hre } = await import("hardhat");
    await hre.tasks.getTask("build").run({ noTests: true, quiet: true });
  } catch (cause) {
    const text = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new InfrastructureError(`The contracts cannot be compiled (${text}); run \`npm run build\` to see why.`, {
      cause,
    });
  }
}

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
        home = { key, world: await World.build(plan, wad(input.insuranceFundUsd)) };
      }
      await home.world.restart();
      return runOnWorld(home.world, input, hooks);
    },
  };
}
