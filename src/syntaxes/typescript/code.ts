import type { Span } from "../../syntax.ts";
import { commentSpans } from "./comments.ts";
import { childrenOf, endOf, type Node, startOf } from "./nodes.ts";
import type { Parsed } from "./parse.ts";

/** What of a file is program: its tokens and the shape of its syntax tree, comments and white space left out. */
export interface Code {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The tree's nodes from the outside in, each with the tokens that it spans. */
  readonly shape: readonly Branch[];
  readonly comments: readonly PlacedSpan[];
}

export interface Token extends Span {
  readonly label: string;
}

export interface Branch {
  readonly type: string;
  readonly first: number;
  readonly end: number;
  readonly offset: number;
}

export interface PlacedSpan extends Span {
  /** How many tokens come before. */
  readonly place: number;
}

/** The code of a file that was read with its tokens. */
export function codeOf(parsed: Parsed): Code {
  const { file, text } = parsed;
  const tokens = ((file.tokens ?? []) as ParserToken[]).filter(isCode).map(({ type, start, end }) => ({
    label: typeof type === "string" ? type : type.label,
    start,
    end,
  }));
  const tokensBefore = counter(tokens);
  const shape: Branch[] = [];
  const open: Node[] = [file.program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "InterpreterDirective") continue;
    const offset = startOf(node);
    shape.push({ type: node.type, first: tokensBefore(offset), end: tokensBefore(endOf(node)), offset });
    for (const child of childrenOf(node).toReversed()) open.push(child);
  }
  const comments = commentSpans(parsed).map((span) => ({ ...span, place: tokensBefore(span.start) }));
  return { text, tokens, shape, comments };
}

interface ParserToken extends Span {
  readonly type: string | { readonly label: string };
}

/** Comments come between the tokens, the `#!` line as one of its own kind, and the end as one without text. */
function isCode({ type }: ParserToken): boolean {
  return typeof type !== "string" && type.label !== "eof" && type.label !== "#!...";
}

/** How many tokens start before an offset. */
function counter(tokens: readonly Token[]): (offset: number) => number {
  return (offset) => {
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/**
 * What a token stands for, but for line breaks that the language does not tell apart: in template literals and JSX text
 * any, in other strings those behind a backslash.
 */
export function tokenText({ text }: Code, { label, start, end }: Token): string {
  const written = text.slice(start, end);
  if (!written.includes("\r")) return written;
  if (label === "string") return written.replaceAll(/\\\r\n?/g, "\\\n");
  return label.includes("`") || label === "template" || label === "jsxText"
    ? written.replaceAll(/\r\n?/g, "\n")
    : written;
}
