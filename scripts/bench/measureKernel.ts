import hre from "hardhat";
import { z } from "zod";
import { WAD } from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";

/** Lies beside the tests: no deployment has it. */
const METER = "test/solidity/support/KernelMeter.sol";
const FORWARD_WAD = 2000n * WAD;
/** In thousandths of the forward: either side of the money. */
const STRIKES = [600n, 950n, 1000n, 1050n, 1600n] as const;
const TOTAL_VOL_WAD = WAD / 5n;

/** Logarithm of a step of 5 %, X64. */
const STEP_X64 = (5n << 64n) / 100n;
/** Rungs close to that progression: gas does not depend on them. */
const FORWARDS_WAD = Array.from({ length: 9 }, (_, i) => (FORWARD_WAD * BigInt(82 + 5 * i)) / 100n);
const TOTAL_VOLS_WAD = [(TOTAL_VOL_WAD * 7n) / 10n, TOTAL_VOL_WAD, (TOTAL_VOL_WAD * 3n) / 2n] as const;

const gas = z.bigint();

/** Gas of the option kernels within a call, on a chain of their own: the dearest of some strikes. */
export async function measureKernel(): Promise<GasFigures> {
  await hre.tasks.getTask("build").run({ files: [METER], quiet: true });
  const { ethers, close } = await hre.network.create({ network: "lab", chainType: "l1" });
  const meter = await ethers.deployContract("KernelMeter");
  const table = await ethers.deployContract("NormalTable");
  let [greeks, ladder] = [0n, 0n];
  for (const strike of STRIKES) {
    const strikeWad = (FORWARD_WAD * strike) / 1000n;
    const one = gas.parse(await meter.getFunction("greeks").staticCall(FORWARD_WAD, strikeWad, TOTAL_VOL_WAD));
    const inputs = [table, STEP_X64, FORWARDS_WAD, strikeWad, TOTAL_VOLS_WAD] as const;
    const many = gas.parse(await meter.getFunction("ladder").staticCall(...inputs));
    if (one > greeks) greeks = one;
    if (many > ladder) ladder = many;
  }
  await close();
  return { "kernel.greeks": greeks, "kernel.ladder.27": ladder };
}
