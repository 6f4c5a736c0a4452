import "./closedPipe.js";
import { buildContracts } from "./buildContracts.js";
import { parseKeeperFlags } from "./keeper/flags.js";

const parsed = parseKeeperFlags(process.argv.slice(2));
switch (parsed.kind) {
  case "help":
    process.stdout.write(parsed.text);
    break;
  case "refused":
    console.error(`keeper: ${parsed.problem}; \`npm run keeper -- --help\` shows what there is.`);
    process.exitCode = 2;
    break;
  case "flags": {
    await buildContracts();
    // Loaded late: the bindings exist only after a build.
    const { runKeeper } = await import("./keeper/run.js");
    process.exitCode = await runKeeper(parsed.flags);
  }
}
