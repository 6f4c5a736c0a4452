import { encodeInstrumentId, createOrder, signOrder } from "../../../sdk/index.js";
import { WorldSetupError } from "../../errors.js";
import { WAD, larger, mulWad } from "../../numbers.js";
import { type Trader, WSTETH_RATIO_WAD, withBuffer } from "../population.js";
import { assetId } from "./spec.js";
import { type Person, type World, toUsdc } from "./world.edge.js";

/** A trader's opened account. */
export type OpenedAccount = {
  readonly trader: Trader;
  readonly person: Person;
  /** Value of what was posted at the opening, WAD of USD. */
  readonly marginWad: bigint;
  readonly notionalWad: bigint;
};

type Holding = { readonly index: number; readonly amountWad: bigint };

const COLLATERAL_INDEX = { WETH: 0, wstETH: 1 } as const;
const TOKEN = { USDC: "USDC", WETH: "WETH", wstETH: "WSTETH" } as const;
/** Secant steps towards the collateral that just carries a position: haircuts are concave. */
const SECANT_STEPS = 6;
const ORDER_LIFE_SECONDS = 365 * 86_400;
const MAX_FEE_BPS = 100n;

type Draft = { readonly lots: bigint; readonly sizeWad: bigint; readonly costWad: bigint; readonly midWad: bigint };

async function draftOf(world: World, trader: Trader): Promise<Draft> {
  const { midWad } = await world.protocol.priceOracle.read(assetId(trader.asset));
  if (midWad === 0n) throw new WorldSetupError("reading the oracle", "it has no price after the warm-up");
  const lotWad = world.lotSize(trader.asset);
  const lots = larger(1n, (trader.notionalWad * WAD) / ((midWad * lotWad) / WAD) / WAD);
  const sizeWad = lots * lotWad * (trader.side === "long" ? 1n : -1n);
  return { lots, sizeWad, costWad: mulWad(sizeWad, midWad), midWad };
}

/** Surplus over initial margin right after the trade with the collateral given, WAD. */
async function surplusWith(world: World, trader: Trader, draft: Draft, cashWad: bigint, held: readonly Holding[]) {
  const portfolio = {
    cashWad: cashWad - draft.costWad,
    collateral: [...held],
    perps: [{ asset: assetId(trader.asset), sizeWad: draft.sizeWad }],
  };
  return world.protocol.portfolioMargin.initialSurplus(portfolio, WAD);
}

/** Least amount of the trader's collateral that carries the position, in WAD of its own units. */
async function requirementOf(world: World, trader: Trader, draft: Draft, etherWad: bigint): Promise<bigint> {
  const bare = await surplusWith(world, trader, draft, 0n, []);
  if (trader.collateral === "USDC") return larger(-bare, 0n);
  const index = COLLATERAL_INDEX[trader.collateral];
  const price = trader.collateral === "WETH" ? etherWad : mulWad(etherWad, WSTETH_RATIO_WAD);
  let [below, shortfall] = [0n, bare];
  let above = (larger(-bare, WAD) * 2n * WAD) / price;
  for (let step = 0; step < SECANT_STEPS; step++) {
    const surplus = await surplusWith(world, trader, draft, 0n, [{ index, amountWad: above }]);
    if (surplus === shortfall) break;
    const next = above - ((above - below) * surplus) / (surplus - shortfall);
    [below, shortfall, above] = [above, surplus, larger(next, 1n)];
  }
  return above;
}

/** What the trader brings: what opening asks, and the trader's own buffer on top. */
async function postOf(world: World, trader: Trader, draft: Draft): Promise<{ amountWad: bigint; valueWad: bigint }> {
  const ether = world.plan.symbols.indexOf("ETH");
  const etherWad = ether < 0 ? 0n : (await world.protocol.priceOracle.read(assetId(ether))).midWad;
  const amountWad = withBuffer(await requirementOf(world, trader, draft, etherWad), trader);
  if (trader.collateral === "USDC") return { amountWad, valueWad: amountWad };
  const price = trader.collateral === "WETH" ? etherWad : mulWad(etherWad, WSTETH_RATIO_WAD);
  return { amountWad, valueWad: mulWad(amountWad, price) };
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
    const draft = await draftOf(world, trader);
    const { amountWad, valueWad } = await postOf(world, trader, draft);
    const amount = trader.collateral === "USDC" ? toUsdc(amountWad) + 1n : amountWad;
    deposits.push(world.deposit(person, TOKEN[trader.collateral], amount));
    drafts.push(draft);
    opened.push({ trader, person, marginWad: valueWad, notionalWad: larger(draft.costWad, -draft.costWad) });
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
