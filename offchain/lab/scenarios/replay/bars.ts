import { parse } from "csv-parse/sync";
import { z } from "zod";
import { MalformedCsvError } from "../../errors.js";
import { wad } from "../../numbers.js";

/** One bar; the time is its opening, seconds since 1970; prices WAD. */
export type Bar = {
  readonly openSeconds: number;
  readonly openWad: bigint;
  readonly highWad: bigint;
  readonly lowWad: bigint;
  readonly closeWad: bigint;
};

const HEADER = ["timestamp", "open", "high", "low", "close"];
const DECIMAL = /^\d{1,30}(\.\d{1,18}\d*)?$/;
const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

const rows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

function priceOf(file: string, line: number, column: string, text: string | undefined): bigint {
  if (text === undefined || !DECIMAL.test(text))
    throw new MalformedCsvError(file, line, `${column} is "${text ?? ""}", not a decimal number`);
  const [whole = "0", fraction = ""] = text.split(".");
  const price = wad(`${whole}.${fraction.slice(0, 18) || "0"}`);
  if (price === 0n) throw new MalformedCsvError(file, line, `${column} is zero, which is never a price`);
  return price;
}

function barOf(file: string, line: number, fields: readonly string[], columns: number): Bar {
  if (fields.length !== columns)
    throw new MalformedCsvError(file, line, `${fields.length} fields where the header names ${columns}`);
  const [time = ""] = fields;
  const milliseconds = UTC.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(milliseconds))
    throw new MalformedCsvError(file, line, `timestamp is "${time}", not ISO 8601 in UTC (…Z)`);
  const price = (index: number) => priceOf(file, line, HEADER[index] ?? "", fields[index]);
  const bar: Bar = {
    openSeconds: Math.floor(milliseconds / 1000),
    openWad: price(1),
    highWad: price(2),
    lowWad: price(3),
    closeWad: price(4),
  };
  if (bar.highWad < bar.openWad || bar.highWad < bar.closeWad)
    throw new MalformedCsvError(file, line, `high ${fields[2]} lies below the open or the close`);
  if (bar.lowWad > bar.openWad || bar.lowWad > bar.closeWad)
    throw new MalformedCsvError(file, line, `low ${fields[3]} lies above the open or the close`);
  return bar;
}

/**
 * Splits CSV into records, each with its line counted from 1.
 *
 * @throws {MalformedCsvError} where quotes or separators are broken.
 */
export function recordsOf(file: string, text: string): z.infer<typeof rows> {
  try {
    const options = { info: true, relax_column_count: true, skip_empty_lines: true, trim: true, bom: true };
    return rows.parse(parse(text, options));
  } catch (cause) {
    const line = /line (\d+)/i.exec(String(cause))?.[1] ?? "1";
    throw new MalformedCsvError(file, Number(line), "quotes or separators are broken");
  }
}

/**
 * Reads bars in the market data format: a header, then rising ISO times and consistent prices.
 *
 * @param file - Name for messages.
 * @throws {MalformedCsvError} naming the first line that breaks the format.
 */
export function parseBars(file: string, text: string): readonly Bar[] {
  const [header, ...records] = recordsOf(file, text);
  const names = header?.record.map((name) => name.toLowerCase()) ?? [];
  if (!HEADER.every((name, index) => names[index] === name) || names.length > HEADER.length + 1)
    throw new MalformedCsvError(file, 1, `the header is "${names.join(",")}", not "${HEADER.join(",")}[,volume]"`);
  let last = Number.NEGATIVE_INFINITY;
  return records.map(({ record, info }) => {
    const bar = barOf(file, info.lines, record, names.length);
    if (bar.openSeconds <= last) throw new MalformedCsvError(file, info.lines, `timestamp ${record[0]} does not rise`);
    last = bar.openSeconds;
    return bar;
  });
}
