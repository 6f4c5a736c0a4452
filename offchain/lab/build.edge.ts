import { InfrastructureError } from "./errors.js";

/**
 * Compiles the contracts; nothing happens when they are up to date. Bindings exist from then on: whatever loads them is
 * imported after it.
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
