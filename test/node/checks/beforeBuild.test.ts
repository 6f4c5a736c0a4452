import { expect } from "chai";
import { checkBeforeBuild } from "../../../scripts/checks/beforeBuild.js";

const BINDINGS = 'import { Vault__factory } from "../../types/ethers-contracts/index.js";';

const waysOf = (files: Readonly<Record<string, string>>) =>
  checkBeforeBuild(Object.entries(files).map(([path, text]) => ({ path, text }))).map(({ reason }) => reason);

describe("checkBeforeBuild", () => {
  it("default: bindings that are loaded late, or for their types alone, pass", () => {
    const ways = waysOf({
      "scripts/lab.ts": 'import { run } from "../offchain/lab/index.js";',
      "offchain/lab/index.ts":
        'import type { World } from "./world.js";\nexport async function run() {\n  await import("./world.js");\n}',
      "offchain/lab/world.ts": BINDINGS,
    });
    expect(ways).to.deep.equal([]);
  });

  it("behavior: bindings behind several files are found, with the way there", () => {
    const ways = waysOf({
      "scripts/lab.ts": 'import "./closedPipe.js";\nimport {\n  run,\n} from "../offchain/lab/index.js";',
      "offchain/lab/index.ts": 'export { run } from "./world.js";',
      "offchain/lab/world.ts": `import { type A, b } from "./index.js";\n${BINDINGS}`,
    });
    const way = "scripts/lab.ts > offchain/lab/index.ts > offchain/lab/world.ts";
    expect(ways).to.deep.equal([`loaded before a build makes it: ${way}`]);
  });
});
