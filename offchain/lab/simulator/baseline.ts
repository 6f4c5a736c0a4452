import { BPS, divWad, larger, lowerMedian, microUsd, money, mulWad, smaller, wad } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import type { Metrics } from "../scenarios/scenario.js";
import { BLOCK_SECONDS } from "../scenarios/tape.js";
import { fairPrices } from "./fair.js";
import { type Feeds, publishFeeds, sourceIndex } from "./feeds.js";
import { AccountObserver, healthBps, markWrongful } from "./observer.js";
import { OPENING_BUFFER_BPS, type Trader, drawTraders, keeperActs, soleBidder } from "./population.js";
import type { RunEvent, RunResult } from "./result.js";

/** Assets must be worth this share of debts, at all times: the static rule of the early designs. */
export const COLLATERAL_RATIO_BPS = 15_000n;
/** What a liquidator gains on the position it takes over: the fixed penalty of the early designs. */
export const PENALTY_BPS = 1_300n;

/** An account of a baseline: cash may be negative (debt), size may be negative (short). */
export type BaselineAccount = {
  readonly trader: Trader;
  /** Size of the position at the opening, WAD of USD. */
  readonly notionalWad: bigint;
  readonly cashWad: bigint;
  readonly sizeWad: bigint;
  /** Collateral in ether, WAD. */
  readonly etherWad: bigint;
  readonly closed: boolean;
};

/** Prices an account is valued at, WAD of USD. */
export type BaselinePrices = { readonly assetWad: bigint; readonly etherWad: bigint };

/** What an account owns and what it owes at given prices. */
export function balanceOf(account: BaselineAccount, prices: BaselinePrices): { assetsWad: bigint; debtsWad: bigint } {
  const parts = [account.cashWad, mulWad(account.sizeWad, prices.assetWad), mulWad(account.etherWad, prices.etherWad)];
  const assetsWad = parts.reduce((sum, part) => sum + larger(part, 0n), 0n);
  return { assetsWad, debtsWad: parts.reduce((sum, part) => sum + larger(-part, 0n), 0n) };
}

/** Whether the static ratio fails at given prices. */
export function isUndercollateralised(account: BaselineAccount, prices: BaselinePrices): boolean {
  const { assetsWad, debtsWad } = balanceOf(account, prices);
  return !account.closed && assetsWad * BPS < debtsWad * COLLATERAL_RATIO_BPS;
}

/** Opens the position wanted, or the largest that the trader's money carries at the ratio asked. */
export function openBaselineAccount(trader: Trader, prices: BaselinePrices): BaselineAccount {
  const cashLong = trader.side === "long" && trader.collateral === "USDC";
  // Bought on credit, assets are the position itself: a cash margin m leaves a debt of n - m against assets of n.
  const ofBps = cashLong ? COLLATERAL_RATIO_BPS : BPS;
  const carriedWad = (trader.moneyWad * ofBps * BPS) / ((COLLATERAL_RATIO_BPS - BPS) * (BPS + OPENING_BUFFER_BPS));
  const notionalWad = smaller(trader.wantedWad, carriedWad);
  const size = divWad(notionalWad, prices.assetWad);
  const cash = trader.collateral === "USDC";
  const long = trader.side === "long";
  return {
    trader,
    notionalWad,
    cashWad: (cash ? trader.moneyWad : 0n) + (long ? -notionalWad : notionalWad),
    sizeWad: long ? size : -size,
    etherWad: cash ? 0n : divWad(trader.moneyWad, prices.etherWad),
    closed: false,
  };
}

/** What a liquidation at the source's price leaves: cash for the owner, or a loss for the protocol. */
export type CloseOut = { readonly leftWad: bigint; readonly lossWad: bigint };

/** What an auction without a reserve price leaves when a single bidder is there: it bids nothing, and wins. */
export function closeOutToSoleBidder(account: BaselineAccount, fairWad: bigint): CloseOut {
  const owedWad = larger(-account.cashWad, 0n) + mulWad(larger(-account.sizeWad, 0n), fairWad);
  return { leftWad: 0n, lossWad: owedWad };
}

/**
 * Closes an account at the source's price less the penalty: what an auction brings when bidders compete.
 *
 * A long's coins are sold to the liquidator; debt that the proceeds do not repay is the loss. A short's coins are
 * repaid by the liquidator as far as the account's means reach; coins still owed cost the protocol `fairWad` each.
 */
export function closeOut(account: BaselineAccount, prices: BaselinePrices, fairWad: bigint): CloseOut {
  const discounted = (valueWad: bigint) => (valueWad * (BPS - PENALTY_BPS)) / BPS;
  const means = account.cashWad + discounted(mulWad(account.etherWad, prices.etherWad));
  if (account.sizeWad >= 0n) {
    const left = means + discounted(mulWad(account.sizeWad, prices.assetWad));
    return { leftWad: larger(left, 0n), lossWad: larger(-left, 0n) };
  }
  const costWad = mulWad(-account.sizeWad, (prices.assetWad * (BPS + PENALTY_BPS)) / BPS);
  if (means >= costWad) return { leftWad: means - costWad, lossWad: 0n };
  const owed = -account.sizeWad - (-account.sizeWad * larger(means, 0n)) / costWad;
  return { leftWad: 0n, lossWad: mulWad(owed, fairWad) };
}

/** Whether a keeper that deals at the source's price does not lose at the market: nobody works at a loss. */
function worthwhile(account: BaselineAccount, source: BaselinePrices, market: BaselinePrices): boolean {
  const bought = (sourceWad: bigint, marketWad: bigint) => marketWad * BPS > sourceWad * (BPS - PENALTY_BPS);
  if (account.sizeWad > 0n) return bought(source.assetWad, market.assetWad);
  return source.assetWad * (BPS + PENALTY_BPS) > market.assetWad * BPS;
}

type State = {
  readonly input: Case;
  readonly feeds: Feeds;
  readonly fair: readonly (readonly bigint[])[];
  readonly ether: number;
  readonly source: number;
  accounts: BaselineAccount[];
  /** Accounts as they stood when they were liquidated: what the fair price would have done to them. */
  readonly ghosts: (BaselineAccount | undefined)[];
  readonly observers: readonly AccountObserver[];
  readonly events: RunEvent[];
  readonly fundLine: number[];
  fundWad: bigint;
  readonly pooledCashWad: bigint;
  badDebtWad: bigint;
  insuranceUsedWad: bigint;
  takenWad: bigint;
  ownerCostWad: bigint;
  liquidations: number;
  congestedAuctions: number;
};

function sourcePrices(state: State, step: number, asset: number): BaselinePrices {
  const at = (index: number) => state.feeds[step]?.[index]?.[state.source]?.priceWad ?? 0n;
  return { assetWad: at(asset), etherWad: state.ether < 0 ? 0n : at(state.ether) };
}

function fairAt(state: State, step: number, asset: number): BaselinePrices {
  const at = (index: number) => state.fair[index]?.[step] ?? 0n;
  return { assetWad: at(asset), etherWad: state.ether < 0 ? 0n : at(state.ether) };
}

function coverLoss(state: State, atSeconds: number, subject: string, lossWad: bigint): void {
  const paid = smaller(lossWad, state.fundWad);
  state.fundWad -= paid;
  state.insuranceUsedWad += paid;
  state.badDebtWad += lossWad - paid;
  if (paid > 0n) state.events.push({ atSeconds, kind: "fund", subject, text: `Fund pays ${money(paid)}` });
}

function liquidate(state: State, step: number, index: number, atSeconds: number): void {
  const account = state.accounts[index];
  const observer = state.observers[index];
  if (account === undefined || observer === undefined) return;
  const prices = sourcePrices(state, step, account.trader.asset);
  const fairWad = fairAt(state, step, account.trader.asset).assetWad;
  const alone = soleBidder(state.input, atSeconds, state.congestedAuctions);
  if (alone !== undefined) state.congestedAuctions += 1;
  const { leftWad, lossWad } =
    alone === true ? closeOutToSoleBidder(account, fairWad) : closeOut(account, prices, fairWad);
  const fair = balanceOf(account, fairAt(state, step, account.trader.asset));
  state.ownerCostWad += larger(larger(fair.assetsWad - fair.debtsWad, 0n) - leftWad, 0n);
  observer.hit(atSeconds);
  state.ghosts[index] = account;
  state.accounts[index] = { ...account, cashWad: leftWad, sizeWad: 0n, etherWad: 0n, closed: true };
  state.liquidations += 1;
  const loss = lossWad > 0n ? `, ${money(lossWad)} short` : "";
  const deal = alone === true ? "sold to the only bidder for nothing" : `closed at ${money(prices.assetWad)}`;
  const text = `${account.trader.side} of ${money(account.notionalWad)} ${deal}${loss}`;
  state.events.push({ atSeconds, kind: "liquidation", subject: account.trader.id, text });
  if (lossWad > 0n) coverLoss(state, atSeconds, account.trader.id, lossWad);
}

/** The opportunist borrows whatever the source's price allows, as far as there is cash to take. */
function takeOut(state: State, step: number, atSeconds: number): void {
  const span = state.input.opportunist;
  if (span === undefined || atSeconds < span.fromSeconds || atSeconds >= span.toSeconds) return;
  const index = state.accounts.findIndex(({ trader, closed }) => trader.opportunist && !closed);
  const account = state.accounts[index];
  if (account === undefined) return;
  const { assetsWad, debtsWad } = balanceOf(account, sourcePrices(state, step, account.trader.asset));
  const allowed = smaller((assetsWad * BPS) / COLLATERAL_RATIO_BPS - debtsWad, state.pooledCashWad - state.takenWad);
  const fairBalance = balanceOf(account, fairAt(state, step, account.trader.asset));
  const honest = larger((fairBalance.assetsWad * BPS) / COLLATERAL_RATIO_BPS - fairBalance.debtsWad, 0n);
  // What the fair price releases as well is the trader's own.
  if (allowed <= honest) return;
  state.accounts[index] = { ...account, cashWad: account.cashWad - allowed };
  state.takenWad += allowed - honest;
  state.events.push({ atSeconds, kind: "theft", subject: account.trader.id, text: `Takes out ${money(allowed)}` });
}

function runKeepers(state: State, step: number, atSeconds: number): void {
  if (!keeperActs(state.input, atSeconds, step)) return;
  const { ticks } = state.input.tape;
  const tick = ticks[step];
  const blocks = Math.max(1, Math.floor(((ticks[step + 1]?.atSeconds ?? atSeconds) - atSeconds) / BLOCK_SECONDS));
  let room = state.input.keepers.perBlock * blocks;
  state.accounts.forEach((account, index) => {
    const prices = sourcePrices(state, step, account.trader.asset);
    const market: BaselinePrices = {
      assetWad: lowerMedian(tick?.prices[account.trader.asset] ?? []),
      etherWad: state.ether < 0 ? 0n : lowerMedian(tick?.prices[state.ether] ?? []),
    };
    if (room === 0 || !isUndercollateralised(account, prices) || !worthwhile(account, prices, market)) return;
    room -= 1;
    liquidate(state, step, index, atSeconds);
  });
}

function observe(state: State, step: number, atSeconds: number): void {
  state.fundLine.push(microUsd(state.fundWad));
  state.accounts.forEach((account, index) => {
    const own = balanceOf(account, sourcePrices(state, step, account.trader.asset));
    const fair = fairAt(state, step, account.trader.asset);
    const { assetsWad, debtsWad } = balanceOf(account, fair);
    const ghost = state.ghosts[index];
    if (ghost !== undefined && isUndercollateralised(ghost, fair)) state.observers[index]?.wouldHaveFallen();
    state.observers[index]?.see(atSeconds, {
      healthBps: account.closed ? null : healthBps(own.assetsWad, (own.debtsWad * COLLATERAL_RATIO_BPS) / BPS),
      fairEquityWad: assetsWad - debtsWad,
      belowAtFair: isUndercollateralised(account, fair),
    });
  });
}

/** Losses that nobody has realised yet but that are there at the fair price of the last step. */
function openLosses(state: State, step: number): bigint {
  return state.accounts.reduce((sum, account) => {
    const { assetsWad, debtsWad } = balanceOf(account, fairAt(state, step, account.trader.asset));
    return sum + larger(debtsWad - assetsWad, 0n);
  }, 0n);
}

function metricsOf(state: State): Metrics {
  const most = (read: (observer: AccountObserver) => number) => Math.max(0, ...state.observers.map(read));
  return {
    badDebtWad: state.badDebtWad,
    wrongfulLiquidations: state.observers.filter(({ wronged }) => wronged).length,
    liquidations: state.liquidations,
    maxSecondsUnderWater: most(({ maxSecondsUnderWater }) => maxSecondsUnderWater),
    maxSecondsInsolvent: most(({ maxSecondsInsolvent }) => maxSecondsInsolvent),
    insuranceUsedWad: state.insuranceUsedWad,
    penaltyPoolUsedWad: 0n,
    backstopUsedWad: 0n,
    haircutWad: 0n,
    breakerTrips: 0,
    ownerCostWad: state.ownerCostWad,
    takenWad: state.takenWad,
    leftUnderWater: state.observers.filter(({ leftUnderWater }) => leftUnderWater).length,
  };
}

function start(input: Case, withFund: boolean): State {
  const feeds = publishFeeds(input);
  const ether = input.tape.assets.findIndex(({ symbol }) => symbol === "ETH");
  const source = sourceIndex(input.baselineSource);
  const traders = drawTraders(input);
  const first = (index: number) => (index < 0 ? 0n : (feeds[0]?.[index]?.[source]?.priceWad ?? 0n));
  const accounts = traders.map((trader) =>
    openBaselineAccount(trader, { assetWad: first(trader.asset), etherWad: first(ether) }),
  );
  const pooledCashWad = accounts.reduce(
    (sum, { trader }) => sum + (trader.collateral === "USDC" ? trader.moneyWad : 0n),
    0n,
  );
  return {
    input,
    feeds,
    fair: fairPrices(input.tape),
    ether,
    source,
    accounts,
    ghosts: [],
    observers: traders.map((trader) => new AccountObserver(trader)),
    events: [],
    fundLine: [],
    fundWad: withFund ? wad(input.insuranceFundUsd) : 0n,
    pooledCashWad,
    badDebtWad: 0n,
    insuranceUsedWad: 0n,
    takenWad: 0n,
    ownerCostWad: 0n,
    liquidations: 0,
    congestedAuctions: 0,
  };
}

/**
 * Runs a case on a baseline: static 150 % collateralisation on one source, immediate liquidation at that source's
 * price with a fixed penalty; with an insurance fund or without.
 */
export function runBaseline(input: Case, design: "early" | "intermediate"): RunResult {
  const state = start(input, design === "intermediate");
  const insuranceStartWad = state.fundWad;
  const positionsWad = state.accounts.reduce((sum, { notionalWad }) => sum + notionalWad, 0n);
  input.tape.ticks.forEach(({ atSeconds }, step) => {
    takeOut(state, step, atSeconds);
    runKeepers(state, step, atSeconds);
    observe(state, step, atSeconds);
  });
  const last = input.tape.ticks.length - 1;
  const lost = openLosses(state, last);
  if (lost > 0n) coverLoss(state, input.tape.ticks[last]?.atSeconds ?? 0, "open accounts", lost);
  const metrics = metricsOf(state);
  return {
    scenario: input.name,
    design,
    seed: input.seed,
    metrics,
    breaches: input.property.breaches(metrics),
    finalBlockHash: null,
    blocks: 0,
    transactions: 0,
    moneyWad: state.accounts.reduce((sum, { trader }) => sum + trader.moneyWad, 0n),
    wantedWad: state.accounts.reduce((sum, { trader }) => sum + trader.wantedWad, 0n),
    notionalWad: positionsWad,
    insuranceStartWad,
    waterfall: [
      { layer: "Insurance fund", usedWad: metrics.insuranceUsedWad },
      { layer: "No owner (bad debt)", usedWad: metrics.badDebtWad },
    ],
    events: markWrongful(state.events, state.observers),
    accounts: state.observers.map((observer) =>
      observer.series(input.tape.assets[observer.trader.asset]?.symbol ?? ""),
    ),
    index: [],
    levels: [],
    fund: state.fundLine,
    // The early designs have no options: nobody can trade them there.
    options: null,
  };
}
