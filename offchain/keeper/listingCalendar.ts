const DAY = 86_400;
const HOUR_OF_EXPIRY = 8 * 3_600;
const DAILY_AHEAD = 3 * DAY;
const WEEKLY_AHEAD = 28 * DAY;
const MONTHLY_AHEAD = 91 * DAY;
const QUARTERLY_AHEAD = 366 * DAY;
/** Day 0 of the epoch was a Thursday. */
const FRIDAY = 1;
const MONTHS_PER_QUARTER = 3;

const monthOf = (atSeconds: number) => new Date(atSeconds * 1000).getUTCMonth() + 1;

/** Whether an expiry may be listed: the mirror of `ListingCalendar.isListable`. Both unix seconds. */
function isListable(expirySeconds: number, nowSeconds: number): boolean {
  const ahead = expirySeconds - nowSeconds;
  if (expirySeconds % DAY !== HOUR_OF_EXPIRY || ahead < DAY) return false;
  if (ahead <= DAILY_AHEAD) return true;
  if (Math.floor(expirySeconds / DAY) % 7 !== FRIDAY || ahead > QUARTERLY_AHEAD) return false;
  if (ahead <= WEEKLY_AHEAD) return true;
  const month = monthOf(expirySeconds);
  if (month === monthOf(expirySeconds + 7 * DAY)) return false;
  return ahead <= MONTHLY_AHEAD || month % MONTHS_PER_QUARTER === 0;
}

/**
 * Every expiry that the calendar of the options lets anybody list now.
 *
 * @param nowSeconds - Unix seconds of the block that asks.
 * @returns Unix seconds, the nearest first; at most 14.
 * @example
 * const [nearest] = listableExpiries(Number(block.timestamp));
 */
export function listableExpiries(nowSeconds: number): readonly number[] {
  const dates: number[] = [];
  const first = Math.ceil((nowSeconds + DAY - HOUR_OF_EXPIRY) / DAY) * DAY + HOUR_OF_EXPIRY;
  for (let at = first; at <= nowSeconds + QUARTERLY_AHEAD; at += DAY) if (isListable(at, nowSeconds)) dates.push(at);
  return dates;
}
