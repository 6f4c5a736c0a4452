/** Who may import whom: DESIGN's two tables, as data. `checkImports` enforces both. */

/** Solidity rooms from the ground up; a room sees the interfaces of lower floors only. */
export const solidityFloors: readonly (readonly string[])[] = [
  ["types", "math"],
  ["oracle"],
  ["breaker"],
  ["products"],
  ["risk"],
  ["vault"],
  ["insurance"],
  ["exchange", "liquidation"],
  ["governance", "lens"],
];

/** Solidity rooms whose every file is open to all rooms. */
export const openSolidityRooms: readonly string[] = ["types", "math"];

/**
 * Files of the lens that compute with the libraries of another room, so that what they show is what decides there. Nothing
 * imports the lens: no other room comes to depend on those libraries through it.
 */
export const mirrors: Readonly<Record<string, string>> = {
  "contracts/lens/GreeksLens.sol": "risk",
  "contracts/lens/IMatrixLens.sol": "risk",
  "contracts/lens/MatrixLens.sol": "risk",
  "contracts/lens/ScenarioDesk.sol": "risk",
  "contracts/lens/PreviewLens.sol": "vault",
};

export type TypeScriptRoom = {
  /** Folder of the room, from the root of the repository. */
  readonly folder: string;
  /** Folders of the rooms it may import, through their `index.ts` alone. */
  readonly imports: readonly string[];
  /** Packages it may import; absent = any. */
  readonly packages?: readonly string[];
};

/** Rooms in order of lookup. `types` holds the generated bindings; Node's own modules are open to every room. */
export const typeScriptRooms: readonly TypeScriptRoom[] = [
  { folder: "offchain/sdk", imports: ["types"], packages: ["ethers", "zod"] },
  { folder: "deploy", imports: ["offchain/sdk", "types"] },
  { folder: "offchain/keeper", imports: ["offchain/sdk", "types"] },
  { folder: "offchain/agent", imports: ["offchain/sdk", "types"] },
  {
    folder: "offchain/lab",
    imports: ["offchain/sdk", "deploy", "offchain/keeper", "offchain/agent", "types"],
  },
  {
    folder: "scripts",
    imports: ["offchain/sdk", "deploy", "offchain/keeper", "offchain/agent", "offchain/lab", "types"],
  },
  {
    folder: "test",
    imports: ["offchain/sdk", "deploy", "offchain/keeper", "offchain/agent", "offchain/lab", "scripts", "types"],
  },
];

/** Rooms without a barrel: generated bindings, and commands whose parts only tests reach. */
export const barrelFree: readonly string[] = ["types", "scripts"];

/** Rooms that may reach into any file of another room: tests look at the inside. */
export const insideLookers: readonly string[] = ["test"];

/** What a build makes; the commands that somebody may run on a fresh clone, and the files that build for them. */
export const beforeBuild: { readonly made: string; readonly roots: readonly string[] } = {
  made: "types",
  roots: [
    "scripts/lab.ts",
    "scripts/deploy.ts",
    "scripts/keeper.ts",
    "scripts/bench.ts",
    "scripts/test.ts",
    "scripts/kernels.ts",
    "scripts/jumps.ts",
    "offchain/lab/pool.edge.ts",
    "offchain/lab/simulator/evm/breakwater.edge.ts",
    "offchain/lab/oracle/command.edge.ts",
  ],
};
