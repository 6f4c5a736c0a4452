/**
 * A table of Markdown, its columns as wide as what is in them.
 *
 * @param naming - How many columns name a row, from the left; the others count and stand to the right.
 */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[], naming: number): string {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(3, ...all.map((row) => [...(row[column] ?? "")].length)));
  const pad = (text: string, column: number) => {
    const room = " ".repeat((widths[column] ?? 0) - [...text].length);
    return column < naming ? text + room : room + text;
  };
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = widths.map((width, column) => (column < naming ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(heads.map(pad)), line(rule), ...rows.map((row) => line(row.map(pad)))].join("\n");
}
