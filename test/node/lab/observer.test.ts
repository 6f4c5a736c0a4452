import { expect } from "chai";
import { AccountObserver, healthBps } from "../../../offchain/lab/simulator/observer.js";

const trader = {
  id: "T01",
  asset: 0,
  side: "long",
  wantedWad: 1n,
  moneyWad: 1n,
  collateral: "USDC",
  opportunist: false,
} as const;
const standing = (belowAtFair: boolean, fairEquityWad = 1n) => ({ healthBps: 1, fairEquityWad, belowAtFair });

describe("AccountObserver", () => {
  it("default: measures the longest time under water and insolvent", () => {
    const observer = new AccountObserver(trader);
    observer.see(0, standing(false));
    observer.see(10, standing(true));
    observer.see(40, standing(true, -1n));
    observer.see(60, standing(true, -1n));
    observer.see(70, standing(false));
    observer.see(80, standing(true));
    expect(observer.maxSecondsUnderWater).to.equal(50);
    expect(observer.maxSecondsInsolvent).to.equal(20);
    expect(observer.leftUnderWater).to.equal(true);
  });

  it("behavior: a liquidation is wrongful only when the fair price never gave a reason, before or after", () => {
    const never = new AccountObserver(trader);
    never.see(0, standing(false));
    never.hit(10);
    expect(never.wronged).to.equal(true);
    never.wouldHaveFallen();
    expect(never.wronged).to.equal(false);
    const before = new AccountObserver(trader);
    before.see(0, standing(true));
    before.hit(10);
    expect(before.wronged).to.equal(false);
    expect(new AccountObserver(trader).wronged).to.equal(false);
  });

  it("behavior: a step against the account ends its time under water", () => {
    const observer = new AccountObserver(trader);
    observer.see(0, standing(true));
    observer.hit(30);
    observer.see(40, standing(true));
    observer.see(45, standing(true));
    expect(observer.maxSecondsUnderWater).to.equal(30);
    expect(observer.leftUnderWater).to.equal(false);
    observer.see(1_239, standing(true));
    expect(observer.leftUnderWater).to.equal(false);
    observer.see(1_240, standing(true));
    expect(observer.leftUnderWater, "sold in part, then forgotten").to.equal(true);
  });

  it("behavior: health is capped for drawing", () => {
    expect(healthBps(3n, 2n)).to.equal(15_000);
    expect(healthBps(1n, 0n)).to.equal(100_000);
    expect(healthBps(-(10n ** 30n), 1n)).to.equal(-100_000);
  });
});
