import { Contract } from "ethers";
import { ConservationError } from "../../errors.js";
import type { World } from "./world.edge.js";

/** Tokens of six decimals as WAD. */
const TOKEN_SCALE = 10n ** 12n;

/** Every account that can hold cash: users', the fund's, the penalty pools'. */
async function cashAccounts({ protocol }: World): Promise<ReadonlySet<bigint>> {
  const { marginVault, insuranceFund, lossWaterfall } = protocol;
  const accounts = new Set<bigint>([await insuranceFund.account(), await lossWaterfall.poolAccount()]);
  const count = await marginVault.accountCount();
  for (let position = 0n; position < count; position++) accounts.add(await marginVault.accountAt(position));
  return accounts;
}

/**
 * Checks that nothing was created or lost: cash of all accounts against settlement tokens, positions against zero.
 *
 * @throws {ConservationError} naming the identity that broke.
 */
export async function checkConservation(world: World, atSeconds: number): Promise<void> {
  const { marginVault } = world.protocol;
  let cashWad = 0n;
  const lots = world.assetIds.map(() => 0n);
  for (const account of await cashAccounts(world)) {
    // What accrues to the fund is taken off the account at once, and reaches the fund when it is charged.
    const { pendingWad } = await marginVault.carryOf(account);
    cashWad += (await marginVault.cashOf(account)) + pendingWad;
    for (const [index, asset] of world.assetIds.entries())
      if (asset < 32n) lots[index] = (lots[index] ?? 0n) + (await marginVault.lotsOf(account, asset));
  }
  const { provider } = world.chain.connection.ethers;
  const usdc = new Contract(world.token("USDC"), ["function balanceOf(address) view returns (uint256)"], provider);
  const held: unknown = await usdc.getFunction("balanceOf")(world.addressOf("marginVault"));
  const heldWad = (typeof held === "bigint" ? held : 0n) * TOKEN_SCALE;
  if (cashWad !== heldWad)
    throw new ConservationError("Cash of all accounts = settlement tokens held", heldWad, cashWad, atSeconds);
  for (const sum of lots)
    if (sum !== 0n) throw new ConservationError("Positions of all accounts sum to zero", 0n, sum, atSeconds);
}
