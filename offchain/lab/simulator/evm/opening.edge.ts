import { encodeInstrumentId, createOrder, signOrder } from "../../../sdk/index.js";
import { WorldSetupError } from "../../errors.js";
import { BPS, WAD, absolute, divWad, larger, mulWad } from "../../numbers.js";
import { OPENING_BUFFER_BPS, type Trader, WSTETH_RATIO_WAD } from "../population.js";
import { assetId } from "./spec.js";
import { type Person, type World, toUsdc } from "./world.edge.js";

/** A trader's opened account. */
export type OpenedAccount = {
  readonly trader: Trader;
  readonly person: Person;
  /** Size of the position at the opening, WAD of USD. */
  readonly notionalWad: bigint;
};

type Holding = { readonly index: number; readonly amountWad: bigint };

const COLLATERAL_INDEX = { WETH: 0, wstETH: 1 } as const;
const TOKEN = { USDC: "USDC", WETH: "WETH", wstETH: "WSTETH" } as const;
/** Steps towards the largest position that some money carries; the margin of the last is checked. */
const SIZING_STEPS = 24;
const ORDER_LIFE_SECONDS = 365 * 86_400;
const MAX_FEE_BPS = 100n;

type Draft = { readonly lots: bigint; readonly costWad: bigint; readonly midWad: bigint };

/** What the trader's money is in tokens: cash, or an amount of a collateral. */
type Money = { readonly cashWad: bigint; readonly collateral: readonly Holding[]; readonly amount: bigint };

async function moneyOf(world: World, trader: Trader): Promise<Money> {
  if (trader.collateral === "USDC") {
    const amount = toUsdc(trader.moneyWad);
    return { cashWad: amount * 10n ** 12n, collateral: [], amount };
  }
  const { midWad } = await world.protocol.priceOracle.read(assetId(world.plan.symbols.indexOf("ETH")));
  const priceWad = trader.collateral === "WETH" ? midWad : mulWad(midWad, WSTETH_RATIO_WAD);
  const amountWad = divWad(trader.moneyWad, priceWad);
  return {
    cashWad: 0n,
    collateral: [{ index: COLLATERAL_INDEX[trader.collateral], amountWad }],
    amount: amountWad,
  };
}

/** Surplus over initial margin right after a trade of so many lots, WAD. */
async function surplusWith(world: World, trader: Trader, money: Money, draft: Draft): Promise<bigint> {
  const sizeWad = draft.lots * world.lotSize(trader.asset) * (trader.side === "long" ? 1n : -1n);
  const portfolio = {
    cashWad: money.cashWad - draft.costWad,
    collateral: [...money.collateral],
    perps: [{ asset: assetId(trader.asset), sizeWad }],
    options: [],
  };
  return world.protocol.portfolioMargin.initialSurplus(portfolio, WAD);
}

/** The position wanted, or the largest that the money carries with the buffer everybody keeps. */
async function draftOf(world: World, trader: Trader, money: Money): Promise<Draft> {
  const { midWad } = await world.protocol.priceOracle.read(assetId(trader.asset));
  if (midWad === 0n) throw new WorldSetupError("reading the oracle", "it has no price after the warm-up");
  const lotWad = world.lotSize(trader.asset);
  const sign = trader.side === "long" ? 1n : -1n;
  const draft = (lots: bigint): Draft => ({ lots, costWad: sign * mulWad(lots * lotWad, midWad), midWad });
  const wanted = larger(1n, trader.wantedWad / mulWad(lotWad, midWad));
  // The buffer: a position larger by so much would still pass.
  const carries = async (lots: bigint) =>
    (await surplusWith(world, trader, money, draft((lots * (BPS + OPENING_BUFFER_BPS)) / BPS))) >= 0n;
  if (await carries(wanted)) return draft(wanted);
  let [fits, fails] = [0n, wanted];
  for (let step = 0; step < SIZING_STEPS && fails - fits > larger(1n, wanted / 1_000n); step++) {
    const lots = (fits + fails) / 2n;
    if (await carries(lots)) fits = lots;
    else fails = lots;
  }
  if (fits === 0n) throw new WorldSetupError("sizing a position", `${trader.id}'s money carries not even one lot`);
  return draft(fits);
}

async function matchOf(world: World, trader: Trader, person: Person, draft: Draft, salt: bigint) {
  const { maker } = world.cast;
  const instrument = encodeInstrumentId({ kind: "perpetual", asset: BigInt(assetId(trader.asset)) });
  const expiry = BigInt(world.chain.nowSeconds + ORDER_LIFE_SECONDS);
  const shared = { units: draft.lots, maxFeeBps: MAX_FEE_BPS, nonce: 0n, salt, expiry, reduceOnly: false };
  const lots = trader.side === "long" ? 1n : -1n;
  const orderFor = (owner: Person, side: bigint) =>
    createOrder({
      ...shared,
      account: owner.account,
      legs: [{ instrument, lots: side, limitPriceWad: draft.midWad }],
      signer: owner.address,
    });
  const domain = { chainId: 31337n, exchange: world.addressOf("exchange") };
  const [makerOrder, takerOrder] = [orderFor(maker, -lots), orderFor(person, lots)];
  return {
    maker: { ...makerOrder, legs: [...makerOrder.legs] },
    makerSignature: await signOrder(maker.signer, { order: makerOrder, domain }),
    taker: { ...takerOrder, legs: [...takerOrder.legs] },
    takerSignature: await signOrder(person.signer, { order: takerOrder, domain }),
    units: draft.lots,
  };
}

/**
 * Opens every trader's position against the market maker through signed orders.
 *
 * @throws {WorldSetupError} when a deposit or a trade is refused.
 */
export async function openPositions(world: World, traders: readonly Trader[]): Promise<readonly OpenedAccount[]> {
  const opened: OpenedAccount[] = [];
  const drafts: Draft[] = [];
  const deposits = [];
  for (const [index, trader] of traders.entries()) {
    const person = world.cast.traders[index];
    if (person === undefined) throw new WorldSetupError("finding people", `${traders.length} traders are too many`);
    const money = await moneyOf(world, trader);
    const draft = await draftOf(world, trader, money);
    deposits.push(world.deposit(person, TOKEN[trader.collateral], money.amount));
    drafts.push(draft);
    opened.push({ trader, person, notionalWad: absolute(draft.costWad) });
  }
  const exchange = world.addressOf("exchange");
  const trades = [];
  for (const [index, { trader, person }] of opened.entries()) {
    const draft = drafts[index];
    if (draft === undefined) continue;
    const match = await matchOf(world, trader, person, draft, BigInt(index));
    const data = world.protocol.exchange.interface.encodeFunctionData("settle", [match]);
    trades.push(world.call(world.cast.deployer.address, exchange, data));
  }
  // In one block: a price that ages in between would ask for more than was reckoned.
  await world.insist("opening the traders' positions", [...deposits, ...trades]);
  return opened;
}
