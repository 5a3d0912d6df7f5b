import type { Retrieval } from "../../text/retrieval.ts";
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

export interface RetrievalQuery {
  /** Search terms of the description. */
  readonly terms: readonly string[];
  readonly target: number;
  /** Search terms of the target as the agent finds it. */
  readonly targetTerms: readonly string[];
}

export function retrievability(index: DefinitionIndex, query: RetrievalQuery): Retrievability {
  const scores = index.retrieval.score(query.terms);
  const known = scores[query.target] ?? 0;
  const score = index.retrieval.scoreText(query.terms, query.targetTerms);
  let rank = 1;
  let distractors = 0;
  let best = 0;
  scores.forEach((other, document) => {
    if (other === 0 || isRelative(index, document, query.target)) return;
    if (other > score) rank++;
    if (other >= score * NEAR) distractors++;
    if (other > best) best = other;
  });
  return {
    rank,
    distractors,
    rival: known === 0 ? Infinity : best / known,
    lookups: lookups(index, query),
  };
}

/** The target itself, what contains it and what it contains. */
function isRelative(index: DefinitionIndex, document: number, target: number): boolean {
  if (document === target) return true;
  const contains = index.entries[target]?.ancestors.includes(document) ?? false;
  return contains || (index.entries[document]?.ancestors.includes(target) ?? false);
}

function lookups(index: DefinitionIndex, query: RetrievalQuery): number | null {
  const own = new Set(query.targetTerms);
  // The index knows the target with its docstring; what the agent searches has none.
  const isSeen = (document: number, term: string) => document !== query.target || own.has(term);
  return lexicalLookups(index.retrieval, query.terms, (document) => document === query.target, isSeen);
}

/**
 * A plain lexical solver searches for one word of a text after the other, the rarest first. When a
 * search finds five or fewer documents that it has not opened, it opens them; when it finds more, it opens those
 * that an earlier word found too, if they are five or fewer. Each search and each opened document is a lookup.
 * It ends at a target, or gives up when the words do: null.
 */
export function lexicalLookups(
  retrieval: Retrieval,
  words: readonly string[],
  isTarget: (document: number) => boolean,
  isSeen: (document: number, term: string) => boolean = () => true,
): number | null {
  const frequency = (term: string) => retrieval.documentFrequency(term);
  const terms = [...new Set(words)].filter((term) => frequency(term) > 0);
  terms.sort((a, b) => frequency(a) - frequency(b) || (a < b ? -1 : 1));
  const opened = new Set<number>();
  const seen = new Set<number>();
  let count = 0;
  for (const term of terms) {
    count++;
    const hits = [...retrieval.documentsWith(term)].filter(
      (document) => !opened.has(document) && isSeen(document, term),
    );
    const again = hits.filter((document) => seen.has(document));
    const worthOpening = hits.length <= READABLE ? hits : again.length <= READABLE ? again : [];
    for (const document of worthOpening) {
      count++;
      if (isTarget(document)) return count;
      opened.add(document);
    }
    hits.forEach((document) => seen.add(document));
  }
  return null;
}
