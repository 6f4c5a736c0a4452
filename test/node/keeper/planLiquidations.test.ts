import { expect } from "chai";
import {
  type AccountSnapshot,
  type DomainSnapshot,
  type LiquidationPolicy,
  type OpenAuction,
  planLiquidations,
  PriceUnknownError,
  type UnflaggedAuction,
} from "../../../offchain/keeper/index.js";
import { WAD } from "../../../offchain/sdk/index.js";

const policy: LiquidationPolicy = {
  minProfitWad: 5n * WAD,
  closingCostBps: 10n,
  capitalUseBps: 8_000n,
  upkeep: true,
  nativeSymbol: "ETH",
  // At 10 gwei and 2,000 a coin: 4, 12 and 2.
  gas: { flag: 200_000n, bid: 600_000n, duty: 100_000n },
};

const unflagged: UnflaggedAuction = { kind: "none", canFlag: true, rewardWad: 20n * WAD };
const open: OpenAuction = {
  kind: "open",
  canRelease: false,
  canRefresh: false,
  canBid: true,
  priceWad: 7_000n * WAD,
  maxFractionWad: WAD / 2n,
};

function account(id: bigint, facts: Partial<AccountSnapshot> = {}): AccountSnapshot {
  return {
    account: id,
    equityWad: 8_000n * WAD,
    initialWad: 15_000n * WAD,
    grossNotionalWad: 200_000n * WAD,
    hasResidual: false,
    auction: open,
    ...facts,
  };
}

function domain(accounts: readonly AccountSnapshot[], facts: Partial<DomainSnapshot> = {}): DomainSnapshot {
  return {
    accounts,
    unreadable: [],
    bidderSurplusWad: 1_000_000n * WAD,
    nativePriceWad: 2_000n * WAD,
    gasPriceWei: 10n ** 10n,
    ...facts,
  };
}

function kinds(snapshot: DomainSnapshot, using: LiquidationPolicy = policy): readonly string[] {
  return planLiquidations({ snapshot, policy: using }).map(({ kind, account: id }) => `${kind} ${id}`);
}

describe("planLiquidations", () => {
  it("default: bids what the discount leaves after closing and gas", () => {
    const [bid] = planLiquidations({ snapshot: domain([account(1n)]), policy });
    // Half of 8,000 - 7,000 - 200, less 12.
    expect(bid).to.deep.equal({
      kind: "bid",
      account: 1n,
      maxFractionWad: WAD / 2n,
      // The rest of the profit, spread over the whole portfolio.
      maxPriceWad: 7_000n * WAD + 2n * (388n - 5n) * WAD,
      profitWad: 388n * WAD,
    });
  });

  it("behavior: does nothing below the least profit", () => {
    const gain = (extraWad: bigint) => account(1n, { auction: { ...open, priceWad: 7_766n * WAD - extraWad } });
    expect(kinds(domain([gain(0n)]))).to.deep.equal(["bid 1"]);
    expect(kinds(domain([gain(-2n)]))).to.deep.equal([]);
  });

  it("behavior: takes what it is paid for an insolvent account", () => {
    const insolvent = account(1n, { equityWad: -100n * WAD, auction: { ...open, priceWad: -500n * WAD } });
    const [bid] = planLiquidations({ snapshot: domain([insolvent]), policy });
    // Half of 400 - 200, less 12.
    expect(bid?.profitWad).to.equal(88n * WAD);
  });

  it("behavior: puts the most profitable first, upkeep last", () => {
    const accounts = [
      account(1n, { auction: { ...open, canBid: false, canRefresh: true } }),
      account(2n),
      account(3n, { auction: unflagged }),
      account(4n, { auction: { ...open, priceWad: 6_000n * WAD } }),
      account(5n, { auction: { ...open, canBid: false, canRelease: true } }),
      account(6n, { hasResidual: true, auction: unflagged }),
    ];
    expect(kinds(domain(accounts))).to.deep.equal([
      "bid 4",
      "bid 2",
      "flag 3",
      "refresh 1",
      "release 5",
      "coverResidual 6",
    ]);
    expect(kinds(domain(accounts), { ...policy, upkeep: false })).to.deep.equal(["bid 4", "bid 2", "flag 3"]);
  });

  it("behavior: flags without a reward only as upkeep", () => {
    const poor = account(1n, { auction: { ...unflagged, rewardWad: 0n } });
    expect(kinds(domain([poor]))).to.deep.equal(["flag 1"]);
    expect(kinds(domain([poor]), { ...policy, upkeep: false })).to.deep.equal([]);
    expect(kinds(domain([account(1n, { auction: { ...unflagged, canFlag: false } })]))).to.deep.equal([]);
  });

  it("behavior: binds no more than its share of the own margin, best bids first", () => {
    const accounts = [account(1n), account(2n, { auction: { ...open, priceWad: 6_000n * WAD } })];
    // 80 % of 10,000; the better one binds 13,000 / 2, the other gets what is left of 8,000 for its 14,000.
    const bids = planLiquidations({ snapshot: domain(accounts, { bidderSurplusWad: 10_000n * WAD }), policy });
    expect(bids.map((bid) => (bid.kind === "bid" ? [bid.account, bid.maxFractionWad] : []))).to.deep.equal([
      [2n, WAD / 2n],
      [1n, (1_500n * WAD) / 14_000n],
    ]);
  });

  it("behavior: bids nothing without margin, and not what capital makes too small to pay", () => {
    expect(kinds(domain([account(1n)], { bidderSurplusWad: 0n }))).to.deep.equal([]);
    expect(kinds(domain([account(1n)], { bidderSurplusWad: -WAD }))).to.deep.equal([]);
    expect(kinds(domain([account(1n)], { bidderSurplusWad: 100n * WAD }))).to.deep.equal([]);
  });

  it("behavior: gives the same plan whatever the order of the accounts", () => {
    const accounts = [1n, 2n, 3n, 4n].map((id) => account(id));
    const snapshot = domain(accounts, { bidderSurplusWad: 20_000n * WAD });
    const reversed = { ...snapshot, accounts: [...accounts].reverse() };
    expect(planLiquidations({ snapshot: reversed, policy })).to.deep.equal(planLiquidations({ snapshot, policy }));
  });

  it("behavior: leaves its input as it was", () => {
    const snapshot = domain([account(2n), account(1n)]);
    const before = structuredClone(snapshot);
    planLiquidations({ snapshot, policy });
    expect(snapshot).to.deep.equal(before);
  });

  it("error: PriceUnknownError", () => {
    const { accounts, unreadable, bidderSurplusWad, gasPriceWei } = domain([account(1n)]);
    const snapshot = { accounts, unreadable, bidderSurplusWad, gasPriceWei };
    expect(() => planLiquidations({ snapshot, policy }))
      .to.throw(PriceUnknownError)
      .with.property("asset", "ETH");
  });
});
