import type { LabReport } from "../lab.js";
import type { Attack, Manipulation } from "../manipulation/manipulation.js";
import { usd } from "../numbers.js";
import type { Case } from "../scenarios/case.js";
import { type OptionsOutcome, type RunResult, verdictOf } from "../simulator/result.js";
import { type Canonical, canonicalJson } from "./canonical.js";
import { marketOf } from "./market.js";

/** Version of the shape of report.json. */
export const REPORT_FORMAT = 1;

function optionsJson(options: OptionsOutcome): Canonical {
  return {
    underlying: options.symbol,
    expiresAtSeconds: options.expiresAtSeconds,
    openInterestUsd: usd(options.openInterestWad),
    marks: options.marks,
    coveredSeconds: options.coveredSeconds,
    settledAtSeconds: options.settledAtSeconds,
    settlementPriceUsd: options.settlementPriceWad === null ? null : usd(options.settlementPriceWad),
    fairPriceAtExpiryUsd: usd(options.fairPriceWad),
    paidAccounts: options.paidAccounts,
    lossesSpreadUsd: usd(options.spreadWad),
    books: options.books.map(({ id, label, outcome, ...money }) => ({
      id,
      label,
      outcome,
      ownMoneyUsd: usd(money.moneyWad),
      notionalUsd: usd(money.notionalWad),
      premiumUsd: usd(money.premiumWad),
      endUsd: usd(money.endWad),
      paidByOthersUsd: usd(money.lossWad),
    })),
  };
}

function runJson(run: RunResult): Canonical {
  const { metrics } = run;
  return {
    scenario: run.scenario,
    design: run.design,
    seed: run.seed,
    property: verdictOf(run),
    breaches: run.breaches,
    badDebtUsd: usd(metrics.badDebtWad),
    wrongfulLiquidations: metrics.wrongfulLiquidations,
    maxSecondsUnderWater: metrics.maxSecondsUnderWater,
    insuranceUsedUsd: usd(metrics.insuranceUsedWad),
    haircutUsd: usd(metrics.haircutWad),
    breakerTrips: metrics.breakerTrips,
    finalBlockHash: run.finalBlockHash,
    liquidations: metrics.liquidations,
    maxSecondsInsolvent: metrics.maxSecondsInsolvent,
    penaltyPoolUsedUsd: usd(metrics.penaltyPoolUsedWad),
    backstopUsedUsd: usd(metrics.backstopUsedWad),
    ownerCostUsd: usd(metrics.ownerCostWad),
    takenUsd: usd(metrics.takenWad),
    accountsLeftUnderWater: metrics.leftUnderWater,
    ownMoneyUsd: usd(run.moneyWad),
    wantedPositionsUsd: usd(run.wantedWad),
    positionsUsd: usd(run.notionalWad),
    insuranceStartUsd: usd(run.insuranceStartWad),
    blocks: run.blocks,
    transactions: run.transactions,
    waterfall: run.waterfall.map(({ layer, usedWad }) => ({ layer, usedUsd: usd(usedWad) })),
    events: run.events.map((event) => ({ ...event })),
    accounts: run.accounts.map((account) => ({ ...account })),
    index: run.index.map((index) => ({ ...index })),
    levels: run.levels.map((level) => ({ ...level })),
    fundMicroUsd: run.fund,
    options: run.options === null ? null : optionsJson(run.options),
  };
}

function caseJson(input: Case): Canonical {
  const { atSeconds, assets } = marketOf(input);
  return {
    name: input.name,
    title: input.title,
    story: input.story,
    calibration: input.calibration,
    property: input.property.sentence,
    seed: input.seed,
    command: input.command,
    notes: input.notes,
    baselineSource: input.baselineSource,
    insuranceFundUsd: input.insuranceFundUsd,
    market: {
      unit: "micro-dollars",
      atSeconds,
      assets: assets.map(({ symbol, fair, venues, sources }) => ({
        symbol,
        fair,
        venues: venues.map((venue) => ({ ...venue })),
        sources: sources.map((source) => ({ ...source })),
      })),
    },
  };
}

function attackJson({ neededWad, lostWad, spotBps, meanBps, edgeBps }: Attack): Canonical {
  return {
    neededUsd: usd(neededWad),
    lostUsd: usd(lostWad),
    spotReaderBps: spotBps,
    plainMeanBps: meanBps,
    ourFarEdgeBps: edgeBps,
  };
}

function manipulationJson({ poolWad, windowSeconds, wantedBps, groups, statedCostWad, rows }: Manipulation): Canonical {
  return {
    poolUsd: usd(poolWad),
    windowSeconds,
    wantedBps,
    groups,
    statedCostUsd: usd(statedCostWad),
    heldFor: rows.map(({ blocks, spot, mean, allOut }) => ({
      blocks,
      spotAttack: attackJson(spot),
      meanAttack: attackJson(mean),
      allOutAttack: attackJson(allOut),
    })),
  };
}

/** Writes the report as canonical JSON: sorted keys, no clock, the same bytes for the same seed. */
export function reportJson(report: LabReport): string {
  const value: Canonical = {
    format: REPORT_FORMAT,
    complete: report.complete,
    stopped: report.stopped,
    designs: report.designs,
    scenarios: report.cases.map(caseJson),
    runs: report.runs.map(runJson),
    manipulation: report.manipulation === undefined ? null : manipulationJson(report.manipulation),
  };
  return `${canonicalJson(value)}\n`;
}
