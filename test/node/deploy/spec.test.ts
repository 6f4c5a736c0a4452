import { readFileSync } from "node:fs";
import { expect } from "chai";
import { loadSpec, parseSpec, readSpecHead, SpecInvalidError } from "../../../deploy/index.js";

const ADDRESS = `0x${"ab".repeat(20)}`;
const NAMES = Object.fromEntries(
  ["USDC", "WETH", "WBTC", "WSTETH", "pyth", "ETH", "BTC", "WSTETH/ETH"].flatMap((name) =>
    [name, `${name}.feed`, `${name}.pool`].map((key) => [key, ADDRESS]),
  ),
);
const localhost = readFileSync("deploy/specs/localhost.json", "utf8");

function problemOf(text: string, names: Readonly<Record<string, string>> = NAMES): string {
  try {
    parseSpec("it.json", text, names);
  } catch (error) {
    if (error instanceof SpecInvalidError) return error.problem;
    throw error;
  }
  return "none";
}

describe("loadSpec", () => {
  it("localhost: integers for quantities, addresses for names", () => {
    const spec = loadSpec("localhost", NAMES);
    expect(spec.chainId).to.equal(31337);
    expect(spec.settlementToken).to.equal(ADDRESS);
    expect(spec.breaker.stress).to.equal(1_500_000_000_000_000_000n);
  });

  it("mainnet: needs no names", () => {
    const spec = loadSpec("mainnet");
    expect(spec.chainId).to.equal(1);
    expect(spec.assets.map(({ sources }) => sources.length)).to.deep.equal([3, 3]);
  });

  it("error: SpecInvalidError for a spec that is not there", () => {
    expect(() => loadSpec("atlantis")).to.throw(SpecInvalidError, "deploy/specs/atlantis.json");
    expect(() => readSpecHead("atlantis")).to.throw(SpecInvalidError, "ENOENT");
  });
});

describe("parseSpec", () => {
  it("default: takes the shipped text", () => {
    expect(problemOf(localhost)).to.equal("none");
  });

  for (const [what, text, problem] of [
    ["no JSON", "{", /it is not JSON/],
    [
      "a decimal with a comma",
      localhost.replace('"stress": "1.5"', '"stress": "1,5"'),
      /^breaker\.stress wants a decimal/,
    ],
    ["a number for a quantity", localhost.replace('"stress": "1.5"', '"stress": 1.5'), /^breaker\.stress /],
    [
      "too many decimals",
      localhost.replace('"stress": "1.5"', `"stress": "1.${"0".repeat(18)}1"`),
      /^breaker\.stress /,
    ],
    ["an unknown field", localhost.replace('"breaker": {', '"breaker": { "moat": 1,'), /^breaker .*moat/],
    ["a missing field", localhost.replace('"toleranceSeconds"', '"tolerance"'), /^breaker/],
    ["a short address", localhost.replace("$USDC", "0xabcd"), /wants an address of 20 bytes/],
    [
      "a ratio read as dollars",
      localhost.replace(
        '"kind": "chainlink",\n          "group": 0,\n          "feed": "$ETH.feed",',
        '"kind": "lstRate", "group": 0, "base": "WSTETH", "quote": "STETH", "token": "$WSTETH", "method": "stEthPerToken()", "maxGrowthPerYear": "0.1", "slack": "0.005",',
      ),
      /^assets\.0\.sources\.0 does not measure ETH in USD/,
    ],
    ["an unknown market", localhost.replace("$ETH.pool", "$DOGE.pool"), /^\$DOGE\.pool is not a market of this chain/],
  ] as const) {
    it(`error: SpecInvalidError for ${what}`, () => {
      expect(problemOf(text)).to.match(problem);
    });
  }
});
