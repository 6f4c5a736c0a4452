import { defineConfig } from "hardhat/config";
import shallow from "./hardhat.config.js";

// The same tests, longer: for a schedule, not for each change. FUZZ_SEED=0x… repeats or varies a run.
export default defineConfig({
  ...shallow,
  test: {
    solidity: {
      fuzz: { runs: 4_096, seed: process.env["FUZZ_SEED"] ?? "0x64656570" },
      invariant: { runs: 256, depth: 128, failOnRevert: true },
    },
  },
});
