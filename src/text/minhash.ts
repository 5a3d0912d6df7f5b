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

/** What `hash32` gives for some words joined by spaces, without joining them. */
export function hashWords(words: readonly string[], start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let place = start; place < end; place++) {
    const word = words[place] ?? "";
    if (place > start) hash = Math.imul(hash ^ 32, 0x01000193);
    for (let letter = 0; letter < word.length; letter++) {
      hash = Math.imul(hash ^ word.charCodeAt(letter), 0x01000193);
    }
  }
  return mix(hash);
}

/** The signature of a set of hashes; all ones for the empty set. */
export function signatureOf(hashes: Iterable<number>): Signature {
  const signature = new Uint32Array(SIGNATURE_LENGTH).fill(0xffffffff);
  for (const hash of hashes) {
    for (let place = 0; place < SIGNATURE_LENGTH; place++) {
      const value = mix(Math.imul(hash, MULTIPLIERS[place] as number) + (OFFSETS[place] as number));
      if (value < (signature[place] as number)) signature[place] = value;
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

const BANDS = SIGNATURE_LENGTH / BAND_ROWS;

/** The table is made when it is first asked for: numbers only, since a repository has a hundred thousand bodies. */
export function createNearDuplicates(): NearDuplicates {
  const keys: number[] = [];
  const places = new Map<number, number>();
  const signatures = createSignatureList();
  let table: BandTable | undefined;
  const near = (place: number, own: Signature) => {
    table ??= createBandTable(signatures);
    const candidates = new Set<number>();
    for (let band = 0; band < BANDS; band++) {
      for (const other of table.sharing(own, band)) if (other !== place) candidates.add(other);
    }
    return [...candidates];
  };
  return {
    add(key, signature) {
      places.set(key, keys.length);
      keys.push(key);
      signatures.add(signature);
      table = undefined;
    },
    near(key, threshold) {
      const place = places.get(key);
      if (place === undefined) return [];
      const own = signatures.at(place);
      return near(place, own)
        .map((other) => ({ key: keys[other] ?? 0, similarity: similarity(own, signatures.at(other)) }))
        .filter((other) => other.similarity >= threshold)
        .sort((a, b) => a.key - b.key);
    },
  };
}

interface SignatureList {
  readonly size: number;
  at(place: number): Signature;
  add(signature: Signature): void;
}

const SLAB = 1024;

/** Many signatures in few arrays: an array of its own for each would take twice the memory. */
function createSignatureList(): SignatureList {
  const slabs: Uint32Array[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    at(place) {
      const start = (place % SLAB) * SIGNATURE_LENGTH;
      return (slabs[Math.floor(place / SLAB)] as Uint32Array).subarray(start, start + SIGNATURE_LENGTH);
    },
    add(signature) {
      if (size % SLAB === 0) slabs.push(new Uint32Array(SLAB * SIGNATURE_LENGTH));
      slabs.at(-1)?.set(signature, (size % SLAB) * SIGNATURE_LENGTH);
      size++;
    },
  };
}

interface BandTable {
  /** The places of the signatures that have the same rows in a band. */
  sharing(signature: Signature, band: number): Iterable<number>;
}

/** A hash table with chains in two arrays: `heads` by hash, `nexts` by place and band; 0 ends a chain. */
function createBandTable(signatures: SignatureList): BandTable {
  const slots = 2 ** Math.ceil(Math.log2(signatures.size * BANDS + 1));
  const heads = new Uint32Array(slots);
  const nexts = new Uint32Array(signatures.size * BANDS + 1);
  for (let place = 0; place < signatures.size; place++) {
    const signature = signatures.at(place);
    for (let band = 0; band < BANDS; band++) {
      const slot = slotOf(signature, band, slots);
      const entry = place * BANDS + band + 1;
      nexts[entry] = heads[slot] ?? 0;
      heads[slot] = entry;
    }
  }
  return {
    *sharing(signature, band) {
      let entry = heads[slotOf(signature, band, slots)] ?? 0;
      for (; entry !== 0; entry = nexts[entry] ?? 0) {
        if ((entry - 1) % BANDS !== band) continue;
        const place = Math.floor((entry - 1) / BANDS);
        if (sameBand(signature, signatures.at(place), band)) yield place;
      }
    },
  };
}

function slotOf(signature: Signature, band: number, slots: number): number {
  let hash = band;
  for (let row = band * BAND_ROWS; row < (band + 1) * BAND_ROWS; row++) {
    hash = mix(Math.imul(hash, 31) ^ (signature[row] ?? 0));
  }
  return hash & (slots - 1);
}

function sameBand(a: Signature, b: Signature, band: number): boolean {
  for (let row = band * BAND_ROWS; row < (band + 1) * BAND_ROWS; row++) if (a[row] !== b[row]) return false;
  return true;
}
