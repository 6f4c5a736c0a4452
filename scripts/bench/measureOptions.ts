import type { Person } from "../../offchain/lab/index.js";
import {
  type ListedExpiry,
  WAD,
  decodeExpiryWord,
  encodeInstrumentId,
  seriesOf,
  strikeWadOf,
} from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";
import { BenchSetupError } from "./errors.js";
import type { OrderLeg, Stage } from "./stage.js";

const ETH = 1;
const CASH_USD = 2_000_000n;
const EXPIRIES = 4;
const MAX_STEPS = 90;
const STRIKES = 8;
const FIRST_STRIKE = 20;
const DAY_SECONDS = 86_400;
const HOUR_OF_EXPIRY_SECONDS = 8 * 3_600;
/** Day 0 of the epoch was a Thursday. */
const FRIDAY = 1;
const PREMIUM_BPS = 500n;
const BPS = 10_000n;
const LOTS = 10n;
const COLLATERAL = 10n * WAD;
const WITHDRAWN = 1_000n * 10n ** 6n;

/** The next Fridays, at the hour of expiry, that may be listed. */
function fridaysAfter(nowSeconds: number): readonly number[] {
  const first = Math.ceil((nowSeconds + DAY_SECONDS - HOUR_OF_EXPIRY_SECONDS) / DAY_SECONDS);
  const friday = first + ((FRIDAY - (first % 7) + 7) % 7);
  return Array.from({ length: EXPIRIES }, (_, week) => (friday + 7 * week) * DAY_SECONDS + HOUR_OF_EXPIRY_SECONDS);
}

async function listExpiries(stage: Stage): Promise<readonly ListedExpiry[]> {
  const { optionMarkets, priceOracle } = stage.world.protocol;
  // The price has fallen before: it is Firm again once its windows agree.
  for (let step = 0; step < MAX_STEPS && (await priceOracle.read(ETH)).grade !== 0n; step++) await stage.step();
  const { keeper } = stage.world.cast;
  const dates = fridaysAfter(stage.world.chain.nowSeconds);
  const calls = dates.map((date) =>
    stage.call(keeper, "optionMarkets", optionMarkets.interface.encodeFunctionData("listExpiry", [ETH, date])),
  );
  await stage.world.insist("listing expiries", calls);
  const listed = [];
  for (const date of dates) {
    const { found, slot } = await optionMarkets.slotOf(ETH, date);
    if (!found) throw new BenchSetupError("fill.option", `the expiry at ${date} is not listed`);
    listed.push(decodeExpiryWord((await optionMarkets.expiryAt(slot)).mark.expiry));
  }
  return listed;
}

/** One leg per strike, calls and puts, bought and sold in turn, at 5 % of the price over their intrinsic value. */
function legsOf(listed: ListedExpiry, midWad: bigint): readonly OrderLeg[] {
  return Array.from({ length: STRIKES }, (_, index) => {
    const strikeIndex = FIRST_STRIKE + index;
    const kind = index % 2 === 0 ? "call" : "put";
    const gainWad =
      kind === "call" ? midWad - strikeWadOf(listed, strikeIndex) : strikeWadOf(listed, strikeIndex) - midWad;
    const limitPriceWad = (gainWad > 0n ? gainWad : 0n) + (midWad * PREMIUM_BPS) / BPS;
    return { instrument: seriesOf(listed, { kind, strikeIndex }), lots: index % 4 < 2 ? 1n : -1n, limitPriceWad };
  });
}

/** Trades of one option, and withdrawals, by accounts that hold more and more of them. */
export async function measureOptions(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const [first, second]: readonly Person[] = [stage.trader(9), stage.trader(10)];
  if (first === undefined || second === undefined) throw new BenchSetupError("fill.option", "the cast is too small");
  const figures: Record<string, bigint> = {};
  const expiries = await listExpiries(stage);
  await world.insist("cash", [stage.depositUsd(first, CASH_USD), stage.depositUsd(second, CASH_USD)]);
  const midWad = await stage.midOf(ETH);
  const [head, ...rest] = expiries.map((listed) => legsOf(listed, midWad));
  const [one] = head ?? [];
  if (head === undefined || one === undefined) throw new BenchSetupError("fill.option", "there is no expiry");
  const trade = (legs: readonly OrderLeg[]) => stage.settleLegs(first, second, LOTS, legs);
  const withdraw = () => {
    const terms = [first.account, world.token("USDC"), WITHDRAWN, first.address] as const;
    return stage.call(
      first,
      "marginVault",
      world.protocol.marginVault.interface.encodeFunctionData("withdraw", [...terms]),
    );
  };
  await stage.step();
  figures["fill.option.cash"] = await stage.gasOf("fill.option.cash", await trade([one]));
  for (const leg of head.slice(1)) await world.insist("eight legs", [await trade([leg])]);
  await stage.step();
  figures["fill.option.8"] = await stage.gasOf("fill.option.8", await trade([one]));
  await stage.step();
  figures["withdraw.8"] = await stage.gasOf("withdraw.8", withdraw());
  for (const leg of rest.flat()) await world.insist("32 legs", [await trade([leg])]);
  const perp = {
    instrument: encodeInstrumentId({ kind: "perpetual", asset: BigInt(ETH) }),
    lots: 1n,
    limitPriceWad: midWad,
  };
  await world.insist("a perpetual and collateral", [
    await trade([perp]),
    world.deposit(first, "WETH", COLLATERAL),
    world.deposit(second, "WETH", COLLATERAL),
  ]);
  await stage.step();
  figures["fill.option.32"] = await stage.gasOf("fill.option.32", await trade([one]));
  await stage.step();
  figures["withdraw.32"] = await stage.gasOf("withdraw.32", withdraw());
  return figures;
}
