import { escapeText, tag } from "./markup.js";
import { STYLE_SHEET } from "./theme.js";

/** A whole page that needs neither network nor script; the body is markup already. */
export function htmlPage(title: string, ...body: readonly string[]): string {
  const head = [
    '<meta charset="utf-8"/>',
    '<meta name="viewport" content="width=device-width,initial-scale=1"/>',
    '<meta name="color-scheme" content="light dark"/>',
    tag("title", {}, escapeText(title)),
    tag("style", {}, STYLE_SHEET),
  ];
  return `<!doctype html>\n${tag("html", { lang: "en" }, tag("head", {}, ...head), tag("body", {}, ...body))}\n`;
}
