/** Terms as small whole numbers, from 0 in the order in which they were first met. */
export interface TermTable {
  readonly size: number;
  idOf(term: string): number | undefined;
  /** The number of a term, a new one when it is unknown. */
  add(term: string): number;
}

export function createTermTable(): TermTable {
  const ids = new Map<string, number>();
  return {
    get size() {
      return ids.size;
    },
    idOf: (term) => ids.get(term),
    add(term) {
      let id = ids.get(term);
      if (id === undefined) ids.set(detached(term), (id = ids.size));
      return id;
    },
  };
}

/** V8 keeps a substring of 13 characters and more as a view that holds on to the whole text it was taken from. */
export function detached(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, "utf16le").toString("utf16le");
}

/** How much a term tells when `count` of `documents` hold it: BM25's inverse document frequency; 0 for an unknown one. */
export function termWeight(documents: number, count: number): number {
  return count === 0 ? 0 : Math.log(1 + (documents - count + 0.5) / (count + 0.5));
}

/** In how many of some documents each term stands, where nobody asks in which. */
export interface TermStatistics {
  /** Documents. */
  readonly size: number;
  add(terms: Iterable<string>): void;
  /** How much a term tells: 0 for an unknown one. */
  weight(term: string): number;
}

export function createTermStatistics(): TermStatistics {
  const table = createTermTable();
  const frequencies: number[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(terms) {
      for (const term of new Set(terms)) {
        const id = table.add(term);
        frequencies[id] = (frequencies[id] ?? 0) + 1;
      }
      size++;
    },
    weight: (term) => termWeight(size, frequencies[table.idOf(term) ?? -1] ?? 0),
  };
}
