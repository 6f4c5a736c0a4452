import { InterruptedRunError } from "../../errors.js";
import { type RunHooks, abortReason } from "../../lab.js";
import { larger, microUsd, money, wad } from "../../numbers.js";
import type { Case } from "../../scenarios/case.js";
import type { Metrics, OptionPlan } from "../../scenarios/scenario.js";
import { fairPrices } from "../fair.js";
import { type Feeds, publishFeeds } from "../feeds.js";
import { AccountObserver, markWrongful } from "../observer.js";
import { drawTraders, keeperActs } from "../population.js";
import type { BookOutcome, IndexSeries, LevelSeries, OptionsOutcome, RunResult } from "../result.js";
import { type Judged, type PriceOf, carriedTo, equityAt, isBelow, readAccounts, standingOf } from "./accounts.js";
import { type Call, type MinedBlock } from "./chain.edge.js";
import { checkConservation } from "./conservation.js";
import { Ledger } from "./ledger.js";
import { type OpenedBook, type StagedExpiry, lotNotionalWad, openBooks, stageExpiry, startOf } from "./books.edge.js";
import { dutyCalls } from "./duties.js";
import { callsOf, planKeeper } from "./liquidator.js";
import { type OpenedAccount, openPositions } from "./opening.edge.js";
import { Opportunist } from "./opportunist.js";
import { MarketWatch } from "./marketWatch.js";
import { assetId } from "./spec.js";
import type { World } from "./world.edge.js";

const BLOCK = 12;
/** Longest silence of keepers' upkeep in calm stretches of a tape. */
const UPKEEP_SECONDS = 84;
/** Steps between two checks that nothing was created or lost. */
const CONSERVATION_STEPS = 40;
const FIRST_STEP_AFTER_SECONDS = 60;

/** Options of a case on a world: what the case wants, the expiry, the books, and lots open on one side at the start. */
type StagedOptions = {
  readonly plan: OptionPlan;
  readonly expiry: StagedExpiry;
  readonly books: readonly OpenedBook[];
  readonly openLots: bigint;
};

type Series = { low: number[]; mid: number[]; high: number[] };

/** One case on one world. */
class EvmRun {
  private readonly feeds: Feeds;
  private readonly fair: readonly (readonly bigint[])[];
  private readonly ledger: Ledger;
  private readonly observers: ReadonlyMap<bigint, AccountObserver>;
  /** Accounts as they stood before the first slice was sold: what the fair price would have done to them. */
  private readonly ghosts = new Map<bigint, Judged>();
  private readonly watched: ReadonlySet<bigint>;
  private readonly index: readonly Series[];
  private readonly levels: readonly number[][];
  private readonly fund: number[] = [];
  private readonly opportunist: Opportunist | undefined;
  private accounts: ReadonlyMap<bigint, Judged> = new Map();
  private readonly market: MarketWatch;
  private waiting: readonly Call[] = [];
  private startSeconds = 0;

  constructor(
    private readonly world: World,
    private readonly input: Case,
    private readonly opened: readonly OpenedAccount[],
    private readonly options: StagedOptions | undefined,
  ) {
    this.feeds = publishFeeds(input);
    this.fair = fairPrices(input.tape);
    const { keeper, maker } = world.cast;
    const books = options?.books ?? [];
    const names = new Map([
      [keeper.account, "keeper"],
      [maker.account, "market maker"],
      ...[...opened, ...books].map(({ person, trader }): [bigint, string] => [person.account, trader.id]),
    ]);
    const symbolOf = (asset: bigint) =>
      asset === 0n ? "domain" : (world.plan.symbols[Number(asset) - 1] ?? "wstETH/ETH");
    this.ledger = new Ledger((account) => names.get(account) ?? "another account", symbolOf, options?.expiry.slot);
    this.observers = new Map(
      [...opened, ...books].map(({ person, trader }) => [person.account, new AccountObserver(trader)]),
    );
    this.watched = new Set(names.keys());
    this.index = world.plan.symbols.map(() => ({ low: [], mid: [], high: [] }));
    this.levels = [...world.plan.symbols, "domain"].map(() => []);
    this.market = new MarketWatch(world);
    const thief = opened.find(({ trader }) => trader.opportunist);
    this.opportunist = thief === undefined ? undefined : new Opportunist(world, thief);
  }

  /** Runs every step of the tape. */
  async play(hooks: RunHooks): Promise<void> {
    this.startSeconds =
      this.options === undefined
        ? this.world.chain.nowSeconds + FIRST_STEP_AFTER_SECONDS
        : startOf(this.options.expiry, this.options.plan);
    const { ticks } = this.input.tape;
    for (const [step, { atSeconds }] of ticks.entries()) {
      if (hooks.signal.aborted) throw new InterruptedRunError(abortReason(hooks.signal));
      const upkeep = await this.upkeep(step, atSeconds);
      const calls = [...this.publish(step, atSeconds), ...upkeep, ...this.waiting];
      this.waiting = [];
      await this.mine(step, atSeconds, calls);
      await this.observe(step, atSeconds);
      await this.tempt(step, atSeconds);
      await this.keepWatch(step, atSeconds, ticks[step + 1]?.atSeconds ?? atSeconds + BLOCK);
      if (step % CONSERVATION_STEPS === 0 || step === ticks.length - 1) await checkConservation(this.world, atSeconds);
      await hooks.onStep(step + 1);
    }
  }

  /** Committing observations and evaluating breakers is keepers' work: without keepers nobody does it. */
  private async upkeep(step: number, atSeconds: number): Promise<readonly Call[]> {
    if (!keeperActs(this.input, atSeconds, step)) return [];
    if (this.options === undefined) return this.world.upkeep();
    // What is due besides shares the block with liquidations, which go first.
    const room = Math.max(1, this.input.keepers.perBlock - this.waiting.length);
    return [...this.world.upkeep(), ...(await dutyCalls(this.world, this.startSeconds + atSeconds)).slice(0, room)];
  }

  private publish(step: number, atSeconds: number): readonly Call[] {
    return this.world.venues.publish(this.feeds[step] ?? [], this.startSeconds + atSeconds, atSeconds);
  }

  private async mine(step: number, atSeconds: number, calls: readonly Call[]): Promise<MinedBlock> {
    const now = this.startSeconds + atSeconds;
    await this.world.chain.idleUntil(now);
    const before = this.accounts;
    const mined = await this.world.chain.mine(now, calls);
    const eventsBefore = this.ledger.events.length + this.ledger.options.paidAccounts;
    const hits = this.ledger.take(atSeconds, mined.logs);
    if (this.ledger.events.length + this.ledger.options.paidAccounts > eventsBefore) this.market.forget();
    for (const { account } of hits) {
      const judged = before.get(account);
      this.observers.get(account)?.hit(atSeconds);
      if (judged !== undefined && !this.ghosts.has(account)) this.ghosts.set(account, judged);
    }
    this.judgeGhosts(step);
    return mined;
  }

  private fairOf(step: number): { readonly priceOf: PriceOf; readonly etherWad: bigint } {
    const priceOf = (asset: number) => this.fair[asset - 1]?.[step] ?? 0n;
    const ether = this.world.plan.symbols.indexOf("ETH");
    return { priceOf, etherWad: ether < 0 ? 0n : priceOf(assetId(ether)) };
  }

  private judgeGhosts(step: number): void {
    const { priceOf, etherWad } = this.fairOf(step);
    for (const [account, ghost] of this.ghosts)
      if (isBelow(ghost, priceOf, etherWad)) this.observers.get(account)?.wouldHaveFallen();
  }

  /** The oracle's mid of ether; 0 in a world without it. */
  private etherMidWad(): bigint {
    const ether = this.world.plan.symbols.indexOf("ETH");
    return ether < 0 ? 0n : this.market.mid(assetId(ether));
  }

  /** Reads every account again where prices have moved or something has happened; else carries the last reading on. */
  private async read(): Promise<void> {
    const views = await this.market.look();
    if (!this.market.hasMoved()) {
      const etherWad = this.etherMidWad();
      this.accounts = new Map(
        [...this.accounts].map(([account, judged]) => [
          account,
          carriedTo(judged, (asset) => this.market.mid(asset), etherWad),
        ]),
      );
      return;
    }
    this.market.settle(views);
    const moment = {
      nowSeconds: this.world.chain.nowSeconds,
      midOf: (asset: number) => this.market.mid(asset),
      etherWad: this.etherMidWad(),
    };
    this.accounts = await readAccounts(this.world.protocol, this.world.lens, this.watched, moment);
  }

  private async observe(step: number, atSeconds: number): Promise<void> {
    await this.read();
    const { protocol } = this.world;
    for (const [index, series] of this.index.entries()) {
      const { lowWad, midWad, highWad } = this.market.viewOf(index);
      series.low.push(microUsd(lowWad));
      series.mid.push(microUsd(midWad));
      series.high.push(microUsd(highWad));
      this.levels[index]?.push(Number(await protocol.circuitBreaker.levelOf(assetId(index))));
    }
    this.levels.at(-1)?.push(Number(await protocol.circuitBreaker.domainLevel()));
    this.fund.push(microUsd(larger(await protocol.marginVault.cashOf(await protocol.insuranceFund.account()), 0n)));
    const { priceOf, etherWad } = this.fairOf(step);
    for (const [account, observer] of this.observers) {
      const judged = this.accounts.get(account);
      if (judged !== undefined) observer.see(atSeconds, standingOf(judged, priceOf, etherWad));
    }
  }

  private async tempt(step: number, atSeconds: number): Promise<void> {
    const span = this.input.opportunist;
    const judged = this.opportunist === undefined ? undefined : this.accounts.get(this.opportunist.account);
    if (span === undefined || this.opportunist === undefined || judged === undefined) return;
    const fair = this.fairOf(step).priceOf;
    if (atSeconds < span.fromSeconds) this.opportunist.remember(judged, fair);
    else if (atSeconds < span.toSeconds) {
      const call = await this.opportunist.tempt(fair);
      if (call === undefined) return;
      this.waiting = [...this.waiting, call];
      const text = `Takes out ${money(this.opportunist.takenWad)}`;
      this.ledger.events.push({ atSeconds, kind: "theft", subject: this.opportunist.name, text });
    }
  }

  /** Lets the keeper act until the next step, one block after the other, and the oracle be poked in long gaps. */
  private async keepWatch(step: number, atSeconds: number, nextSeconds: number): Promise<void> {
    for (let at = atSeconds; ;) {
      const actions = keeperActs(this.input, at, step) ? await this.keeperCalls() : [];
      if (actions.length > 0 && at + BLOCK >= nextSeconds) {
        this.waiting = [...this.waiting, ...actions];
        return;
      }
      const next = actions.length > 0 ? at + BLOCK : at + UPKEEP_SECONDS;
      if (next + BLOCK > nextSeconds) return;
      at = next;
      const calls = actions.length > 0 ? actions : [...this.publish(step, atSeconds), ...(await this.upkeep(step, at))];
      await this.mine(step, at, calls);
      await this.read();
    }
  }

  private async keeperCalls(): Promise<readonly Call[]> {
    const { keeper } = this.world.cast;
    const suspects = [...this.accounts].filter(
      ([account, { liquidationSurplusWad, underAuction, holdings }]) =>
        account !== keeper.account &&
        (liquidationSurplusWad < 0n ||
          underAuction ||
          (holdings.cashWad < 0n && holdings.sizes.length + holdings.options.length === 0)),
    );
    if (suspects.length === 0) return [];
    const actions = await planKeeper(
      this.world,
      suspects.map(([account]) => account),
    );
    return callsOf(this.world, actions).slice(0, this.input.keepers.perBlock);
  }

  /** What is owed at the end: equity below zero at the fair price, of every account there is. */
  private openLossesWad(): bigint {
    const { priceOf, etherWad } = this.fairOf(this.input.tape.ticks.length - 1);
    return [...this.accounts.values()].reduce(
      (sum, { holdings }) => sum + larger(-equityAt(holdings, priceOf, etherWad), 0n),
      0n,
    );
  }

  /** How an option book stands at the end. */
  private bookOutcome({ trader, person, premiumWad, notionalWad }: OpenedBook): BookOutcome {
    const { priceOf, etherWad } = this.fairOf(this.input.tape.ticks.length - 1);
    const judged = this.accounts.get(person.account);
    return {
      id: trader.id,
      label: trader.label,
      moneyWad: trader.moneyWad,
      notionalWad,
      premiumWad,
      endWad: judged === undefined ? 0n : equityAt(judged.holdings, priceOf, etherWad),
      outcome: this.observers.get(person.account)?.series("").outcome ?? "open",
      lossWad: this.ledger.paidFor.get(person.account) ?? 0n,
    };
  }

  private optionsOutcome(): OptionsOutcome | null {
    const { options } = this;
    if (options === undefined) return null;
    const { plan } = options;
    const { ticks } = this.input.tape;
    const step = Math.max(
      0,
      ticks.findLastIndex(({ atSeconds }) => atSeconds <= plan.expiresAtSeconds),
    );
    const startPriceWad = this.input.startPricesWad[options.expiry.asset - 1] ?? 0n;
    return {
      symbol: this.world.plan.symbols[options.expiry.asset - 1] ?? "",
      expiresAtSeconds: plan.expiresAtSeconds,
      openInterestWad: options.openLots * lotNotionalWad(options.expiry, startPriceWad),
      ...this.ledger.options,
      fairPriceWad: this.fairOf(step).priceOf(options.expiry.asset),
      books: options.books.map((book) => this.bookOutcome(book)),
    };
  }

  async result(): Promise<RunResult> {
    const { input, world, ledger } = this;
    const observers = [...this.observers.values()];
    const most = (read: (observer: AccountObserver) => number) => Math.max(0, ...observers.map(read));
    const shortfallWad = await world.protocol.lossWaterfall.shortfall();
    const metrics: Metrics = {
      badDebtWad: larger(this.openLossesWad(), shortfallWad),
      wrongfulLiquidations: observers.filter(({ wronged }) => wronged).length,
      liquidations: observers.filter(({ liquidated }) => liquidated).length,
      maxSecondsUnderWater: most(({ maxSecondsUnderWater }) => maxSecondsUnderWater),
      maxSecondsInsolvent: most(({ maxSecondsInsolvent }) => maxSecondsInsolvent),
      insuranceUsedWad: ledger.paid.insuranceFund,
      penaltyPoolUsedWad: ledger.paid.penaltyPool,
      backstopUsedWad: ledger.paid.backstop,
      haircutWad: ledger.paid.haircut,
      breakerTrips: ledger.trips,
      ownerCostWad: ledger.ownerCostWad,
      takenWad: this.opportunist?.takenWad ?? 0n,
      leftUnderWater: observers.filter(({ leftUnderWater }) => leftUnderWater).length,
    };
    const index = this.index.map((series, at): IndexSeries => ({ symbol: world.plan.symbols[at] ?? "", ...series }));
    const levels = this.levels.map((level, at): LevelSeries => ({ name: world.plan.symbols[at] ?? "domain", level }));
    return {
      scenario: input.name,
      design: "breakwater",
      seed: input.seed,
      metrics,
      breaches: input.property.breaches(metrics),
      finalBlockHash: (await world.chain.latest()).hash,
      blocks: world.chain.height,
      transactions: world.chain.transactions,
      moneyWad: this.opened.reduce((sum, { trader }) => sum + trader.moneyWad, 0n),
      wantedWad: this.opened.reduce((sum, { trader }) => sum + trader.wantedWad, 0n),
      notionalWad: this.opened.reduce((sum, { notionalWad }) => sum + notionalWad, 0n),
      insuranceStartWad: wad(input.insuranceFundUsd),
      waterfall: [
        { layer: "Penalty pool", usedWad: metrics.penaltyPoolUsedWad },
        { layer: "Insurance fund", usedWad: metrics.insuranceUsedWad },
        { layer: "Backstop", usedWad: metrics.backstopUsedWad },
        { layer: "Haircut", usedWad: metrics.haircutWad },
        { layer: "No owner (bad debt)", usedWad: metrics.badDebtWad },
      ],
      events: markWrongful(ledger.events, observers),
      accounts: observers.map((observer) => observer.series(world.plan.symbols[observer.trader.asset] ?? "")),
      index,
      levels,
      fund: this.fund,
      options: this.optionsOutcome(),
    };
  }
}

/** Lists, waits and opens the books of a case that has options. */
async function stage(
  world: World,
  { options: plan }: Case,
  expiry: StagedExpiry | undefined,
): Promise<StagedOptions | undefined> {
  if (expiry === undefined || plan === undefined) return undefined;
  const books = await openBooks(world, expiry, plan);
  const { openLots } = await world.protocol.optionMarkets.expiryAt(expiry.slot);
  return { plan, expiry, books, openLots };
}

/** Runs a case on a world that stands at its start. */
export async function runOnWorld(world: World, input: Case, hooks: RunHooks): Promise<RunResult> {
  // Before anybody has a position: a day passes until the expiry is as near as the case wants it.
  const expiry = input.options === undefined ? undefined : await stageExpiry(world, input.options);
  const opened = await openPositions(world, drawTraders(input));
  const run = new EvmRun(world, input, opened, await stage(world, input, expiry));
  await run.play(hooks);
  return run.result();
}
