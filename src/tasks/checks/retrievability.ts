import type { DefinitionIndex } from "./definition-index.ts";

/** How hard a description makes it to find its target by words alone. */
export interface Retrievability {
  /** 1 is the best match; what ranks is every definition outside tests but those around and inside the target. */
  readonly rank: number;
  /** Other definitions that score at least `NEAR` of what the target scores. */
  readonly distractors: number;
  /** What the best other definition scores, as a share of what the target scores when its docstring is known. */
  readonly rival: number;
  /** Lookups that a plain lexical solver needs; null when it never arrives. */
  readonly lookups: number | null;
}

const NEAR = 0.75;
const READABLE = 5;
const PATIENCE = 20;

export interface RetrievalQuery {
  /** Search terms of the description. */
  readonly terms: readonly string[];
  readonly target: number;
  /** Search terms of the target as the agent finds it. */
  readonly targetTerms: readonly string[];
}

export function retrievability(index: DefinitionIndex, query: RetrievalQuery): Retrievability {
  const scores = index.retrieval.score(query.terms);
  const known = scores.get(query.target) ?? 0;
  const score = index.retrieval.scoreText(query.terms, query.targetTerms);
  let rank = 1;
  let distractors = 0;
  let best = 0;
  for (const [document, other] of scores) {
    if (isRelative(index, document, query.target)) continue;
    if (other > score) rank++;
    if (other >= score * NEAR) distractors++;
    if (other > best) best = other;
  }
  return {
    rank,
    distractors,
    rival: known === 0 ? Infinity : best / known,
    lookups: lookups(index, query, scores),
  };
}

/** The target itself, what contains it and what it contains. */
function isRelative(index: DefinitionIndex, document: number, target: number): boolean {
  if (document === target) return true;
  const contains = index.entries[target]?.ancestors.includes(document) ?? false;
  return contains || (index.entries[document]?.ancestors.includes(target) ?? false);
}

/**
 * A plain lexical solver searches for one word of the description after the other, the rarest first, and keeps
 * the definitions that hold all words so far (a word that none of them holds is passed over). When five or
 * fewer are left it opens them, best score first. Each search and each opened definition is a lookup. It gives up when
 * the target drops out, or when more than 20 are left at the end.
 */
function lookups(
  index: DefinitionIndex,
  query: RetrievalQuery,
  scores: ReadonlyMap<number, number>,
): number | null {
  const own = new Set(query.targetTerms);
  const frequency = (term: string) => index.retrieval.documentFrequency(term);
  const terms = [...new Set(query.terms)].filter((term) => frequency(term) > 0);
  terms.sort((a, b) => frequency(a) - frequency(b) || (a < b ? -1 : 1));
  let left: ReadonlySet<number> | undefined;
  let count = 0;
  const open = () => {
    const score = index.retrieval.scoreText(query.terms, query.targetTerms);
    const better = [...(left ?? [])].filter(
      (other) => other !== query.target && (scores.get(other) ?? 0) > score,
    );
    return count + better.length + 1;
  };
  for (const term of terms) {
    count++;
    const hits = new Set(index.retrieval.documentsWith(term));
    // The index knows the target with its docstring; what the agent searches has none.
    if (!own.has(term)) hits.delete(query.target);
    const kept: ReadonlySet<number> = left === undefined ? hits : left.intersection(hits);
    if (kept.size === 0) continue;
    if (!kept.has(query.target)) return null;
    left = kept;
    if (left.size <= READABLE) return open();
  }
  return left !== undefined && left.size <= PATIENCE ? open() : null;
}
