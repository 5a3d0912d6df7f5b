import { createHash } from "node:crypto";

/**
 * A seeded stream of numbers. The same seed and scope give the same stream on every machine;
 * scopes keep streams apart, so that asking for one more number here changes nothing there.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  integer(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream, named. */
  scope(name: string): Random;
}

export function createRandom(seed: string | number, ...scopes: string[]): Random {
  const name = [String(seed), ...scopes].map((part) => JSON.stringify(part)).join("/");
  const next = sfc32(createHash("sha256").update(name).digest());
  const integer = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    integer,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("pick from an empty list");
      return items[integer(items.length)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const result = [...items];
      for (let last = result.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [result[last], result[other]] = [result[other] as T, result[last] as T];
      }
      return result;
    },
    scope: (child) => createRandom(seed, ...scopes, child),
  };
}

/** The sfc32 generator of PractRand (Chris Doty-Humphrey, public domain), 2^32 resolution. */
function sfc32(seed: Buffer): () => number {
  let a = seed.readInt32LE(0);
  let b = seed.readInt32LE(4);
  let c = seed.readInt32LE(8);
  let counter = 1;
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
