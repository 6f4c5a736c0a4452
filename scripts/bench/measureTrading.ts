import { WAD } from "../../offchain/sdk/index.js";
import type { GasFigures } from "./compare.js";
import type { Stage } from "./stage.js";

const ETH = 1;
const CASH_USD = 100_000n;
const LEG = { asset: ETH, notionalWad: 50_000n * WAD };

/** Deposits, withdrawals and fills of two people nobody has seen before, in a market where others trade already. */
export async function measureTrading(stage: Stage): Promise<GasFigures> {
  const { world } = stage;
  const [first, second, early] = [stage.trader(0), stage.trader(1), stage.trader(2)];
  await world.insist("a market in use", [
    stage.depositUsd(early, CASH_USD),
    await stage.settle(early, world.cast.maker, LEG),
  ]);
  const fresh = await stage.gasOf("deposit.cash.new", stage.depositUsd(first, CASH_USD));
  await world.insist("cash", [stage.depositUsd(second, CASH_USD)]);
  await stage.step();
  const deposit = await stage.gasOf("deposit.cash", stage.depositUsd(first, CASH_USD));
  const terms = [first.account, world.token("USDC"), CASH_USD * 10n ** 5n, first.address] as const;
  const taken = world.protocol.marginVault.interface.encodeFunctionData("withdraw", [...terms]);
  const withdraw = await stage.gasOf("withdraw.cash", stage.call(first, "marginVault", taken));
  await stage.step();
  const fill = await stage.gasOf("fill.perp", await stage.settle(first, second, LEG));
  await stage.step();
  const warm = await stage.gasOf("fill.perp.warm", await stage.settle(first, second, LEG));
  return {
    "deposit.cash": deposit,
    "deposit.cash.new": fresh,
    "withdraw.cash": withdraw,
    "fill.perp": fill,
    "fill.perp.warm": warm,
  };
}
