import {
  type LiquidationAction,
  type LiquidationPolicy,
  ORDINARY_LIQUIDATIONS,
  PriceUnknownError,
  batchFlags,
  planLiquidations,
  readDomain,
} from "../../../keeper/index.js";
import { wad } from "../../numbers.js";
import type { Call } from "./chain.edge.js";
import type { World } from "./world.edge.js";

/** How the lab's keeper works: it does its upkeep and wants a dollar from every bid. */
const KEEPER_POLICY: LiquidationPolicy = {
  ...ORDINARY_LIQUIDATIONS,
  minProfitWad: wad("1"),
  nativeSymbol: "ETH",
};

const GAS_PRICE_WEI = 2n * 10n ** 9n;

/** The real keeper's reading and deciding; what it decides is mined by the lab, block by block. */
export async function planKeeper(world: World, accounts: readonly bigint[]): Promise<readonly LiquidationAction[]> {
  const parameters = {
    accounts,
    bidder: world.cast.keeper.account,
    nativeAsset: world.assetIds[Math.max(0, world.plan.symbols.indexOf("ETH"))] ?? 1n,
    gasPriceWei: GAS_PRICE_WEI,
  };
  const snapshot = await readDomain(world.protocol, parameters);
  try {
    return planLiquidations({ snapshot, policy: KEEPER_POLICY });
  } catch (error) {
    // Without a price of gas the keeper decides nothing; the next block may bring one.
    if (error instanceof PriceUnknownError) return [];
    throw error;
  }
}

/** Flags that fit into one transaction. */
const FLAGS_AT_ONCE = 16;
const FLAG_GAS = 600_000n;

/** The transactions of a plan in its order; flags go together, where the first of them stands. */
export function callsOf(world: World, actions: readonly LiquidationAction[]): readonly Call[] {
  return batchFlags(actions, FLAGS_AT_ONCE).map((item) => {
    if (item.kind !== "flags") return callOf(world, item);
    const { keeper } = world.cast;
    const room = world.protocol.liquidationAuction.interface;
    const data = room.encodeFunctionData("flagMany", [[...item.accounts], keeper.account]);
    const gas = FLAG_GAS * BigInt(item.accounts.length);
    return world.call(keeper.address, world.addressOf("liquidationAuction"), data, gas);
  });
}

/** The transaction of an action. */
function callOf(world: World, action: LiquidationAction): Call {
  const { keeper } = world.cast;
  const room = world.protocol.liquidationAuction.interface;
  const to = world.addressOf("liquidationAuction");
  const send = (data: string) => world.call(keeper.address, to, data, 6_000_000n);
  switch (action.kind) {
    case "flag":
      return send(room.encodeFunctionData("flag", [action.account, keeper.account]));
    case "release":
      return send(room.encodeFunctionData("release", [action.account]));
    case "refresh":
      return send(room.encodeFunctionData("refresh", [action.account]));
    case "coverResidual":
      return send(room.encodeFunctionData("coverResidual", [action.account]));
    case "bid":
      return send(
        room.encodeFunctionData("bid", [action.account, keeper.account, action.maxFractionWad, action.maxPriceWad]),
      );
  }
}
