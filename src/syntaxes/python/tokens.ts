/**
 * What a Python file is made of, as CPython's own tokenizer sees it: words, literals and operators with
 * the ends of logical lines and the changes of indentation between them. Two files with equal tokens
 * are the same program, which no tree that recovers from errors by guessing can promise.
 *
 * A token's kind is a number: one of `Kind`, the character code of a one-character operator, or
 * `KEYWORD + n` for a keyword.
 */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  /** UTF-16 offsets into `text`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly comments: readonly Comment[];
  /** What CPython's tokenizer would refuse, in source order; empty for every valid file. */
  readonly problems: readonly TokenProblem[];
}

export interface Comment {
  readonly start: number;
  readonly end: number;
  /** How many tokens come before it. */
  readonly tokensBefore: number;
  /** Nothing but white space stands before it on its line. */
  readonly ownLine: boolean;
}

export interface TokenProblem {
  readonly offset: number;
  readonly message: string;
  /** It spoils nothing but its own place: all around it is read as it would be without it (Python 2's backticks and mixed tabs). */
  readonly confined?: boolean;
}

export const Kind = {
  name: 1,
  number: 2,
  /** A plain string literal, the only kind that can be a docstring. */
  string: 3,
  bytes: 4,
  /** An f-string or t-string as one token, with all its replacement fields. */
  formatted: 5,
  /** An operator of two or three characters. */
  operator: 6,
  /** The end of a logical line. */
  newline: 7,
  indent: 8,
  dedent: 9,
} as const;

const KEYWORD = 128;

const KEYWORDS: readonly string[] = (
  "def class async return yield raise lambda pass if elif else for while try except finally with import from del " +
  "assert global nonlocal break continue and or not in is as await None"
).split(" ");

const kindOfWord: ReadonlyMap<string, number> = new Map(
  KEYWORDS.map((word, index) => [word, KEYWORD + index]),
);

/** The kind of a keyword's tokens. */
export function keyword(word: string): number {
  const index = KEYWORDS.indexOf(word);
  if (index === -1) throw new RangeError(`${word} is not a keyword that tokens tell apart`);
  return KEYWORD + index;
}

/** The kind of a word: a keyword's own, or `Kind.name`. */
export function wordKind(text: string, start: number, end: number): number {
  if (end - start > 8 || end - start < 2) return Kind.name;
  return kindOfWord.get(text.slice(start, end)) ?? Kind.name;
}

/** Keywords that can only begin a statement: inside brackets they show that a bracket was never closed. */
export const STATEMENT_WORDS: ReadonlySet<number> = new Set(
  "def class return import raise while try with pass del assert global nonlocal break continue finally except elif"
    .split(" ")
    .map(keyword),
);

export function tokenText(tokens: Tokens, index: number): string {
  return tokens.text.slice(tokens.starts[index], tokens.ends[index]);
}

/** The kind at an index, 0 (no kind) outside the file. */
export function kindAt(tokens: Tokens, index: number): number {
  return index < 0 || index >= tokens.count ? 0 : (tokens.kinds[index] ?? 0);
}
