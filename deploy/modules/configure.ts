import type { ContractFuture, Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import { ZeroAddress } from "ethers";
import { encodeAccountId } from "../../offchain/sdk/index.js";
import type { ProtocolSpec } from "../spec.js";
import { pairOf } from "../sourceSpec.js";
import {
  addOnTerms,
  auctionTerms,
  backingSourceOf,
  collateralTerms,
  correlationTerms,
  cureTerms,
  flowTerms,
  liquidityTerms,
  optionStress,
  optionTerms,
  perpTerms,
  tradeTerms,
  underlyingTerms,
} from "../terms.js";
import { type Readers, deployAdapter } from "./adapters.js";
import type { Contracts } from "./contracts.js";
import { selectorOf } from "./handOver.js";

type Step = { readonly m: IgnitionModuleBuilder; readonly contracts: Contracts; readonly after: Future[] };

/** Lists assets, markets, collateral and limits. Returns what the hand-over has to wait for. */
export function configure(
  m: IgnitionModuleBuilder,
  spec: ProtocolSpec,
  contracts: Contracts,
  deployer: string,
  after: readonly Future[],
): Future[] {
  const step: Step = { m, contracts, after: [...after] };
  const readers = { PushFeeds: m.library("PushFeeds") };
  const adapters = new Map(spec.assets.map((asset) => [asset.id, deploySources(step, asset, readers)]));
  const listed = spec.assets.map((asset) => listAsset(step, asset, adapters.get(asset.id) ?? []));
  const risks = spec.risk.underlyings.flatMap((terms) => setUnderlying(step, terms, spec.auction.curveSeconds));
  const later = { ...step, after: [...after, ...listed, ...risks] };
  const perps = spec.perps.map((perp) => listPerp(later, perp));
  return [
    ...later.after,
    ...listPairs(later, spec.correlationPairs),
    ...listSurfaces(later, spec.volSurface.terms),
    ...perps,
    ...spec.assets
      .filter(({ id }) => spec.perps.some(({ asset }) => asset === id))
      .flatMap((asset) =>
        backMarket({ ...later, after: [...later.after, ...perps] }, asset, adapters.get(asset.id) ?? []),
      ),
    ...spec.options.flatMap((terms) => listOptions(later, terms)),
    ...listCollateral(later, spec.collateral),
    ...setLimits(later, spec),
    ...setVaultTerms(later, spec, deployer),
    ...setAuctions(later, spec.auction),
    ...setInsurance(later, spec.insurance),
  ];
}

type Asset = ProtocolSpec["assets"][number];

function deploySources({ m, contracts }: Step, asset: Asset, readers: Readers): readonly ContractFuture<string>[] {
  return asset.sources.map((source, index) =>
    deployAdapter(
      m,
      source,
      pairOf(asset.symbol),
      { openSize: contracts.perpMarkets, assetId: asset.id },
      readers,
      `${asset.symbol.replace(/\W/g, "_")}_${source.kind}_${index}`,
    ),
  );
}

function listAsset({ m, contracts, after }: Step, asset: Asset, adapters: readonly ContractFuture<string>[]): Future {
  const sources = asset.sources.map(({ group, maxAgeSeconds, gasCap, floor, ceiling }, index) => ({
    adapter: adapters[index] ?? ZeroAddress,
    group,
    maxAgeSeconds,
    gasCap,
    floorWad: floor,
    ceilingWad: ceiling,
  }));
  const values = [asset.id, { ...asset.oracle }, sources, asset.ringCardinality];
  return m.call(contracts.priceOracle, "listAsset", values, { id: `asset_${asset.id}`, after });
}

/** A market whose price comes from a pool that must be worth it stops before the pool does. */
function backMarket(
  { m, contracts, after }: Step,
  asset: Asset,
  adapters: readonly ContractFuture<string>[],
): readonly Future[] {
  const pool = adapters[backingSourceOf(asset)];
  if (pool === undefined) return [];
  return [m.call(contracts.perpMarkets, "setBacking", [asset.id, pool], { id: `backing_${asset.id}`, after })];
}

function setUnderlying(
  { m, contracts, after }: Step,
  terms: ProtocolSpec["risk"]["underlyings"][number],
  auctionSeconds: number,
): Future[] {
  const risk = m.call(
    contracts.portfolioMargin,
    "setUnderlying",
    [terms.asset, underlyingTerms(terms, auctionSeconds)],
    {
      id: `underlying_${terms.asset}`,
      after,
    },
  );
  const liquidity = m.call(contracts.portfolioMargin, "setLiquidity", [terms.asset, liquidityTerms(terms)], {
    id: `liquidity_${terms.asset}`,
    after: [...after, risk],
  });
  return [risk, liquidity];
}

function listPairs({ m, contracts, after }: Step, pairs: ProtocolSpec["correlationPairs"]): Future[] {
  return pairs.map(({ a, b, ...terms }) =>
    m.call(contracts.correlationMatrix, "setPair", [a, b, terms], { id: `pair_${a}_${b}`, after }),
  );
}

function listSurfaces({ m, contracts, after }: Step, surfaces: ProtocolSpec["volSurface"]["terms"]): Future[] {
  return surfaces.map(({ asset, ...terms }) =>
    m.call(contracts.volSurface, "setTerms", [asset, terms], { id: `surface_${asset}`, after }),
  );
}

function listPerp({ m, contracts, after }: Step, perp: ProtocolSpec["perps"][number]): Future {
  return m.call(contracts.perpMarkets, "list", [perp.asset, perpTerms(perp)], { id: `perp_${perp.asset}`, after });
}

function listOptions({ m, contracts, after }: Step, terms: ProtocolSpec["options"][number]): Future[] {
  const { asset } = terms;
  return [
    m.call(contracts.portfolioMargin, "setOptions", [asset, optionStress(terms)], {
      id: `option_risk_${asset}`,
      after,
    }),
    m.call(contracts.optionMarkets, "listUnderlying", [asset, optionTerms(terms)], { id: `options_${asset}`, after }),
  ];
}

/** A collateral's index is its place in the list, so each listing waits for the one before. */
function listCollateral({ m, contracts, after }: Step, collateral: ProtocolSpec["collateral"]): Future[] {
  const futures: Future[] = [];
  for (const [index, terms] of collateral.entries()) {
    const priced = m.call(contracts.portfolioMargin, "setCollateral", [index, collateralTerms(terms)], {
      id: `collateral_${index}`,
      after,
    });
    const waits = [priced, ...futures.slice(-1)];
    futures.push(
      m.call(contracts.marginVault, "listCollateral", [terms.token], { id: `token_${index}`, after: waits }),
    );
  }
  return futures;
}

function setLimits({ m, contracts, after }: Step, spec: ProtocolSpec): Future[] {
  const { portfolioMargin, circuitBreaker, outflowLimiter } = contracts;
  return [
    m.call(portfolioMargin, "setAddOns", [addOnTerms(spec.risk)], { id: "add_ons", after }),
    ...spec.risk.correlations.map((terms) =>
      m.call(portfolioMargin, "setCorrelation", [terms.group, correlationTerms(terms)], {
        id: `correlation_${terms.group}`,
        after,
      }),
    ),
    m.call(circuitBreaker, "setStress", [spec.breaker.stress], { id: "breaker_stress", after }),
    m.call(circuitBreaker, "setChainPace", [spec.breaker.blockSeconds, spec.breaker.toleranceSeconds], {
      id: "breaker_pace",
      after,
    }),
    ...(spec.breaker.sequencerFeed === null
      ? []
      : [m.call(circuitBreaker, "setSequencerFeed", [spec.breaker.sequencerFeed], { id: "breaker_feed", after })]),
    ...spec.outflow.map((terms, index) =>
      m.call(outflowLimiter, "setFlowLimits", [terms.token, flowTerms(terms)], {
        id: `outflow_${index}`,
        after,
      }),
    ),
  ];
}

function setVaultTerms({ m, contracts, after }: Step, spec: ProtocolSpec, deployer: string): Future[] {
  const { marginVault, insuranceFund } = contracts;
  const { interest, treasury } = spec.vault;
  const fund = m.staticCall(insuranceFund, "account", [], 0, { id: "fund_account" });
  const treasuryAccount = encodeAccountId({ owner: treasury ?? deployer, subAccount: 0n });
  return [
    m.call(marginVault, "setTradePolicy", [tradeTerms(spec.vault)], {
      id: "trade_policy",
      after,
    }),
    m.call(marginVault, "setInterestTerms", [{ ...interest }], { id: "interest_terms", after }),
    m.call(marginVault, "setFeeAccounts", [fund, treasuryAccount], { id: "fee_accounts", after }),
  ];
}

function setAuctions({ m, contracts, after }: Step, terms: ProtocolSpec["auction"]): Future[] {
  const { auctionParameters, cureAuction, discountCurve } = contracts;
  const cure = { ...cureTerms(terms.cure), curve: discountCurve };
  return [
    m.call(auctionParameters, "setConfig", [auctionTerms(terms)], { id: "auction_config", after }),
    m.call(auctionParameters, "setCurves", [discountCurve, discountCurve], { id: "auction_curves", after }),
    m.call(cureAuction, "setConfig", [cure], { id: "cure_config", after }),
    ...terms.capacities.map(({ asset, capacity, windowSeconds }) =>
      m.call(auctionParameters, "setCapacity", [asset, capacity, windowSeconds], { id: `capacity_${asset}`, after }),
    ),
  ];
}

function setInsurance({ m, contracts, after }: Step, terms: ProtocolSpec["insurance"]): Future[] {
  const { insuranceFund, venueAllocator, backstop, lossWaterfall, marginVault } = contracts;
  const { cooldownSeconds, windowSeconds, streamSeconds } = terms;
  const exits = [cooldownSeconds, windowSeconds];
  const line = [lossWaterfall, marginVault, terms.backstopLine];
  return [
    m.call(lossWaterfall, "setDrawLimit", [terms.drawLimitBps], { id: "draw_limit", after }),
    m.call(lossWaterfall, "setGate", [terms.gateSeconds, terms.gateThreshold], { id: "gate", after }),
    m.call(insuranceFund, "setCooldown", exits, { id: "fund_cooldown", after }),
    m.call(insuranceFund, "setStreamDuration", [streamSeconds], { id: "fund_stream", after }),
    m.call(backstop, "setCooldown", exits, { id: "backstop_cooldown", after }),
    m.call(backstop, "setStreamDuration", [streamSeconds], { id: "backstop_stream", after }),
    m.call(backstop, "setEpochDuration", [terms.backstopEpochSeconds], { id: "backstop_epoch", after }),
    m.call(backstop, "setLine", line, { id: "backstop_line", after }),
    m.call(venueAllocator, "setHomeShare", [terms.homeShareBps], { id: "home_share", after }),
    ...terms.venues.map(({ venue, cap, pausedView }, index) => {
      const flag = pausedView === null ? "0x00000000" : selectorOf(pausedView);
      return m.call(venueAllocator, "list", [venue, cap, flag], { id: `venue_${index}`, after });
    }),
  ];
}
