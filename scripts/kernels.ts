import "./closedPipe.js";
import { writeFileSync } from "node:fs";
import { kernelConstants } from "./math/kernels.js";
import { formatVectors } from "./math/vectors.js";

const VECTORS = new URL("../test/vectors/kernels.json", import.meta.url);

if (process.argv.includes("--vectors")) writeFileSync(VECTORS, formatVectors());
else
  for (const { name, value } of kernelConstants())
    console.log(`    uint256 private constant ${name} = 0x${value.toString(16)};`);
