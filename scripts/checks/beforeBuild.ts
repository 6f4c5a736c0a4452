import { posix } from "node:path";
import { beforeBuild } from "./importRules.js";
import type { ImportViolation, SourceFile } from "./importDirection.js";

/** Imports that are followed when a file is loaded: not those of types alone, and not `import()`. */
const loaded = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s*)?["'](\.[^"']+)["']/g;

/**
 * Finds what is loaded before a build although only a build makes it: on a fresh machine it would fail.
 *
 * @param files - Sources with paths from the root of the repository, `/`-separated.
 * @returns One violation for each root that reaches the bindings, with the way there.
 */
export function checkBeforeBuild(files: readonly SourceFile[]): readonly ImportViolation[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return beforeBuild.roots.flatMap((root) => {
    const ways = new Map<string, readonly string[]>([[root, [root]]]);
    for (const [path, way] of ways) {
      for (const [, imported = ""] of (texts.get(path) ?? "").matchAll(loaded)) {
        const target = posix.join(posix.dirname(path), imported).replace(/\.js$/, ".ts");
        if (target.startsWith(`${beforeBuild.made}/`))
          return [{ path: root, imported: target, reason: `loaded before a build makes it: ${way.join(" > ")}` }];
        // A map goes on to what is added while it is walked.
        if (!ways.has(target)) ways.set(target, [...way, target]);
      }
    }
    return [];
  });
}
