import { scaleLinear } from "d3-scale";
import { DESIGN_TITLES } from "../../designs.js";
import type { RunResult } from "../../simulator/result.js";
import { escapeText, tag } from "../markup.js";
import { type Frame, drawing, pathOf, plotClip, thin, timeAxis, timeScale, valueAxis } from "./frame.js";

const FRAME: Frame = { width: 330, height: 230, left: 28, right: 22, top: 10, bottom: 26 };
const HIGHEST = 3;
const LOWEST = -0.5;

/** Draws the health of every account of one run: 1 is exactly at maintenance. */
export function healthChart(id: string, atSeconds: readonly number[], run: RunResult): string {
  const end = atSeconds.at(-1) ?? 1;
  const x = timeScale(FRAME, end);
  const y = scaleLinear([LOWEST, HIGHEST], [FRAME.height - FRAME.bottom, FRAME.top]);
  const lines = run.accounts.map((account) => {
    const values = account.healthBps.map((health) => (health === null ? null : health / 10_000));
    const title = tag("title", {}, escapeText(`${account.id}, ${account.label}: ${account.outcome}`));
    return tag("path", { class: `h h-${account.outcome}`, d: pathOf(thin(atSeconds, values), x, y) }, title);
  });
  const ends = run.accounts
    .filter(({ outcome }) => outcome === "liquidated" || outcome === "wrongful")
    .map((account) => {
      const event = run.events.find(
        ({ subject, kind }) => subject === account.id && (kind === "liquidation" || kind === "wrongful"),
      );
      if (event === undefined) return "";
      const step = atSeconds.findIndex((at) => at >= event.atSeconds);
      const before =
        account.healthBps
          .slice(0, Math.max(step, 1))
          .filter((health) => health !== null)
          .at(-1) ?? 10_000;
      const place = Math.max(LOWEST, Math.min(HIGHEST, before / 10_000));
      const className = account.outcome === "wrongful" ? "m-wrong" : "m-liq";
      return tag("circle", { class: className, cx: x(event.atSeconds).toFixed(1), cy: y(place).toFixed(1), r: 4 });
    });
  const counts = (outcome: string) => run.accounts.filter((account) => account.outcome === outcome).length;
  const description = `${DESIGN_TITLES[run.design]}: ${run.accounts.length} accounts, ${counts("liquidated")} liquidated, ${counts("wrongful")} wrongfully liquidated, ${counts("insolvent")} insolvent at the end.`;
  return drawing(
    FRAME,
    id,
    `Account health on ${DESIGN_TITLES[run.design]}`,
    description,
    plotClip(FRAME, id),
    timeAxis(FRAME, x, end, 4),
    valueAxis(FRAME, y, [0, 1, 2, 3], String),
    tag("line", {
      class: "limit",
      x1: FRAME.left,
      x2: FRAME.width - FRAME.right,
      y1: y(1).toFixed(1),
      y2: y(1).toFixed(1),
    }),
    tag("g", { "clip-path": `url(#${id}-c)` }, ...lines),
    ...ends,
  );
}
