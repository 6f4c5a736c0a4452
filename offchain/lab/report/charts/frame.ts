import { type ScaleLinear, scaleLinear } from "d3-scale";
import { curveLinear, curveStepAfter, line } from "d3-shape";
import { escapeText, tag } from "../markup.js";

/** Size of a drawing and the room around its plot, in user units. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** A horizontal axis in seconds. */
export type TimeScale = ScaleLinear<number, number>;

const POINTS_PER_LINE = 360;

/** One point of a line. */
export type XY = readonly [number, number];

/** Pairs times with values and thins them out, keeping the lowest and highest of every stretch. */
export function thin(times: readonly number[], values: readonly (number | null)[]): readonly (XY | null)[] {
  const all = values.map((value, index): XY | null => (value === null ? null : [times[index] ?? 0, value]));
  if (all.length <= POINTS_PER_LINE) return all;
  const stretch = Math.ceil((2 * all.length) / POINTS_PER_LINE);
  const kept: (XY | null)[] = [];
  for (let from = 0; from < all.length; from += stretch) {
    const part = all.slice(from, from + stretch);
    const some = part.filter((point) => point !== null);
    const sorted = [...some].sort((a, b) => a[1] - b[1]);
    const wanted = new Set([sorted[0], sorted.at(-1), from + stretch >= all.length ? some.at(-1) : undefined]);
    kept.push(
      ...part.filter((point, index) => (point === null ? index === 0 || part[index - 1] !== null : wanted.has(point))),
    );
  }
  return kept;
}

/** A path through points; gaps where a point is null; steps where a value holds until the next one. */
export function pathOf(
  points: readonly (XY | null)[],
  x: TimeScale,
  y: ScaleLinear<number, number>,
  steps = false,
): string {
  const draw = line<XY | null>()
    .defined((point) => point !== null)
    .x((point) => x(point?.[0] ?? 0))
    .y((point) => y(point?.[1] ?? 0))
    .curve(steps ? curveStepAfter : curveLinear)
    .digits(1);
  return draw([...points]) ?? "";
}

/** Seconds as "12 min" or "3.5 h", in the unit that suits the length of the run. */
export function timeLabel(seconds: number, endSeconds: number): string {
  if (endSeconds <= 3 * 3600) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

/** The horizontal scale of a drawing. */
export function timeScale(frame: Frame, endSeconds: number): TimeScale {
  return scaleLinear([0, Math.max(endSeconds, 1)], [frame.left, frame.width - frame.right]);
}

function timeTicks(endSeconds: number, most: number): readonly number[] {
  const steps = [300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400];
  const step = steps.find((size) => endSeconds / size <= most) ?? 86_400;
  const ticks: number[] = [];
  for (let at = 0; at <= endSeconds; at += step) ticks.push(at);
  return ticks;
}

/** Horizontal axis with labels beneath the plot. */
export function timeAxis(frame: Frame, x: TimeScale, endSeconds: number, most = 9): string {
  const y = frame.height - frame.bottom;
  return timeTicks(endSeconds, most)
    .map((at) => {
      const place = x(at).toFixed(1);
      return (
        tag("line", { class: "grid", x1: place, x2: place, y1: frame.top, y2: y }) +
        tag("text", { class: "tick", x: place, y: y + 16, "text-anchor": "middle" }, timeLabel(at, endSeconds))
      );
    })
    .join("");
}

/** Vertical axis with a line across the plot at each label. */
export function valueAxis(
  frame: Frame,
  y: ScaleLinear<number, number>,
  ticks: readonly number[],
  label: (value: number) => string,
): string {
  return ticks
    .map((value) => {
      const place = y(value).toFixed(1);
      return (
        tag("line", { class: "grid", x1: frame.left, x2: frame.width - frame.right, y1: place, y2: place }) +
        tag(
          "text",
          { class: "tick", x: frame.left - 8, y: Number(place) + 4, "text-anchor": "end" },
          escapeText(label(value)),
        )
      );
    })
    .join("");
}

/** A drawing with a title and a description for those who do not see it. */
export function drawing(
  frame: Frame,
  id: string,
  title: string,
  description: string,
  ...parts: readonly string[]
): string {
  return tag(
    "svg",
    {
      viewBox: `0 0 ${frame.width} ${frame.height}`,
      role: "img",
      "aria-labelledby": `${id}-t ${id}-d`,
      preserveAspectRatio: "xMidYMid meet",
    },
    tag("title", { id: `${id}-t` }, escapeText(title)),
    tag("desc", { id: `${id}-d` }, escapeText(description)),
    ...parts,
  );
}

/** A rectangle that cuts off what leaves the plot. */
export function plotClip(frame: Frame, id: string): string {
  return tag(
    "clipPath",
    { id: `${id}-c` },
    tag("rect", {
      x: frame.left,
      y: frame.top,
      width: frame.width - frame.left - frame.right,
      height: frame.height - frame.top - frame.bottom,
    }),
  );
}

/** An entry of a legend: the mark is drawn by the class. */
export type LegendEntry = { readonly className: string; readonly text: string; readonly mark: "line" | "area" | "dot" };

/** A legend in HTML, so that it wraps on narrow screens. */
export function legend(entries: readonly LegendEntry[]): string {
  return tag(
    "ul",
    { class: "legend" },
    ...entries.map(({ className, text, mark }) => {
      const sample =
        mark === "line"
          ? tag("line", { class: className, x1: 1, x2: 21, y1: 6, y2: 6 })
          : mark === "area"
            ? tag("rect", { class: className, x: 1, y: 1, width: 20, height: 10, rx: 2 })
            : tag("circle", { class: className, cx: 11, cy: 6, r: 4.5 });
      return tag(
        "li",
        {},
        tag("svg", { viewBox: "0 0 22 12", class: "key", "aria-hidden": "true" }, sample),
        escapeText(text),
      );
    }),
  );
}
