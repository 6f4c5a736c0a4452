import { expect } from "chai";
import { Interface } from "ethers";
import hre from "hardhat";

/** Every function of a contract as one line: name, arguments, results, and whether it may write. */
async function functionsOf(contract: string): Promise<readonly string[]> {
  const { abi } = await hre.artifacts.readArtifact(contract);
  const lines: string[] = [];
  new Interface(abi).forEachFunction((fragment) =>
    lines.push(fragment.format("full").replace(/ returns \((.*)\)$/, " $1")),
  );
  return lines.map((line) => line.replace(/(\w) \w+(?=[,)])/g, "$1"));
}

/** What each of two lists has that the other has not. */
const onlyIn = (first: readonly string[], second: readonly string[]) => first.filter((line) => !second.includes(line));

// The engine runs its views by delegation, so that neither contract can inherit the interface.
describe("the two contracts of the risk engine", () => {
  it("behavior: every function of the interface is in exactly one of them, as it is declared", async () => {
    const [declared, engine, views] = [
      await functionsOf("IPortfolioMargin"),
      await functionsOf("PortfolioMargin"),
      await functionsOf("RiskViews"),
    ];
    expect(onlyIn(declared, [...engine, ...views])).to.deep.equal([]);
    expect(declared.filter((line) => engine.includes(line) && views.includes(line))).to.deep.equal([]);
    expect(declared.length).to.be.above(20);
  });

  it("behavior: what the views alone have can only be read", async () => {
    const [engine, views] = [await functionsOf("PortfolioMargin"), await functionsOf("RiskViews")];
    expect(onlyIn(views, engine).filter((line) => !/ (view|pure)\b/.test(line))).to.deep.equal([]);
  });
});
