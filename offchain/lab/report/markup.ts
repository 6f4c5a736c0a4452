/** Text that is safe inside HTML and SVG. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** One element; attributes that are undefined are left out, children are markup already. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(String(value))}"`)
    .join("");
  return children.length === 0 && SELF_CLOSING.has(name)
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join("")}</${name}>`;
}

const SELF_CLOSING: ReadonlySet<string> = new Set(["path", "line", "rect", "circle", "polygon", "use"]);

/** A table with a caption, one header row, and a header cell at the start of each row. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  kind = "data",
): string {
  const head = tag("tr", {}, ...heads.map((text) => tag("th", { scope: "col" }, escapeText(text))));
  const body = rows.map(([first = "", ...rest]) =>
    tag("tr", {}, tag("th", { scope: "row" }, first), ...rest.map((cell) => tag("td", {}, cell))),
  );
  return tag(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    tag(
      "table",
      { class: kind },
      tag("caption", {}, escapeText(caption)),
      tag("thead", {}, head),
      tag("tbody", {}, ...body),
    ),
  );
}

/** A folded part of the page. */
export function folded(summary: string, ...children: readonly string[]): string {
  return tag("details", {}, tag("summary", {}, escapeText(summary)), ...children);
}
