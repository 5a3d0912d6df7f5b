import { z } from "zod";
import type { TermStatistics } from "../../text/terms.ts";
import { identifierParts, searchTerms, sharesStem, stem, STOP_WORDS } from "../../text/words.ts";
import { EMPTY_NOUNS, NOT_NOUNS, VERBS } from "./vocabulary.ts";

/**
 * What a docstring is about: its noun phrases, weighed by tf-idf against the docstrings of the project.
 */
export interface Subject {
  /** Most telling first, as they would stand in a sentence without an article: `chunk sizes`. */
  readonly phrases: readonly string[];
  /** Distinct stems in them. */
  readonly terms: number;
  /** The verb the docstring opens with (`return`, `compute`…), as a stem; undefined for other openings. */
  readonly action: string | undefined;
}

type Tagger = (typeof import("compromise"))["default"];

const LONGEST_PHRASE = 3;
/** Words in more than about 15 % of all docstrings tell nothing (ln(1 / 0.15) = 1.9); small projects are too small to say. */
const TELLING = 1.9;
const FEW_DOCSTRINGS = 100;

/**
 * @param texts prose by falling importance: the summary, the rest, what the sections say.
 * @param secret stems that no phrase may hold.
 */
export async function subjectOf(
  texts: readonly string[],
  secret: ReadonlySet<string>,
  docstrings: TermStatistics,
): Promise<Subject> {
  // The tagger takes a third of a second to load, and most commands need none.
  const { default: tagger } = await import("compromise");
  const scored = new Map<string, { readonly words: readonly string[]; score: number }>();
  texts.forEach((text, importance) => {
    for (const phrase of nounPhrases(text, tagger)) {
      const words = tellingPart(phrase, secret);
      if (words.length === 0) continue;
      const weights = words.map((word) => weightOf(word, docstrings));
      if (docstrings.size >= FEW_DOCSTRINGS && Math.max(...weights) < TELLING) continue;
      const score = weights.reduce((sum, weight) => sum + weight, 0) / Math.sqrt(words.length);
      const key = words.map((word) => stem(word.toLowerCase())).join(" ");
      const known = scored.get(key);
      if (known === undefined) scored.set(key, { words, score: score * (IMPORTANCE[importance] ?? 0.5) });
      else known.score += score / 4;
    }
  });
  return { ...pickPhrases([...scored.values()]), action: openingVerb(texts[0] ?? "") };
}

const IMPORTANCE = [1.5, 1, 0.7];

/** The best first (in order of appearance among equals), each adding something to those before it. */
function pickPhrases(scored: readonly { readonly words: readonly string[]; readonly score: number }[]) {
  const phrases: string[] = [];
  const seen = new Set<string>();
  for (const { words } of scored.toSorted((a, b) => b.score - a.score)) {
    const stems = words.map((word) => stem(word.toLowerCase()));
    if (stems.filter((one) => !seen.has(one)).length <= stems.length / 2 && seen.size > 0) continue;
    stems.forEach((one) => seen.add(one));
    phrases.push(words.join(" "));
  }
  return { phrases, terms: seen.size };
}

const nounsSchema = z.array(
  z.object({
    noun: z.object({
      root: z.string(),
      determiner: z.string().default(""),
      adjectives: z.array(z.string()).default([]),
      isPlural: z.boolean().default(false),
    }),
    offset: z.object({ start: z.int() }),
  }),
);

/** Root and adjectives of each noun phrase of a text, markup and code taken out first. */
function nounPhrases(text: string, tagger: Tagger): string[][] {
  const plain = imperativeAsInfinitive(withoutMarkup(text));
  const phrases: string[][] = [];
  for (const { noun, offset } of nounsSchema.parse(tagger(plain).nouns().json({ offset: true }))) {
    const words = [...noun.adjectives, ...noun.root.split(/\s+/)].filter((word) => word !== "");
    while (words.length > 1 && VERBS.has((words[0] ?? "").toLowerCase())) words.shift();
    if (words.length > 1 || isSurelyNoun(noun, plain.slice(0, offset.start))) phrases.push(words);
  }
  return phrases;
}

/** A tagger takes words that it does not know for nouns; a single one counts only where a noun must stand. */
function isSurelyNoun(
  noun: { readonly root: string; readonly determiner: string; readonly isPlural: boolean },
  before: string,
): boolean {
  if (/^(?:the|an?|each|every|any|its|their|another|no)$/i.test(noun.determiner)) return true;
  const word = noun.root.toLowerCase();
  if (/(?:ed|en)$/.test(word) || VERBS.has(word.replace(/e?s$/, "")) || VERBS.has(word.replace(/s$/, "")))
    return false;
  if (
    word.endsWith("ing") &&
    !/^(?:string|encoding|padding|mapping|binding|setting|heading|ring|timing|typing|casing|spacing|indexing|parsing|logging|routing|caching)$/.test(
      word,
    )
  )
    return false;
  const previous = /([\p{L}-]+)\s*$/u.exec(before)?.[1]?.toLowerCase() ?? "";
  if (
    /^(?:of|in|on|for|by|with|from|into|between|over|across|per|as|at|through|within|without|via|using|against|under)$/.test(
      previous,
    )
  )
    return true;
  return (
    noun.isPlural &&
    !/^(?:it|they|this|that|which|who|we|you|to|then|function|method|class|and|or|also|)$/.test(previous)
  );
}

/** Identifiers, code and addresses are not words; what stands in their place keeps the sentence a sentence. */
function withoutMarkup(text: string): string {
  return (
    text
      .replace(/``[^`]*``|`[^`]*`_{0,2}|:\w+:`[^`]*`|\b[LCIBUEM]\{[^}]*\}|https?:\S+|\{[^}]*\}/g, " it ")
      .replace(/\*{1,2}([^*]+)\*{1,2}/g, "$1")
      // A tagger parts them, and what is left says the opposite.
      .replace(/\bnon-[\p{L}-]+/giu, " it ")
      .replace(/\[[^\]]*\]_?|\([^)]*\)|--+|[–—]/g, " , ")
      .replace(/[^\s,.;:!?]*[_=<>/\\@\d.][^\s,;:!?]*(?=[\s,;:!?]|$)/g, (word) =>
        /^[\p{L}-]+\.$/u.test(word) ? word : " it ",
      )
      .replace(/\s+/g, " ")
      .trim()
  );
}

/** Taggers take the verb of "Fuse layers" for a noun; "To fuse layers" leaves no doubt. */
function imperativeAsInfinitive(text: string): string {
  const first = /^[A-Z]?[a-z]+(?=\s)/.exec(text)?.[0];
  if (
    first === undefined ||
    /^(?:an?|the|this|these|that|it|if|when|for|in|base|whether|given|like|same|each|all)$/i.test(first)
  )
    return text;
  if (/(?:ing|ed|er|or|ion|ly|ment|ss)$/.test(first)) return text;
  return `${first.endsWith("s") ? "It" : "To"} ${first.toLowerCase()}${text.slice(first.length)}`;
}

/** The end of a noun phrase that may be told: plain words, nothing secret, nothing empty at either end. */
function tellingPart(phrase: readonly string[], secret: ReadonlySet<string>): string[] {
  const words = phrase.map((word) => word.replace(/[^\p{L}-]+$|^[^\p{L}]+|['’]s?$/gu, ""));
  let start = words.length;
  while (start > 0 && words.length - start < LONGEST_PHRASE && isTold(words[start - 1] ?? "", secret))
    start--;
  let part = words.slice(start).map((word) => (/^\p{Lu}{2,5}s?$/u.test(word) ? word : word.toLowerCase()));
  while (part.length > 0 && isEmpty(part[0] ?? "")) part = part.slice(1);
  while (part.length > 0 && (isEmpty(part.at(-1) ?? "") || NOT_NOUNS.test(part.at(-1) ?? "")))
    part = part.slice(0, -1);
  return part;
}

function isTold(word: string, secret: ReadonlySet<string>): boolean {
  if (!/^\p{L}?[\p{Ll}-]{2,}$|^\p{Lu}{2,5}s?$/u.test(word) || sharesStem(word, secret)) return false;
  return !STOP_WORDS.has(word.toLowerCase()) && identifierParts(word).length >= 1;
}

function isEmpty(word: string): boolean {
  return EMPTY_NOUNS.has(word) || EMPTY_NOUNS.has(word.replace(/s$/, ""));
}

function weightOf(word: string, docstrings: TermStatistics): number {
  return Math.max(0, ...searchTerms(word).map((term) => docstrings.weight(term)));
}

function openingVerb(summary: string): string | undefined {
  const first = /^[A-Za-z]+/.exec(summary)?.[0];
  return first === undefined ? undefined : stem(first.toLowerCase());
}
