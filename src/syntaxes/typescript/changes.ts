import type { CodeComparison, Span } from "../../syntax.ts";
import {
  commentDifferences,
  type PlacedComment,
  type PlacedComments,
} from "../shared/comment-differences.ts";
import { lineAt, lineStartsOf, universalNewlines } from "../shared/lines.ts";
import type { Code } from "./code.ts";
import { definitionsOf } from "./definitions.ts";
import type { Dialect } from "./dialects.ts";
import { isDirective } from "./directives.ts";
import { fileDocstring } from "./file-docstring.ts";
import { ownLine } from "./comments.ts";
import type { Parsed } from "./parse.ts";

type Same = Extract<CodeComparison, { same: true }>;
type DocstringChange = Same["docstrings"][number];

interface Side {
  readonly parsed: Parsed;
  readonly code: Code;
}

/** Which docstrings and other comments differ between two files of the same code. */
export function reportChanges(dialect: Dialect, before: Side, after: Side): Same {
  return {
    same: true,
    docstrings: docstringChanges(before.parsed, after.parsed),
    comments: commentDifferences(byPlace(dialect, before), byPlace(dialect, after)),
  };
}

function docstringChanges(before: Parsed, after: Parsed): DocstringChange[] {
  const ofFile = change(before, after, fileDocstring(before), fileDocstring(after));
  const changes: DocstringChange[] =
    ofFile === undefined ? [] : [{ qualifiedName: "", ordinal: 0, change: ofFile }];
  const old = definitionsOf(before).list;
  definitionsOf(after).list.forEach(({ qualifiedName, ordinal, docstring }, index) => {
    const found = change(before, after, old[index]?.docstring, docstring);
    if (found !== undefined) changes.push({ qualifiedName, ordinal, change: found });
  });
  return changes;
}

function change(
  before: Parsed,
  after: Parsed,
  old: Span | undefined,
  now: Span | undefined,
): DocstringChange["change"] | undefined {
  if (old === undefined) return now === undefined ? undefined : "added";
  if (now === undefined) return "removed";
  return commentText(before.text, old) === commentText(after.text, now) ? undefined : "changed";
}

/** The comments that are no docstrings. */
function byPlace(dialect: Dialect, { parsed, code }: Side): PlacedComments {
  const { text } = parsed;
  const lines = lineStartsOf(text);
  const docstrings = new Set(definitionsOf(parsed).list.map(({ docstring }) => docstring?.start));
  docstrings.add(fileDocstring(parsed)?.start);
  const places = new Map<number, PlacedComment[]>();
  for (const span of code.comments) {
    if (docstrings.has(span.start)) continue;
    const comment = commentText(text, span);
    const comments = places.get(span.place) ?? [];
    comments.push({
      text: comment,
      line: lineAt(lines, span.start),
      directive: isDirective(comment, dialect.language),
      key: `${ownLine(text, span) ? "own" : "behind"} ${comment}`,
    });
    places.set(span.place, comments);
  }
  return places;
}

function commentText(text: string, { start, end }: Span): string {
  return universalNewlines(text.slice(start, end));
}
