import type { Person } from "../../offchain/lab/index.js";
import { WAD, plainPortfolio } from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";
import { BenchSetupError } from "./errors.js";
import type { Leg, Stage } from "./stage.js";

const NOTIONAL_WAD = 50_000n * WAD;
/** What is posted beyond what opening asks, bps. */
const BUFFER_BPS = 300n;
const FALL_PPM = -4_000n;
const MAX_STEPS = 150;
const CAPACITY_WAD = 5_000_000n * WAD;
const CAPACITY_WINDOW_SECONDS = 300n;

async function openVictim(stage: Stage, person: Person, count: number): Promise<void> {
  const { world } = stage;
  const legs: Leg[] = Array.from({ length: count }, (_, index) => ({ asset: index + 1, notionalWad: NOTIONAL_WAD }));
  const perps = [];
  let costWad = 0n;
  for (const leg of legs) {
    const sizeWad = (await stage.lotsFor(leg)) * world.lotSize(leg.asset - 1);
    perps.push({ asset: leg.asset, sizeWad });
    costWad += (sizeWad * (await stage.midOf(leg.asset))) / WAD;
  }
  const portfolio = { cashWad: -costWad, collateral: [], perps, options: [] };
  const askedWad = -(await world.protocol.portfolioMargin.initialSurplus(portfolio, WAD));
  const usd = (askedWad * (10_000n + BUFFER_BPS)) / 10_000n / WAD;
  const trades = [];
  for (const leg of legs) trades.push(await stage.settle(person, world.cast.maker, leg));
  await world.insist(`opening ${count} legs`, [stage.depositUsd(person, usd), ...trades]);
}

/** Meters every market that is sold, as a network does. */
async function limitSales(stage: Stage, count: number): Promise<void> {
  const { world } = stage;
  const { IAuctionParameters__factory } = await import("../../types/ethers-contracts/index.js");
  const parameters = IAuctionParameters__factory.createInterface();
  const calls = Array.from({ length: count }, (_, index) => {
    const terms = [index + 1, CAPACITY_WAD, CAPACITY_WINDOW_SECONDS] as const;
    return stage.call(
      world.cast.deployer,
      "auctionParameters",
      parameters.encodeFunctionData("setCapacity", [...terms]),
    );
  });
  await world.insist("setting capacities", calls);
}

/** Lets prices fall until something holds. */
async function fallUntil(stage: Stage, figure: string, holds: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step++) {
    if (await holds()) return;
    await stage.step(FALL_PPM);
  }
  throw new BenchSetupError(figure, `${MAX_STEPS} steps of falling prices did not bring it about`);
}

function auctionCalls(stage: Stage) {
  const { keeper } = stage.world.cast;
  const room = stage.world.protocol.liquidationAuction;
  const most = 2n ** 127n - 1n;
  return {
    flag: (person: Person) =>
      stage.call(
        keeper,
        "liquidationAuction",
        room.interface.encodeFunctionData("flag", [person.account, keeper.account]),
      ),
    bid: (person: Person) =>
      stage.call(
        keeper,
        "liquidationAuction",
        room.interface.encodeFunctionData("bid", [person.account, keeper.account, WAD, most]),
      ),
    canFlag: async (person: Person) => (await room.canFlag(person.account)).ok,
    canBid: async (person: Person) => (await room.canBid(person.account, keeper.account, keeper.address, WAD, most)).ok,
    quote: (person: Person) => room.quote(person.account),
  };
}

/** Flags of accounts that just fell through, bids on them, and bids on accounts that were found insolvent. */
export async function measureLiquidation(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const [one, four, lateOne, lateFour] = [stage.trader(5), stage.trader(6), stage.trader(7), stage.trader(8)];
  const { flag, bid, canFlag, canBid, quote } = auctionCalls(stage);
  const figures: Record<string, bigint> = {};
  await limitSales(stage, 4);
  await stage.step();
  for (const [person, legs] of [
    [one, 1],
    [four, 4],
    [lateOne, 1],
    [lateFour, 4],
  ] as const)
    await openVictim(stage, person, legs);
  for (const [person, legs] of [
    [one, 1],
    [four, 4],
  ] as const) {
    await fallUntil(stage, `flag.${legs}`, () => canFlag(person));
    figures[`flag.${legs}`] = await stage.gasOf(`flag.${legs}`, flag(person));
    await fallUntil(stage, `bid.${legs}`, () => canBid(person));
    figures[`bid.${legs}`] = await stage.gasOf(`bid.${legs}`, bid(person));
  }
  const equityOf = async (person: Person) => {
    const portfolio = plainPortfolio(await world.protocol.marginVault.portfolioOf(person.account));
    return (await world.protocol.portfolioMargin.report(portfolio, WAD)).favourableEquityWad;
  };
  for (const [person, legs] of [
    [lateOne, 1],
    [lateFour, 4],
  ] as const) {
    const key = `bid.${legs}.insolvent`;
    await fallUntil(stage, key, async () => (await equityOf(person)) < 0n);
    await world.insist(`flagging for ${key}`, [flag(person)]);
    await fallUntil(stage, key, () => canBid(person));
    if ((await quote(person)).phase !== 2n) throw new BenchSetupError(key, "the auction is not of the insolvent kind");
    figures[key] = await stage.gasOf(key, bid(person));
  }
  return figures;
}
