import type { RunResult } from "../../simulator/result.js";
import { escapeText, tag } from "../markup.js";
import { type Frame, drawing, legend, timeAxis, timeLabel, timeScale } from "./frame.js";

/** Breaker levels from best to worst. */
export const LEVEL_TITLES = ["Normal", "Guarded", "Reduce-only", "Protected", "Settling"] as const;

const ROW = 26;

type Stretch = { readonly level: number; readonly fromSeconds: number; readonly toSeconds: number };

/** Joins equal neighbours. */
export function stretchesOf(atSeconds: readonly number[], levels: readonly number[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  levels.forEach((level, step) => {
    const at = atSeconds[step] ?? 0;
    const last = stretches.at(-1);
    if (last !== undefined && last.level === level) stretches[stretches.length - 1] = { ...last, toSeconds: at };
    else {
      if (last !== undefined) stretches[stretches.length - 1] = { ...last, toSeconds: at };
      stretches.push({ level, fromSeconds: at, toSeconds: at });
    }
  });
  return stretches;
}

/** Draws the level of every breaker over time. */
export function levelChart(id: string, atSeconds: readonly number[], run: RunResult): string {
  const frame: Frame = { width: 960, height: 40 + run.levels.length * ROW, left: 92, right: 30, top: 8, bottom: 26 };
  const end = atSeconds.at(-1) ?? 1;
  const x = timeScale(frame, end);
  const rows = run.levels.map(({ name, level }, row) => {
    const y = frame.top + row * ROW + 4;
    const parts = stretchesOf(atSeconds, level).map((stretch) => {
      const width = Math.max(1, x(stretch.toSeconds) - x(stretch.fromSeconds));
      const span = `${timeLabel(stretch.fromSeconds, end)} to ${timeLabel(stretch.toSeconds, end)}`;
      const title = tag("title", {}, escapeText(`${name}: ${LEVEL_TITLES[stretch.level] ?? "?"}, ${span}`));
      return tag(
        "rect",
        {
          class: `b-${stretch.level}`,
          x: x(stretch.fromSeconds).toFixed(1),
          y,
          width: width.toFixed(1),
          height: ROW - 8,
        },
        title,
      );
    });
    return (
      tag("text", { class: "tick strong", x: frame.left - 8, y: y + 13, "text-anchor": "end" }, escapeText(name)) +
      parts.join("")
    );
  });
  const worst = run.levels.map(({ name, level }) => `${name} at worst ${LEVEL_TITLES[Math.max(0, ...level)] ?? "?"}`);
  const key = legend(LEVEL_TITLES.map((text, level) => ({ className: `b-${level}`, text, mark: "area" })));
  return key + drawing(frame, id, "Breaker levels", `${worst.join("; ")}.`, timeAxis(frame, x, end), ...rows);
}
