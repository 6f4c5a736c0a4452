import { expect } from "chai";
import { wad } from "../../../offchain/lab/numbers.js";
import { type Case, caseOf } from "../../../offchain/lab/scenarios/case.js";
import { blackThursday } from "../../../offchain/lab/scenarios/blackThursday.js";
import { oracle1000x } from "../../../offchain/lab/scenarios/oracle1000x.js";
import { oracleFrozen } from "../../../offchain/lab/scenarios/oracleFrozen.js";
import { oracleLastStanding } from "../../../offchain/lab/scenarios/oracleLastStanding.js";
import { CHAINLINK_RULE, publishFeeds, sourceIndex } from "../../../offchain/lab/simulator/feeds.js";

const quotes = (input: Case, source: "chainlink" | "pyth" | "redstone" | "uniswap") => {
  const feeds = publishFeeds(input);
  return input.tape.ticks.map(({ atSeconds }, step) => ({
    atSeconds,
    quote: feeds[step]?.[0]?.[sourceIndex(source)] ?? {
      priceWad: 0n,
      confidenceWad: 0n,
      madeAtSeconds: 0,
      fresh: false,
    },
  }));
};

describe("publishFeeds", () => {
  it("default: a push feed publishes on deviation or heartbeat, never between", () => {
    const calm: Case = { ...caseOf(oracleFrozen), faults: [] };
    let last: { priceWad: bigint; at: number } | undefined;
    for (const { atSeconds, quote } of quotes(calm, "chainlink")) {
      if (quote.fresh && last !== undefined) {
        const age = atSeconds - last.at;
        const moved = Math.abs(Number(quote.priceWad - last.priceWad) / Number(last.priceWad));
        expect(moved >= 0.005 || age >= CHAINLINK_RULE.heartbeatSeconds).to.equal(true);
        expect(age).to.be.at.least(CHAINLINK_RULE.minGapSeconds);
      }
      if (quote.fresh) last = { priceWad: quote.priceWad, at: atSeconds };
    }
  });

  it("behavior: a frozen source keeps publishing its old price with new timestamps", () => {
    const during = quotes(caseOf(oracleFrozen), "chainlink").filter(({ atSeconds }) => atSeconds >= 600);
    expect(new Set(during.map(({ quote }) => quote.priceWad)).size).to.equal(1);
    expect(during.filter(({ quote }) => quote.fresh).length).to.be.greaterThan(5);
    expect(during.at(-1)?.quote.madeAtSeconds).to.be.greaterThan(4000);
  });

  it("behavior: a dead source publishes nothing and returns at once", () => {
    const all = quotes(caseOf(oracleLastStanding), "pyth");
    const during = all.filter(({ atSeconds }) => atSeconds >= 600 && atSeconds < 4200);
    expect(during.every(({ quote }) => !quote.fresh && quote.madeAtSeconds < 600)).to.equal(true);
    expect(all.find(({ atSeconds }) => atSeconds >= 4200)?.quote.fresh).to.equal(true);
  });

  it("behavior: a full chain delays every round but not the pool, which trades on", () => {
    const input = caseOf(blackThursday);
    const [jam] = input.keepers.congested;
    const during = (source: "chainlink" | "pyth" | "uniswap") =>
      quotes(input, source).filter(
        ({ atSeconds }) => jam !== undefined && atSeconds >= jam.fromSeconds && atSeconds < jam.toSeconds,
      );
    const share = (source: "chainlink" | "pyth" | "uniswap") =>
      during(source).filter(({ quote }) => quote.fresh).length / during(source).length;
    // As booleans: Hardhat's matchers, once loaded, take comparisons for whole numbers.
    expect(Math.abs(share("pyth") - 1 / (jam?.oracleStepIn ?? 1)) < 0.02).to.equal(true);
    expect(share("chainlink") <= share("pyth")).to.equal(true);
    expect(share("uniswap")).to.equal(1);
  });

  it("behavior: a scaled source is wrong by the factor, at once and only in its span", () => {
    const all = quotes(caseOf(oracle1000x), "chainlink");
    for (const { atSeconds, quote } of all) {
      if (atSeconds >= 600 && atSeconds < 900) expect(quote.priceWad > wad("1900000")).to.equal(true);
      else if (atSeconds >= 1800 && atSeconds < 2100) expect(quote.priceWad < wad("3")).to.equal(true);
      else expect(quote.priceWad).to.be.within(wad("1900"), wad("2100"));
    }
    expect(all.find(({ atSeconds }) => atSeconds === 600)?.quote.fresh).to.equal(true);
  });
});
