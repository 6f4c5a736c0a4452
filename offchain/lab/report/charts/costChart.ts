import { scaleLog } from "d3-scale";
import type { Manipulation } from "../../manipulation/manipulation.js";
import { worstEdgeBps } from "../../manipulation/manipulation.js";
import { usd } from "../../numbers.js";
import { escapeText, tag } from "../markup.js";
import { shortUsd } from "../terminal.js";
import { type Frame, drawing, legend } from "./frame.js";

const [ROW, GAP, BAR] = [24, 16, 15];
const READERS = [
  { key: "spot", text: "spot reader" },
  { key: "mean", text: "plain mean" },
  { key: "edge", text: "our far edge" },
] as const;
/** The axis starts at a hundred dollars; decades, because costs differ by so many. */
const LEAST_USD = 100;

/** Draws what an attacker loses for a move of 5 %, by reader and by blocks held, on an axis of decades. */
export function costChart(id: string, found: Manipulation): string {
  const { rows } = found;
  const group = READERS.length * ROW + GAP;
  const frame: Frame = { width: 960, height: 34 + rows.length * group, left: 150, right: 200, top: 6, bottom: 28 };
  const dollars = (amountWad: bigint) => Number(usd(amountWad));
  const most = Math.max(LEAST_USD * 10, ...rows.map(({ mean }) => dollars(mean.lostWad)));
  const end = 10 ** Math.ceil(Math.log10(most));
  const x = scaleLog([LEAST_USD, end], [frame.left, frame.width - frame.right]);
  const bottom = frame.height - frame.bottom;
  const decades = Array.from(
    { length: Math.round(Math.log10(end / LEAST_USD)) + 1 },
    (_, power) => LEAST_USD * 10 ** power,
  );
  const axis = decades.map((value) => {
    const place = x(value).toFixed(1);
    const label = shortUsd(BigInt(value) * 10n ** 18n).replace(".00M", "M");
    return (
      tag("line", { class: "grid", x1: place, x2: place, y1: frame.top, y2: bottom }) +
      tag("text", { class: "tick", x: place, y: bottom + 16, "text-anchor": "middle" }, label)
    );
  });
  const bound = `no amount: ${(worstEdgeBps(found) / 100).toFixed(1)} % at most`;
  const bars = rows.flatMap(({ blocks, spot, mean }, index) =>
    READERS.map(({ key, text }, place) => {
      const y = frame.top + index * group + place * ROW;
      const lost = key === "spot" ? spot.lostWad : mean.lostWad;
      const right = key === "edge" ? frame.width - frame.right : x(Math.max(LEAST_USD, dollars(lost)));
      const said = key === "edge" ? bound : shortUsd(lost);
      const head =
        place === 0
          ? tag(
              "text",
              { class: "tick strong", x: frame.left - 10, y: y + 12, "text-anchor": "end" },
              `held ${blocks} block${blocks === 1 ? "" : "s"}`,
            )
          : "";
      const arrow = `${right},${y - 2} ${right + 11},${y + BAR / 2} ${right},${y + BAR + 2}`;
      return (
        head +
        tag(
          "rect",
          { class: `c-${key}`, x: frame.left, y, width: (right - frame.left).toFixed(1), height: BAR },
          tag("title", {}, escapeText(`${text}, held for ${blocks}: ${said}`)),
        ) +
        (key === "edge" ? tag("polygon", { class: "c-edge", points: arrow }) : "") +
        tag("text", { class: "tick", x: (right + (key === "edge" ? 18 : 8)).toFixed(1), y: y + 12 }, escapeText(said))
      );
    }),
  );
  const key = legend(READERS.map((reader) => ({ className: `c-${reader.key}`, text: reader.text, mark: "area" })));
  const description = rows
    .map(
      ({ blocks, spot, mean }) =>
        `held ${blocks}: spot ${shortUsd(spot.lostWad)}, plain mean ${shortUsd(mean.lostWad)}`,
    )
    .join("; ");
  const line = tag("line", { class: "axis", x1: frame.left, x2: frame.left, y1: frame.top, y2: bottom });
  const title = "What a move of 5 % costs an attacker";
  return key + drawing(frame, id, title, `${description}; our far edge: ${bound}.`, ...axis, ...bars, line);
}
