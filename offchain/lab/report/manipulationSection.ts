import { type Manipulation, worstEdgeBps } from "../manipulation/manipulation.js";
import { money } from "../numbers.js";
import { costChart } from "./charts/costChart.js";
import { escapeText, table, tag } from "./markup.js";
import { shortUsd } from "./terminal.js";

const percent = (bps: number) => `${(bps / 100).toFixed(bps >= 100_000 ? 0 : 2)} %`;

/** What it costs to move a reader of a real pool: plot, table, and what the bound does not say. */
export function manipulationSection(found: Manipulation): string {
  const { rows, wantedBps } = found;
  const goal = `${wantedBps / 100} %`;
  const cells = rows.map(({ blocks, spot, mean, allOut }) => [
    String(blocks),
    money(spot.lostWad),
    money(spot.neededWad),
    money(mean.lostWad),
    money(mean.neededWad),
    [spot, mean, allOut].map(({ edgeBps }) => percent(edgeBps)).join(" / "),
  ]);
  const dear = rows[0]?.allOut.neededWad ?? 0n;
  const lead = `An attacker buys from a real Uniswap v3 pool of ${shortUsd(found.poolWad)}, holds the price for some blocks and sells again; nobody trades against him. A reader of the pool's spot price or of its plain mean over ${found.windowSeconds / 60} minutes sees ${goal} for the sums below. Our interval takes the pool as one of ${found.groups} groups: beyond the gate it does not count, and no amount moved the far edge by more than ${percent(worstEdgeBps(found))}, not even ${shortUsd(dear)}, a thousand times the price.`;
  const note = `What money does buy is the pool's absence: with ${found.groups} groups in all, two observations without it are grade Thin, and opening stops. One pool over the full range with a fee of 0.3 %: liquidity around the price makes the spot reader dearer, not safer. The pool's adapter states ${shortUsd(found.statedCostWad)} as the cost, and gives no value while more than half of that is open.`;
  return tag(
    "section",
    { class: "scenario", id: "manipulation" },
    tag("h2", {}, "What it costs to move the oracle"),
    tag("p", {}, escapeText(lead)),
    tag(
      "figure",
      {},
      tag("figcaption", {}, `Lost by the attacker for a move of ${goal}, in fees. The axis goes in decades.`),
      tag("div", { class: "scroll" }, tag("div", { class: "chart" }, costChart("manipulation-cost", found))),
    ),
    table(
      `Money lost and money needed for a move of ${goal}; and how far our far edge moved in those two attacks and at a thousand times the price.`,
      ["Blocks held", "Spot reader: lost", "needed", "Plain mean: lost", "needed", "Our far edge"],
      cells,
    ),
    tag("p", { class: "soft small" }, escapeText(note)),
  );
}
