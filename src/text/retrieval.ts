/**
 * Okapi BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", k1 = 1.2, b = 0.75) over
 * documents of terms. Documents are numbered from 0 in the order they were added; only counts are kept.
 */
export interface Retrieval {
  readonly size: number;
  /** Adds a document; its number is the size before. */
  add(terms: readonly string[]): number;
  /** The number of documents that hold the term. */
  documentFrequency(term: string): number;
  /** How much a term tells: 0 for an unknown one. */
  weight(term: string): number;
  /** The documents that hold the term. */
  documentsWith(term: string): readonly number[];
  /** The score of every document that holds at least one of the terms. */
  score(query: readonly string[]): Map<number, number>;
  /** The score that a text outside the index would have, as if it stood in it. */
  scoreText(query: readonly string[], terms: readonly string[]): number;
}

const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;

interface Postings {
  readonly documents: number[];
  readonly counts: number[];
}

export function createRetrieval(): Retrieval {
  const postings = new Map<string, Postings>();
  const lengths: number[] = [];
  let total = 0;

  const frequency = (term: string) => postings.get(term)?.documents.length ?? 0;
  const weight = (term: string) => {
    const count = frequency(term);
    return count === 0 ? 0 : Math.log(1 + (lengths.length - count + 0.5) / (count + 0.5));
  };
  const gain = (count: number, length: number) => {
    const mean = total / Math.max(1, lengths.length) || 1;
    const saturation = SATURATION * (1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * length) / mean);
    return (count * (SATURATION + 1)) / (count + saturation);
  };

  return {
    get size() {
      return lengths.length;
    },
    add(terms) {
      const document = lengths.length;
      for (const [term, count] of countTerms(terms)) {
        let entry = postings.get(term);
        if (entry === undefined) postings.set(term, (entry = { documents: [], counts: [] }));
        entry.documents.push(document);
        entry.counts.push(count);
      }
      lengths.push(terms.length);
      total += terms.length;
      return document;
    },
    documentFrequency: frequency,
    weight,
    documentsWith: (term) => postings.get(term)?.documents ?? [],
    score(query) {
      const scores = new Map<number, number>();
      for (const term of new Set(query)) {
        const entry = postings.get(term);
        if (entry === undefined) continue;
        const termWeight = weight(term);
        entry.documents.forEach((document, place) => {
          const added = termWeight * gain(entry.counts[place] ?? 0, lengths[document] ?? 0);
          scores.set(document, (scores.get(document) ?? 0) + added);
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
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
