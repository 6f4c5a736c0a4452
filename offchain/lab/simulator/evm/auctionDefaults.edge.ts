import { IAuctionParameters__factory, ILiquidationAuction__factory } from "../../../../types/ethers-contracts/index.js";
import { wad } from "../../numbers.js";
import type { Chain } from "./chain.edge.js";

/** Sets the auction's parameters where the deployment left them unset. */
export async function ensureAuctionConfigured(chain: Chain, auction: string, curve: string): Promise<void> {
  const [deployer] = await chain.connection.ethers.getSigners();
  if (deployer === undefined) return;
  const room = ILiquidationAuction__factory.connect(auction, deployer);
  const parameters = IAuctionParameters__factory.connect(await room.parameters(), deployer);
  const [config] = await parameters.settings();
  if (config.targetWad !== 0n) return;
  await parameters.setConfig({
    targetWad: wad("1.2"),
    startSlopeWad: wad("0.2"),
    maxDiscountWad: wad("0.5"),
    maxTakeWad: wad("0.8"),
    priceFloorWad: wad("0.05"),
    maxIncentiveWad: wad("0.5"),
    bandWad: wad("0.2"),
    freeDiscountWad: wad("0.02"),
    penaltyBps: 50,
    rewardShareWad: wad("0.05"),
    rewardWad: wad("20"),
    dustWad: wad("10000"),
    coolOffSeconds: 3600,
  });
  await parameters.setCurves(curve, curve);
}
