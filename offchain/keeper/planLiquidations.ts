import { BPS, WAD } from "../sdk/index.js";
import { PriceUnknownError } from "./errors.js";
import type { AccountSnapshot, DomainSnapshot } from "./snapshot.js";

/** Gas that each transaction is reckoned with. */
export type GasEstimates = {
  readonly flag: bigint;
  readonly bid: bigint;
  readonly duty: bigint;
};

/** What a keeper wants. */
export type LiquidationPolicy = {
  /** Smallest profit worth a bid, after gas and closing costs, WAD of the settlement token. */
  readonly minProfitWad: bigint;
  /** What closing the bought positions costs, bps of their notional. */
  readonly closingCostBps: bigint;
  /** Share of the own surplus that may be bound by bids, bps. */
  readonly capitalUseBps: bigint;
  /** Whether to flag without a profit, release the healthy and refresh the stale: the domain's upkeep. */
  readonly upkeep: boolean;
  /** Name of the coin that pays for gas, for messages. */
  readonly nativeSymbol: string;
  readonly gas: GasEstimates;
};

/** What a keeper wants that is told nothing else: five dollars of a bid after gas and closing, and the domain kept up. */
export const ORDINARY_LIQUIDATIONS: LiquidationPolicy = {
  minProfitWad: 5n * WAD,
  closingCostBps: 10n,
  capitalUseBps: 8_000n,
  upkeep: true,
  nativeSymbol: "the native coin",
  gas: { flag: 400_000n, bid: 1_000_000n, duty: 300_000n },
};

/** One thing to do. Amounts in WAD; `profitWad` after gas, negative for upkeep. */
export type LiquidationAction =
  | { readonly kind: "flag"; readonly account: bigint; readonly profitWad: bigint }
  | {
      readonly kind: "bid";
      readonly account: bigint;
      readonly maxFractionWad: bigint;
      /** Price of the whole portfolio above which the bid is not worth it, signed. */
      readonly maxPriceWad: bigint;
      readonly profitWad: bigint;
    }
  | { readonly kind: "release" | "refresh" | "coverResidual"; readonly account: bigint; readonly profitWad: bigint };

export type PlanLiquidationsParameters = {
  readonly snapshot: DomainSnapshot;
  readonly policy: LiquidationPolicy;
};
export type PlanLiquidationsReturnType = readonly LiquidationAction[];

/**
 * Chooses what to do now, most profitable first; bids share the keeper's own margin in that order.
 *
 * @param parameters.snapshot - The domain as read.
 * @param parameters.policy - What is worth doing.
 * @returns Actions in the order to try them; empty when nothing is worth doing.
 * @throws {PriceUnknownError} when gas has no price.
 * @example
 * const actions = planLiquidations({ snapshot, policy });
 */
export function planLiquidations({ snapshot, policy }: PlanLiquidationsParameters): PlanLiquidationsReturnType {
  const costWad = gasCosts(snapshot, policy);
  const actions: LiquidationAction[] = [];
  for (const account of snapshot.accounts) actions.push(...actionsFor(account, policy, costWad));
  actions.sort(byProfit);
  return withinCapital(actions, snapshot, policy, costWad);
}

type GasCosts = { readonly [Key in keyof GasEstimates]: bigint };

function gasCosts({ nativePriceWad, gasPriceWei }: DomainSnapshot, policy: LiquidationPolicy): GasCosts {
  if (nativePriceWad === undefined) throw new PriceUnknownError(policy.nativeSymbol);
  const cost = (gas: bigint) => divideUp(gas * gasPriceWei * nativePriceWad, WAD);
  return { flag: cost(policy.gas.flag), bid: cost(policy.gas.bid), duty: cost(policy.gas.duty) };
}

function actionsFor(
  snapshot: AccountSnapshot,
  policy: LiquidationPolicy,
  costWad: GasCosts,
): readonly LiquidationAction[] {
  const { account, auction } = snapshot;
  const duty = { account, profitWad: -costWad.duty };
  if (snapshot.hasResidual) return policy.upkeep ? [{ kind: "coverResidual", ...duty }] : [];
  if (auction.kind === "none") {
    const profitWad = auction.rewardWad - costWad.flag;
    return auction.canFlag && (policy.upkeep || profitWad >= policy.minProfitWad)
      ? [{ kind: "flag", account, profitWad }]
      : [];
  }
  if (auction.canRelease) return policy.upkeep ? [{ kind: "release", ...duty }] : [];
  const bid = bidFor(snapshot, auction.maxFractionWad, policy, costWad);
  if (bid !== undefined) return [bid];
  return auction.canRefresh && policy.upkeep ? [{ kind: "refresh", ...duty }] : [];
}

/** A bid for at most `fractionWad`, if it is worth it. */
function bidFor(
  { account, auction, equityWad, grossNotionalWad }: AccountSnapshot,
  fractionWad: bigint,
  policy: LiquidationPolicy,
  costWad: GasCosts,
): (LiquidationAction & { kind: "bid" }) | undefined {
  if (auction.kind === "none" || !auction.canBid || fractionWad <= 0n) return undefined;
  const closingWad = divideUp(grossNotionalWad * policy.closingCostBps, BPS);
  const wholeWad = equityWad - auction.priceWad - closingWad;
  const profitWad = divideFloor(wholeWad * fractionWad, WAD) - costWad.bid;
  if (profitWad < policy.minProfitWad) return undefined;
  const spareWad = ((profitWad - policy.minProfitWad) * WAD) / fractionWad;
  return { kind: "bid", account, maxFractionWad: fractionWad, maxPriceWad: auction.priceWad + spareWad, profitWad };
}

/** Cuts bids to what the keeper's margin carries: a slice binds at most its share of the account's requirement. */
function withinCapital(
  actions: readonly LiquidationAction[],
  snapshot: DomainSnapshot,
  policy: LiquidationPolicy,
  costWad: GasCosts,
): readonly LiquidationAction[] {
  const accounts = new Map(snapshot.accounts.map((account) => [account.account, account]));
  let freeWad = (snapshot.bidderSurplusWad * policy.capitalUseBps) / BPS;
  const planned: LiquidationAction[] = [];
  for (const action of actions) {
    const account = accounts.get(action.account);
    if (action.kind !== "bid" || account === undefined) {
      planned.push(action);
      continue;
    }
    const boundWad = boundByWhole(account);
    const affordableWad = boundWad === 0n ? action.maxFractionWad : (freeWad * WAD) / boundWad;
    const fractionWad = affordableWad < action.maxFractionWad ? affordableWad : action.maxFractionWad;
    const bid = bidFor(account, fractionWad, policy, costWad);
    if (bid === undefined) continue;
    planned.push(bid);
    freeWad -= divideUp(boundWad * fractionWad, WAD);
  }
  return planned.sort(byProfit);
}

/** Margin that the whole account would bind: its requirement less what the price leaves the bidder. */
function boundByWhole({ initialWad, equityWad, auction }: AccountSnapshot): bigint {
  const gainWad = auction.kind === "open" ? equityWad - auction.priceWad : 0n;
  return initialWad > gainWad ? initialWad - gainWad : 0n;
}

function byProfit(a: LiquidationAction, b: LiquidationAction): number {
  if (a.profitWad !== b.profitWad) return a.profitWad > b.profitWad ? -1 : 1;
  if (a.account === b.account) return 0;
  return a.account < b.account ? -1 : 1;
}

function divideFloor(a: bigint, b: bigint): bigint {
  return a >= 0n || a % b === 0n ? a / b : a / b - 1n;
}

function divideUp(a: bigint, b: bigint): bigint {
  return -divideFloor(-a, b);
}
