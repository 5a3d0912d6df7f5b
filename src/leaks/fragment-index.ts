import { eachShingle, keyOf } from "./shingles.ts";

/** Finds word runs of many hidden texts in one pass over some bytes. Each distinct run has a number, from 0. */
export interface FragmentIndex {
  /** The number of a run; a new one when it was not there. */
  add(first: number, second: number): number;
  /** The distinct runs that stand in any of the contents. */
  find(contents: Iterable<Uint8Array>): ReadonlySet<number>;
}

/** Most words of a machine start no hidden run: a bit each tells so without a look-up. */
const FILTER_BITS = 22;

export function createFragmentIndex(): FragmentIndex {
  const numbers = new Map<number, number>();
  const filter = new Uint8Array(1 << (FILTER_BITS - 3));
  return {
    add(first, second) {
      const key = keyOf(first, second);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      const bit = first >>> (32 - FILTER_BITS);
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
      numbers.set(key, numbers.size);
      return numbers.size - 1;
    },
    find(contents) {
      const found = new Set<number>();
      for (const content of contents) {
        eachShingle(content, (first, second) => {
          const bit = first >>> (32 - FILTER_BITS);
          if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return;
          const number = numbers.get(keyOf(first, second));
          if (number !== undefined) found.add(number);
        });
      }
      return found;
    },
  };
}
