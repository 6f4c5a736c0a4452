import { z } from "zod";
import { address, count, wad, whole } from "./decimals.js";
import { measures, pairOf, source } from "./sourceSpec.js";

const asset = z
  .strictObject({
    id: count,
    symbol: z.string().min(1),
    oracle: z.strictObject({
      gateBps: count,
      truncationBps: count,
      velocityBps: count,
      minHalfSpreadBps: count,
      wideHalfSpreadBps: count,
      freshSeconds: count,
      maxAgeSeconds: count,
      ageSpreadBps: count,
      shortWindowSeconds: count,
      longWindowSeconds: count,
      ringSpacingSeconds: count,
      sigmaFloorBps: count,
      sigmaSeedBps: count,
      glideBpsPerHour: count,
    }),
    ringCardinality: count,
    sources: z.array(source).min(1),
  })
  .superRefine(({ symbol, sources }, context) => {
    const pair = pairOf(symbol);
    for (const [index, each] of sources.entries()) {
      if (measures(each, pair)) continue;
      const path = ["sources", index];
      context.addIssue({ code: "custom", path, message: `does not measure ${pair.base} in ${pair.quote}` });
    }
  });

const perp = z.strictObject({
  asset: count,
  lotSize: wad,
  openInterestCap: wad,
  funding: z.strictObject({
    gainPerDay: wad,
    clampPerDay: wad,
    interestPerDay: wad,
    windowSeconds: count,
    depthLots: whole,
  }),
});

/** The last six are how the risk engine stresses them. `expiryLimit`: expiries at a time; 16 hold the whole calendar, 64 are there for all underlyings. */
const option = z.strictObject({
  asset: count,
  lotSize: wad,
  openInterestCap: wad,
  expiryLimit: count,
  volUpBps: count,
  volDownBps: count,
  nearPowerBps: count,
  farPowerBps: count,
  shortMinimumBps: count,
  farShareBps: count,
});

const underlying = z.strictObject({
  asset: count,
  zInitial: wad,
  zMaintenance: wad,
  mporInitialSeconds: count,
  mporMaintenanceSeconds: count,
  rhoMinInitial: wad,
  rhoMaxInitial: wad,
  rhoMinMaintenance: wad,
  rhoMaxMaintenance: wad,
  sigmaFloor: wad,
  stressSigma: wad,
  stressWeight: wad,
  fastGain: wad,
  correlationGroup: count,
  /** The leverage bound. What congestion may do to a closure; jumps against a position, sizes in logarithms; the largest
   * probability of bankruptcy until it is closed. The length of an auction is that of its curve. */
  congestionBps: count,
  jumpsPerYear: wad,
  jumpMean: wad,
  jumpDeviation: wad,
  bankruptcyTarget: wad,
  /** What the exit from it costs; whole USD. */
  liquidity: z.strictObject({
    depthUsd: whole,
    depthSigma: wad,
    leastDepthBps: count,
    halfSpread: wad,
    impactBps: count,
    vegaDepthUsd: whole,
    volHalfSpreadBps: count,
    volImpactBps: count,
  }),
});

/** Bps of correlation, which may be negative. */
const signedBps = z.int().min(-10_000).max(10_000);

const volTerms = z.strictObject({
  asset: count,
  freshSeconds: count,
  maxAgeSeconds: count,
  lowestRatioBps: count,
  highestRatioBps: count,
  markupBps: count,
  wingMarkupBps: count,
  volFloorBps: count,
  volCapBps: count,
  maxSkewBps: count,
  maxCurvatureBps: count,
  wingDeviationsBps: count,
  wingBps: count,
});

const collateral = z.strictObject({
  token: address,
  underlying: count,
  ratioAsset: count,
  haircutFloor: wad,
  z: wad,
  liquidationSeconds: count,
  concentrationGain: wad,
  concentrationFree: wad,
  cap: wad,
});

const vault = z.strictObject({
  feeBps: count,
  fundShareBps: count,
  reductionToleranceBps: count,
  surchargeBps: count,
  safeRatioBps: count,
  /** Owner of the account that gets the rest of the fees; null = the deploying account. */
  treasury: address.nullable(),
  interest: z.strictObject({
    baseBps: count,
    kinkBps: count,
    slopeBelowBps: count,
    slopeAboveBps: count,
    carryBps: count,
  }),
});

const auction = z.strictObject({
  curveSeconds: count,
  target: wad,
  startSlope: wad,
  maxDiscount: wad,
  maxTake: wad,
  priceFloor: wad,
  maxIncentive: wad,
  band: wad,
  freeDiscount: wad,
  penaltyBps: count,
  rewardShare: wad,
  reward: wad,
  dust: wad,
  coolOffSeconds: count,
  doubtSeconds: count,
  doubtShare: wad,
  capacities: z.array(z.strictObject({ asset: count, capacity: wad, windowSeconds: count })),
  cure: z.strictObject({ share: wad, maxDiscount: wad, afterSeconds: count }),
});

/** An ERC-4626 venue for idle assets of the fund, and the view that says that it is paused (`paused()`), if it has one. */
const venue = z.strictObject({ venue: address, cap: whole, pausedView: z.string().nullable() });

const insurance = z.strictObject({
  drawLimitBps: count,
  gateSeconds: count,
  gateThreshold: wad,
  cooldownSeconds: count,
  windowSeconds: count,
  streamSeconds: count,
  backstopLine: whole,
  backstopEpochSeconds: count,
  /** Least share of the fund that stays in the vault, bps. */
  homeShareBps: count,
  venues: z.array(venue),
});

/** What a network's deployment is made of. Reviewed numbers only: decimal strings for quantities. */
export const protocolSpec = z.strictObject({
  name: z.string().min(1),
  chainId: count,
  /** `local`: the chain has no markets; create them, and name them in this file with a `$`. */
  markets: z.enum(["local", "existing"]),
  settlementToken: address,
  /** Null = the deploying account. Anyone but the deployer holds its role behind `delaySeconds`. */
  governance: z.strictObject({
    admin: address.nullable(),
    guardians: z.array(address),
    delaySeconds: count,
  }),
  assets: z.array(asset).min(1),
  /** Pairs whose correlation is learnt; any other is unknown. */
  correlationPairs: z.array(
    z.strictObject({ a: count, b: count, rhoMinBps: signedBps, rhoMaxBps: signedBps, priorBps: signedBps }),
  ),
  /** Implied volatilities: who may attest them, and the underlyings that have a surface. */
  volSurface: z.strictObject({ attesters: z.array(address), terms: z.array(volTerms) }),
  perps: z.array(perp),
  options: z.array(option),
  risk: z.strictObject({
    underlyings: z.array(underlying).min(1),
    correlations: z.array(z.strictObject({ group: count, theta: wad, kappa: count })),
    liquidationCostBps: count,
    flatCost: wad,
  }),
  collateral: z.array(collateral),
  breaker: z.strictObject({
    stress: wad,
    blockSeconds: count,
    toleranceSeconds: count,
    /** Chainlink's sequencer uptime feed of an L2; null on a chain without a sequencer. */
    sequencerFeed: address.nullable(),
  }),
  outflow: z.array(z.strictObject({ token: address, capBps: count, smallAmount: whole, smallBudget: whole })),
  vault,
  auction,
  insurance,
});

/** A spec whose text has been parsed and whose quantities are integers. */
export type ProtocolSpec = z.output<typeof protocolSpec>;
/** The same as it stands in a file. */
export type ProtocolSpecInput = z.input<typeof protocolSpec>;
