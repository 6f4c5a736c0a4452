import { createRequire } from "node:module";
import { join, sep } from "node:path";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

// The compiler is an npm package: a build needs no network. The order of the settings counts:
// with `optimizer` first, both profiles below share their artifacts.
const { resolve } = createRequire(import.meta.url);
const optimizer = { enabled: true, runs: 200 };
const solc = {
  version: "0.8.37",
  path: resolve("solc/soljson.js"),
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

// Nobody reads opcodes. A test carries the code of everything that it deploys: written out for all tests, it does not fit
// into the 2 GB that the compiler has.
const withoutOpcodes: HardhatPlugin = {
  id: "without-opcodes",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        invokeSolc: async (context, compiler, input, config, next) => {
          const asked = input.settings.outputSelection["*"]?.["*"] ?? [];
          const outputSelection = {
            ...input.settings.outputSelection,
            "*": { ...input.settings.outputSelection["*"], "*": asked.filter((field) => !field.endsWith(".opcodes")) },
          };
          const output = await next(
            context,
            compiler,
            { ...input, settings: { ...input.settings, outputSelection } },
            config,
          );
          // The network's tracer wants the fields: also of files that have no contract.
          const contracts = output.contracts ?? {};
          for (const contract of Object.values(contracts).flatMap((file) => Object.values(file))) {
            for (const code of [contract.evm?.bytecode, contract.evm?.deployedBytecode]) {
              if (code !== undefined) code.opcodes = "";
            }
          }
          return { ...output, contracts };
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
  plugins: [toolbox, ownWarningsAreErrors, withoutOpcodes, librariesWithTests],
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
