import { DESIGN_TITLES, gatedDesigns } from "../designs.js";
import type { LabReport } from "../lab.js";
import { verdictOf } from "../simulator/result.js";
import { manipulationSection } from "./manipulationSection.js";
import { escapeText, tag } from "./markup.js";
import { methodsSection } from "./methods.js";
import { htmlPage } from "./page.js";
import { scenarioSection } from "./scenarioSection.js";
import { scorecard } from "./scorecard.js";

function headline(report: LabReport): string {
  const gated = gatedDesigns(report.designs);
  const names = gated.map((design) => DESIGN_TITLES[design]).join(" and ");
  const own = report.runs.filter((run) => gated.includes(run.design));
  const held = own.filter((run) => verdictOf(run) === "pass").length;
  if (own.length === 0) return "Nothing was finished";
  if (held === own.length) return `${names} kept every promise`;
  return `${names} kept ${held} of ${own.length} promises`;
}

/** The way on from the scorecard, whose rows are links already. */
function wayOn(report: LabReport): string {
  const money = report.runs.length === 0 ? "" : " Every design got the same traders with the same own money.";
  return tag(
    "p",
    { class: "soft small" },
    `A scenario's name leads to its story, plots and numbers.${money} `,
    report.manipulation === undefined
      ? ""
      : `${tag("a", { href: "#manipulation" }, "What it costs to move the oracle")}. `,
    tag("a", { href: "#methods" }, "How it was measured, and what was not"),
  );
}

/**
 * Renders the report as one page that needs neither network nor script. Pure: same report, same bytes.
 */
export function reportHtml(report: LabReport): string {
  const title = `Breakwater stress report: ${headline(report)}`;
  const scenarios = report.cases.length;
  const others = report.designs.filter((design) => design !== "breakwater").map((design) => DESIGN_TITLES[design]);
  const lead =
    others.length > 0 && report.designs.includes("breakwater")
      ? `${scenarios} crash${scenarios === 1 ? "" : "es"}, run block by block on the real contracts, and on the same paths what two older designs lose.`
      : `${scenarios} crash${scenarios === 1 ? "" : "es"}, step by step.`;
  const stopped = report.complete
    ? ""
    : tag(
        "p",
        { class: "banner", role: "status" },
        `<strong>Incomplete.</strong> ${escapeText(report.stopped ?? "The lab has not finished")}. ${report.runs.length} of ${scenarios * report.designs.length} runs are in this report.`,
      );
  const body = [
    tag("a", { class: "skip", href: "#scorecard" }, "Skip to the scorecard"),
    tag(
      "div",
      { class: "page" },
      tag(
        "header",
        {},
        tag("p", { class: "eyebrow" }, "Breakwater · stress report"),
        tag("h1", {}, escapeText(headline(report))),
        tag("p", { class: "lead" }, escapeText(lead)),
        stopped,
      ),
      tag(
        "main",
        {},
        tag("section", { id: "scorecard", "aria-label": "Scorecard" }, scorecard(report)),
        wayOn(report),
        ...report.cases.map((input) => scenarioSection(report, input)),
        report.manipulation === undefined ? "" : manipulationSection(report.manipulation),
        methodsSection(report),
      ),
    ),
  ];
  return htmlPage(title, ...body);
}
