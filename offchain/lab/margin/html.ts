import { type ScaleLinear, scaleLinear } from "d3-scale";
import {
  drawing,
  type Frame,
  legend,
  pathOf,
  plotClip,
  thin,
  type TimeScale,
  valueAxis,
} from "../report/charts/frame.js";
import { escapeText, tag } from "../report/markup.js";
import { htmlPage } from "../report/page.js";
import { type BackTest, type Method, missedGates, type PortfolioTrack } from "./backTest.js";
import { METHOD_TITLES } from "./report.js";
import type { Reading } from "./statistics.js";

const FRAME: Frame = { width: 1000, height: 250, left: 52, right: 16, top: 10, bottom: 26 };
const LINES: readonly { readonly method: Method; readonly className: string }[] = [
  { method: "fastOnly", className: "h" },
  { method: "span", className: "s s-chainlink" },
  { method: "deribit", className: "s s-redstone" },
  { method: "initial", className: "l-index" },
];
const MOST_DOTS = 300;
const percent = (share: number, digits = 0) => `${(100 * share).toFixed(digits)}\u00a0%`;

function yearAxis(x: TimeScale, fromSeconds: number, toSeconds: number): string {
  const [first, last] = [fromSeconds, toSeconds].map((seconds) => new Date(seconds * 1000).getUTCFullYear());
  const bottom = FRAME.height - FRAME.bottom;
  return Array.from({ length: Math.max(0, (last ?? 0) - (first ?? 0)) }, (_, i) => (first ?? 0) + 1 + i)
    .map((year) => {
      const place = x(Date.UTC(year, 0, 1) / 1000 - fromSeconds).toFixed(1);
      return (
        tag("line", { class: "grid", x1: place, x2: place, y1: FRAME.top, y2: bottom }) +
        tag("text", { class: "tick", x: place, y: bottom + 16, "text-anchor": "middle" }, String(year))
      );
    })
    .join("");
}

/** Losses beyond initial margin, the largest ones. */
function breachDots(readings: readonly Reading[], x: TimeScale, y: ScaleLinear<number, number>, from: number): string {
  const beyond = readings.filter(({ loss, requirement }) => loss > requirement);
  const largest = beyond.toSorted((a, b) => b.loss - b.requirement - (a.loss - a.requirement)).slice(0, MOST_DOTS);
  return largest
    .map(({ atSeconds, loss }) =>
      tag("circle", { class: "m-wrong", cx: x(atSeconds - from).toFixed(1), cy: y(loss).toFixed(1), r: 2.5 }),
    )
    .join("");
}

function chart(track: PortfolioTrack, id: string, test: BackTest): string {
  const { initial, span, deribit } = track.figures;
  const beyond = track.readings.initial.reduce(
    (most, { loss, requirement }) => (loss > requirement ? Math.max(most, loss) : most),
    0,
  );
  const top = 1.05 * Math.max(initial.peak, span.peak, deribit.peak, beyond);
  const x = scaleLinear([0, test.toSeconds - test.fromSeconds], [FRAME.left, FRAME.width - FRAME.right]);
  const y = scaleLinear([0, top], [FRAME.height - FRAME.bottom, FRAME.top]);
  const times = track.readings.initial.map(({ atSeconds }) => atSeconds - test.fromSeconds);
  const paths = LINES.map(({ method, className }) => {
    const values = track.readings[method].map(({ requirement }) => requirement);
    return tag("path", { class: className, d: pathOf(thin(times, values), x, y) });
  });
  const description = `Requirement of ${track.name} as a share of the notional; covered in ${percent(initial.coverage, 2)} of the readings, ${initial.breaches} breaches.`;
  return drawing(
    FRAME,
    id,
    `${track.name}: requirement and losses beyond it`,
    description,
    plotClip(FRAME, id),
    yearAxis(x, test.fromSeconds, test.toSeconds),
    valueAxis(FRAME, y, y.ticks(5), (value) => percent(value)),
    tag("g", { "clip-path": `url(#${id}-c)` }, ...paths, breachDots(track.readings.initial, x, y, test.fromSeconds)),
  );
}

function verdict(track: PortfolioTrack): string {
  const missed = missedGates(track);
  return tag(
    "span",
    { class: `verdict ${missed.length === 0 ? "pass" : "fail"}` },
    missed.join(", ") || "all gates met",
  );
}

function summary({ tracks }: BackTest): string {
  const heads = ["portfolio", "coverage", "maintenance", "peak / trough", "without tools", "mean", "SPAN", "Deribit"];
  const rows = tracks.map((track) => {
    const { initial, maintenance, fastOnly, span, deribit } = track.figures;
    const cells = [
      percent(initial.coverage, 2),
      percent(maintenance.coverage, 2),
      initial.peakToTrough.toFixed(1),
      fastOnly.peakToTrough.toFixed(1),
      percent(initial.mean, 1),
      percent(span.mean, 1),
      percent(deribit.mean, 1),
    ];
    const body = cells.map((cell) => tag("td", {}, cell));
    return tag("tr", {}, tag("th", { scope: "row" }, escapeText(track.name)), ...body);
  });
  const head = tag("tr", {}, ...heads.map((text) => tag("th", { scope: "col" }, text)));
  return tag(
    "div",
    { class: "scroll" },
    tag("table", { class: "data" }, tag("thead", {}, head), tag("tbody", {}, ...rows)),
  );
}

/** Renders a back-test as one page that needs neither network nor script. Pure: same test, same bytes. */
export function marginHtml(test: BackTest): string {
  const held = test.tracks.filter((track) => missedGates(track).length === 0).length;
  const title = `Margin back-test: ${held} of ${test.tracks.length} portfolios met every gate`;
  const entries = LINES.map(({ method, className }) => ({
    className,
    text: METHOD_TITLES[method],
    mark: "line" as const,
  }));
  const key = legend([
    ...entries.toReversed(),
    { className: "m-wrong", text: "loss beyond initial margin", mark: "dot" },
  ]);
  const sections = test.tracks.map((track, i) =>
    tag(
      "section",
      { class: "scenario" },
      tag("h2", {}, escapeText(track.name)),
      tag("p", {}, verdict(track)),
      tag(
        "figure",
        {},
        key,
        tag("div", { class: "scroll" }, tag("div", { class: "chart" }, chart(track, `p${i}`, test))),
      ),
    ),
  );
  const body = tag(
    "div",
    { class: "page" },
    tag("p", { class: "eyebrow" }, "Breakwater · margin back-test"),
    tag("h1", {}, escapeText(title)),
    tag(
      "p",
      { class: "lead" },
      `${test.hours} readings, ${test.everyHours} h apart. Requirements are shares of the price of one unit. How it was measured: docs/margin-backtest.md.`,
    ),
    summary(test),
    ...sections,
  );
  return htmlPage(title, body);
}
