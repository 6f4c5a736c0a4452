import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FileAccessError } from "../../../offchain/lab/errors.js";
import { renewParts } from "../../../offchain/lab/output.edge.js";

const part = (name: string, text: string) => `<!-- ${name}: begin -->\n\n${text}\n\n<!-- ${name}: end -->`;

describe("renewParts", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "breakwater-page-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function page(text: string): string {
    const path = join(folder, "page.md");
    writeFileSync(path, text);
    return path;
  }

  it("default: puts each part between its markers and leaves the rest", () => {
    const path = page(`# Title\n\n${part("a", "old")}\n\nbetween\n\n${part("b", "old")}\n`);
    renewParts(path, [["b", "new"]]);
    expect(readFileSync(path, "utf8")).to.equal(`# Title\n\n${part("a", "old")}\n\nbetween\n\n${part("b", "new")}\n`);
  });

  it("error: FileAccessError where a marker or the page is missing, and nothing is written", () => {
    const path = page(part("a", "old"));
    const renew = () =>
      renewParts(path, [
        ["a", "new"],
        ["b", "new"],
      ]);
    expect(renew).to.throw(FileAccessError, "b: begin");
    expect(readFileSync(path, "utf8")).to.equal(part("a", "old"));
    expect(() => renewParts(join(folder, "absent.md"), [])).to.throw(FileAccessError, "root of the project");
  });
});
