import { expect } from "chai";
import type { LabReport } from "../../../offchain/lab/lab.js";
import { exitCodeOf } from "../../../offchain/lab/lab.js";
import { wad } from "../../../offchain/lab/numbers.js";
import { canonicalJson } from "../../../offchain/lab/report/canonical.js";
import { reportHtml } from "../../../offchain/lab/report/html.js";
import { reportJson } from "../../../offchain/lab/report/json.js";
import { escapeText } from "../../../offchain/lab/report/markup.js";
import { sentencesOf } from "../../../offchain/lab/report/story.js";
import { manipulationLine, optionLines, summaryTable } from "../../../offchain/lab/report/terminal.js";
import { caseOf } from "../../../offchain/lab/scenarios/case.js";
import { findScenarios } from "../../../offchain/lab/scenarios/catalogue.js";
import { runBaseline } from "../../../offchain/lab/simulator/baseline.js";
import type { RunResult } from "../../../offchain/lab/simulator/result.js";

/** A run as the EVM tier gives it: with an index, levels and a block hash. */
function breakwaterLike(run: RunResult, breaches: readonly string[] = []): RunResult {
  const steps = run.fund.length;
  const flat = (value: number) => Array.from({ length: steps }, () => value);
  return {
    ...run,
    design: "breakwater",
    breaches,
    finalBlockHash: `0x${"ab".repeat(32)}`,
    blocks: 300,
    transactions: 4000,
    index: [{ symbol: "ETH", low: flat(1.99e9), mid: flat(2e9), high: flat(2.01e9) }],
    options: {
      symbol: "ETH",
      expiresAtSeconds: 2400,
      openInterestWad: wad("1854320"),
      marks: 31,
      coveredSeconds: 1800,
      settledAtSeconds: 3600,
      settlementPriceWad: wad("1951.5"),
      fairPriceWad: wad("1950"),
      paidAccounts: 6,
      spreadWad: wad("12"),
      books: [
        {
          id: "O1",
          label: "short <straddle>",
          moneyWad: wad("40000"),
          notionalWad: wad("331240"),
          premiumWad: wad("1173.56"),
          endWad: wad("-5"),
          outcome: "liquidated",
          lossWad: wad("77"),
        },
      ],
    },
    levels: [{ name: "ETH", level: flat(0).map((_, step) => Math.min(4, Math.floor((5 * step) / steps))) }],
  };
}

function sampleReport(names: readonly string[], breaches: readonly string[] = []): LabReport {
  const cases = findScenarios(names).map((scenario) => caseOf(scenario));
  const runs = cases.flatMap((input) => {
    const early = runBaseline(input, "early");
    return [early, runBaseline(input, "intermediate"), breakwaterLike(early, breaches)];
  });
  return { complete: true, stopped: null, designs: ["early", "intermediate", "breakwater"], cases, runs };
}

const VOID = new Set(["meta"]);

/** Names of elements left open or closed wrongly: a well-formed page has none. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = [];
  const body = html.replace(/^<!doctype html>\n/, "").replace(/<style>[\s\S]*?<\/style>/, "<style></style>");
  for (const [, closing, name = "", rest = ""] of body.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<>]*")*\s*\/?)>/g,
  )) {
    if (closing === "/") {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (!rest.endsWith("/") && !VOID.has(name)) open.push(name);
  }
  const stray = body.replace(/<\/?[a-zA-Z][\w-]*(?:\s+[\w:-]+="[^"<>]*")*\s*\/?>/g, "").match(/[<>]/g);
  return stray === null ? open : ["stray < or >"];
}

describe("report", () => {
  it("default: canonical JSON sorts keys, writes bigint as strings and is the same for the same report", () => {
    expect(canonicalJson({ b: 1n, a: [1, null, "x"], c: { z: true, y: [] } })).to.equal(
      '{\n "a": [1,null,"x"],\n "b": "1",\n "c": {\n  "y": [],\n  "z": true\n }\n}',
    );
    const names = ["flash-wick-one-venue", "oracle-1000x"];
    expect(reportJson(sampleReport(names))).to.equal(reportJson(sampleReport(names)));
  });

  it("behavior: runs carry the keys of the design, and the whole parses", () => {
    const parsed = JSON.parse(reportJson(sampleReport(["keepers-absent"])));
    expect(parsed.runs).to.have.length(3);
    expect(parsed.runs[0]).to.include.all.keys(
      "scenario",
      "design",
      "seed",
      "property",
      "badDebtUsd",
      "wrongfulLiquidations",
      "maxSecondsUnderWater",
      "insuranceUsedUsd",
      "haircutUsd",
      "breakerTrips",
      "finalBlockHash",
    );
    expect(parsed.runs[0].finalBlockHash).to.equal(null);
    expect(parsed.runs[0].property).to.equal("fail");
    expect(parsed.runs[0].badDebtUsd).to.match(/^\d+(\.\d+)?$/);
  });

  it("behavior: the page is well-formed, self-contained, without script, and small", () => {
    const html = reportHtml(sampleReport(["all"]));
    expect(unbalanced(html)).to.deep.equal([]);
    expect(html).to.not.match(/<script|<link|<img|<iframe|@import|url\((?!#)/);
    expect(html).to.not.match(/https?:\/\//);
    expect([...html.matchAll(/ (?:href|src)="([^"]*)"/g)].every(([, target = ""]) => target.startsWith("#"))).to.equal(
      true,
    );
    expect(html).to.include("prefers-color-scheme");
    expect(html.length).to.be.lessThan(3_000_000);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("behavior: the page says what was not covered, and that it is incomplete when it is", () => {
    const report = sampleReport(["oracle-frozen"]);
    expect(reportHtml(report)).to.include("What was not covered").and.not.include("Incomplete.");
    const stopped = { ...report, complete: false, stopped: "SIGINT received", runs: report.runs.slice(0, 1) };
    expect(reportHtml(stopped)).to.include("Incomplete.").and.include("SIGINT received");
    expect(unbalanced(reportHtml({ ...stopped, runs: [] }))).to.deep.equal([]);
  });

  it("behavior: what it costs to move the oracle has a key, a section and a line of its own", () => {
    const attack = { neededWad: wad("247732"), lostWad: wad("1466"), spotBps: 500, meanBps: 10, edgeBps: 95 };
    const mean = { ...attack, lostWad: wad("93012"), meanBps: 500, edgeBps: 189 };
    const rows = [1, 2].map((blocks) => ({
      blocks,
      spot: attack,
      mean,
      allOut: { ...mean, neededWad: wad("307149406") },
    }));
    const manipulation = {
      poolWad: wad("20000000"),
      windowSeconds: 600,
      wantedBps: 500,
      groups: 3,
      statedCostWad: wad("954413"),
      rows,
    };
    const plain = sampleReport(["oracle-frozen"]);
    const report = { ...plain, manipulation };
    expect(JSON.parse(reportJson(plain)).manipulation).to.equal(null);
    const { heldFor, ...rest } = JSON.parse(reportJson(report)).manipulation;
    expect(rest).to.deep.equal({
      groups: 3,
      poolUsd: "20000000",
      statedCostUsd: "954413",
      wantedBps: 500,
      windowSeconds: 600,
    });
    expect(heldFor[1].spotAttack).to.deep.equal({
      lostUsd: "1466",
      neededUsd: "247732",
      ourFarEdgeBps: 95,
      plainMeanBps: 10,
      spotReaderBps: 500,
    });
    const html = reportHtml(report);
    expect(unbalanced(html)).to.deep.equal([]);
    expect(html).to.include('id="manipulation"').and.include("$93,012").and.include("1.89 %");
    expect(html).to.not.match(/<script|https?:\/\//);
    expect(reportHtml(plain)).to.not.include('id="manipulation"');
    const line = manipulationLine(manipulation);
    expect(line).to.include("spot $1,466").and.include("plain mean $93,012 / $93,012").and.include("1.9 %");
    expect(line.includes("\n")).to.equal(false);
  });

  it("behavior: each design's story says who was liquidated, who paid and how long it took", () => {
    const [input] = findScenarios(["black-thursday"]).map((scenario) => caseOf(scenario));
    if (input === undefined) throw new RangeError("black-thursday");
    const early = runBaseline(input, "early");
    const story = sentencesOf(early, 46_800).join(" ");
    expect(story).to.match(/\d+ accounts liquidated between [\d.]+ h and [\d.]+ h\./);
    expect(story).to.match(/auctions? went to the only bidder for nothing\./);
    expect(story).to.match(/Nobody paid for the rest: \$/);
    const quiet = sentencesOf({ ...early, events: [], metrics: { ...early.metrics, maxSecondsUnderWater: 0 } }, 46_800);
    expect(quiet[0]).to.equal("Nobody was liquidated.");
  });

  it("behavior: options have a section, a key and a line; designs without options have none", () => {
    const report = sampleReport(["black-thursday"]);
    const [early, , breakwater] = JSON.parse(reportJson(report)).runs;
    expect(early.options).to.equal(null);
    expect(breakwater.options).to.deep.include({
      settlementPriceUsd: "1951.5",
      settledAtSeconds: 3600,
      paidAccounts: 6,
    });
    expect(breakwater.options.books[0]).to.deep.include({ premiumUsd: "1173.56", paidByOthersUsd: "77" });
    const html = reportHtml(report);
    expect(unbalanced(html)).to.deep.equal([]);
    expect(html).to.include("Options on ETH").and.include("short &#60;straddle&#62;").and.include("liquidated");
    const [line = "", ...others] = optionLines(report);
    expect(others).to.deep.equal([]);
    expect(line).to.include("settled at $1,952, 20 min after expiry").and.include("1 of 1 books liquidated");
    const open = report.runs.map((run) =>
      run.options === null
        ? run
        : { ...run, options: { ...run.options, settledAtSeconds: null, settlementPriceWad: null } },
    );
    expect(optionLines({ ...report, runs: open })[0]).to.include("not settled within the run");
    expect(reportHtml({ ...report, runs: report.runs.slice(0, 2) })).to.not.include("Options on ETH");
  });

  it("behavior: text from outside is escaped", () => {
    expect(escapeText('<a b="c">&')).to.equal("&#60;a b=&#34;c&#34;&#62;&#38;");
    const report = sampleReport(["oracle-frozen"]);
    const hostile = { ...report, cases: report.cases.map((input) => ({ ...input, notes: ["<script>x</script>"] })) };
    expect(reportHtml(hostile)).to.not.include("<script>");
  });

  it("behavior: Breakwater decides the exit code; baselines only when they run alone", () => {
    const report = sampleReport(["flash-wick-one-venue"]);
    expect(exitCodeOf(report)).to.equal(0);
    expect(exitCodeOf(sampleReport(["flash-wick-one-venue"], ["x"]))).to.equal(1);
    expect(exitCodeOf({ ...report, complete: false })).to.equal(3);
    const alone: LabReport = {
      ...report,
      designs: ["early"],
      runs: report.runs.filter(({ design }) => design === "early"),
    };
    expect(exitCodeOf(alone)).to.equal(1);
  });

  it("behavior: the terminal table names every run and colours only when asked", () => {
    const table = summaryTable(sampleReport(["keepers-absent"]));
    expect(table).to.include("Keepers absent for an hour").and.include("Early").and.include("BROKE");
    expect(table.includes("\u001b")).to.equal(false);
  });
});
