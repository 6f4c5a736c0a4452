import { expect } from "chai";
import { BPS, ContractRevertError, WAD, plainPortfolio } from "../../../offchain/sdk/index.js";
import type { Fork } from "./openFork.js";
import { mined, type Publish, Stage } from "./stage.js";
import { subjectOf, type Venue } from "./venue.js";

const USDC = 10n ** 6n;

/** Value of the long's position; it brings a third of that, so that a fall by 40 % ruins it. */
const POSITION_USD = 50_000n;
const LONG_USD = 17_500n;
const MAKER_USD = 100_000n;
const NEWCOMER_USD = 25_000n;
const SAVER_USD = 5_000n;

/** The pool falls to 60 % in six blocks: each takes it to 60 % ** (1 / 6). */
const FALL_BLOCKS = 6;
const FALL_PARTS_PER_MILLION = 918_410n;
const FALLEN_THOUSANDTHS = 605n;
const FALLEN_WAD = 6n * 10n ** 17n;
/** Then it lies there, until the newest part of the adapter's window shows nothing else. */
const TROUGH_BLOCKS = 6;

/** A pool whose price does not move looks dead: it trades around its price. */
const STIR_PARTS_PER_MILLION = 999_700n;

/** An hour and a half: a grade recovers in half an hour, then the level in two steps of ten minutes. */
const RECOVERY_STEPS = 46;
const RECOVERY_BLOCKS = 10;

/** What prices move by themselves while a crash of minutes goes on. */
const QUIET_MOVE_BPS = 100n;

/** As the contracts count them. */
const [FIRM, WIDE] = [0n, 1n];
const [NORMAL, GUARDED] = [0n, 1n];
const NO_FAULT = 0n;

/** How the market stood at one time. */
export type Standing = {
  readonly grade: bigint;
  readonly level: bigint;
  /** Whether a trade that opens was settled. */
  readonly opened: boolean;
  readonly poolCounts: boolean;
};

/** How the market stood at each stage of the crash. */
export type CrashReport = {
  readonly before: Standing;
  readonly during: Standing;
  readonly after: Standing;
  /** Furthest that the index ever was from what honest sources said, bps. */
  readonly furthestBps: bigint;
};

/**
 * Deploys the protocol on a fork and lives through a crash of one pool there, with what the chain itself gives. What must
 * hold at any grade is asserted here; the caller asserts which grades its sources had to give.
 *
 * @param publish - Keeps the honest sources young; absent where nobody can, as on a fork of mainnet.
 */
export async function liveThroughACrash(fork: Fork, venue: Venue, publish?: Publish): Promise<CrashReport> {
  const stage = await Stage.build(fork, venue, publish);
  const { long, maker, newcomer, saver } = stage.cast;
  await stage.fund(long, LONG_USD);
  await stage.fund(maker, MAKER_USD);
  await stage.fund(newcomer, NEWCOMER_USD);
  await stage.fund(saver, SAVER_USD);
  await stage.passBlocks(1);
  const honest = await honestInterval(stage);
  const startX96 = await stage.market.sqrtPriceX96();
  const lots = await lotsWorth(stage, POSITION_USD);
  const before = await standing(stage, await tryOpening(stage, long, lots));

  const fallBps = await fall(stage, honest);
  expect(await stage.market.priceAgainst(startX96), "the pool fell by 40 %").to.be.at.most(FALLEN_THOUSANDTHS);
  if (before.opened) await expectRuinAtPoolPrice(stage, long.account);
  await topUp(stage);
  if (before.opened) await stage.settle(maker, long, lots / 2n);
  await leave(stage);
  const during = await standing(stage, await tryOpening(stage, newcomer, lots / 10n));
  expect(during.poolCounts, "the lying pool counts").to.equal(false);
  await stage.checkConservation();

  const recoveryBps = await recover(stage, honest, startX96);
  expect(await stage.market.priceAgainst(startX96), "the pool came back").to.be.within(995n, 1_005n);
  const after = await standing(stage, await tryOpening(stage, newcomer, lots / 10n));
  expect(after.poolCounts, "the pool counts again").to.equal(true);
  const { marginVault, liquidationAuction, lossWaterfall } = stage.protocol;
  if (before.opened) await stage.settle(maker, long, await marginVault.lotsOf(long.account, stage.asset));
  await stage.checkConservation();
  expect(await liquidationAuction.openCount(), "auctions").to.equal(0n);
  expect(await lossWaterfall.shortfall(), "shortfall").to.equal(0n);
  return { before, during, after, furthestBps: recoveryBps > fallBps ? recoveryBps : fallBps };
}

/** Takes the pool down block by block, with upkeep in each. Returns how far the index went from honest sources, bps. */
async function fall(stage: Stage, honest: Interval): Promise<bigint> {
  let furthestBps = 0n;
  for (let block = 0; block < FALL_BLOCKS + TROUGH_BLOCKS; block++) {
    await stage.market.sellDown(block < FALL_BLOCKS ? FALL_PARTS_PER_MILLION : STIR_PARTS_PER_MILLION);
    await stage.passBlocks(1);
    const distanceBps = await watch(stage, honest);
    if (distanceBps > furthestBps) furthestBps = distanceBps;
  }
  return furthestBps;
}

/** Lets the pool come back and time pass. Returns how far the index went from honest sources, bps. */
async function recover(stage: Stage, honest: Interval, startX96: bigint): Promise<bigint> {
  let furthestBps = 0n;
  await stage.market.buyBack(startX96);
  for (let step = 0; step < RECOVERY_STEPS; step++) {
    if (step % 2 === 0) await stage.market.sellDown(STIR_PARTS_PER_MILLION);
    else await stage.market.buyBack(startX96);
    await stage.passBlocks(RECOVERY_BLOCKS);
    const distanceBps = await watch(stage, honest);
    if (distanceBps > furthestBps) furthestBps = distanceBps;
  }
  return furthestBps;
}

/** Holds what must hold in every block against the chain. Returns how far the index is from honest sources, bps. */
async function watch(stage: Stage, honest: Interval): Promise<bigint> {
  const [flaggable] = await stage.protocol.liquidationAuction.canFlag(stage.cast.long.account);
  expect(flaggable, "somebody is liquidated for a lying pool").to.equal(false);
  return distanceFrom(honest, stage);
}

/** The long adds cash and collateral. */
async function topUp(stage: Stage): Promise<void> {
  const { market, cast } = stage;
  await stage.fund(cast.long, 1_000n);
  await market.wrapFor(cast.long.signer, WAD);
  await stage.deposit(cast.long, market.weth, WAD);
}

/** Somebody without positions takes cash out, whatever the level. */
async function leave({ protocol, market, cast: { saver } }: Stage): Promise<void> {
  const vault = protocol.marginVault.connect(saver.signer);
  await mined(vault.withdraw(saver.account, market.usdc, 1_000n * USDC, saver.address));
}

type Interval = { readonly lowWad: bigint; readonly highWad: bigint };

/** Between which values every source spoke while all were honest. */
async function honestInterval({ diagnostics, asset }: Stage): Promise<Interval> {
  const { sources } = await diagnostics.diagnose(asset);
  const values = sources.filter(({ fault }) => fault === NO_FAULT).map(({ valueWad }) => valueWad);
  const [first] = values;
  if (first === undefined || values.length < 2) throw new RangeError("The fork has fewer than two sources that speak.");
  const beyond = (isBeyond: (a: bigint, b: bigint) => boolean) =>
    values.reduce((found, value) => (isBeyond(value, found) ? value : found), first);
  return { lowWad: beyond((a, b) => a < b), highWad: beyond((a, b) => a > b) };
}

/** How far the index is from the honest sources, bps; what a quiet market moves within their windows is allowed. */
async function distanceFrom(honest: Interval, { protocol, asset }: Stage): Promise<bigint> {
  const { lowWad, midWad, highWad } = await protocol.priceOracle.read(asset);
  expect(lowWad, "the interval's lower edge").to.be.at.most(midWad);
  expect(highWad, "the interval's upper edge").to.be.at.least(midWad);
  const outside =
    midWad < honest.lowWad ? honest.lowWad - midWad : midWad > honest.highWad ? midWad - honest.highWad : 0n;
  const distanceBps = (outside * BPS + honest.lowWad - 1n) / honest.lowWad;
  expect(distanceBps, "the index follows the honest sources, bps").to.be.at.most(QUIET_MOVE_BPS);
  return distanceBps;
}

/** At the pool's price the account would be past saving: that it is not flagged is the oracle's doing. */
async function expectRuinAtPoolPrice({ protocol, asset }: Stage, account: bigint): Promise<void> {
  const { marginVault, portfolioMargin, liquidationAuction } = protocol;
  const portfolio = plainPortfolio(await marginVault.portfolioOf(account));
  const surplusWad = await portfolioMargin.liquidationSurplusAt(portfolio, asset, FALLEN_WAD);
  expect(surplusWad < 0n, "at the pool's price the account fails maintenance").to.equal(true);
  const [, reason] = await liquidationAuction.canFlag(account);
  const selectorOf = (name: "Auction_Healthy" | "Auction_NotDeepInsolvent") =>
    liquidationAuction.interface.getError(name)?.selector;
  expect(reason).to.be.oneOf([selectorOf("Auction_Healthy"), selectorOf("Auction_NotDeepInsolvent")]);
}

async function lotsWorth({ protocol, venue, asset }: Stage, dollars: bigint): Promise<bigint> {
  const { midWad } = await protocol.priceOracle.read(asset);
  const { lotSize } = venue.spec.perps.find((perp) => BigInt(perp.asset) === asset) ?? { lotSize: 0n };
  return (dollars * WAD * WAD) / (midWad * lotSize);
}

/** Whether somebody can open a position against the maker; a refusal must be the policy's. */
async function tryOpening(stage: Stage, buyer: Stage["cast"]["long"], lots: bigint): Promise<boolean> {
  try {
    await stage.settle(buyer, stage.cast.maker, lots);
    return true;
  } catch (error) {
    if (!(error instanceof ContractRevertError)) throw error;
    expect(error.errorName).to.be.oneOf(["Vault_ActionRefused", "Vault_NotReducing", "Vault_ReductionWorsens"]);
    return false;
  }
}

/** What the market stands at; opening must have gone as grade and level say. */
async function standing({ protocol, diagnostics, asset, venue }: Stage, opened: boolean): Promise<Standing> {
  const { grade } = await protocol.priceOracle.read(asset);
  const level = await protocol.circuitBreaker.levelOf(asset);
  expect(opened, `opening at grade ${grade} and level ${level}`).to.equal(grade <= WIDE && level <= GUARDED);
  const { sources } = await diagnostics.diagnose(asset);
  const pool = sources[subjectOf(venue.spec).poolIndex];
  return { grade, level, opened, poolCounts: pool?.fault === NO_FAULT };
}

/** The market as it stands in quiet times, with every source speaking. */
export const QUIET: Standing = { grade: FIRM, level: NORMAL, opened: true, poolCounts: true };
