import { createRequire } from "node:module";
import { join, sep } from "node:path";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import type { CompilerOutput } from "hardhat/types/solidity";

// The compiler is an npm package: a build needs no network. The order of the settings counts:
// with `optimizer` first, both profiles below share their artifacts.
const { resolve } = createRequire(import.meta.url);
const optimizer = { enabled: true, runs: 200 };
const solc = {
  version: "0.8.37",
  path: resolve("./scripts/solc/compiler.cjs"),
  settings: { optimizer, evmVersion: "cancun" },
};
// Chainlink's verifier contracts want exactly this one; nothing of ours is compiled with it.
const verifierSolc = {
  version: "0.8.19",
  path: resolve("solc-0.8.19/soljson.js"),
  settings: { optimizer, evmVersion: "paris" },
};
const compilers = [solc, verifierSolc];

// A warning about our own code fails the build; those about other people's are left out.
const ownWarningsAreErrors: HardhatPlugin = {
  id: "own-warnings-are-errors",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        invokeSolc: async (context, compiler, input, config, next) => {
          const output = await next(context, compiler, input, config);
          const found = (output.errors ?? []).flatMap((e) => {
            if (e.severity === "error") return [e];
            const text = e.formattedMessage ?? "";
            // Tests are not deployed: their size is no matter.
            const size = e.errorCode === "5574" || e.errorCode === "3860";
            const ours = text.includes("--> project/contracts/") || (text.includes("--> project/test/") && !size);
            return ours ? [{ ...e, type: "WarningAsError", severity: "error" as const }] : [];
          });
          return { ...output, errors: found };
        },
      }),
    }),
  },
};

/** Beyond as many files of tests the compiler is asked in two parts. */
const MOST_TESTS = 200;

/** Files that the compiler writes out in one go: each file once. */
function partsOf(files: readonly string[]): readonly (readonly string[])[] {
  const tests = files.filter((file) => file.startsWith("project/test/"));
  if (tests.length <= MOST_TESTS) return [files];
  const second = new Set(tests.filter((_, position) => position % 2 === 1));
  return [files.filter((file) => !second.has(file)), [...second]];
}

// The compiler has 2 GB, and a test carries the code of everything that it deploys: written out for all tests at once, it does not fit.
// So nobody is given opcodes, which nobody reads, and many tests are written out in two parts, of the same sources. It is the first in the
// list, and so the last to be called: `next` leads past any hook behind it when it is called again.
const smallOutput: HardhatPlugin = {
  id: "small-output",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        invokeSolc: async (context, compiler, input, config, next) => {
          const asked = (input.settings.outputSelection["*"]?.["*"] ?? []).filter(
            (field) => !field.endsWith(".opcodes"),
          );
          const ofFile = { ...input.settings.outputSelection["*"], "*": asked };
          const merged: CompilerOutput = { sources: {}, contracts: {}, errors: [] };
          for (const part of partsOf(Object.keys(input.sources))) {
            const outputSelection = Object.fromEntries(part.map((file) => [file, ofFile]));
            const settings = { ...input.settings, outputSelection };
            const output = await next(context, compiler, { ...input, settings }, config);
            if (output.errors?.some(({ severity }) => severity === "error") === true) return output;
            for (const file of part) {
              const source = output.sources[file];
              if (source !== undefined) merged.sources[file] = source;
            }
            Object.assign((merged.contracts ??= {}), output.contracts);
            const known = new Set(merged.errors?.map(({ formattedMessage }) => formattedMessage));
            (merged.errors ??= []).push(
              ...(output.errors ?? []).filter(({ formattedMessage }) => !known.has(formattedMessage)),
            );
          }
          // The network's tracer wants the fields: also of files that have no contract.
          for (const contract of Object.values(merged.contracts ?? {}).flatMap((file) => Object.values(file))) {
            for (const code of [contract.evm?.bytecode, contract.evm?.deployedBytecode]) {
              if (code !== undefined) code.opcodes = "";
            }
          }
          return merged;
        },
      }),
    }),
  },
};

// Tests are linked with the libraries that were built last. Built for one test alone, its own file would be new and they old:
// it would test what a library did before it was changed.
const librariesWithTests: HardhatPlugin = {
  id: "libraries-with-tests",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        build: async (context, rootFilePaths, options, next) => {
          const own = context.config.paths.sources.solidity.map((path) => join(path, sep));
          const contracts = (await context.solidity.getRootFilePaths({ scope: "contracts" })).filter((path) =>
            own.some((folder) => path.startsWith(folder)),
          );
          return next(context, [...new Set([...rootFilePaths, ...contracts])], options);
        },
      }),
    }),
  },
};

export default defineConfig({
  plugins: [toolbox, smallOutput, ownWarningsAreErrors, librariesWithTests],
  solidity: {
    // `ignition deploy` builds with `production`: by default every file on its own, which is slow.
    profiles: { default: { compilers }, production: { compilers, isolated: false, toolVersionsInBuildInfo: false } },
    npmFilesToBuild: [
      "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/FeeManager.sol",
      "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/RewardManager.sol",
      "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/Verifier.sol",
      "@chainlink/contracts/src/v0.8/llo-feeds/v0.3.0/VerifierProxy.sol",
      "@chainlink/contracts/src/v0.8/shared/mocks/MockV3Aggregator.sol",
      "@chainlink/contracts/src/v0.8/shared/token/ERC20/BurnMintERC20.sol",
      "@chainlink/contracts/src/v0.8/vendor/canonical-weth/WETH9.sol",
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@pythnetwork/pyth-sdk-solidity/MockPyth.sol",
    ],
  },
  paths: { ignition: "deploy", tests: { solidity: "test/solidity", mocha: "test/node" } },
  ignition: { requiredConfirmations: 1 },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x627265616b" },
      invariant: { runs: 32, depth: 64, failOnRevert: true },
    },
    mocha: { timeout: 120_000 },
  },
  networks: {
    // Pinned clock: the same seed gives the same block hashes.
    lab: { type: "edr-simulated", chainType: "l1", chainId: 31337, initialDate: "2024-01-01T00:00:00Z" },
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    origin: { type: "edr-simulated", chainType: "l1", chainId: 1 },
    mainnetFork: {
      type: "edr-simulated",
      chainType: "l1",
      forking: { url: configVariable("MAINNET_RPC_URL") },
    },
  },
});
