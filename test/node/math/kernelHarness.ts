import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { z } from "zod";
import type { BlackMarket } from "../../../offchain/sdk/index.js";

const numbers = z.array(z.bigint());
const rows = z.array(numbers);

/** Deploys `KernelHarness` and gives its functions the types that bindings of test contracts lack. */
export async function deployKernelHarness(ethers: HardhatEthers) {
  const harness = await ethers.deployContract("KernelHarness");
  const call = async (name: string, ...inputs: readonly unknown[]): Promise<unknown> =>
    harness.getFunction(name).staticCall(...inputs);
  return {
    /** Call, put, delta, gamma, vega. */
    greeks: async (options: readonly BlackMarket[]) => rows.parse(await call("greeks", options)),
    /** Call down, call up, put down, put up. */
    bounds: async (options: readonly BlackMarket[]) => rows.parse(await call("bounds", options)),
    cdf: async (xWad: readonly bigint[]) => numbers.parse(await call("cdf", xWad)),
    pdf: async (xWad: readonly bigint[]) => numbers.parse(await call("pdf", xWad)),
    lnX64: async (pairs: readonly (readonly [bigint, bigint])[]) => numbers.parse(await call("lnX64", pairs)),
    /** Down, up. */
    totalVol: async (sigmaWad: bigint, timeSeconds: bigint) =>
      numbers.parse(await call("totalVol", sigmaWad, timeSeconds)),
    /** Square root of the time, vega per volatility, theta. */
    inTime: async (timeSeconds: bigint, sigmaWad: bigint, gammaWad: bigint, vegaWad: bigint) =>
      numbers.parse(await call("inTime", timeSeconds, sigmaWad, gammaWad, vegaWad)),
    /** Nine sums for each option. */
    ladder: async (
      table: string,
      stepX64: bigint,
      forwardsWad: readonly bigint[],
      options: readonly BlackMarket[],
      weight: bigint,
    ) => rows.parse(await call("ladder", table, stepX64, forwardsWad, options, weight)),
  };
}
