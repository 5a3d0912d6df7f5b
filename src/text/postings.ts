/**
 * Which documents hold which terms and how often, in six bytes for each pair: collected document by document, then
 * turned around once, so that a term's documents lie side by side.
 */
export interface PostingsWriter {
  /** Documents in ascending order; each pair of term and document once. */
  add(term: number, document: number, count: number): void;
  finish(terms: number): Postings;
}

export interface Postings {
  /** The documents that hold a term, ascending. */
  documentsOf(term: number): Uint32Array;
  /** How often, in the same order; what is more than 65,535 counts as that. */
  countsOf(term: number): Uint16Array;
}

const CHUNK = 1 << 16;
const MOST = 0xffff;

/** Fixed pieces: an array that grows by copying would take three times its size for a moment. */
interface Chunk {
  readonly terms: Uint32Array;
  readonly documents: Uint32Array;
  readonly counts: Uint16Array;
}

export function createPostingsWriter(): PostingsWriter {
  const chunks: Chunk[] = [];
  let size = 0;
  return {
    add(term, document, count) {
      if (size % CHUNK === 0) chunks.push(createChunk());
      const chunk = chunks.at(-1) as Chunk;
      const place = size++ % CHUNK;
      chunk.terms[place] = term;
      chunk.documents[place] = document;
      chunk.counts[place] = Math.min(count, MOST);
    },
    finish: (terms) => turnAround(chunks, size, terms),
  };
}

function createChunk(): Chunk {
  return {
    terms: new Uint32Array(CHUNK),
    documents: new Uint32Array(CHUNK),
    counts: new Uint16Array(CHUNK),
  };
}

/** A counting sort by term; it is stable, so documents stay ascending. The chunks are given up one after the other. */
function turnAround(chunks: Chunk[], size: number, terms: number): Postings {
  const ends = new Uint32Array(terms + 1);
  let left = size;
  for (const chunk of chunks) {
    const filled = Math.min(left, CHUNK);
    for (let place = 0; place < filled; place++) {
      const term = (chunk.terms[place] ?? 0) + 1;
      ends[term] = (ends[term] ?? 0) + 1;
    }
    left -= filled;
  }
  for (let term = 1; term <= terms; term++) ends[term] = (ends[term] ?? 0) + (ends[term - 1] ?? 0);
  const starts = ends.slice();
  const documents = new Uint32Array(size);
  const counts = new Uint16Array(size);
  left = size;
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    const filled = Math.min(left, CHUNK);
    for (let place = 0; place < filled; place++) {
      const term = chunk.terms[place] ?? 0;
      const target = starts[term] ?? 0;
      starts[term] = target + 1;
      documents[target] = chunk.documents[place] ?? 0;
      counts[target] = chunk.counts[place] ?? 0;
    }
    left -= filled;
  }
  return {
    documentsOf: (term) => documents.subarray(ends[term], ends[term + 1]),
    countsOf: (term) => counts.subarray(ends[term], ends[term + 1]),
  };
}
