/** Items worked on at once: a node refuses whoever asks for all at the same time. */
const PAGE = 16;

/** Does the work of each item, so many at once, and answers in their order. */
export async function inPages<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += PAGE) {
    results.push(...(await Promise.all(items.slice(at, at + PAGE).map(work))));
  }
  return results;
}
