import { expect } from "chai";
import {
  type DueExpiry,
  type Duty,
  type DutySnapshot,
  listableExpiries,
  ORDINARY_DUTIES,
  planDuties,
} from "../../../offchain/keeper/index.js";

const DAY = 86_400;
/** 2024-01-01T00:00:00Z, a Monday. */
const NOW = 1_704_067_200;

const price = (asset: bigint, facts: { age?: number; isFirm?: boolean; isQuorate?: boolean } = {}) => ({
  asset,
  updatedAt: NOW - (facts.age ?? 0),
  isFirm: facts.isFirm ?? true,
  isQuorate: facts.isQuorate ?? true,
});

const expiry: DueExpiry = {
  slot: 3n,
  asset: 1n,
  isHeld: true,
  canFix: false,
  canSettle: false,
  canRetire: false,
  markedAt: 0,
  gapSeconds: 120,
};

function domain(facts: Partial<DutySnapshot> = {}): DutySnapshot {
  return {
    nowSeconds: NOW,
    prices: [price(1n), price(2n)],
    feeds: [],
    underlyings: [],
    expiries: [],
    holders: [],
    backings: [],
    pairs: [],
    unreadable: [],
    ...facts,
  };
}

const planned = (facts: Partial<DutySnapshot>, policy = ORDINARY_DUTIES): readonly Duty[] =>
  planDuties({ snapshot: domain(facts), policy });

describe("planDuties", () => {
  it("default: nothing is due where everything is fresh", () => {
    expect(planned({})).to.deep.equal([]);
  });

  it("behavior: pokes what has aged, exactly from the age told, and shows the breaker all assets", () => {
    const aged = (age: number) => planned({ prices: [price(1n, { age }), price(2n)] });
    expect(aged(47)).to.deep.equal([]);
    expect(aged(48)).to.deep.equal([
      { kind: "poke", assets: [1n] },
      { kind: "update", assets: [1n, 2n] },
    ]);
  });

  it("behavior: pulls old feeds of one provider in one update, each once", () => {
    const feed = (adapter: string, provider: string, feedId: string, age: number) => ({
      adapter,
      provider,
      feedId,
      updatedAt: NOW - age,
    });
    const feeds = [feed("a", "p", "x", 48), feed("b", "p", "y", 47), feed("c", "p", "z", 60), feed("d", "q", "x", 99)];
    expect(planned({ feeds: [...feeds, feed("e", "p", "x", 70)] })).to.deep.equal([
      { kind: "pull", adapter: "a", feedIds: ["x", "z"] },
      { kind: "pull", adapter: "d", feedIds: ["x"] },
    ]);
  });

  it("behavior: marks a settlement price as often as told, and twice within what counts", () => {
    const markedFor = (age: number, gapSeconds = 120) =>
      planned({ expiries: [{ ...expiry, canFix: true, markedAt: NOW - age, gapSeconds }] });
    expect(markedFor(47)).to.deep.equal([]);
    expect(markedFor(48)).to.deep.equal([{ kind: "fix", slot: 3n }]);
    expect(markedFor(29, 60)).to.deep.equal([]);
    expect(markedFor(30, 60)).to.deep.equal([{ kind: "fix", slot: 3n }]);
    expect(planned({ expiries: [{ ...expiry, canFix: true }] })).to.deep.equal([{ kind: "fix", slot: 3n }]);
  });

  it("behavior: marks nothing while the oracle is not Firm, and nothing that the contract refuses", () => {
    const marked = (age: number) =>
      planned({ prices: [price(1n, { isFirm: false, age }), price(2n)], expiries: [{ ...expiry, canFix: true }] });
    expect(marked(23)).to.deep.equal([]);
    expect(marked(24), "age alone may have made it Wide").to.deep.equal([{ kind: "fix", slot: 3n }]);
    expect(planned({ expiries: [{ ...expiry, canFix: false }] })).to.deep.equal([]);
    expect(planned({ expiries: [{ ...expiry, canFix: true, canSettle: true, isHeld: false }] })).to.deep.equal([]);
  });

  it("behavior: settles, pays and retires in that order, accounts a batch at a time", () => {
    const holders = Array.from({ length: 40 }, (_, index) => BigInt(index + 1));
    const expiries = [
      { ...expiry, slot: 1n, canRetire: true },
      { ...expiry, slot: 2n, canSettle: true },
    ];
    expect(planned({ expiries, holders })).to.deep.equal([
      { kind: "settle", slot: 2n },
      { kind: "collect", accounts: holders.slice(0, 16) },
      { kind: "retire", slot: 1n },
    ]);
  });

  it("behavior: lists the nearest missing dates, within what is free, and only at a Firm price", () => {
    const dates = listableExpiries(NOW);
    const underlying = (asset: bigint, listed: readonly number[], freeSlots: number) => ({ asset, listed, freeSlots });
    const [first = 0, second = 0] = dates;
    expect(planned({ underlyings: [underlying(1n, [], 16)] })).to.deep.equal([
      { kind: "list", asset: 1n, expiry: first },
      { kind: "list", asset: 1n, expiry: second },
    ]);
    expect(planned({ underlyings: [underlying(2n, [first], 16), underlying(1n, [first], 16)] })).to.deep.equal([
      { kind: "list", asset: 1n, expiry: second },
      { kind: "list", asset: 2n, expiry: second },
    ]);
    expect(planned({ underlyings: [underlying(1n, [first], 1)] })).to.have.length(1);
    expect(planned({ underlyings: [underlying(1n, [], 0), underlying(2n, dates, 2)] })).to.deep.equal([]);
    const prices = [price(1n, { isFirm: false })];
    expect(planned({ prices, underlyings: [underlying(1n, [], 16)] })).to.deep.equal([]);
  });

  it("behavior: does not race for a date that is about to leave the calendar", () => {
    const leaving = NOW + DAY + 8 * 3_600;
    const at = (secondsLeft: number) => {
      const nowSeconds = leaving - DAY - secondsLeft;
      const prices = [{ ...price(1n), updatedAt: nowSeconds }];
      return planned({ nowSeconds, prices, underlyings: [{ asset: 1n, listed: [], freeSlots: 16 }] })[0];
    };
    expect(at(120)).to.deep.equal({ kind: "list", asset: 1n, expiry: leaving });
    expect(at(119)).to.deep.equal({ kind: "list", asset: 1n, expiry: leaving + DAY });
  });

  it("behavior: observes due pairs together, eight assets at most, none without a quorum", () => {
    const assets = Array.from({ length: 10 }, (_, index) => BigInt(index + 1));
    const pairs = assets.slice(1).map((asset) => [1n, asset] as const);
    const prices = assets.map((asset) => price(asset, { isQuorate: asset !== 3n }));
    expect(planned({ prices, pairs })).to.deep.equal([{ kind: "observe", assets: [1n, 2n, 4n, 5n, 6n, 7n, 8n, 9n] }]);
    expect(planned({ prices, pairs: [[1n, 3n]] })).to.deep.equal([]);
  });

  it("behavior: asks a pool anew from the change told, and at the first time", () => {
    const backing = (keptUsd: bigint, actualUsd: bigint) => planned({ backings: [{ asset: 1n, keptUsd, actualUsd }] });
    const sync = [{ kind: "syncBacking", asset: 1n }];
    expect(backing(10_000n, 10_199n)).to.deep.equal([]);
    expect(backing(10_000n, 10_200n)).to.deep.equal(sync);
    expect(backing(10_000n, 9_800n)).to.deep.equal(sync);
    expect(backing(0n, 1n)).to.deep.equal(sync);
    expect(backing(0n, 0n)).to.deep.equal([]);
  });

  it("behavior: a tick is bounded, and prices come first in it", () => {
    const expiries = Array.from({ length: 30 }, (_, slot) => ({ ...expiry, slot: BigInt(slot), canSettle: true }));
    const duties = planned({ expiries, prices: [price(1n, { age: 60 })] });
    expect(duties).to.have.length(ORDINARY_DUTIES.mostPerTick);
    expect(duties.slice(0, 3).map(({ kind }) => kind)).to.deep.equal(["poke", "update", "settle"]);
  });
});

describe("listableExpiries", () => {
  it("default: days, Fridays, last Fridays, quarters; never more than 14", () => {
    const dates = listableExpiries(NOW).map((at) => new Date(at * 1000).toISOString().slice(0, 10));
    expect(dates).to.deep.equal([
      "2024-01-02",
      "2024-01-03",
      "2024-01-05",
      "2024-01-12",
      "2024-01-19",
      "2024-01-26",
      "2024-02-23",
      "2024-03-29",
      "2024-06-28",
      "2024-09-27",
      "2024-12-27",
    ]);
    for (let hour = 0; hour < 400 * 24; hour += 5)
      expect(listableExpiries(NOW + hour * 3_600).length).to.be.lessThan(15);
  });
});
