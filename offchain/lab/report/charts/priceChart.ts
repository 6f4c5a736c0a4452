import { scaleLinear } from "d3-scale";
import { area } from "d3-shape";
import { DESIGN_TITLES } from "../../designs.js";
import type { RunResult } from "../../simulator/result.js";
import { escapeText, tag } from "../markup.js";
import type { AssetMarket } from "../market.js";
import {
  type Frame,
  drawing,
  legend,
  pathOf,
  plotClip,
  thin,
  timeAxis,
  timeLabel,
  timeScale,
  valueAxis,
} from "./frame.js";

const MARKS: Readonly<Record<string, { readonly className: string; readonly text: string }>> = {
  liquidation: { className: "m-liq", text: "liquidation" },
  wrongful: { className: "m-wrong", text: "wrongful liquidation" },
  trip: { className: "m-trip", text: "breaker trip" },
  theft: { className: "m-theft", text: "value taken out" },
  haircut: { className: "m-hair", text: "haircut" },
  fund: { className: "m-fund", text: "fund pays" },
};

const LANE = 24;

/** What a price chart shows. */
export type PriceChartParameters = {
  readonly id: string;
  readonly atSeconds: readonly number[];
  readonly market: AssetMarket;
  /** All runs on this market; their events fill one lane each. */
  readonly runs: readonly RunResult[];
  readonly lanes: boolean;
};

/** Dollars of a micro-dollar amount, with as many digits as its size needs. */
export function priceLabel(micro: number): string {
  const dollars = micro / 1e6;
  const size = Math.abs(dollars);
  if (size >= 1000) return `$${Math.round(dollars).toLocaleString("en-US")}`;
  if (size >= 10) return `$${Number(dollars.toFixed(1))}`;
  return `$${Number(dollars.toPrecision(3))}`;
}

function priceRange(
  { fair, venues }: AssetMarket,
  runs: readonly RunResult[],
  symbol: string,
): readonly [number, number] {
  const seen = [...fair, ...venues.flatMap(({ prices }) => prices)].filter((price) => price > 0);
  const index = runs.flatMap((run) => run.index.filter((one) => one.symbol === symbol)).flatMap(({ mid }) => mid);
  const top = seen.reduce((a, b) => Math.max(a, b), 0);
  const bottom = seen.reduce((a, b) => Math.min(a, b), top);
  // What lies far off the market (a source wrong by 1000 times) is cut off, not squeezed in.
  const near = index.filter((price) => price > bottom * 0.8 && price < top * 1.2);
  const low = near.reduce((a, b) => Math.min(a, b), bottom);
  const high = near.reduce((a, b) => Math.max(a, b), top);
  const room = Math.max((high - low) * 0.08, high * 0.01);
  return [Math.max(0, low - room), high + room];
}

function eventLane(frame: Frame, run: RunResult, x: (at: number) => number, y: number): string {
  const shown = run.events.filter(({ kind }) => kind in MARKS);
  const marks = shown.map((event) => {
    const place = x(event.atSeconds).toFixed(1);
    const title = tag("title", {}, escapeText(`${DESIGN_TITLES[run.design]}, ${event.subject}: ${event.text}`));
    return tag("circle", { class: MARKS[event.kind]?.className, cx: place, cy: y, r: 4.5 }, title);
  });
  return (
    tag("line", { class: "lane", x1: frame.left, x2: frame.width - frame.right, y1: y, y2: y }) +
    tag(
      "text",
      { class: "tick strong", x: frame.left - 8, y: y + 4, "text-anchor": "end" },
      DESIGN_TITLES[run.design],
    ) +
    marks.join("")
  );
}

/** Says in words what the plot cuts off: a source far away from the market. */
function offScale(
  frame: Frame,
  source: AssetMarket["sources"][number],
  atSeconds: readonly number[],
  x: (at: number) => number,
  [bottom = 0, top = 0]: readonly number[],
): string {
  const sideOf = (price: number) => (price > top * 1.5 ? "high" : price < bottom * 0.5 ? "low" : "in");
  const notes: string[] = [];
  source.prices.forEach((price, step) => {
    const side = sideOf(price);
    if (side === "in" || side === sideOf(source.prices[step - 1] ?? top)) return;
    const text = `${side === "high" ? "↑" : "↓"} ${SOURCE_TITLES[source.name] ?? source.name} at ${priceLabel(price)}`;
    const y = side === "high" ? frame.top + 12 : frame.height - frame.bottom - 6;
    notes.push(tag("text", { class: "note", x: (x(atSeconds[step] ?? 0) + 6).toFixed(1), y }, escapeText(text)));
  });
  return notes.slice(0, 4).join("");
}

function describe({ symbol, fair, venues }: AssetMarket, endSeconds: number): string {
  const first = fair[0] ?? 0;
  const prices = venues.flatMap((venue) => venue.prices);
  const low = prices.reduce((a, b) => Math.min(a, b), first);
  return `${symbol} over ${timeLabel(endSeconds, endSeconds)}: starts at ${priceLabel(first)}, lowest print of any venue ${priceLabel(low)}, fair price at the end ${priceLabel(fair.at(-1) ?? 0)}.`;
}

/** Draws the market, what each source said, what the protocol made of it, and what happened. */
export function priceChart({ id, atSeconds, market, runs, lanes }: PriceChartParameters): string {
  const laneRoom = lanes ? runs.length * LANE + 8 : 0;
  const frame: Frame = { width: 960, height: 300 + laneRoom, left: 92, right: 30, top: 14, bottom: 26 + laneRoom };
  const end = atSeconds.at(-1) ?? 1;
  const x = timeScale(frame, end);
  const y = scaleLinear(priceRange(market, runs, market.symbol), [frame.height - frame.bottom, frame.top]);
  const breakwater = runs.find((run) => run.design === "breakwater");
  const index = breakwater?.index.find(({ symbol }) => symbol === market.symbol);
  const lineOf = (className: string, values: readonly number[], steps = false) =>
    tag("path", { class: className, d: pathOf(thin(atSeconds, values), x, y, steps) });
  const band =
    index === undefined
      ? ""
      : tag("path", {
          class: "a-index",
          d:
            area<number>()
              .x((_, at) => x(atSeconds[at] ?? 0))
              .y0((low) => y(low))
              .y1((_, at) => y(index.high[at] ?? 0))
              .digits(1)([...index.low]) ?? "",
        });
  const parts = [
    plotClip(frame, id),
    timeAxis({ ...frame }, x, end),
    valueAxis(frame, y, y.ticks(5), priceLabel),
    tag(
      "g",
      { "clip-path": `url(#${id}-c)` },
      band,
      ...market.sources.map(({ name, prices }) =>
        lineOf(`s s-${name}`, prices, name === "chainlink" || name === "redstone"),
      ),
      lineOf("l-fair", market.fair),
      ...(index === undefined ? [] : [lineOf("l-index", index.mid)]),
    ),
    ...market.sources.map((source) => offScale(frame, source, atSeconds, x, y.domain())),
    ...(lanes
      ? runs.map((run, row) => eventLane(frame, run, x, frame.height - laneRoom + 6 + row * LANE + LANE / 2))
      : []),
  ];
  const kinds = new Set(runs.flatMap(({ events }) => events.map(({ kind }) => kind)));
  const key = legend([
    { className: "l-fair", text: "fair price (median of venues, 5 min)", mark: "line" },
    ...market.sources.map(({ name }) => ({
      className: `s s-${name}`,
      text: SOURCE_TITLES[name] ?? name,
      mark: "line" as const,
    })),
    ...(index === undefined
      ? []
      : [{ className: "a-index", text: "Breakwater's price interval", mark: "area" as const }]),
    ...(lanes ? Object.entries(MARKS) : [])
      .filter(([kind]) => [...kinds].some((one) => one === kind))
      .map(([, { className, text }]) => ({ className, text, mark: "dot" as const })),
  ]);
  return key + drawing(frame, id, `${market.symbol}: price and sources`, describe(market, end), ...parts);
}

/** Names of sources for readers. */
export const SOURCE_TITLES: Readonly<Record<string, string>> = {
  chainlink: "Chainlink feed",
  pyth: "Pyth",
  redstone: "RedStone feed",
  uniswap: "Uniswap pool (spot)",
};
