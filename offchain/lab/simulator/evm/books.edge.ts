import { listableExpiries } from "../../../keeper/index.js";
import {
  createOrder,
  decodeExpiryWord,
  encodeAccountId,
  encodeInstrumentId,
  type ListedExpiry,
  seriesOf,
  signOrder,
  strikeWadOf,
} from "../../../sdk/index.js";
import { WorldSetupError } from "../../errors.js";
import { BPS, WAD, absolute, divWad, larger, mulWad, wad } from "../../numbers.js";
import type { BookPlan, OptionPlan } from "../../scenarios/scenario.js";
import { OPENING_BUFFER_BPS, type Trader } from "../population.js";
import type { Call } from "./chain.edge.js";
import { listingCalls } from "./duties.js";
import { nearestStrike, premiumOf, totalVolTo } from "./optionLegs.js";
import { assetId } from "./spec.js";
import { type Person, WARM_UP_SECONDS, type World, toUsdc } from "./world.edge.js";

/** Between the end of the quiet time and the first step: positions are opened in it. */
const OPENING_SECONDS = 120;
const ORDER_LIFE_SECONDS = 365 * 86_400;
const MAX_FEE_BPS = 100n;
/** Nobody writes an option for less than a cent per unit of the underlying, and an order cannot buy for nothing. */
const LEAST_PREMIUM_WAD = WAD / 100n;

/** The expiry that a case's books are written on. */
export type StagedExpiry = { readonly slot: bigint; readonly listed: ListedExpiry; readonly asset: number };

/** An opened book. */
export type OpenedBook = {
  readonly plan: BookPlan;
  readonly trader: Trader & { readonly label: string };
  readonly person: Person;
  /** Premiums received less premiums paid, WAD. */
  readonly premiumWad: bigint;
  /** Notional of its option lots at the mid, WAD of USD. */
  readonly notionalWad: bigint;
};

/**
 * Lets the real keeper list the calendar's dates, and waits until the nearest of them is as far away as the case wants.
 *
 * @returns The expiry.
 * @throws {WorldSetupError} when no expiry was listed.
 */
export async function stageExpiry(world: World, plan: OptionPlan): Promise<StagedExpiry> {
  const asset = assetId(0);
  await world.insist("listing expiries", await listingCalls(world));
  const lead = plan.expiresAtSeconds + WARM_UP_SECONDS + OPENING_SECONDS + 600;
  const { optionMarkets } = world.protocol;
  for (const expiry of listableExpiries(world.chain.nowSeconds - 600)) {
    const { found, slot } = await optionMarkets.slotOf(asset, expiry);
    if (!found || expiry - lead < world.chain.nowSeconds) continue;
    await world.warmUp(expiry - plan.expiresAtSeconds - OPENING_SECONDS);
    const { mark } = await optionMarkets.expiryAt(slot);
    return { slot, listed: decodeExpiryWord(mark.expiry), asset };
  }
  throw new WorldSetupError("listing expiries", "the keeper listed none that is far enough ahead");
}

type Leg = { readonly instrument: bigint; readonly lots: bigint; readonly priceWad: bigint; readonly sizeWad: bigint };

/** Legs of a book at today's prices: premiums by Black's formula at the surface's volatility. */
async function legsOf(world: World, { listed, asset }: StagedExpiry, plan: BookPlan): Promise<readonly Leg[]> {
  const { priceOracle, volSurface } = world.protocol;
  const { midWad } = await priceOracle.read(asset);
  const legs: Leg[] = [];
  for (const { kind, level, lots } of plan.legs) {
    if (kind === "perpetual") {
      const sizeWad = BigInt(lots) * world.lotSize(asset - 1);
      const instrument = encodeInstrumentId({ kind, asset: BigInt(asset) });
      legs.push({ instrument, lots: BigInt(lots), priceWad: midWad, sizeWad });
      continue;
    }
    const strikeIndex = nearestStrike(listed, mulWad(midWad, wad(level)));
    const strikeWad = strikeWadOf(listed, strikeIndex);
    const { volWad } = await volSurface.volAtStrike(asset, listed.expiry, strikeWad);
    const totalVolWad = totalVolTo(listed.expiry, world.chain.nowSeconds, volWad);
    const fairWad = premiumOf({ asset, isPut: kind === "put", strikeWad, totalVolWad, fixedPriceWad: 0n }, midWad);
    const priceWad = larger(fairWad, LEAST_PREMIUM_WAD);
    const instrument = seriesOf(listed, { kind, strikeIndex });
    legs.push({ instrument, lots: BigInt(lots), priceWad, sizeWad: BigInt(lots) * listed.lotSizeWad });
  }
  return legs;
}

async function tradeOf(world: World, person: Person, legs: readonly Leg[], units: bigint, salt: bigint): Promise<Call> {
  const { maker, deployer } = world.cast;
  const domain = { chainId: 31337n, exchange: world.addressOf("exchange") };
  const signed = async (owner: Person, side: bigint) => {
    const order = createOrder({
      account: owner.account,
      legs: legs.map(({ instrument, lots, priceWad }) => ({ instrument, lots: side * lots, limitPriceWad: priceWad })),
      units,
      maxFeeBps: MAX_FEE_BPS,
      nonce: 0n,
      salt,
      expiry: BigInt(world.chain.nowSeconds + ORDER_LIFE_SECONDS),
      reduceOnly: false,
      signer: owner.address,
    });
    return { order: { ...order, legs: [...order.legs] }, signature: await signOrder(owner.signer, { order, domain }) };
  };
  const [taker, other] = [await signed(person, 1n), await signed(maker, -1n)];
  const match = {
    maker: other.order,
    makerSignature: other.signature,
    taker: taker.order,
    takerSignature: taker.signature,
    units,
  };
  const data = world.protocol.exchange.interface.encodeFunctionData("settle", [match]);
  return world.call(deployer.address, world.addressOf("exchange"), data, 12_000_000n);
}

const passes = (world: World, { from, to, data }: Call) =>
  world.chain.request("eth_call", [{ from, to, data }, "latest"]).then(
    () => true,
    // A refusal says that the money does not carry so much.
    () => false,
  );

/** The most units, up to those wanted, that the exchange itself would let the book open, with the buffer that all keep. */
async function unitsOf(world: World, person: Person, plan: BookPlan, legs: readonly Leg[]): Promise<bigint> {
  const carries = async (units: bigint) =>
    passes(world, await tradeOf(world, person, legs, (units * (BPS + OPENING_BUFFER_BPS)) / BPS + 1n, 0n));
  const wanted = BigInt(plan.mostUnits);
  if (await carries(wanted)) return wanted;
  let [fits, fails] = [0n, wanted];
  while (fails - fits > wanted / 128n) {
    const units = (fits + fails) / 2n;
    if (await carries(units)) fits = units;
    else fails = units;
  }
  if (fits === 0n) throw new WorldSetupError("sizing an option book", `${plan.id}'s money carries nothing of it`);
  return fits;
}

/** Sub-accounts of the first traders: nothing of the perpetuals' accounts is touched. */
function personOf(world: World, index: number): Person {
  const owner = world.cast.traders[index];
  if (owner === undefined) throw new WorldSetupError("finding people", "there are more option books than traders");
  return { ...owner, account: encodeAccountId({ owner: owner.address, subAccount: 1n }) };
}

/**
 * Opens the books against the market maker through signed orders of several legs.
 *
 * @throws {WorldSetupError} when a deposit or a trade is refused.
 */
export async function openBooks(world: World, staged: StagedExpiry, plan: OptionPlan): Promise<readonly OpenedBook[]> {
  const { midWad } = await world.protocol.priceOracle.read(staged.asset);
  const people = plan.books.map((_, index) => personOf(world, index));
  const deposits = plan.books.flatMap(({ moneyUsd, collateral }, index): readonly Call[] => {
    const person = people[index];
    if (person === undefined) return [];
    const money = wad(moneyUsd);
    return [
      collateral === "USDC"
        ? world.deposit(person, "USDC", toUsdc(money))
        : world.deposit(person, "WETH", divWad(money, midWad)),
    ];
  });
  await world.insist("depositing the option books' money", deposits);
  const opened: OpenedBook[] = [];
  const trades: Call[] = [];
  for (const [index, book] of plan.books.entries()) {
    const person = people[index];
    if (person === undefined) continue;
    const legs = await legsOf(world, staged, book);
    const units = await unitsOf(world, person, book, legs);
    trades.push(await tradeOf(world, person, legs, units, BigInt(1_000 + index)));
    const options = legs.filter((_, at) => book.legs[at]?.kind !== "perpetual");
    const sum = (read: (leg: Leg) => bigint) => options.reduce((total, leg) => total + read(leg), 0n) * units;
    opened.push({
      plan: book,
      person,
      trader: {
        id: book.id,
        label: `${book.label}, ${book.collateral} margin`,
        asset: staged.asset - 1,
        side: "short",
        wantedWad: 0n,
        moneyWad: wad(book.moneyUsd),
        collateral: book.collateral,
        opportunist: false,
      },
      premiumWad: sum(({ sizeWad, priceWad }) => -mulWad(sizeWad, priceWad)),
      notionalWad: sum(({ sizeWad }) => absolute(mulWad(sizeWad, midWad))),
    });
  }
  await world.insist("opening the option books", trades);
  return opened;
}

/** Seconds since 1970 of the first step of a case, so that its expiry falls where the case wants it. */
export function startOf({ listed }: StagedExpiry, { expiresAtSeconds }: OptionPlan): number {
  return Number(listed.expiry) - expiresAtSeconds;
}

/** What one lot stands for at a price, WAD of USD. */
export function lotNotionalWad({ listed }: StagedExpiry, priceWad: bigint): bigint {
  return (listed.lotSizeWad * priceWad) / WAD;
}
