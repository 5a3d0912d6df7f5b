import type { CodeComparison, CommentChange } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { commentDifferences, type PlacedComment } from "../shared/comment-differences.ts";
import { ownLine } from "./comments.ts";
import type { Dialect } from "./dialects.ts";
import { isDirective } from "./directives.ts";
import { scanComments } from "./scan.ts";

/**
 * Two versions of a file that was refused to begin with (a template, a syntax of tomorrow, something broken). What is
 * code in it cannot be known, so nothing may differ but lines that hold only a `//` comment, and where strings and
 * brackets do not close, or tags show that text may stand bare, nothing at all.
 */
export function sameWithoutCommentLines(dialect: Dialect, before: string, after: string): CodeComparison {
  const [old, now] = [splitLines(dialect, before), splitLines(dialect, after)];
  if (old === undefined || now === undefined) return different(after, commonLength(before, after));
  const count = Math.max(old.code.length, now.code.length);
  for (let index = 0; index < count; index++) {
    const line = now.code[index];
    if (line?.text !== old.code[index]?.text) return different(after, line?.offset ?? after.length);
  }
  const comments: CommentChange[] = commentDifferences(old.comments, now.comments);
  return { same: true, docstrings: [], comments };
}

interface Lines {
  readonly code: readonly { readonly text: string; readonly offset: number }[];
  readonly comments: ReadonlyMap<number, PlacedComment[]>;
}

function splitLines({ language }: Dialect, text: string): Lines | undefined {
  const { comments, closed } = scanComments(text);
  if (!closed || /<\/|\/>/.test(text)) return undefined;
  const starts = lineStartsOf(text);
  const alone = comments.filter((span) => text.startsWith("//", span.start) && ownLine(text, span));
  const commentLines = new Set(alone.map(({ start }) => lineAt(starts, start)));
  const code: { text: string; offset: number }[] = [];
  const placed = new Map<number, PlacedComment[]>();
  starts.forEach((offset, index) => {
    const content = text.slice(offset, starts[index + 1] ?? text.length);
    if (!commentLines.has(index + 1)) return void code.push({ text: content, offset });
    const comment = content.trim();
    const directive = isDirective(comment, language);
    const here = placed.get(code.length) ?? [];
    placed.set(code.length, [...here, { text: comment, line: index + 1, directive, key: comment }]);
  });
  return { code, comments: placed };
}

function commonLength(before: string, after: string): number {
  let same = 0;
  while (same < after.length && before.charCodeAt(same) === after.charCodeAt(same)) same++;
  return same;
}

function different(after: string, offset: number): CodeComparison {
  const detail = "the file was not valid before, so only lines of comments may change";
  return { same: false, reason: "code-changed", line: lineAt(lineStartsOf(after), offset), detail };
}
