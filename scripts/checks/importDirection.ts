import { posix } from "node:path";
import {
  barrelFree,
  insideLookers,
  openSolidityRooms,
  solidityFloors,
  typeScriptRooms,
  type TypeScriptRoom,
  mirrors,
} from "./importRules.js";

export type SourceFile = { readonly path: string; readonly text: string };
export type ImportViolation = { readonly path: string; readonly imported: string; readonly reason: string };

const solidityImport = /^\s*import\s+(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
const typeScriptImport =
  /(?:^|\n)\s*(?:import|export)\s[^"';]*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g;

/**
 * Finds imports that point the wrong way.
 *
 * @param files - Sources with paths from the root of the repository, `/`-separated.
 * @returns Every violation, in the order of the files.
 */
export function checkImports(files: readonly SourceFile[]): readonly ImportViolation[] {
  return files.flatMap((file) => {
    const pattern = file.path.endsWith(".sol") ? solidityImport : typeScriptImport;
    const check = file.path.endsWith(".sol") ? checkSolidity : checkTypeScript;
    return [...file.text.matchAll(pattern)].flatMap((match) => {
      const imported = match[1] ?? match[2] ?? match[3] ?? "";
      const reason = check(file.path, imported);
      return reason === undefined ? [] : [{ path: file.path, imported, reason }];
    });
  });
}

function checkSolidity(path: string, imported: string): string | undefined {
  if (!path.startsWith("contracts/") || !imported.startsWith(".")) return undefined;
  const target = posix.join(posix.dirname(path), imported);
  if (!target.startsWith("contracts/")) return "contracts import only contracts";
  const from = path.split("/")[1] ?? "";
  const to = target.split("/")[1] ?? "";
  if (from === to) return undefined;
  const fromFloor = solidityFloors.findIndex((floor) => floor.includes(from));
  const toFloor = solidityFloors.findIndex((floor) => floor.includes(to));
  if (fromFloor < 0) return `${from} is not a room`;
  if (toFloor < 0) return `${to} is not a room`;
  if (openSolidityRooms.includes(to)) return undefined;
  if (toFloor >= fromFloor) return `${from} is not above ${to}`;
  if (mirrors[path] === to) return undefined;
  return /^I[A-Z]/.test(posix.basename(target)) ? undefined : `${from} may see only interfaces of ${to}`;
}

function checkTypeScript(path: string, imported: string): string | undefined {
  const room = roomOf(path);
  if (room === undefined || imported.startsWith("node:")) return undefined;
  if (!imported.startsWith(".")) {
    const name = imported
      .split("/")
      .slice(0, imported.startsWith("@") ? 2 : 1)
      .join("/");
    if (room.packages === undefined || room.packages.includes(name)) return undefined;
    return `${room.folder} may not use the package ${name}`;
  }
  const target = posix.join(posix.dirname(path), imported);
  if (target.startsWith(`${room.folder}/`)) return undefined;
  const to = [...typeScriptRooms.map((r) => r.folder), "types"].find((folder) => target.startsWith(`${folder}/`));
  if (to === undefined) return undefined;
  if (!room.imports.includes(to)) return `${room.folder} may not import ${to}`;
  if (barrelFree.includes(to) || insideLookers.includes(room.folder)) return undefined;
  return target === `${to}/index.js` ? undefined : `${to} is entered through its index.ts`;
}

function roomOf(path: string): TypeScriptRoom | undefined {
  return typeScriptRooms.find((room) => path.startsWith(`${room.folder}/`));
}
