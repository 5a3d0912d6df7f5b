/**
 * Keeps several kinds of result in balance while they are being found one by one: a result of a kind that is ahead
 * waits until the others have caught up.
 */
export interface Balance<Item> {
  /** The kind of which there are fewest: look for one of these next. */
  wanted(): number;
  /** @returns the results that may go out now, in order. */
  add(kind: number, item: Item): Item[];
  /** Whether so many of a kind wait that another one would be of no use. */
  isFull(kind: number): boolean;
  /** What still waits when nothing more is found, the kinds in turn. */
  rest(): Item[];
}

/** Results of one kind that wait at most. */
const MOST_WAITING = 20;

export function createBalance<Item>(kinds: readonly number[]): Balance<Item> {
  const out = new Map(kinds.map((kind) => [kind, 0]));
  const waiting = new Map<number, Item[]>(kinds.map((kind) => [kind, []]));
  const fewest = () => Math.min(...out.values());
  const release = (): Item[] => {
    const items: Item[] = [];
    for (let moved = true; moved;) {
      moved = false;
      for (const kind of kinds) {
        if ((out.get(kind) ?? 0) > fewest()) continue;
        const item = waiting.get(kind)?.shift();
        if (item === undefined) continue;
        out.set(kind, (out.get(kind) ?? 0) + 1);
        items.push(item);
        moved = true;
      }
    }
    return items;
  };
  return {
    wanted: () => {
      const least = fewest();
      return kinds.findLast((kind) => out.get(kind) === least) ?? kinds[0] ?? 0;
    },
    add(kind, item) {
      waiting.get(kind)?.push(item);
      return release();
    },
    isFull: (kind) => (waiting.get(kind)?.length ?? 0) >= MOST_WAITING,
    rest() {
      const items: Item[] = [];
      while ([...waiting.values()].some((queue) => queue.length > 0))
        for (const queue of waiting.values()) items.push(...queue.splice(0, 1));
      return items;
    },
  };
}
