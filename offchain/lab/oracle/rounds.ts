import { MalformedCsvError } from "../errors.js";
import { recordsOf } from "../scenarios/replay/bars.js";

/** One round of a Chainlink feed; seconds since 1970, WAD of USD. */
export type Round = { readonly atSeconds: number; readonly priceWad: bigint };

const HEADER = "timestamp,updated_at,aggregator_round,answer";
const SECONDS = /^\d{9,11}$/;
const ANSWER = /^\d{1,40}$/;
/** Feeds against USD have 8 decimals. */
const ANSWER_SCALE = 10n ** 10n;

/**
 * Reads the rounds of a feed against USD: `updated_at` in seconds, `answer` as the raw integer of 8 decimals.
 *
 * @param file - Name for messages.
 * @returns The rounds in time; of two with the same second the later one.
 * @throws {MalformedCsvError} naming the first line that breaks the format.
 */
export function parseRounds(file: string, text: string): readonly Round[] {
  const [header, ...records] = recordsOf(file, text);
  const found = header?.record.join(",").toLowerCase() ?? "";
  if (found !== HEADER) throw new MalformedCsvError(file, 1, `the header is "${found}", not "${HEADER}"`);
  const rounds: Round[] = [];
  for (const { record, info } of records) {
    const [, updatedAt = "", , answer = ""] = record;
    if (record.length !== 4) throw new MalformedCsvError(file, info.lines, `${record.length} fields instead of 4`);
    if (!SECONDS.test(updatedAt))
      throw new MalformedCsvError(file, info.lines, `updated_at is "${updatedAt}", not seconds since 1970`);
    if (!ANSWER.test(answer) || BigInt(answer) === 0n)
      throw new MalformedCsvError(file, info.lines, `answer is "${answer}", not a positive whole number`);
    const round = { atSeconds: Number(updatedAt), priceWad: BigInt(answer) * ANSWER_SCALE };
    const last = rounds.at(-1)?.atSeconds ?? 0;
    if (round.atSeconds < last) throw new MalformedCsvError(file, info.lines, `updated_at ${updatedAt} falls`);
    if (round.atSeconds === last) rounds.pop();
    rounds.push(round);
  }
  if (rounds.length === 0) throw new MalformedCsvError(file, 1, "no round follows the header");
  return rounds;
}
