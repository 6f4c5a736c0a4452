import { expect } from "chai";
import { network } from "hardhat";
import {
  BreakwaterError,
  initialSurplusWad,
  liquidationSurplusWad,
  type MarginMarket,
  type MarginReport,
  marginReport,
  shocksOf,
} from "../../../offchain/sdk/index.js";
import { deployMarginProbe } from "./marginProbe.js";
import { marginDraws, marketOf, type Question, type Shape } from "./marginWorlds.js";

const { ethers } = await network.create({
  override: { blockGasLimit: 5_000_000_000n, transactionGasCap: false },
});
const probe = await deployMarginProbe(ethers);
const nowSeconds = BigInt((await ethers.provider.getBlock("latest"))?.timestamp ?? 0);

type Answers = Awaited<ReturnType<typeof probe.ask>>["answers"];

/** In the order in which the contract answers. */
const numbersOf = (report: MarginReport): readonly bigint[] => [
  report.equityWad,
  report.favourableEquityWad,
  report.initialWad,
  report.maintenanceWad,
  report.initialSurplusWad,
  report.liquidationSurplusWad,
  report.netPositionWad,
  report.haircutCollateralWad,
  report.grossNotionalWad,
];

/** What the mirror says of a question; what it refuses with, where it does. */
function mirrored(market: MarginMarket, { portfolio, stressWad, move, factorWad }: Question) {
  try {
    const moved = liquidationSurplusWad(market, { portfolio, move: { asset: move, factorWad } });
    const initial = initialSurplusWad(market, { portfolio, stressWad });
    return { numbers: [...numbersOf(marginReport(market, { portfolio, stressWad })), initial, moved] };
  } catch (error) {
    if (!(error instanceof BreakwaterError)) throw error;
    return { refused: error };
  }
}

/** Questions of which mirror and contract say different things. */
function mismatches(market: MarginMarket, questions: readonly Question[], answers: Answers): readonly unknown[] {
  return questions.flatMap((question, i): readonly unknown[] => {
    const [mine, theirs] = [mirrored(market, question), answers[i]];
    if (theirs === undefined) return [{ question, mine, theirs }];
    // Where both refuse, they may find another reason first.
    if (mine.refused !== undefined || theirs.refusal !== "0x") {
      return mine.refused !== undefined && theirs.refusal !== "0x" ? [] : [{ question, mine, theirs }];
    }
    const all = [...theirs.numbers, theirs.initialSurplusWad, theirs.movedSurplusWad];
    return all.every((number, k) => number === mine.numbers[k]) ? [] : [{ question, mine, theirs }];
  });
}

const text = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}` : part), 1);

describe("SDK margin against the risk engine, to the wei", function () {
  // Minutes, where other work keeps the machine busy.
  this.timeout(900_000);

  const shapes: readonly (Shape & { readonly pages: number; readonly title: string })[] = [
    { title: "cash, collateral and perpetuals", pages: 35, portfolios: 200, underlyings: 4, legs: 0 },
    { title: "up to six option legs", pages: 23, portfolios: 100, underlyings: 3, legs: 6 },
    { title: "up to 30 option legs", pages: 15, portfolios: 50, underlyings: 2, legs: 30 },
    { title: "64 option legs", pages: 10, portfolios: 10, underlyings: 2, legs: 64 },
  ];

  /** Portfolios that both answered alike, and that both refused. */
  let [answeredByBoth, refusedByBoth] = [0, 0];

  for (const [place, { title, pages, ...shape }] of shapes.entries()) {
    it(`${pages * shape.portfolios} portfolios: ${title}`, async () => {
      let refusals = 0;
      for (let page = 0; page < pages; page++) {
        const { world, questions } = marginDraws(1000 * place + page, nowSeconds).page(shape);
        const { answers, shocks, ...asked } = await probe.ask(world, questions);
        const market = marketOf(world, asked.nowSeconds);
        expect(text(mismatches(market, questions, answers)), `page ${page}`).to.equal("[]");
        const refused = questions.filter((_, i) => answers[i]?.refusal !== "0x").length;
        answeredByBoth += questions.length - refused;
        refusedByBoth += refused;
        const mine = world.underlyings.map(({ asset }) => Object.values(shocksOf(market, { asset })));
        expect(mine, `shocks of page ${page}`).to.deep.equal(shocks);
        refusals += refused;
      }
      // Most of what is drawn must be answered: else nothing was compared.
      expect(refusals).to.be.below((pages * shape.portfolios) / 10);
    });
  }

  it("ten thousand portfolios were compared", () => {
    expect(answeredByBoth + refusedByBoth).to.be.at.least(10_000);
  });

  it("several portfolios in one call", async () => {
    const { world, questions } = marginDraws(77, nowSeconds).page({ underlyings: 4, portfolios: 40, legs: 8 });
    const { answers } = await probe.ask(world, questions);
    const answered = questions.filter((_, i) => answers[i]?.refusal === "0x");
    const portfolios = answered.map(({ portfolio }) => portfolio);
    const stressesWad = answered.map(({ stressWad }) => stressWad);
    const asked = await probe.ask(world, []);
    const market = marketOf(world, asked.nowSeconds);
    const mine = answered.map(({ portfolio, stressWad }) => initialSurplusWad(market, { portfolio, stressWad }));
    expect(mine).to.deep.equal(await probe.surpluses(world, portfolios, stressesWad));
  });

  it("would see a single wei", async () => {
    const { world, questions } = marginDraws(78, nowSeconds).page({ underlyings: 3, portfolios: 20, legs: 4 });
    const { answers, ...asked } = await probe.ask(world, questions);
    const honest = marketOf(world, asked.nowSeconds);
    const dearer = { ...honest.addOns, flatCostWad: honest.addOns.flatCostWad + 1n };
    expect(mismatches(honest, questions, answers).length).to.equal(0);
    const off = mismatches({ ...honest, addOns: dearer }, questions, answers);
    const withPosition = questions.filter(
      ({ portfolio }, i) =>
        answers[i]?.refusal === "0x" &&
        (portfolio.options.length > 0 || portfolio.perps.some(({ sizeWad }) => sizeWad !== 0n)),
    );
    expect(off.length).to.equal(withPosition.length);
    expect(off.length).to.be.above(10);
  });
});
