import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FileAccessError } from "./errors.js";
import type { LabReport } from "./lab.js";
import { reportHtml } from "./report/html.js";
import { reportJson } from "./report/json.js";

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new FileAccessError(path, `it cannot be written${code}`, { cause });
  }
}

/**
 * Writes a file whole or not at all.
 *
 * @throws {FileAccessError} when it cannot be written.
 */
export function writeAtomically(path: string, text: string): void {
  const draft = `${path}.partial`;
  attempt(path, () => {
    writeFileSync(draft, text);
    renameSync(draft, path);
  });
}

/** A part of a page between `<!-- name: begin -->` and `<!-- name: end -->`: its name and what stands there. */
export type PagePart = readonly [name: string, text: string];

/**
 * Puts what was written anew between the markers of a page of the project: all parts or none.
 *
 * @throws {FileAccessError} when the page cannot be read or written, or a marker is not in it.
 */
export function renewParts(path: string, parts: readonly PagePart[]): void {
  let page: string;
  try {
    page = readFileSync(path, "utf8");
  } catch (cause) {
    throw new FileAccessError(path, "it cannot be read; --write works in the root of the project", { cause });
  }
  for (const [name, text] of parts) {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const [from, to] = [page.indexOf(begin), page.indexOf(end)];
    if (from < 0 || to < from) throw new FileAccessError(path, `"${begin}" and "${end}" are not in it`);
    page = `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
  }
  writeAtomically(path, page);
}

/** One folder after the other: Node's own recursion never ends where the system denies that a parent exists. */
function makeEach(path: string): void {
  if (existsSync(path)) return;
  makeEach(dirname(path));
  mkdirSync(path);
}

/**
 * Makes sure that a folder exists.
 *
 * @throws {FileAccessError} when it cannot be made.
 */
export function makeFolder(folder: string): void {
  attempt(folder, () => makeEach(resolve(folder)));
}

/** Makes sure that the report can be written before anything is run. */
export function prepareOutput(folder: string): void {
  makeFolder(folder);
  writeAtomically(join(folder, "report.json"), '{"complete":false,"runs":[]}\n');
}

/** Where the two files of a report lie. */
export type WrittenReport = { readonly json: string; readonly html: string };

/** Writes report.json alone: after every run, so that nothing finished is lost. */
export function saveProgress(folder: string, report: LabReport): void {
  writeAtomically(join(folder, "report.json"), reportJson({ ...report, complete: false }));
}

/** Writes report.json and report.html. */
export function saveReport(folder: string, report: LabReport): WrittenReport {
  const json = join(folder, "report.json");
  const html = join(folder, "report.html");
  writeAtomically(json, reportJson(report));
  writeAtomically(html, reportHtml(report));
  return { json: resolve(json), html: resolve(html) };
}
