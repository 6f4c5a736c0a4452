import { scaleLinear } from "d3-scale";
import { DESIGN_TITLES } from "../../designs.js";
import { usd } from "../../numbers.js";
import type { RunResult } from "../../simulator/result.js";
import { escapeText, tag } from "../markup.js";
import { shortUsd } from "../terminal.js";
import { type Frame, drawing, legend } from "./frame.js";

const ROW = 40;

/** Layers in the order in which they pay. */
const LAYERS = [
  { key: "penalty", text: "penalty pool", amount: (run: RunResult) => run.metrics.penaltyPoolUsedWad },
  { key: "fund", text: "insurance fund", amount: (run: RunResult) => run.metrics.insuranceUsedWad },
  { key: "backstop", text: "backstop", amount: (run: RunResult) => run.metrics.backstopUsedWad },
  { key: "haircut", text: "haircut of the winning side", amount: (run: RunResult) => run.metrics.haircutWad },
  { key: "bad", text: "no owner (bad debt)", amount: (run: RunResult) => run.metrics.badDebtWad },
] as const;

/** Draws who paid for losses beyond the accounts' own margin, one bar per design. */
export function waterfallChart(id: string, runs: readonly RunResult[]): string {
  const frame: Frame = { width: 960, height: 14 + runs.length * ROW, left: 110, right: 110, top: 8, bottom: 6 };
  const totals = runs.map((run) => LAYERS.reduce((sum, { amount }) => sum + amount(run), 0n));
  const dollars = (amount: bigint) => Number(usd(amount));
  const most = Math.max(1, ...totals.map(dollars));
  const x = scaleLinear([0, most], [0, frame.width - frame.left - frame.right]);
  const rows = runs.map((run, row) => {
    const y = frame.top + row * ROW;
    let from = frame.left;
    const bars = LAYERS.map(({ key, text, amount }) => {
      const value = amount(run);
      if (value <= 0n) return "";
      const width = Math.max(2, x(dollars(value)));
      const title = tag("title", {}, escapeText(`${DESIGN_TITLES[run.design]}, ${text}: ${shortUsd(value)}`));
      const bar = tag(
        "rect",
        { class: `w-${key}`, x: from.toFixed(1), y: y + 8, width: width.toFixed(1), height: 22, rx: 2 },
        title,
      );
      from += width + 1;
      return bar;
    });
    const total = totals[row] ?? 0n;
    const text = total === 0n ? "no loss reached the waterfall" : shortUsd(total);
    return (
      tag(
        "text",
        { class: "tick strong", x: frame.left - 10, y: y + 23, "text-anchor": "end" },
        DESIGN_TITLES[run.design],
      ) +
      bars.join("") +
      tag("text", { class: "tick", x: (from + 8).toFixed(1), y: y + 23 }, text)
    );
  });
  const used = LAYERS.filter(({ amount }) => runs.some((run) => amount(run) > 0n));
  const key =
    used.length === 0
      ? ""
      : legend(used.map(({ key: name, text }) => ({ className: `w-${name}`, text, mark: "area" })));
  const description = runs.map((run, row) => `${DESIGN_TITLES[run.design]}: ${shortUsd(totals[row] ?? 0n)}`).join(", ");
  const axis = tag("line", {
    class: "axis",
    x1: frame.left,
    x2: frame.left,
    y1: frame.top,
    y2: frame.height - frame.bottom,
  });
  return key + drawing(frame, id, "Waterfall use", `Losses beyond margin. ${description}.`, ...rows, axis);
}
