import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Artifact } from "@nomicfoundation/ignition-core";

const BILLION = 10n ** 9n;

export type LocalToken = { readonly symbol: string; readonly decimals: number };

/** The artifact that a package's publisher compiled: no compiler of ours touches it. */
export function publishedArtifact(path: string): Artifact {
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(path), "utf8"));
}

/**
 * Tokens, Uniswap factory and Pyth for a chain that has none of its own. The deployer holds a billion of each token.
 *
 * @param tokens - Tokens to create besides WETH, which is there in its canonical form.
 */
export function buildLocalTokensModule(tokens: readonly LocalToken[]) {
  return buildModule("LocalTokens", (m) => {
    const factory = "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json";
    const WETH = m.contract("WETH9");
    const pyth = m.contract("MockPyth", [60n, 1n]);
    const uniswapFactory = m.contract("UniswapV3Factory", publishedArtifact(factory));
    const created = tokens.map(({ symbol, decimals }) => {
      const supply = BILLION * 10n ** BigInt(decimals);
      return [symbol, m.contract("BurnMintERC20", [symbol, symbol, decimals, 0n, supply], { id: symbol })] as const;
    });
    return { WETH, pyth, uniswapFactory, ...Object.fromEntries(created) };
  });
}
