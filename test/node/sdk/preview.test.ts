import { expect } from "chai";
import {
  liquidationPrices,
  liquidationSurplusWad,
  type MarginPortfolio,
  OutOfRangeError,
  previewTrade,
  WAD,
} from "../../../offchain/sdk/index.js";
import { decodeLegs, withLots } from "../../../offchain/sdk/margin/optionLegs.js";
import { marginDraws, marketOf } from "./marginWorlds.js";

const NOW = 1_700_000_000n;
const EMPTY: MarginPortfolio = { cashWad: 0n, collateral: [], perps: [], options: [] };

/** A world with one underlying, and its price. */
function simpleMarket() {
  const { world } = marginDraws(5, NOW).page({ underlyings: 1, portfolios: 1, legs: 0 });
  const [priced] = world.prices;
  if (priced === undefined) throw new TypeError("the world has no price");
  const views = { ...priced.views, lowWad: 2_000n * WAD, midWad: 2_000n * WAD, highWad: 2_000n * WAD };
  const quiet = { ...views, shortTwapWad: views.midWad, longTwapWad: views.midWad };
  const market = marketOf({ ...world, prices: [{ asset: priced.asset, views: quiet }] }, NOW);
  return { market, asset: priced.asset };
}

describe("SDK previews", () => {
  const { market, asset } = simpleMarket();
  const long = { kind: "perpetual", asset, sizeWad: WAD, priceWad: 2_010n * WAD } as const;

  it("a bought perpetual costs its notional and the fee; sold again it leaves the difference", () => {
    const bought = previewTrade(market, {
      portfolio: { ...EMPTY, cashWad: 5_000n * WAD },
      fills: [long],
      feeWad: WAD,
    });
    expect(bought.portfolio.cashWad).to.equal(2_989n * WAD);
    expect(bought.portfolio.perps).to.deep.equal([{ asset, sizeWad: WAD }]);
    expect(bought.liquidationSurplusWad).to.equal(liquidationSurplusWad(market, { portfolio: bought.portfolio }));
    const sold = previewTrade(market, {
      portfolio: bought.portfolio,
      fills: [{ ...long, sizeWad: -WAD, priceWad: 2_000n * WAD }],
    });
    expect([sold.portfolio.cashWad, sold.portfolio.perps.length]).to.deep.equal([4_989n * WAD, 0]);
    expect(sold.initialSurplusWad).to.equal(4_989n * WAD);
  });

  it("a wei that does not divide goes against the account", () => {
    const third = { ...long, sizeWad: WAD / 3n, priceWad: 1n };
    expect(previewTrade(market, { portfolio: EMPTY, fills: [third] }).portfolio.cashWad).to.equal(-1n);
    const sold = { ...third, sizeWad: -WAD / 3n };
    expect(previewTrade(market, { portfolio: EMPTY, fills: [sold] }).portfolio.cashWad).to.equal(0n);
  });

  it("option lots are put in order, added up and taken away; a ninth leg is refused", () => {
    const put = { strikeIndex: 3, isPut: true };
    const call = { strikeIndex: 3, isPut: false };
    const both = withLots(withLots(0n, put, -5n), call, 7n);
    expect(both).to.equal((7n << 8n) | 6n | ((((1n << 24n) - 5n) << 8n) << 32n) | (7n << 32n));
    expect(withLots(both, call, -7n)).to.equal(withLots(0n, put, -5n));
    expect(decodeLegs(both)).to.deep.equal([
      { ...call, lots: 7n },
      { ...put, lots: -5n },
    ]);
    // The first leg without anything ends the word, as in the contract.
    expect(decodeLegs((both & 0xffffffffn) | ((both >> 32n) << 64n))).to.deep.equal([{ ...call, lots: 7n }]);
    const full = Array.from({ length: 8 }, (_, i) => i).reduce(
      (word, strikeIndex) => withLots(word, { strikeIndex, isPut: false }, 1n),
      0n,
    );
    expect(() => withLots(full, { strikeIndex: 9, isPut: false }, 1n)).to.throw(OutOfRangeError, "legs");
    expect(withLots(full, { strikeIndex: 7, isPut: false }, 1n) >> 224n).to.equal((2n << 8n) | 14n);
  });

  it("liquidation prices lie where the surplus changes its sign", () => {
    const { portfolio } = previewTrade(market, { portfolio: { ...EMPTY, cashWad: 1_500n * WAD }, fills: [long] });
    const { belowWad, aboveWad } = liquidationPrices(market, { portfolio, asset });
    if (belowWad === undefined) throw new TypeError("there is no liquidation price");
    expect(aboveWad).to.equal(undefined);
    const surplusAt = (priceWad: bigint) =>
      liquidationSurplusWad(market, { portfolio, move: { asset, factorWad: (priceWad * WAD) / (2_000n * WAD) } });
    const stepWad = (2_000n * WAD) / 10n ** 7n;
    expect([surplusAt(belowWad) < 0n, surplusAt(belowWad + stepWad) >= 0n]).to.deep.equal([true, true]);
    const short = previewTrade(market, {
      portfolio: { ...EMPTY, cashWad: 1_500n * WAD },
      fills: [{ ...long, sizeWad: -WAD }],
    });
    const above = liquidationPrices(market, { portfolio: short.portfolio, asset });
    expect([above.belowWad, (above.aboveWad ?? 0n) > 2_000n * WAD]).to.deep.equal([undefined, true]);
    const failing = { ...portfolio, cashWad: -3_000n * WAD };
    expect(liquidationPrices(market, { portfolio: failing, asset }).belowWad).to.equal(2_000n * WAD);
    expect(() => liquidationPrices(market, { portfolio, asset: 30n })).to.throw(OutOfRangeError, "asset");
  });
});
