import type { CodeComparison, CommentChange } from "../../syntax.ts";
import { isDirective } from "./comments.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { tokenize } from "./tokenizer.ts";
import type { Tokens } from "./tokens.ts";

/**
 * Two versions of a file that Python did not take to begin with and whose tokens do not tell what is code in it. Nothing
 * may differ but lines that hold only a comment, and where even strings and brackets do not close, nothing at all.
 */
export function sameWithoutCommentLines(before: string, after: string): CodeComparison {
  const [old, now] = [tokenize(before), tokenize(after)];
  if ([...old.problems, ...now.problems].some(({ confined }) => confined !== true))
    return firstLineDifference(before, after);
  const [oldLines, newLines] = [splitLines(old), splitLines(now)];
  const count = Math.max(oldLines.code.length, newLines.code.length);
  for (let index = 0; index < count; index++) {
    const line = newLines.code[index];
    if (line?.text === oldLines.code[index]?.text) continue;
    return changed(line?.line ?? lineStartsOf(after).length);
  }
  return { same: true, docstrings: [], comments: differences(oldLines, newLines) };
}

interface Line {
  readonly text: string;
  readonly line: number;
  /** How many lines of code come before it. */
  readonly place: number;
}

interface Lines {
  readonly code: readonly Line[];
  readonly comments: readonly Line[];
}

function splitLines(tokens: Tokens): Lines {
  const { text } = tokens;
  const starts = lineStartsOf(text);
  const commentLines = new Set(
    tokens.comments.filter(({ ownLine }) => ownLine).map(({ start }) => lineAt(starts, start)),
  );
  const code: Line[] = [];
  const comments: Line[] = [];
  starts.forEach((start, index) => {
    const content = text.slice(start, starts[index + 1] ?? text.length);
    const line = { text: content, line: index + 1, place: code.length };
    if (commentLines.has(index + 1)) comments.push({ ...line, text: content.trim() });
    else code.push(line);
  });
  return { code, comments };
}

function differences(before: Lines, after: Lines): CommentChange[] {
  return [
    ...missingComments(before.comments, after.comments, "removed"),
    ...missingComments(after.comments, before.comments, "added"),
  ];
}

/** Comments that the other version does not have in the same place. */
function missingComments(
  comments: readonly Line[],
  others: readonly Line[],
  change: "added" | "removed",
): CommentChange[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(placeAndText(other), (left.get(placeAndText(other)) ?? 0) + 1);
  return comments.flatMap((comment) => {
    const count = left.get(placeAndText(comment)) ?? 0;
    left.set(placeAndText(comment), count - 1);
    const { line, text } = comment;
    return count > 0 ? [] : [{ change, line, text, directive: isDirective(text, line) }];
  });
}

function placeAndText({ place, text }: Line): string {
  return `${place} ${text}`;
}

function firstLineDifference(before: string, after: string): CodeComparison {
  let same = 0;
  while (same < after.length && before.charCodeAt(same) === after.charCodeAt(same)) same++;
  return changed(lineAt(lineStartsOf(after), same));
}

function changed(line: number): CodeComparison {
  const detail = "the file was not valid before, so only lines of comments may change";
  return { same: false, reason: "code-changed", line, detail };
}
