/**
 * MinHash (Broder 1997): a fixed number of minima stands for a set, and the share of equal minima
 * estimates the Jaccard similarity of two sets (standard error about 0.05 with 64).
 */
const SIGNATURE_LENGTH = 64;
const BAND_ROWS = 4;

export type Signature = Uint32Array;

const MULTIPLIERS = constants(0x9e3779b1);
const OFFSETS = constants(0x85ebca77);

function constants(seed: number): Uint32Array {
  const result = new Uint32Array(SIGNATURE_LENGTH);
  let state = seed;
  for (let place = 0; place < SIGNATURE_LENGTH; place++) {
    state = mix(state + 0x6d2b79f5);
    result[place] = state | 1;
  }
  return result;
}

/** A 32-bit finaliser (MurmurHash3's), so that near values fall far apart. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A 32-bit hash of a string (FNV-1a, mixed). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return mix(hash);
}

/** The signature of a set of hashes; all ones for the empty set. */
export function signatureOf(hashes: Iterable<number>): Signature {
  const signature = new Uint32Array(SIGNATURE_LENGTH).fill(0xffffffff);
  for (const hash of hashes) {
    for (let place = 0; place < SIGNATURE_LENGTH; place++) {
      const value = mix(Math.imul(hash, MULTIPLIERS[place] ?? 1) + (OFFSETS[place] ?? 0));
      if (value < (signature[place] ?? 0)) signature[place] = value;
    }
  }
  return signature;
}

/** The estimated Jaccard similarity, 0 to 1. */
export function similarity(a: Signature, b: Signature): number {
  let equal = 0;
  for (let place = 0; place < SIGNATURE_LENGTH; place++) if (a[place] === b[place]) equal++;
  return equal / SIGNATURE_LENGTH;
}

/** Finds near-duplicates among many signatures without comparing all pairs (locality-sensitive hashing). */
export interface NearDuplicates {
  add(key: number, signature: Signature): void;
  /** Other keys whose estimated similarity reaches `threshold` (0.7 and more are found reliably), by key. */
  near(key: number, threshold: number): { readonly key: number; readonly similarity: number }[];
}

export function createNearDuplicates(): NearDuplicates {
  const signatures = new Map<number, Signature>();
  const buckets = new Map<string, number[]>();
  return {
    add(key, signature) {
      signatures.set(key, signature);
      for (const bucket of bucketsOf(signature)) {
        const keys = buckets.get(bucket);
        if (keys === undefined) buckets.set(bucket, [key]);
        else keys.push(key);
      }
    },
    near(key, threshold) {
      const own = signatures.get(key);
      if (own === undefined) return [];
      const candidates = new Set(bucketsOf(own).flatMap((bucket) => buckets.get(bucket) ?? []));
      candidates.delete(key);
      return [...candidates]
        .sort((a, b) => a - b)
        .map((other) => ({ key: other, similarity: similarity(own, signatures.get(other) ?? own) }))
        .filter((other) => other.similarity >= threshold);
    },
  };
}

function bucketsOf(signature: Signature): string[] {
  const result: string[] = [];
  for (let start = 0; start < SIGNATURE_LENGTH; start += BAND_ROWS) {
    result.push(`${start}:${signature.subarray(start, start + BAND_ROWS).join(",")}`);
  }
  return result;
}
