import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { z } from "zod";
import type { MarginPortfolio } from "../../../offchain/sdk/index.js";
import type { Question, World } from "./marginWorlds.js";

const number = z.bigint();
/** ethers answers structs as arrays, in the order of their fields. */
const report = z.tuple([number, number, number, number, number, number, number, number, number]);
const answered = z.tuple([number, z.array(z.tuple([report, number, number, z.string()])), z.array(z.array(number))]);

/** The embedded chain keeps what it traced of a call in memory, step by step: a call asks for so much that it stays small. */
const WEIGHT_PER_CALL = 100;
const WEIGHT_PER_QUESTION = 5;

/** About how much a question costs: each word of legs may hold eight. */
const weightOf = ({ portfolio }: Question) => WEIGHT_PER_QUESTION + 8 * portfolio.options.length;

/** The questions in their order, in parts of no more than the weight of a call, or of one. */
function partsOf(questions: readonly Question[]): readonly (readonly Question[])[] {
  const parts: Question[][] = [];
  let weight = WEIGHT_PER_CALL;
  for (const question of questions) {
    weight += weightOf(question);
    const last = parts.at(-1);
    if (last !== undefined && weight <= WEIGHT_PER_CALL) {
      last.push(question);
      continue;
    }
    parts.push([question]);
    weight = weightOf(question);
  }
  return parts.length === 0 ? [[]] : parts;
}

/** Gas of an `eth_call` that asks about some portfolios. */
const GAS = { gasLimit: 4_000_000_000n };

/** Deploys the risk engine with a `MarginProbe` that may set everything it reads. */
export async function deployMarginProbe(ethers: HardhatEthers) {
  const probe = await ethers.deployContract("MarginProbe");
  const at = async (name: string) => z.string().parse(await probe.getFunction(name).staticCall());
  const authority = await ethers.deployContract("RiskAuthorityMock", [await probe.getAddress()]);
  const [optionDesk, parameterDesk] = [
    await ethers.deployContract("OptionDesk"),
    await ethers.deployContract("ParameterDesk"),
  ];
  const OptionDesk = await optionDesk.getAddress();
  const views = await ethers.deployContract(
    "RiskViews",
    [await authority.getAddress(), await at("oracle"), await at("surface")],
    { libraries: { OptionDesk } },
  );
  const risk = await ethers.deployContract(
    "PortfolioMargin",
    [await authority.getAddress(), await views.getAddress()],
    {
      libraries: { OptionDesk, ParameterDesk: await parameterDesk.getAddress() },
    },
  );
  await probe.getFunction("bind").send(await risk.getAddress());
  return {
    /** What the engine says of each question, or what it refused with. */
    ask: async (world: World, questions: readonly Question[]) => {
      const parts = [];
      for (const part of partsOf(questions)) {
        parts.push(answered.parse(await probe.getFunction("ask").staticCall(world, part, GAS)));
      }
      const answers = parts.flatMap(([, some]) => some);
      const [nowSeconds, , shocks] = z.tuple([number, z.unknown(), z.array(z.array(number))]).parse(parts[0]);
      return {
        nowSeconds,
        answers: answers.map(([numbers, initialSurplusWad, movedSurplusWad, refusal]) => ({
          numbers,
          initialSurplusWad,
          movedSurplusWad,
          refusal,
        })),
        shocks,
      };
    },
    surpluses: async (world: World, portfolios: readonly MarginPortfolio[], stressesWad: readonly bigint[]) =>
      z.array(number).parse(await probe.getFunction("surpluses").staticCall(world, portfolios, stressesWad, GAS)),
  };
}
