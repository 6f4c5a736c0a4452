import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { checkBeforeBuild } from "./checks/beforeBuild.js";
import { checkImports } from "./checks/importDirection.js";

const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.sol", "*.ts"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "");
const files = paths.map((path) => ({ path, text: readFileSync(path, "utf8") }));
const violations = [...checkImports(files), ...checkBeforeBuild(files)];
for (const { path, imported, reason } of violations) console.error(`${path}: imports ${imported}: ${reason}`);
if (violations.length > 0) process.exitCode = 1;
else console.log(`Imports point one way in ${paths.length} files.`);
