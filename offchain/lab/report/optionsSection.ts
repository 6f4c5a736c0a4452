import type { RunResult } from "../simulator/result.js";
import { timeLabel } from "./charts/frame.js";
import { escapeText, table, tag } from "./markup.js";
import { shortTime, shortUsd } from "./terminal.js";

const OUTCOMES = { open: "kept", liquidated: "liquidated", wrongful: "liquidated wrongfully", insolvent: "insolvent" };

/** The options of a scenario: what was open, how it was settled, how each book ended. Empty without any. */
export function optionsSection(runs: readonly RunResult[], endSeconds: number): string {
  const options = runs.flatMap((run) => (run.options === null ? [] : [run.options]))[0];
  if (options === undefined) return "";
  const { settlementPriceWad, settledAtSeconds } = options;
  const facts: readonly (readonly string[])[] = [
    ["Open interest of one side at the opening", shortUsd(options.openInterestWad)],
    ["Expiry", timeLabel(options.expiresAtSeconds, endSeconds)],
    ["Marks of the settlement price, time covered", `${options.marks}, ${shortTime(options.coveredSeconds)}`],
    ["Settled", settledAtSeconds === null ? "not within the run" : timeLabel(settledAtSeconds, endSeconds)],
    ["Settlement price", settlementPriceWad === null ? "none yet" : shortUsd(settlementPriceWad)],
    ["Fair price at expiry", shortUsd(options.fairPriceWad)],
    ["Accounts paid after settlement", String(options.paidAccounts)],
    ["Losses spread over series", shortUsd(options.spreadWad)],
  ];
  const rows = options.books.map((book) => [
    book.id,
    escapeText(book.label),
    shortUsd(book.moneyWad),
    shortUsd(book.notionalWad),
    shortUsd(book.premiumWad),
    shortUsd(book.endWad),
    OUTCOMES[book.outcome],
    shortUsd(book.lossWad),
  ]);
  const heads = ["Book", "What", "Own money", "Notional", "Premium", "At the end", "Ended", "Paid by others"];
  return (
    tag("h3", {}, `Options on ${escapeText(options.symbol)}`) +
    tag(
      "p",
      {},
      "Only Breakwater has options: the older designs have none, and these books take no part in what is compared above except in Breakwater's own losses, liquidations and times. Listing, marks, settlement and payment are the keeper's.",
    ) +
    table("The expiry", ["Measure", "Breakwater"], facts) +
    table(
      "How each option book ended; premium received is positive, and the end is equity at the fair price",
      heads,
      rows,
      "events",
    )
  );
}
