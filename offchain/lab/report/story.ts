import { DESIGN_TITLES } from "../designs.js";
import type { RunEvent, RunResult } from "../simulator/result.js";
import { timeLabel } from "./charts/frame.js";
import { escapeText, tag } from "./markup.js";
import { shortTime, shortUsd } from "./terminal.js";

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const isSale = ({ kind }: RunEvent) => kind === "liquidation" || kind === "wrongful";

function salesOf(run: RunResult, end: number): readonly string[] {
  const sales = run.events.filter(isSale);
  const [first] = sales;
  const last = sales.at(-1);
  if (first === undefined || last === undefined) return ["Nobody was liquidated."];
  const accounts = new Set(sales.map(({ subject }) => subject)).size;
  const when =
    first.atSeconds === last.atSeconds
      ? `at ${timeLabel(first.atSeconds, end)}`
      : `between ${timeLabel(first.atSeconds, end)} and ${timeLabel(last.atSeconds, end)}`;
  const slices = sales.length > accounts ? ` in ${counted(sales.length, "slice")}` : "";
  const wronged = run.metrics.wrongfulLiquidations;
  const verdict = wronged === 0 ? "" : `, ${wronged === accounts ? "all" : wronged} of them wrongfully`;
  const cost = `Their owners lost ${shortUsd(run.metrics.ownerCostWad)} of equity by it.`;
  return [`${counted(accounts, "account")} liquidated ${when}${slices}${verdict}.`, cost];
}

function giftsOf(run: RunResult): readonly string[] {
  const gifts = run.events.filter((event) => isSale(event) && event.text.includes("for nothing")).length;
  return gifts === 0 ? [] : [`${counted(gifts, "auction")} went to the only bidder for nothing.`];
}

function lossesOf({ metrics }: RunResult): readonly string[] {
  const paid = (amountWad: bigint, text: string) => (amountWad > 0n ? [`${text} ${shortUsd(amountWad)}.`] : []);
  return [
    ...paid(metrics.takenWad, "Somebody took out at a false price:"),
    ...paid(metrics.penaltyPoolUsedWad, "The penalty pools paid"),
    ...paid(metrics.insuranceUsedWad, "The insurance fund paid"),
    ...paid(metrics.backstopUsedWad, "The backstop paid"),
    ...paid(metrics.haircutWad, "The winning side gave up"),
    ...paid(metrics.badDebtWad, "Nobody paid for the rest:"),
  ];
}

function breakersOf(run: RunResult, end: number): readonly string[] {
  const trips = run.events.filter(({ kind }) => kind === "trip");
  const [first] = trips;
  if (first === undefined) return [];
  const highest = Math.max(0, ...run.levels.flatMap(({ level }) => level.at(-1) ?? 0));
  const after = highest === 0 ? "all were normal again at the end" : "not all were normal again at the end";
  return [`Breakers tripped ${counted(trips.length, "time")}, first at ${timeLabel(first.atSeconds, end)}; ${after}.`];
}

function waitOf({ metrics }: RunResult): readonly string[] {
  const { maxSecondsUnderWater: under, leftUnderWater: left } = metrics;
  return [
    ...(under > 0 ? [`The longest wait below maintenance was ${shortTime(under)}.`] : []),
    ...(left > 0 ? [`${counted(left, "account")} was still waiting at the end.`.replace(/s was/, "s were")] : []),
  ];
}

/** What happened on one design, in a few sentences made of its events and metrics. */
export function sentencesOf(run: RunResult, endSeconds: number): readonly string[] {
  return [
    ...salesOf(run, endSeconds),
    ...giftsOf(run),
    ...lossesOf(run),
    ...waitOf(run),
    ...breakersOf(run, endSeconds),
  ];
}

/** What happened, design by design. */
export function storySection(runs: readonly RunResult[], endSeconds: number): string {
  const items = runs.map((run) =>
    tag(
      "li",
      {},
      tag("strong", {}, DESIGN_TITLES[run.design]),
      ` ${escapeText(sentencesOf(run, endSeconds).join(" "))}`,
    ),
  );
  return tag("h3", {}, "What happened") + tag("ul", { class: "story" }, ...items);
}
