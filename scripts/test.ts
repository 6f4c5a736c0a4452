import { spawn } from "node:child_process";

// Runs every test and closes with one line that any runner can read.
const child = spawn("npx", ["--no-install", "hardhat", "test", ...process.argv.slice(2)], {
  stdio: ["inherit", "pipe", "inherit"],
});
let output = "";
child.stdout.on("data", (chunk: Buffer) => {
  process.stdout.write(chunk);
  output += chunk.toString("utf8");
});
child.on("close", (code) => {
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const total = (word: string) => {
    const found = [...plain.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, "gm"))];
    return Number(found.at(-1)?.[1] ?? 0);
  };
  const failed = total("failing");
  const skipped = total("(?:pending|skipped)");
  console.log(`${total("passing")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = code === 0 && failed > 0 ? 1 : (code ?? 1);
});
