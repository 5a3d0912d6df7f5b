import type { Span } from "../../syntax.ts";
import { commentSpans } from "./comments.ts";
import { childrenOf, endOf, type Node, startOf } from "./nodes.ts";
import type { Parsed } from "./parse.ts";

/** What of a file is program: its tokens and its syntax tree, comments and white space left out. */
export interface Code {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly program: Node;
  readonly comments: readonly Span[];
  /** How many tokens start before an offset. */
  tokensBefore(offset: number): number;
}

export interface Token extends Span {
  readonly type: { readonly label: string };
}

/** The code of a file that was read with its tokens. */
export function codeOf(parsed: Parsed): Code {
  const { file, text } = parsed;
  const tokens = ((file.tokens ?? []) as ParserToken[]).filter(isCode);
  const counts = new Int32Array(text.length + 2);
  tokens.forEach(({ start }, index) =>
    counts.fill(index + 1, start + 1, (tokens[index + 1]?.start ?? text.length) + 1),
  );
  return {
    text,
    tokens,
    program: file.program,
    comments: commentSpans(parsed),
    tokensBefore: (offset) => counts[offset] ?? 0,
  };
}

interface ParserToken extends Span {
  readonly type: string | { readonly label: string };
}

/** Comments come between the tokens, the `#!` line as one of its own kind, and the end as one without text. */
function isCode(token: ParserToken): token is Token {
  const { type } = token;
  return typeof type !== "string" && type.label !== "eof" && type.label !== "#!...";
}

/**
 * What a token stands for, but for line breaks that the language does not tell apart: in template literals and JSX text
 * any, in other strings those behind a backslash.
 */
export function tokenText({ text }: Code, { type: { label }, start, end }: Token): string {
  const written = text.slice(start, end);
  if (!written.includes("\r")) return written;
  if (label === "string") return written.replaceAll(/\\\r\n?/g, "\\\n");
  return MULTILINE.has(label) ? written.replaceAll(/\r\n?/g, "\n") : written;
}

/** The parser's names for the pieces of template literals and for JSX text. */
const MULTILINE: ReadonlySet<string> = new Set(["...`", "...${", "jsxText"]);

/** The first node that is not the same in both trees: of another kind, or over other tokens. */
export function shapeDifference(
  old: Code,
  now: Code,
): { readonly was: Node | undefined; readonly is: Node | undefined } | undefined {
  const before: (Node | undefined)[] = [old.program];
  const after: (Node | undefined)[] = [now.program];
  while (before.length > 0) {
    const [was, is] = [before.pop(), after.pop()];
    if (was === undefined || is === undefined || !sameNode(old, was, now, is)) return { was, is };
    const [parts, others] = [childrenOf(was), childrenOf(is)];
    for (let index = Math.max(parts.length, others.length) - 1; index >= 0; index--) {
      before.push(parts[index]);
      after.push(others[index]);
    }
  }
  return undefined;
}

function sameNode(old: Code, was: Node, now: Code, is: Node): boolean {
  if (was.type !== is.type) return false;
  // A `#!` line is a comment here, in the tree of one file or of both.
  if (was.type === "InterpreterDirective") return true;
  return (
    old.tokensBefore(startOf(was)) === now.tokensBefore(startOf(is)) &&
    old.tokensBefore(endOf(was)) === now.tokensBefore(endOf(is))
  );
}
