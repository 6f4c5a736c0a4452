/** Compiles the contracts and makes their bindings; nothing happens when they are up to date. */
export async function buildContracts(): Promise<void> {
  const { default: hre } = await import("hardhat");
  await hre.tasks.getTask("build").run({ noTests: true, quiet: true });
}
