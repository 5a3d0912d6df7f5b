import { createPostingsWriter } from "./postings.ts";
import { createTermTable, termWeight } from "./terms.ts";

/**
 * Okapi BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", k1 = 1.2, b = 0.75) over
 * documents of terms. Documents are numbered from 0 in the order they were added; only counts are kept.
 */
export interface Retrieval {
  readonly size: number;
  /** The number of documents that hold the term. */
  documentFrequency(term: string): number;
  /** How much a term tells: 0 for an unknown one. */
  weight(term: string): number;
  /** The documents that hold the term, ascending. */
  documentsWith(term: string): Uint32Array;
  /** The score of every document, by number; 0 where it holds none of the terms. */
  score(query: readonly string[]): Float64Array;
  /** The score that a text outside the index would have, as if it stood in it. */
  scoreText(query: readonly string[], terms: readonly string[]): number;
}

export interface RetrievalWriter {
  /** Adds a document; its number is the count of those before. */
  add(terms: readonly string[]): number;
  /** Nothing can be added afterwards. */
  finish(): Retrieval;
}

const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;
const NO_DOCUMENTS = new Uint32Array(0);

export function createRetrieval(): RetrievalWriter {
  const table = createTermTable();
  const writer = createPostingsWriter();
  const lengths: number[] = [];
  return {
    add(terms) {
      const document = lengths.length;
      for (const [term, count] of countTerms(terms)) writer.add(table.add(term), document, count);
      lengths.push(terms.length);
      return document;
    },
    finish() {
      const postings = writer.finish(table.size);
      const size = lengths.length;
      const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, size) || 1;
      const gain = (count: number, length: number) => {
        const saturation = SATURATION * (1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * length) / mean);
        return (count * (SATURATION + 1)) / (count + saturation);
      };
      const documentsWith = (term: string) => {
        const id = table.idOf(term);
        return id === undefined ? NO_DOCUMENTS : postings.documentsOf(id);
      };
      const weight = (term: string) => termWeight(size, documentsWith(term).length);
      return {
        size,
        documentFrequency: (term) => documentsWith(term).length,
        weight,
        documentsWith,
        score(query) {
          const scores = new Float64Array(size);
          for (const term of new Set(query)) {
            const id = table.idOf(term);
            if (id === undefined) continue;
            const telling = weight(term);
            const counts = postings.countsOf(id);
            postings.documentsOf(id).forEach((document, place) => {
              const added = telling * gain(counts[place] ?? 0, lengths[document] ?? 0);
              scores[document] = (scores[document] ?? 0) + added;
            });
          }
          return scores;
        },
        scoreText(query, terms) {
          const counts = countTerms(terms);
          let score = 0;
          for (const term of new Set(query)) {
            const count = counts.get(term);
            if (count !== undefined) score += weight(term) * gain(count, terms.length);
          }
          return score;
        },
      };
    },
  };
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
