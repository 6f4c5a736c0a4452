/** A value that has one canonical text. */
export type Canonical =
  string | number | bigint | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical };

const isList = (value: Canonical): value is readonly Canonical[] => Array.isArray(value);

/**
 * Writes a value as JSON with sorted keys, bigint as decimal strings and integers only: same value, same bytes.
 * Lists of numbers stay on one line.
 */
export function canonicalJson(value: Canonical, indent = ""): string {
  if (typeof value === "bigint") return `"${value}"`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent} `;
  if (isList(value)) {
    if (value.every((item) => item === null || typeof item !== "object"))
      return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
    return `[\n${value.map((item) => inner + canonicalJson(item, inner)).join(",\n")}\n${indent}]`;
  }
  const keys = Object.keys(value).sort();
  if (keys.length === 0) return "{}";
  const fields = keys.map((key) => `${inner}${JSON.stringify(key)}: ${canonicalJson(value[key] ?? null, inner)}`);
  return `{\n${fields.join(",\n")}\n${indent}}`;
}
