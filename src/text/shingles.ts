/**
 * Which of many texts hold a shingle, by its 32-bit hash. Millions of shingles take 8 bytes each: a map of lists would
 * take ten times that.
 */
export interface ShingleOwners {
  /** False when no text holds the shingle: nearly always right, and fast. */
  mayHave(hash: number): boolean;
  /** The texts that hold the shingle, ascending. */
  ownersOf(hash: number): readonly number[];
}

export interface ShingleOwnersWriter {
  /** @throws RangeError for an owner above 2,097,151. */
  add(hash: number, owner: number): void;
  finish(): ShingleOwners;
}

/** Hash and owner in one number that a double holds exactly: 32 + 21 bits. */
const OWNERS = 2 ** 21;
const CHUNK = 1 << 16;
const FILTER_BITS = 24;

export function createShingleOwners(): ShingleOwnersWriter {
  const chunks: Float64Array[] = [];
  let size = 0;
  return {
    add(hash, owner) {
      if (owner >= OWNERS) throw new RangeError(`more than ${OWNERS} texts`);
      if (size % CHUNK === 0) chunks.push(new Float64Array(CHUNK));
      (chunks.at(-1) as Float64Array)[size++ % CHUNK] = hash * OWNERS + owner;
    },
    finish() {
      const pairs = new Float64Array(size);
      chunks.forEach((chunk, place) =>
        pairs.set(chunk.subarray(0, Math.min(CHUNK, size - place * CHUNK)), place * CHUNK),
      );
      chunks.length = 0;
      pairs.sort();
      const filter = filterOf(pairs);
      return {
        mayHave: (hash) => ((filter[hash >>> (32 - FILTER_BITS + 3)] ?? 0) & bitOf(hash)) !== 0,
        ownersOf: (hash) => ownersIn(pairs, hash),
      };
    },
  };
}

/** One bit for each value of a hash's upper 24 bits. */
function filterOf(pairs: Float64Array): Uint8Array {
  const filter = new Uint8Array(2 ** (FILTER_BITS - 3));
  for (const pair of pairs) {
    const hash = Math.floor(pair / OWNERS);
    const place = hash >>> (32 - FILTER_BITS + 3);
    filter[place] = (filter[place] ?? 0) | bitOf(hash);
  }
  return filter;
}

function bitOf(hash: number): number {
  return 1 << ((hash >>> (32 - FILTER_BITS)) & 7);
}

function ownersIn(pairs: Float64Array, hash: number): number[] {
  const wanted = hash * OWNERS;
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const owners: number[] = [];
  for (; low < pairs.length && (pairs[low] ?? 0) < wanted + OWNERS; low++)
    owners.push((pairs[low] ?? 0) - wanted);
  return owners;
}
