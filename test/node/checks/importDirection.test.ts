import { expect } from "chai";
import { checkImports } from "../../../scripts/checks/importDirection.js";

const reasons = (path: string, text: string) => checkImports([{ path, text }]).map((violation) => violation.reason);

describe("checkImports", () => {
  it("default: downward imports of interfaces, types and maths pass", () => {
    expect(
      reasons(
        "contracts/vault/MarginVault.sol",
        'import {IPortfolioMargin} from "../risk/IPortfolioMargin.sol";\nimport {\n    AccountId\n} from "../types/AccountId.sol";',
      ),
    ).to.deep.equal([]);
    expect(reasons("offchain/lab/run.ts", 'import { deployProtocol } from "../../deploy/index.js";')).to.deep.equal([]);
  });

  it("behavior: an upward import is a violation", () => {
    expect(
      reasons("contracts/oracle/PriceOracle.sol", 'import {IMarginVault} from "../vault/IMarginVault.sol";'),
    ).to.deep.equal(["oracle is not above vault"]);
  });

  it("behavior: rooms of one floor do not see each other", () => {
    expect(
      reasons("contracts/exchange/Exchange.sol", 'import {I} from "../liquidation/ILiquidationAuction.sol";'),
    ).to.deep.equal(["exchange is not above liquidation"]);
  });

  it("behavior: an implementation of a lower room is a violation", () => {
    expect(reasons("contracts/lens/Lens.sol", 'import {MarginVault} from "../vault/MarginVault.sol";')).to.deep.equal([
      "lens may see only interfaces of vault",
    ]);
  });

  it("behavior: a mirror may see the libraries of the room that it mirrors, and of no other", () => {
    const risk = 'import {BookValue} from "../risk/BookValue.sol";';
    expect(reasons("contracts/lens/MatrixLens.sol", risk)).to.deep.equal([]);
    expect(reasons("contracts/lens/PreviewLens.sol", risk)).to.deep.equal(["lens may see only interfaces of risk"]);
  });

  it("behavior: nothing in contracts imports a test", () => {
    expect(
      reasons("contracts/vault/MarginVault.sol", 'import {Test} from "../../test/solidity/support/Test.sol";'),
    ).to.deep.equal(["contracts import only contracts"]);
  });

  it("behavior: TypeScript rooms keep their table, their barrel and their packages", () => {
    expect(reasons("offchain/sdk/order.ts", 'import { run } from "../lab/index.js";')).to.deep.equal([
      "offchain/sdk may not import offchain/lab",
    ]);
    expect(reasons("offchain/keeper/plan.ts", 'import { toId } from "../sdk/accountId.js";')).to.deep.equal([
      "offchain/sdk is entered through its index.ts",
    ]);
    expect(reasons("offchain/sdk/order.ts", 'import pino from "pino";')).to.deep.equal([
      "offchain/sdk may not use the package pino",
    ]);
    expect(reasons("offchain/lab/a.ts", 'const m = await import("../../scripts/lab.js");')).to.deep.equal([
      "offchain/lab may not import scripts",
    ]);
  });
});
