import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Interface } from "ethers";
import { z } from "zod";

const artifact = z.object({ abi: z.array(z.unknown()), bytecode: z.string() });

/** An artifact that a package's publisher compiled: no compiler of ours touches it. */
export function published(path: string): { readonly abi: Interface; readonly bytecode: string } {
  const file = createRequire(import.meta.url).resolve(path);
  const { abi, bytecode } = artifact.parse(JSON.parse(readFileSync(file, "utf8")));
  return { abi: new Interface(JSON.stringify(abi)), bytecode };
}

/** Where the artifacts of Uniswap v3 lie. */
export const CORE = "@uniswap/v3-core/artifacts/contracts";
export const PERIPHERY = "@uniswap/v3-periphery/artifacts/contracts";
